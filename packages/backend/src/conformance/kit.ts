// All cases, and how a test runner is told of them.
import type { BackendPlugin } from '../plugin.ts';
import type { ConformanceCase } from './case.ts';
import { batchCases } from './cases/batches.ts';
import { choiceCases } from './cases/choices.ts';
import { eventCases } from './cases/events.ts';
import { lifetimeCases } from './cases/lifetime.ts';
import { loopCases } from './cases/loops.ts';
import { operationCases } from './cases/operations.ts';
import { randomCases } from './cases/random.ts';
import { refusalCases } from './cases/refusals.ts';
import { runCases } from './cases/runs.ts';
import { sparseCases } from './cases/sparse.ts';
import { stoppingCases } from './cases/stopping.ts';
import { syncCases } from './cases/sync.ts';
import { writeCases } from './cases/writes.ts';

export interface ConformanceOptions {
  /** How many random programs are compared with the interpreter. Default 100. */
  readonly programs?: number | undefined;
  /** Where the random programs start; case `k` has seed `seed + k`. Default 1. */
  readonly seed?: number | undefined;
}

/** What the kit needs of a test runner: vitest and node:test have both. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Every case of the kit. Each opens a backend of its own and closes it. */
export function conformanceCases({
  programs = 100,
  seed = 1,
}: ConformanceOptions = {}): readonly ConformanceCase[] {
  return [
    ...operationCases,
    ...runCases,
    ...batchCases,
    ...eventCases,
    ...loopCases,
    ...choiceCases,
    ...sparseCases,
    ...writeCases,
    ...stoppingCases,
    ...lifetimeCases,
    ...refusalCases,
    ...syncCases,
    ...randomCases(programs, seed),
  ];
}

/** Declares every case with a test runner: `describeConformance(myBackend(), { describe, it })`. */
export function describeConformance(
  plugin: BackendPlugin,
  { describe, it }: TestRunner,
  options: ConformanceOptions = {},
): void {
  const cases = conformanceCases(options);
  describe(`conformance of ${plugin.name}`, () => {
    for (const group of new Set(cases.map((item) => item.group))) {
      describe(group, () => {
        for (const item of cases) if (item.group === group) it(item.name, () => item.run(plugin));
      });
    }
  });
}
