// Some cases can't meet the reference in float32, on any backend: a spike comes a step sooner, and everything after it is
// different; or a reset by subtraction leaves the small rest of a large number. A backend other than JavaScript passes
// such a case if JavaScript meets the reference in float64, and in float32 gives the very bits that the backend gives.
import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { jsBackend } from '@rp/backend-js';
import { withBackend } from './backends.ts';
import type { GoldenCase, RunOptions } from './golden-case.ts';

const notes = new AsyncLocalStorage<unknown[]>();

/** Notes a result of the case that is being run. */
export function note(result: unknown): void {
  notes.getStore()?.push(result);
}

/** What differs in a case, where it is run, and all results that it noted. */
async function noted(golden: GoldenCase, options: RunOptions) {
  const results: unknown[] = [];
  const differences = await notes.run(results, () => golden.run(options));
  return { differences, results };
}

/** What differs from the expectation; nothing if the case passes, in one way or the other. */
export async function runWithTwin(golden: GoldenCase, options: RunOptions): Promise<readonly string[]> {
  const own = await noted(golden, options);
  const { backend, dtype } = options;
  if (own.differences.length === 0 || dtype !== 'float32' || backend === undefined || backend.name === 'js') {
    return own.differences;
  }
  const js = jsBackend();
  const onJs = (as: 'float32' | 'float64') => {
    const twin = { backend: js, dtype: as };
    return withBackend(twin, () => noted(golden, twin));
  };
  const [single, double] = [await onJs('float32'), await onJs('float64')];
  return double.differences.length === 0 && isDeepStrictEqual(own.results, single.results)
    ? []
    : own.differences;
}
