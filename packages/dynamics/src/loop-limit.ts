// The error of a loop that doesn't end, the same on every backend.
import { fail } from './error.ts';
import type { StepProgram } from './program.ts';

/** For a run in which the loop of a step has reached its limit while its condition still holds. */
export function loopLimitReached({ name, loop }: StepProgram): Error {
  return fail(
    'RuntimeError',
    'loop-limit',
    `${name}: the loop of a step did not end within ${loop?.limit} iterations; the state is as before the run`,
  );
}
