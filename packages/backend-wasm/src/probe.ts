// What this place says when it is asked whether the backend can run here: found out by doing it in small.
import type { Probe } from '@rp/backend';
import { hasSimd, threadsProblem, webAssemblyProblem } from './features.ts';
import { Heap } from './run/heap.ts';
import { Pool } from './threads/pool.ts';
import { availableThreads } from './threads/start-worker.ts';

/** What to do where there is no WebAssembly. */
export const remedy =
  'use a browser with WebAssembly, allow it in the content-security policy, or take another backend';

interface Wanted {
  readonly simd: boolean | undefined;
  readonly threads: number;
}

export async function probe({ simd, threads }: Wanted): Promise<Probe> {
  const reason = webAssemblyProblem();
  if (reason !== undefined)
    return { available: false, reason: `${reason.replace(/\.$/, '')}.`, remedy: `Please ${remedy}.` };
  const notes: string[] = [];
  const vectors = simd ?? hasSimd();
  if (!vectors) {
    const why = simd === false ? 'it was asked not to' : 'this place has no SIMD';
    notes.push(`No vectors are used (${why}).`);
  }
  const problem = threadsProblem() ?? (threads > 1 ? await workerProblem() : undefined);
  if (problem !== undefined) notes.push(`One thread only: ${problem}.`);
  else if (threads === 1 && availableThreads() > 1)
    notes.push(`Up to ${availableThreads()} threads can be used here: wasmBackend({ threads: 'auto' }).`);
  const used = threads > 1 && problem === undefined ? `up to ${threads} threads` : 'one thread';
  const summary = `WebAssembly ${vectors ? 'with' : 'without'} SIMD, float64 and float32, ${used}`;
  return { available: true, summary, ...(notes.length > 0 ? { notes } : {}) };
}

/** Why no worker starts, or undefined if one does. */
async function workerProblem(): Promise<string | undefined> {
  const pool = new Pool(new Heap(true), { most: 2, forced: undefined }, () => {});
  const problem = await pool.started();
  await pool.end();
  return problem === undefined ? undefined : `no worker thread can be had: ${problem}`;
}
