// Finds the case files among the paths of the command line, and tells what is in them.
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON file that holds cases. */
export interface CaseFile {
  readonly path: string;
  /** `core`, what the file itself says (`golden-layers/1`), or `unreadable`. */
  readonly format: string;
  /** The parsed content, or the reason why there is none. */
  readonly content: unknown;
}

/** A path that cannot be used; shown to the user as it is. */
export class BadPath extends Error {}

/**
 * The case files at a path: the file itself, or all in a folder. In a folder other JSON files are passed over.
 * @throws BadPath if there is nothing at the path, or a file that holds no cases.
 */
export function findCaseFiles(path: string): CaseFile[] {
  if (!statPath(path).isDirectory()) return [singleFile(path)];
  const found = jsonFilesBelow(path, new Set())
    .map(readCaseFile)
    .filter((file) => file !== null);
  if (found.length === 0) throw new BadPath(`there are no golden cases below ${path}`);
  return found;
}

function singleFile(path: string): CaseFile {
  const file = readCaseFile(path);
  if (file === null) throw new BadPath(`${path} holds no golden cases`);
  if (file.format === 'unreadable') throw new BadPath(`${path} ${file.content}`);
  return file;
}

function statPath(path: string) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new BadPath(`there is no file or folder ${path}`);
  return stats;
}

/** Each folder counts once, however many links lead to it. */
function jsonFilesBelow(folder: string, seen: Set<string>): string[] {
  const real = realpathSync(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.sort(byName).flatMap((entry) => {
    const path = join(folder, entry.name);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return jsonFilesBelow(path, seen);
    return stats?.isFile() && entry.name.endsWith('.json') ? [path] : [];
  });
}

const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1);

/** A file with cases, `null` for other JSON. */
function readCaseFile(path: string): CaseFile | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { path, format: 'unreadable', content: `cannot be read as JSON: ${(error as Error).message}` };
  }
  const format = formatOf(content);
  return format === null ? null : { path, format, content };
}

function formatOf(content: unknown): string | null {
  if (Array.isArray(content)) return content.every(isCase) && content.length > 0 ? 'core' : null;
  if (typeof content !== 'object' || content === null || !('format' in content)) return null;
  return String(content.format).startsWith('golden-') ? String(content.format) : null;
}

function isCase(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'id' in entry && 'expect' in entry;
}
