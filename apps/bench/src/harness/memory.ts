// How much more memory the work needs at its peak, its result included: on Linux, from the system's own count.
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { arraysOf } from './measure.ts';
import type { Arrays, Prepared, Workload } from './workload.ts';

/** The peak growth during one round of work, in words. */
export async function memoryLine(workload: Workload): Promise<string> {
  const prepared = await workload.prepare();
  const size = sizeOf(arraysOf(await prepared.run()));
  const growth = await peakGrowth(prepared);
  await prepared.dispose?.();
  if (growth === null) return 'this system does not tell how much memory is in use';
  return `at its peak ${megabytes(growth)}, ${(growth / size).toFixed(1)} times the result of ${megabytes(size)}`;
}

async function peakGrowth(prepared: Prepared): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  collectGarbage();
  try {
    writeFileSync('/proc/self/clear_refs', '5'); // the peak starts anew at what is in use
  } catch {
    return null; // not permitted in some containers
  }
  const before = resident('VmRSS');
  arraysOf(await prepared.run());
  return resident('VmHWM') - before;
}

function sizeOf(arrays: Arrays): number {
  return Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function resident(field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
}
