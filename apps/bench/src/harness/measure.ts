// Timing of work in this process.
import type { Arrays, Prepared, Rounds } from './workload.ts';

export interface Measurement {
  readonly milliseconds: readonly number[];
  readonly result: Arrays;
}

/** Does the work `warmUp + timed` times or more, one after another, and keeps the last result. */
export async function measure(
  prepared: Prepared,
  { warmUp, timed, atLeast = 0, processorTime }: Rounds,
): Promise<Measurement> {
  const clock = processorTime ? processorClock : () => performance.now();
  await repeat(prepared, clock, warmUp, atLeast / 3);
  return repeat(prepared, clock, timed, atLeast);
}

async function repeat(
  prepared: Prepared,
  clock: () => number,
  rounds: number,
  atLeast: number,
): Promise<Measurement> {
  const milliseconds: number[] = [];
  let result: Arrays | (() => Arrays) = {};
  let total = 0;
  while (milliseconds.length < rounds || total < atLeast) {
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
