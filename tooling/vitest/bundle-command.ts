// The sources of a command as one file that Node starts at once, for tests that run it many times.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles a command into the folder `out` beside its `src`; other packages of the repository are taken from their
 * sources; what the command itself depends on is loaded from where it is installed.
 * @param main the file that starts the command, as `<package>/src/main.ts`.
 * @returns the file to start.
 */
export async function bundleCommand(main: string): Promise<string> {
  const folder = dirname(dirname(main));
  const outdir = join(folder, 'out');
  await build({
    entryPoints: [main],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ownDependencies(folder),
    alias: sourcesOfPackages(),
    sourcemap: true,
    // Class names are part of what commands print.
    keepNames: true,
  });
  return join(outdir, 'main.js');
}

function ownDependencies(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith('@rp/'));
}

function sourcesOfPackages(): Record<string, string> {
  const folders = readdirSync(join(root, 'packages'));
  return {
    '@rp/timeseries/plot': join(root, 'packages/timeseries/src/plotting/index.ts'),
    ...Object.fromEntries(
      folders.map((name) => [`@rp/${name}`, join(root, 'packages', name, 'src', 'index.ts')]),
    ),
  };
}
