// Files that cases refer to lie relative to the folder that holds all cases of the format, wherever that is.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The path of a file that a case file refers to, found by going up from there. */
export function findReferenced(name: string, caseFile: string): string {
  let folder = dirname(resolve(caseFile));
  while (!existsSync(join(folder, name))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${caseFile} refers to ${name}, which is in no folder above it`);
    folder = parent;
  }
  return join(folder, name);
}
