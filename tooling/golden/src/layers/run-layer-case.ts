// Runs a case of the format `golden-layers/1`: makes the layer, wraps it if the case asks for that, and compares the
// result of each step.
import { isRpError } from '@rp/errors';
import { LayerAdapter } from '@rp/timed-adapter';
import type { Fields } from '../core/values.ts';
import type { RunOptions } from '../golden-case.ts';
import { note } from '../twin.ts';
import { Waiting } from '../waiting.ts';
import { layerDifference, type Tolerance } from './compare.ts';
import { toleranceFor } from './float32.ts';
import { makeLayer } from './layer-classes.ts';
import { carryOut, type LayerStep, type Subject } from './steps.ts';
import { wrappedAttributes } from './wrapped-attributes.ts';

export interface LayerCase {
  readonly id: string;
  readonly class: string;
  readonly api: string;
  readonly config: Fields;
  readonly steps: readonly LayerStep[];
  readonly tolerance: Tolerance;
  readonly wrap?: Fields | undefined;
  readonly expect_construct_error?: { readonly type: string } | undefined;
}

/** What differs from the expectation. */
export async function runLayerCase(golden: LayerCase, run: RunOptions): Promise<readonly string[]> {
  if (golden.expect_construct_error) return mustFail(golden, () => makeSubject(golden, run));
  const subject = makeSubject(golden, run);
  try {
    return await runSteps(golden.steps, subject, toleranceFor(run, golden.tolerance, golden.steps));
  } finally {
    await (subject.timed ?? subject.layer).dispose();
  }
}

function makeSubject({ class: className, api, config, wrap }: LayerCase, run: RunOptions): Subject {
  const layer = makeLayer(className, config, run);
  if (api !== 'timed') return { layer };
  return { layer, timed: new LayerAdapter(layer, wrappedAttributes(className, wrap)) };
}

/** What is wrong if a construction that must fail doesn't. */
export function mustFail(
  { expect_construct_error: expected }: LayerCase,
  construct: () => unknown,
): readonly string[] {
  try {
    construct();
  } catch (error) {
    if (isRpError(error)) return [];
    throw error;
  }
  return [`construction: expected a ${expected!.type}, got an object`];
}

/** Runs the steps of a layer. */
export function runSteps(
  steps: readonly LayerStep[],
  subject: Subject,
  tolerance: Tolerance,
): Promise<readonly string[]> {
  return runEachStep(steps, (step) => carryOut(step, subject), tolerance);
}

type CarryOut = (step: LayerStep) => Promise<Fields>;

/** Runs steps one after another; a step that fails doesn't end the case. */
export async function runEachStep(
  steps: readonly LayerStep[],
  carryOutStep: CarryOut,
  tolerance: Tolerance,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const [index, step] of steps.entries()) {
    const found = await runStep(step, carryOutStep, tolerance, `step ${index} (${step.call})`);
    if (found !== null) differences.push(found);
  }
  return differences;
}

async function runStep(
  step: LayerStep,
  carryOutStep: CarryOut,
  tolerance: Tolerance,
  path: string,
): Promise<string | null> {
  const expectedError = (step.expect.error as { readonly type: string } | undefined)?.type;
  let result: Fields;
  try {
    result = await carryOutStep(step);
  } catch (error) {
    if (error instanceof Waiting || !isRpError(error)) throw error;
    if (error.kind === expectedError) return null;
    return `${path}: expected ${expectedError ?? 'a result'}, got ${error.kind}: ${error.message}`;
  }
  if (expectedError !== undefined) return `${path}: expected a ${expectedError}, got a result`;
  note(result);
  return layerDifference(step.expect, result, tolerance, path);
}
