// Finds the case files among the paths of the command line, and tells what is in them.
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON file that holds cases. */
export interface CaseFile {
  readonly path: string;
  /** `core`, or what the file itself says (`golden-layers/1`). */
  readonly format: string;
  /** The parsed content. */
  readonly content: unknown;
}

/** A path that cannot be used; shown to the user as it is. */
export class BadPath extends Error {}

/**
 * The case files at a path: the file itself, or all in a folder. In a folder other JSON files are passed over.
 * @throws BadPath if there is nothing at the path, or a file that holds no cases.
 */
export function findCaseFiles(path: string): CaseFile[] {
  if (!statPath(path).isDirectory()) {
    const file = readCaseFile(path);
    if (file !== null) return [file];
    throw new BadPath(`${path} holds no golden cases`);
  }
  const files = jsonFilesBelow(path).map(readCaseFile);
  const found = files.filter((file) => file !== null);
  if (found.length === 0) throw new BadPath(`there are no golden cases below ${path}`);
  return found;
}

function statPath(path: string) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new BadPath(`there is no file or folder ${path}`);
  return stats;
}

function jsonFilesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.sort(byName).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (statSync(path).isDirectory()) return jsonFilesBelow(path);
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1);

function readCaseFile(path: string): CaseFile | null {
  const content = parse(path);
  const format = formatOf(content);
  return format === null ? null : { path, format, content };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BadPath(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
}

function formatOf(content: unknown): string | null {
  if (Array.isArray(content)) return content.every(isCase) && content.length > 0 ? 'core' : null;
  if (typeof content !== 'object' || content === null || !('format' in content)) return null;
  return String(content.format).startsWith('golden-') ? String(content.format) : null;
}

function isCase(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'id' in entry && 'expect' in entry;
}
