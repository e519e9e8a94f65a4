// One evolution of a module at a time, and all or nothing: a failed one leaves the states as they were.
import type { ModuleCore } from './core.ts';
import { fail } from './fail.ts';

/** @throws RuntimeError while an evolution of the module is running. */
export function requireIdle({ busy, self }: ModuleCore): void {
  if (!busy) return;
  throw fail(
    'RuntimeError',
    'busy',
    `${self.fullName} is still evolving; await that evolution before you begin the next one`,
  );
}

/** Runs an evolution; `capture` remembers the states and returns what puts them back. */
export async function guarded<T>(
  core: ModuleCore,
  capture: () => () => void,
  evolution: () => Promise<T> | T,
): Promise<T> {
  const restore = begin(core, capture);
  try {
    return await evolution();
  } catch (error) {
    throw undone(restore, error);
  } finally {
    core.busy = false;
  }
}

/** {@link guarded} without waiting. */
export function guardedSync<T>(core: ModuleCore, capture: () => () => void, evolution: () => T): T {
  const restore = begin(core, capture);
  try {
    return evolution();
  } catch (error) {
    throw undone(restore, error);
  } finally {
    core.busy = false;
  }
}

function begin(core: ModuleCore, capture: () => () => void): () => void {
  requireIdle(core);
  const restore = capture();
  core.busy = true;
  return restore;
}

/** Puts the states back and returns the error to throw. */
function undone(restore: () => void, error: unknown): unknown {
  try {
    restore();
    return error;
  } catch (secondError) {
    const cause = new AggregateError([error, secondError]);
    const message = 'an evolution failed, and so did putting the states back (both errors are in the cause)';
    return fail('RuntimeError', 'restore-failed', message, { cause });
  }
}
