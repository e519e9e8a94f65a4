// One evolution of a module at a time, and all or nothing: a failed one leaves the states as they were.
import { CORE, type ModuleCore } from './core.ts';
import { fail } from './fail.ts';
import type { ModuleBase } from './module-base.ts';

/** @throws RuntimeError while an evolution of the module is running, by itself or as part of another. */
export function requireIdle(core: ModuleCore): void {
  requireFree(core, "it can't evolve");
  if (!core.busy) return;
  throw fail(
    'RuntimeError',
    'busy',
    `${core.self.fullName} is still evolving; await that evolution before you begin the next one`,
  );
}

/** @throws RuntimeError while the states of the module are away from it. */
export function requireFree({ heldBy, self }: ModuleCore, refused: string): void {
  const holder = heldBy.at(-1);
  if (holder === undefined) return;
  const part = holder === self ? '' : ` as part of ${holder.fullName}`;
  throw fail(
    'RuntimeError',
    'busy',
    `${self.fullName} is evolving${part}, ${refused} meanwhile; await that evolution first`,
  );
}

/** Holds a module and what is below it until the result is called. */
export function hold(holder: ModuleBase): () => void {
  const tree = coresOf(holder);
  for (const core of tree.slice(1)) requireIdle(core);
  for (const { heldBy } of tree) heldBy.push(holder);
  return () => {
    for (const core of tree) release(core, holder);
  };
}

/** Lets go of a module below the holder, and of what is below that, until the result is called. */
export function letGo(holder: ModuleBase, module: ModuleBase): () => void {
  const tree = coresOf(module);
  for (const core of tree) release(core, holder);
  return () => {
    for (const { heldBy } of tree) heldBy.push(holder);
  };
}

function release({ heldBy }: ModuleCore, holder: ModuleBase): void {
  const place = heldBy.lastIndexOf(holder);
  if (place >= 0) heldBy.splice(place, 1);
}

/** Of a module and of all below it, each once, the module's own first. */
function coresOf(module: ModuleBase): ModuleCore[] {
  const inner = [...module[CORE].modules.values()].flatMap(coresOf);
  return [...new Set([module[CORE], ...inner])];
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
