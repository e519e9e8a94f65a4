// Tables in a file: a new one, or the part between two marks of an old one.
import { readFile, writeFile } from 'node:fs/promises';

const START = '<!-- bench: start -->';
const END = '<!-- bench: end -->';

/** Replaces what is between the marks; a file without both marks is written anew. */
export async function writeMarkdown(file: string, text: string): Promise<void> {
  await writeFile(file, withText(await textOf(file), text));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** The document with the text between its marks; only the text if it has no marks. */
export function withText(document: string, text: string): string {
  const [start, end] = [document.indexOf(START), document.indexOf(END)];
  if (start < 0 || end < start) return `# Benchmarks\n\n${text}`;
  return `${document.slice(0, start + START.length)}\n${text}${document.slice(end)}`;
}
