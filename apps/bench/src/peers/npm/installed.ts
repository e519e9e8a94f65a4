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
export async function load(name: string): Promise<Installed> {
  const entry = entryOf(name);
  const folder = folderOf(entry, name);
  const { version, module: main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly module?: string;
  };
  // What `require` resolves to may be another copy than what `import` does; a package must be loaded once.
  const loaded: unknown = await import(pathToFileURL(main ? join(folder, main) : entry).href);
  return { module: loaded, version, folder };
}

/** What to do to have these packages. */
export function howToInstall(names: readonly string[]): string {
  return `not installed; in a folder of its own: npm i ${names.join(' ')}, then ${FOLDER}=that folder`;
}

function entryOf(name: string): string {
  const folder = process.env[FOLDER];
  const from = folder === undefined ? import.meta.url : pathToFileURL(join(folder, 'here.js'));
  return createRequire(from).resolve(name);
}

function folderOf(entry: string, name: string): string {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    if (folder.replaceAll('\\', '/').endsWith(`/node_modules/${name}`)) return folder;
  }
  throw new Error(`${entry} lies in no folder called ${name}`);
}
