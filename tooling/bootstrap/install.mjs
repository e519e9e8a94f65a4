// `pnpm install --frozen-lockfile`, only when something that it depends on is new.
// A stamp inside node_modules remembers what was installed, so it goes away with it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, die, root } from './process.mjs';

const stamp = join(root, 'node_modules', '.rp-installed');

/** Makes node_modules what the lockfile says. */
export async function installIfNeeded() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && everyFolderIsThere()) return;
  console.log('installing the packages …');
  const { code, output } = await capture('pnpm', [
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--config.confirmModulesPurge=false',
  ]);
  if (code > 128) process.exit(code);
  if (code !== 0)
    die(`the packages could not be installed; is there a network? pnpm said: ${reasonIn(output)}`, code);
  writeFileSync(stamp, wanted);
}

/** Of the lockfile, and of every package.json, which is what the lockfile is about. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...packages().map(manifestOf)]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function everyFolderIsThere() {
  return packages().every((folder) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(
      readFileSync(join(root, manifestOf(folder)), 'utf8'),
    );
    const needed = Object.keys({ ...dependencies, ...devDependencies });
    return needed.every((name) => existsSync(join(root, folder, 'node_modules', name)));
  });
}

/** The folders with a package.json, which are a superset of the workspace. */
function packages() {
  const below = ['packages', 'apps', 'tooling'].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : [],
  );
  return ['.', ...below].filter((folder) => existsSync(join(root, manifestOf(folder)))).sort();
}

function manifestOf(folder) {
  return join(folder, 'package.json');
}

/** The line in which pnpm says what is wrong (it starts with a code), or all that it said. */
function reasonIn(output) {
  const line = output.split('\n').find((text) => /^\s?E[A-Z_]{4,}\s/.test(text));
  return line?.trim() ?? output;
}
