// Writes a file (Node).
import { notice } from '@rp/errors';
import { nodeModule } from '../node-module.ts';
import type { SeriesDict } from './members.ts';
import { npzOf } from './write.ts';

/** Saves members at a path; `.npz` is appended where it is missing. */
export async function saveMembers(members: SeriesDict, path: string | URL, verbose: boolean): Promise<void> {
  const files = nodeModule('node:fs/promises', 'saving to a path');
  const target = withExtension(path);
  await files.writeFile(target, npzOf(members));
  if (verbose) notice('timeseries', `saved ${target}`);
}

function withExtension(path: string | URL): string | URL {
  if (typeof path === 'string') return path.endsWith('.npz') ? path : `${path}.npz`;
  return path.pathname.endsWith('.npz') ? path : new URL(`${path.href}.npz`);
}
