// npm packages that are peers where somebody has installed them. They are large (300 MB), so nothing here depends on them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder in which they were installed; default: wherever this package finds its own. */
const FOLDER = 'RP_BENCH_MODULES';

export interface Installed {
  readonly module: unknown;
  readonly version: string;
  /** The folder of the package. */
  readonly folder: string;
}

/** Loads a package. @throws Error with a reason for people where it isn't there. */
export function load(name: string): Installed {
  const here = process.env[FOLDER];
  const require = createRequire(here === undefined ? import.meta.url : pathToFileURL(join(here, 'here.js')));
  const folder = folderOf(require.resolve(name), name);
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { module: require(name) as unknown, version, folder };
}

/** What to do to have these packages. */
export function howToInstall(names: readonly string[]): string {
  return `not installed; in a folder of its own: npm i ${names.join(' ')}, then ${FOLDER}=that folder`;
}

function folderOf(entry: string, name: string): string {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder.replaceAll('\\', '/').endsWith(`/node_modules/${name}`)) return folder;
  }
  throw new Error(`${entry} lies in no folder called ${name}`);
}
