// From what the caller says about the length of an evolution to a number of steps.
import type { TimeSeries } from '@rp/timeseries';
import { fail, show } from './fail.ts';

const DURATION_TOLERANCE = 1e-6;

/** How long to evolve. A number of steps wins over a duration, a duration over the length of the input. */
export interface Span {
  /** In seconds. */
  readonly duration?: number | null | undefined;
  /** In steps; of the owner's step, if the module is a submodule and called by its owner. */
  readonly numTimesteps?: number | null | undefined;
}

export interface StepClock {
  readonly t: number;
  readonly dt: number;
  /** Steps of this clock per step in which the caller counts. */
  readonly factor: number;
}

/** See {@link TimedModule.determineTimesteps}. */
export function determineTimesteps(input: TimeSeries | null, span: Span, clock: StepClock): number {
  const { duration, numTimesteps } = span;
  if (numTimesteps !== undefined && numTimesteps !== null) {
    return Math.ceil(wholeSteps(numTimesteps) * clock.factor);
  }
  const seconds = duration ?? inputDuration(input, clock.t);
  if (!(seconds >= 0)) {
    throw fail(
      'ValueError',
      'negative-duration',
      `the duration must not be negative, got ${show(seconds)} s`,
    );
  }
  const tolerance = Math.min(DURATION_TOLERANCE, clock.dt / 100);
  return Math.floor((seconds + tolerance) / clock.dt);
}

function wholeSteps(numTimesteps: number): number {
  if (!Number.isInteger(numTimesteps)) {
    throw fail(
      'TypeError',
      'steps-not-whole',
      `\`numTimesteps\` must be a whole number, got ${show(numTimesteps)}`,
    );
  }
  if (numTimesteps < 0) {
    throw fail('ValueError', 'negative-steps', `\`numTimesteps\` must not be negative, got ${numTimesteps}`);
  }
  return numTimesteps;
}

function inputDuration(input: TimeSeries | null, t: number): number {
  if (input === null) {
    throw fail(
      'TypeError',
      'no-span',
      'how long to evolve? Give an input series, a `duration`, or `numTimesteps`',
    );
  }
  if (input.periodic) return input.duration;
  const rest = input.tStop - t;
  if (rest > 0) return rest;
  throw fail(
    'ValueError',
    'input-finished',
    `the input ends at ${input.tStop} s, the module's clock is already at ${t} s; ` +
      'reset the clock, delay the input, or give a `duration`',
  );
}
