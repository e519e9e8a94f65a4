// Files appear whole or not at all: written under another name first, then renamed.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type TimeSeries, TSContinuous, TSEvent, toNpz } from '@rp/timeseries';

export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, content);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

export async function writeSeries(path: string, series: TimeSeries): Promise<void> {
  if (series instanceof TSContinuous) await writeWhole(path, toNpz(series));
  else if (series instanceof TSEvent) await writeWhole(path, toNpz(series));
  else throw new TypeError(`${path}: neither a signal nor events`);
}

/** What a command says when a file is all that it made. */
export function sayWritten(path: string, json = false): void {
  process.stdout.write(json ? `${JSON.stringify({ files: [path] })}\n` : `wrote ${path}\n`);
}
