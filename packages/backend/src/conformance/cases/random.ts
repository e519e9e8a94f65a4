// Programs that nobody has thought of, compared with the interpreter. The seed is in the name of the case.
import { basicOps, type OpName, operations } from '@rp/dynamics';
import { type CaseContext, type ConformanceCase, check, eachDtype } from '../case.ts';
import { Random } from '../prng.ts';
import { randomProgram } from '../random/program.ts';
import { shrunk } from '../random/shrink.ts';
import { tame, wild } from '../random/style.ts';
import { describeTrial, differenceIn, randomTrial, type Trial } from '../random/trial.ts';

/** `count` cases, with the seeds `seed`, `seed + 1`, … */
export function randomCases(count: number, seed: number): readonly ConformanceCase[] {
  return Array.from({ length: count }, (_, index) => {
    const own = (seed + index) >>> 0;
    return eachDtype('random programs', `the random program of seed ${own} equals the reference`, (context) =>
      compare(context, own),
    );
  });
}

async function compare(context: CaseContext, seed: number): Promise<void> {
  const random = new Random(seed);
  const style = context.bitExact && random.chance(60) ? wild(context.dtype) : tame;
  const { boundedLoop: loops, sparseParameters: sparse } = context.backend.capabilities;
  const program = randomProgram(random, style, { op: allowedOn(context), loops, sparse });
  const trial = randomTrial(random, style, program);
  if ((await differenceIn(context, trial)) === undefined) return;
  // A smaller loop may not end; of what the interpreter refuses nothing is known.
  const fails = (other: Trial) =>
    differenceIn(context, other).then(
      (found) => found !== undefined,
      () => false,
    );
  const smallest = await shrunk(trial, fails);
  const difference = await differenceIn(context, smallest);
  check(false, `seed ${seed} (${style.name}): ${difference ?? 'not every time'}\n${describeTrial(smallest)}`);
}

/** Operations that a backend has declared; those that are lowered need all of the basic ones. */
function allowedOn({ backend }: CaseContext): (op: OpName) => boolean {
  const declared = new Set<string>(backend.capabilities.operations);
  const complete = basicOps.every((op) => declared.has(op));
  return (op) => (operations[op].basic ? declared.has(op) : complete);
}
