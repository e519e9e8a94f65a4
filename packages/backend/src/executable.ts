// What `compile` gives back: the same around every backend's own way of making sessions.
import type { StepProgram } from '@rp/dynamics';
import type { ErrorFactory } from '@rp/errors';
import type { Executable } from './plugin.ts';

/**
 * An executable that can be disposed; instantiating it afterwards is refused (RuntimeError, code `disposed`).
 * @param fail The error factory of the backend.
 */
export function executableOf(
  program: StepProgram,
  fail: ErrorFactory,
  { instantiate, explain }: Pick<Executable, 'instantiate' | 'explain'>,
): Executable {
  let open = true;
  const dispose = async () => {
    open = false;
  };
  return {
    instantiate: async (bindings) => {
      if (!open) throw fail('RuntimeError', 'disposed', `${program.name}: this executable was disposed`);
      return instantiate(bindings);
    },
    explain,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
