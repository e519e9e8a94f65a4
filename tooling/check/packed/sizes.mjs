// How many bytes a package adds to a page: its own code, minified and gzipped, dependencies left out.
// A limit is generous (about twice what it was when written): it tells of accidents, not of growth.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** In kB of 1000 bytes. A new entry must be given a limit here. */
const limits = {
  '@rp/backend': 8,
  '@rp/backend-device': 24,
  '@rp/backend-js': 18,
  '@rp/backend-wasm': 35,
  '@rp/backend/conformance': 40,
  '@rp/dynamics': 25,
  '@rp/errors': 1,
  '@rp/graph': 14,
  '@rp/layers-v1': 60,
  '@rp/module-core': 20,
  '@rp/modules': 40,
  '@rp/ndarray': 3,
  '@rp/reservoir': 10,
  '@rp/timed-adapter': 5,
  '@rp/timeseries': 55,
  '@rp/timeseries/plot': 60,
};

export async function sizes(packages) {
  const complaints = [];
  const rows = [];
  for (const { name, folder, manifest } of packages) {
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      // A command line adds nothing to a page.
      if (target.default === undefined) continue;
      const entry = name + subpath.slice(1);
      const size = await sizeOf(join(folder, target.default));
      const limit = limits[entry];
      rows.push(`    ${entry.padEnd(26)} ${size.toFixed(1).padStart(6)} kB of ${limit ?? '?'}`);
      if (limit === undefined) complaints.push(`${entry} has no limit in tooling/check/packed/sizes.mjs`);
      else if (size > limit) complaints.push(`${entry} is ${size.toFixed(1)} kB, its limit is ${limit} kB`);
    }
  }
  return { complaints, note: rows.join('\n') };
}

async function sizeOf(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    packages: 'external',
    // The repository's own configuration would lead to the sources of the dependencies.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0].contents).length / 1000;
}
