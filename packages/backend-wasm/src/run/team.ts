// Who does the steps of a session: the calling thread alone, or a pool of threads.
import type { Layout } from '../compile/layout.ts';
import type { Kernel } from '../compiled-program.ts';
import type { DividedSteps, Pool } from '../threads/pool.ts';
import type { SessionMemory } from './session-memory.ts';

/** Does some steps; returns how many threads took part. */
export type DoSteps = (steps: number) => number;

/** About how many operations are done in a millisecond. */
const operationsPerMillisecond = 2e7;

export function teamFor(
  kernel: Kernel,
  memory: SessionMemory,
  layout: Layout,
  pool: Pool | undefined,
): DoSteps {
  const { base } = memory;
  const { code } = kernel;
  const { kind, work } = layout.division;
  if (pool === undefined || code === undefined) {
    return (steps) => {
      kernel.steps(base, steps);
      return 1;
    };
  }
  const fixed = {
    run: kernel.steps as DividedSteps,
    code,
    base,
    own: base + layout.own.start,
    ownOfWorkers: base + layout.own.startOfWorkers,
    ownBytes: layout.own.bytes,
    together: kind === 'blocks',
  };
  return (steps) => {
    memory.put('untaken', 0);
    return pool.perform({ ...fixed, steps, duration: (steps * work) / operationsPerMillisecond });
  };
}
