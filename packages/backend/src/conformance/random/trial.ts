// A trial: a program, what it is bound to, and some runs with writes between them, all from a source of choices; and
// its comparison with the interpreter.
import {
  type Bindings,
  type Declaration,
  eventOutputs,
  Interpreter,
  type ParameterValue,
  printProgram,
  type RunInputs,
  type RunOptions,
  type Shape,
  type StepProgram,
} from '@rp/dynamics';
import { csrFromDense, isCsrMatrix } from '@rp/ndarray';
import { eventsOf, mapValues, tensor } from '../arrays.ts';
import { differenceOfResults, differenceOfTensors } from '../bits.ts';
import { type CaseContext, messageOf } from '../case.ts';
import type { Random } from '../prng.ts';
import type { Style } from './style.ts';

export interface TrialRun {
  /** Done before the run. */
  readonly writes: Readonly<Record<string, ParameterValue>>;
  readonly inputs: RunInputs;
  readonly options: RunOptions;
}

export interface Trial {
  readonly program: StepProgram;
  readonly bindings: Bindings;
  readonly runs: readonly TrialRun[];
}

/** Makes up what a program is run on. */
export function randomTrial(random: Random, style: Style, program: StepProgram): Trial {
  const dims = { n: random.pick([0, 1, 2, 3, 5, 8, 9]), m: random.pick([0, 1, 2, 4, 7]), d: random.below(4) };
  const batch = random.pick([0, 1, 1, 1, 2, 3]);
  const extents = (shape: Shape) =>
    shape.map((dim) => (typeof dim === 'number' ? dim : dims[dim as keyof typeof dims]));
  const fill = ({ shape, type }: Declaration, ...leading: number[]) =>
    tensor(
      [...leading, ...extents(shape)],
      () => (type === 'bool' ? random.below(2) : style.draw(random)),
      random.chance(80) ? 'float64' : 'float32',
      type,
    );
  /** As many entries as elements that aren't zero; now and then given densely. */
  const parameter = (declared: Declaration): ParameterValue => {
    if (declared.storage === undefined) return fill(declared);
    const percent = random.pick([5, 30, 100]);
    const dense = fill(declared);
    dense.data.forEach((_, index) => {
      if (!random.chance(percent)) dense.data[index] = 0;
    });
    return random.chance(20) ? dense : csrFromDense(dense);
  };
  const sometimes = (group: Readonly<Record<string, Declaration>>, percent: number) =>
    Object.fromEntries(Object.entries(group).filter(() => random.chance(percent)));
  const held = { ...program.state, ...program.lines };
  const stateOf = (declared: Declaration) => (random.chance(50) ? fill(declared) : fill(declared, batch));

  const bindings: Bindings = {
    dims,
    batch,
    dt: 0.125,
    seed: random.word(),
    firstStep: random.pick([0, 0, 1, 1000]),
    params: mapValues(program.params, parameter),
    state: mapValues(sometimes(held, 60), stateOf),
  };
  const largest = Math.max(
    0,
    ...eventOutputs(program).map(({ shape, rounds }) => sizeOf(extents(shape)) * rounds),
  );
  const run = (): TrialRun => {
    const steps = random.below(6);
    const input = (declared: Declaration) => {
      const rows = fill(declared, batch, steps);
      return random.chance(30) ? eventsOf(rows) : rows;
    };
    return {
      writes: {
        ...mapValues(sometimes(program.params, 20), parameter),
        ...mapValues(sometimes(held, 15), stateOf),
        ...(random.chance(20) ? { dt: tensor([], [random.pick([0.25, 0.5, 1])]) } : {}),
      },
      inputs: mapValues(sometimes(program.inputs, 85), input),
      options: {
        steps,
        record: Object.keys(sometimes({ ...program.records, ...program.state } as typeof held, 50)),
        ...(random.chance(25) ? { eventCapacity: largest + random.below(1 + largest) } : {}),
      },
    };
  };
  return { program, bindings, runs: Array.from({ length: 1 + random.below(4) }, run) };
}

function sizeOf(extents: readonly number[]): number {
  return extents.reduce((product, extent) => product * extent, 1);
}

/** Where a session first does something else than the interpreter, as a sentence; undefined if nowhere. */
export async function differenceIn(
  context: CaseContext,
  { program, bindings, runs }: Trial,
): Promise<string | undefined> {
  const interpreter = new Interpreter(program, { ...bindings, dtype: context.dtype });
  // Of a trial that the interpreter refuses nothing is known.
  const expected = runs.map(({ writes, inputs, options }) => {
    for (const [name, value] of Object.entries(writes)) interpreter.write(name, value);
    return interpreter.run(inputs, options);
  });
  try {
    const session = await context.session(program, bindings);
    for (const [index, { writes, inputs, options }] of runs.entries()) {
      for (const [name, value] of Object.entries(writes)) await session.write(name, value);
      const difference = differenceOfResults(await session.run(inputs, options), expected[index]!);
      if (difference !== undefined) return `run ${index + 1} of ${runs.length}: ${difference}`;
    }
    for (const name of ['dt', ...Object.keys({ ...program.params, ...program.state, ...program.lines })]) {
      const difference = differenceOfTensors(await session.read(name), interpreter.read(name));
      if (difference !== undefined) return `read('${name}') ${difference}`;
    }
    await session.dispose();
  } catch (error) {
    return `fails: ${messageOf(error)}`;
  }
  return undefined;
}

/** A trial as text, to be repeated by hand. */
export function describeTrial({ program, bindings, runs }: Trial): string {
  const { dims, batch, dt, seed, firstStep } = bindings;
  const sparse = Object.entries(bindings.params ?? {}).filter(([name]) => program.params[name]?.storage);
  const entries = Object.fromEntries(
    sparse.map(([name, value]) => [name, isCsrMatrix(value) ? `${value.data.length} entries` : 'dense']),
  );
  const steps = runs.map(({ options, writes }) => {
    const written = Object.keys(writes);
    return JSON.stringify({
      ...options,
      ...(written.length > 0 ? { after: `writes of ${written.join(', ')}` } : {}),
    });
  });
  return [
    printProgram(program),
    `bound to ${JSON.stringify({ dims, batch, dt, seed, firstStep, ...entries })}`,
    ...steps.map((step) => `run ${step}`),
  ].join('\n');
}
