// Spans that a layer keeps as whole numbers of time steps.
import { fail } from './error.ts';
import { finite, numberOf } from './numbers.ts';

/**
 * How many whole time steps there are in a span. What a layer has reported as `steps · dt` gives the same number again,
 * also where dividing it falls short by a rounding error.
 * @throws ValueError for less than `least` steps.
 */
export function wholeSteps(
  seconds: number,
  dt: number,
  { name, least }: { name: string; least: number },
): number {
  const steps = Math.floor(finite(numberOf(seconds, name), name) / dt);
  const reported = (steps + 1) * dt === seconds ? steps + 1 : steps;
  if (reported >= least) return reported;
  throw fail(
    'ValueError',
    'too-short',
    `${name} must be at least ${least} time steps, ${least * dt} s; got ${seconds}`,
  );
}
