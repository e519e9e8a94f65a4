// Where tests find the packages: in the sources (fast, the default) or in what `pnpm build` made.
// Tests named *.built.test.ts are about the built packages only: bundling, requiring, packing.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Plugin, ViteUserConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../../', import.meta.url));
const onlyBuilt = '**/*.built.test.ts';
/**
 * Once is enough. The golden runner's command always runs from the sources; shaders take long to compile, and the built
 * backends pass the kit in a real browser; what breaks backends on purpose is about the tests themselves, not the build.
 */
const onlySources = [
  'tooling/golden/test/{command,golden-device}.test.ts',
  'packages/backend/test/conformance.test.ts',
  'packages/backend-device/test/{conformance,trajectories,faults,evolve-faults,matvec}.test.ts',
  'packages/backend-wasm/test/{threads,generated}.test.ts',
];

const toSources = [
  { find: /^@rp\/backend\/conformance$/, replacement: `${root}packages/backend/src/conformance/index.ts` },
  { find: /^@rp\/timeseries\/plot$/, replacement: `${root}packages/timeseries/src/plotting/index.ts` },
  { find: /^@rp\/([^/]+)$/, replacement: `${root}packages/$1/src/index.ts` },
];

/** Entries of packages beside `index`. */
const subpaths: Readonly<Record<string, string>> = { 'plotting/index.ts': '/plot' };

/** Lets a test's own `../src/index.ts` mean the built package, found through its `exports` like everybody's. */
const ownIndexIsTheBuild: Plugin = {
  name: 'own-index-is-the-build',
  enforce: 'pre',
  resolveId(source, importer) {
    const folder = /^(.*\/packages\/[^/]+)\/test\//.exec(importer ?? '')?.[1];
    const entry = /^(?:\.\.\/)+src\/(.*)$/.exec(source)?.[1];
    const subpath = entry === 'index.ts' ? '' : subpaths[entry ?? ''];
    if (!folder || subpath === undefined) return null;
    const { name } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { name: string };
    return this.resolve(name + subpath, `${folder}/package.json`, { skipSelf: true });
  },
};

export function tests(against: 'sources' | 'build'): ViteUserConfig {
  const sources = against === 'sources';
  return {
    resolve: { alias: sources ? toSources : [] },
    plugins: sources ? [] : [ownIndexIsTheBuild],
    test: {
      include: ['{packages,apps,tooling}/*/test/**/*.test.ts', 'docs/test/**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**', ...(sources ? [onlyBuilt] : onlySources)],
      environment: 'node',
      // Every core: most tests of commands wait for a process of their own.
      maxWorkers: availableParallelism(),
      testTimeout: 60_000,
      hookTimeout: 60_000,
      env: { RP_TESTS_AGAINST: against },
      // What was built is loaded by Node itself, not by the test runner.
      ...(sources ? {} : { server: { deps: { external: [/\/(packages|apps)\/[^/]+\/dist\//] } } }),
    },
  };
}
