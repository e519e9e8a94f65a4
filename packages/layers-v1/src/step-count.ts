// How many time steps an evolution takes, and when they are.
import type { TimeSeries } from '@rp/timeseries';
import { describe, fail } from './error.ts';
import { finite, numberOf } from './numbers.ts';

/** How long to evolve. The number of steps wins over the duration, and both over the input's range. */
export interface TimeSpan {
  /** Seconds. */
  readonly duration?: number | null | undefined;
  readonly numTimesteps?: number | null | undefined;
}

const TOLERANCE = 1e-9;

/**
 * The number of steps from the number itself, the duration, or the end of the input.
 * @throws TypeError if none is given, or the number of steps is not whole, or the duration no number; ValueError for
 * negative and infinite spans and for an input that ends before `t`.
 */
export function stepCount(
  input: TimeSeries | null | undefined,
  { duration, numTimesteps }: TimeSpan,
  { t, dt }: { readonly t: number; readonly dt: number },
): number {
  if (numTimesteps !== null && numTimesteps !== undefined) return wholeCount(numTimesteps);
  const seconds = finite(numberOf(duration ?? durationOf(input, t), 'duration'), 'duration');
  if (seconds < 0) {
    throw fail('ValueError', 'duration', `a duration must be at least 0 seconds, got ${seconds}`);
  }
  return representable(Math.floor((seconds + TOLERANCE) / dt));
}

function wholeCount(numTimesteps: number): number {
  if (!Number.isInteger(numTimesteps)) {
    throw fail(
      'TypeError',
      'num-timesteps',
      `numTimesteps must be a whole number, got ${describe(numTimesteps)}`,
    );
  }
  if (numTimesteps < 0) {
    throw fail('ValueError', 'num-timesteps', `numTimesteps must not be negative, got ${numTimesteps}`);
  }
  return representable(numTimesteps);
}

/** More don't fit into an array. */
function representable(numTimesteps: number): number {
  if (numTimesteps < 2 ** 32) return numTimesteps;
  throw fail(
    'ValueError',
    'too-many-steps',
    `${numTimesteps} time steps are more than one evolution can hold (2^32); evolve in parts`,
  );
}

function durationOf(input: TimeSeries | null | undefined, t: number): number {
  if (!input) {
    throw fail('TypeError', 'no-time-span', 'give evolve an input, or a duration, or numTimesteps');
  }
  if (input.periodic) return input.duration;
  const rest = input.tStop - t;
  if (rest > 0) return rest;
  throw fail(
    'ValueError',
    'input-over',
    `the input ends at ${input.tStop} s, but the layer is at ${t} s already; reset its time, or give a duration`,
  );
}

/** The times of steps: element j is `j*dt + tStart`, in one multiplication and addition each. */
export function timeTrace(tStart: number, numTimesteps: number, dt: number): Float64Array {
  const times = new Float64Array(numTimesteps);
  for (let step = 0; step < numTimesteps; step++) times[step] = step * dt + tStart;
  return times;
}
