// Runs a case of a low-level module.
import type { RunOptions } from '../golden-case.ts';
import { toleranceFor } from './float32.ts';
import { makeModule } from './module-classes.ts';
import { carryOutModuleStep, type ModuleSubject } from './module-steps.ts';
import { type LayerCase, mustFail, runEachStep } from './run-layer-case.ts';

/** What differs from the expectation. */
export async function runModuleCase(golden: LayerCase, run: RunOptions): Promise<readonly string[]> {
  const { class: name, config, steps } = golden;
  const tolerance = toleranceFor(run, golden.tolerance, steps);
  if (golden.expect_construct_error) return mustFail(golden, () => makeModule(name, config, run));
  const subject: ModuleSubject = { module: makeModule(name, config, run) };
  try {
    return await runEachStep(steps, (step) => carryOutModuleStep(step, subject), tolerance);
  } finally {
    await (subject.timed ?? subject.module).dispose();
  }
}
