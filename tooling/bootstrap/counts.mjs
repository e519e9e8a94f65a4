// How many tests and checks passed, added up from the files that each run leaves in out/counts.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.mjs';

export const countsFolder = join(root, 'out', 'counts');

export function writeCounts(name, counts) {
  mkdirSync(countsFolder, { recursive: true });
  writeFileSync(join(countsFolder, `${name}.json`), `${JSON.stringify(counts)}\n`);
}

export function readTally() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const file of existsSync(countsFolder) ? readdirSync(countsFolder) : []) {
    const counts = JSON.parse(readFileSync(join(countsFolder, file), 'utf8'));
    for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  }
  return total;
}

export function tallyLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
