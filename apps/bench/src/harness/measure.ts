// Timing of work in this process.
import type { Arrays, Prepared, Rounds } from './workload.ts';

export interface Measurement {
  readonly milliseconds: readonly number[];
  readonly result: Arrays;
}

/** What slow work is done at least: once untimed, and as often timed. */
const FEWEST = 3;

/**
 * Does the work `warmUp + timed` times or more, one after another, and keeps the last result; less often if it is slow. The
 * same rule is in peers/python/run.py.
 */
export async function measure(
  prepared: Prepared,
  { warmUp, timed, atLeast = 0, enough = Number.POSITIVE_INFINITY, processorTime }: Rounds,
): Promise<Measurement> {
  const clock = processorTime ? processorClock : () => performance.now();
  await repeat(prepared, clock, { rounds: warmUp, atLeast: atLeast / 3, fewest: 1, enough });
  return repeat(prepared, clock, { rounds: timed, atLeast, fewest: FEWEST, enough });
}

interface Repeats {
  readonly rounds: number;
  readonly atLeast: number;
  readonly fewest: number;
  readonly enough: number;
}

async function repeat(
  prepared: Prepared,
  clock: () => number,
  { rounds, atLeast, fewest, enough }: Repeats,
): Promise<Measurement> {
  const milliseconds: number[] = [];
  let result: Arrays | (() => Arrays) = {};
  let total = 0;
  const isSlow = () => milliseconds.length >= fewest && total >= enough;
  while ((milliseconds.length < rounds && !isSlow()) || total < atLeast) {
    const start = clock();
    result = await prepared.run();
    const taken = clock() - start;
    milliseconds.push(taken);
    total += taken;
  }
  return { milliseconds, result: arraysOf(result) };
}

/** The arrays of a result that may still have to be read. */
export function arraysOf(result: Arrays | (() => Arrays)): Arrays {
  return typeof result === 'function' ? result() : result;
}

/** Milliseconds that all threads of this process have computed, for itself and in the system. */
function processorClock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The middle value; of an even number the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
