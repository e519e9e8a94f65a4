// Which event outputs are listed in a loop before they become entries: a call in the loop would slow its passes down.
import type { StepProgram } from '@rp/dynamics';

/** The outputs of truth values: their places are listed in a loop, and become entries of 1 after it. */
export function firedOutputs({ events, values }: StepProgram): string[] {
  return Object.keys(events).filter((name) => values[events[name]!]!.type === 'bool');
}
