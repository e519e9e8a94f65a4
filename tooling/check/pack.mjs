// Builds, packs every package that is published, and reads the tarballs: what a user would install.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { capture, root } from '../bootstrap/process.mjs';

const packedFolder = join(root, 'out', 'packed');

/** Everything published: its folder, its tarball, and the manifest and files inside. */
export async function packAll() {
  const built = await capture('pnpm', ['exec', 'turbo', 'run', 'build']);
  if (built.code !== 0) return { packages: [], complaints: [built.output] };

  rmSync(packedFolder, { recursive: true, force: true });
  mkdirSync(packedFolder, { recursive: true });
  const published = publishedFolders();
  const filters = published.map(({ name }) => `--filter=${name}`);
  const packed = await capture('pnpm', [...filters, '-r', 'pack', '--pack-destination', packedFolder]);
  if (packed.code !== 0) return { packages: [], complaints: [packed.output] };

  const packages = published.map(readPacked);
  return { packages, complaints: [], note: `    ${packages.length} packages` };
}

function publishedFolders() {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter((manifest) => !manifest.private)
    .map(({ folder, name, version }) => ({ folder, name, version }));
}

function readPacked({ folder, name, version }) {
  const file = join(packedFolder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
  const tarball = readFileSync(file);
  const contents = createPackageFromTarballData(tarball);
  const inside = `/node_modules/${name}/`;
  const files = contents.listFiles().map((path) => path.slice(inside.length));
  const read = (path) => contents.readFile(inside + path);
  return { name, folder, file, tarball, contents, files, read, manifest: JSON.parse(read('package.json')) };
}
