// How every library here is built: ES modules, one d.ts per entry, dependencies left outside.
import { defineConfig, type Options } from 'tsup';

export function library(options: Options = {}) {
  return defineConfig({
    entry: ['src/index.ts'],
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    tsconfig: '../../tooling/tsconfig/build.json',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    // Messages show class names, which esbuild would change in classes that mention themselves.
    keepNames: true,
    ...options,
  });
}
