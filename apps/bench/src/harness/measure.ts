// Timing of work in this process.
import type { Arrays, Prepared, Rounds } from './workload.ts';

export interface Measurement {
  readonly milliseconds: readonly number[];
  readonly result: Arrays;
}

/** Does the work `warmUp + timed` times, one after another, and keeps the last result. */
export async function measure(
  prepared: Prepared,
  { warmUp, timed, processorTime }: Rounds,
): Promise<Measurement> {
  const clock = processorTime ? processorClock : () => performance.now();
  for (let round = 0; round < warmUp; round++) await prepared.run();
  const milliseconds: number[] = [];
  let result: Arrays | (() => Arrays) = {};
  for (let round = 0; round < timed; round++) {
    const start = clock();
    result = await prepared.run();
    milliseconds.push(clock() - start);
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
