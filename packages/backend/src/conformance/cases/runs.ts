// What a run gives back, and that state goes on from run to run: splitting a run anywhere changes nothing.

import type { Bindings } from '@rp/dynamics';
import { defineDynamics, Interpreter, type RunInputs, type RunResult, type StepProgram } from '@rp/dynamics';
import { cutInputs, cutResult, eventsOf, mapValues, tensor } from '../arrays.ts';
import { differenceOfNumbers, differenceOfResults } from '../bits.ts';
import { type CaseContext, check, eachDtype, same, sameTensor } from '../case.ts';
import { noise, relay, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 6;
const record = ['v', 'leaked', 'refractory', 'total'];
const group = 'runs';

export const runCases = [
  eachDtype(group, 'state goes on from run to run, and read gives it', async (context) => {
    const pair = await context.pair(spiker, spikerBindings(n, { batch: 2 }));
    for (const [index, steps] of [3, 1, 0, 7].entries()) {
      await pair.run(spikerInputs(n, steps, 2), { steps }, `run ${index}`);
      for (const name of ['v', 'refractory', 'total', 'sent', 'weights', 'threshold', 'enabled', 'dt']) {
        await pair.read(name);
      }
    }
  }),

  eachDtype(group, 'a run split in two at any point gives the bits of one run', async (context) => {
    const inputs = spikerInputs(n, 9, 2);
    await splitEverywhere(context, spiker, spikerBindings(n, { batch: 2 }), inputs, 9, record);
    const events = mapValues(inputs, (rows) => eventsOf(rows as Parameters<typeof eventsOf>[0]));
    await splitEverywhere(context, spiker, spikerBindings(n, { batch: 2 }), events, 9, record);
  }),

  eachDtype(group, 'random numbers go on where a split run stopped', async (context) => {
    await splitEverywhere(context, noise, { dims: { n }, dt: 1, seed: 5, batch: 2 }, {}, 6, ['mean']);
  }),

  eachDtype(group, 'random numbers start at firstStep', async (context) => {
    const whole = new Interpreter(noise, { dims: { n }, dt: 1, seed: 3, dtype: context.dtype });
    whole.run({}, { steps: 4 });
    const state = { mean: whole.read('mean') };
    const session = await context.session(noise, { dims: { n }, dt: 1, seed: 3, firstStep: 4, state });
    same(await session.run({}, { steps: 3 }), whole.run({}, { steps: 3 }), 'from step 4');
  }),

  eachDtype(group, 'n steps give n + 1 observed rows and n of everything else', async (context) => {
    const session = await context.session(spiker, spikerBindings(n, { batch: 3 }));
    const first = await session.run(spikerInputs(n, 4, 3), { steps: 4, record });
    const second = await session.run({}, { steps: 1 });
    const shapeOf = (name: string) => String((first.outputs[name] ?? first.records[name])?.shape);
    check(
      shapeOf('height') === '3,5,6',
      `observed rows have shape [${shapeOf('height')}], expected [3, 5, 6]`,
    );
    check(shapeOf('drive') === '3,4,6', `output rows have shape [${shapeOf('drive')}], expected [3, 4, 6]`);
    check(shapeOf('total') === '3,4', `recorded scalars have shape [${shapeOf('total')}], expected [3, 4]`);
    const row = (result: RunResult, rows: number, at: number) =>
      [0, 1, 2].flatMap((item) => {
        const from = (item * rows + at) * n;
        return [...(result.outputs.height?.data.subarray(from, from + n) ?? [])];
      });
    const difference = differenceOfNumbers(row(second, 2, 0), row(first, 5, 4));
    check(
      difference === undefined,
      `the last observed row isn't the first of the next run: it ${difference}`,
    );
  }),

  eachDtype(group, 'records and states are given back only when asked for, once each', async (context) => {
    const inputs = spikerInputs(n, 3);
    for (const asked of [[], ['leaked'], ['v'], ['total', 'v', 'leaked'], ['v', 'v'], ['refractory']]) {
      const pair = await context.pair(spiker, spikerBindings(n));
      await pair.run(inputs, { steps: 3, record: asked }, `record ${JSON.stringify(asked)}`);
    }
    // One session, asked for different things in turn.
    const pair = await context.pair(spiker, spikerBindings(n));
    for (const asked of [record, [], ['v'], undefined, record]) {
      await pair.run(inputs, { steps: 3, record: asked }, `then record ${JSON.stringify(asked)}`);
    }
  }),

  eachDtype(group, 'no steps give no rows, one observed row, and the same state', async (context) => {
    for (const program of [spiker, noise]) {
      const bindings =
        program === spiker ? spikerBindings(n, { batch: 2 }) : { dims: { n }, dt: 1, batch: 2 };
      const pair = await context.pair(program, bindings);
      await pair.run({}, { steps: 0 }, 'first of all');
      await pair.run({}, { steps: 2 }, 'afterwards');
      await pair.run({}, { steps: 0 }, 'in between');
      await pair.run({}, { steps: 2 }, 'after that');
    }
  }),

  eachDtype(group, 'no neurons are fine', async (context) => {
    const pair = await context.pair(spiker, spikerBindings(0, { batch: 2 }));
    await pair.run(spikerInputs(0, 3, 2), { steps: 3, record });
    await pair.run({}, { steps: 2, eventCapacity: 0 });
    for (const name of ['v', 'sent', 'weights']) await pair.read(name);
  }),

  eachDtype(group, 'one neuron is not a scalar', async (context) => {
    for (const program of [vectorSum, scalarSum]) {
      const shape = program === vectorSum ? [1] : [];
      const pair = await context.pair(program, {
        dims: { n: 1 },
        dt: 1,
        params: { w: tensor(shape, [0.5]) },
      });
      await pair.run({ x: tensor([1, 3, ...shape], [1, 2, 4]) }, { steps: 3, record: ['sum'] }, program.name);
      await pair.run({ x: eventsOf(tensor([1, 2, ...shape], [0, 8])) }, { steps: 2 }, program.name);
      await pair.read('sum');
    }
  }),

  eachDtype(group, 'rows and events are the same input; a missing one is zero', async (context) => {
    const rows = tensor([2, 5, n], (index) => (index % 3 === 0 ? (index % 7) - 2 : 0));
    const events = eventsOf(rows);
    // Lists may be longer than their last offset.
    const longer = {
      offsets: events.offsets,
      units: Int32Array.from([...events.units, 99, -1]),
      counts: Float32Array.from([...events.counts, 7, 7]),
    };
    for (const [what, x] of Object.entries({ rows, events, longer, nothing: undefined })) {
      const pair = await context.pair(relay, { dims: { n }, dt: 1, batch: 2 });
      await pair.run(x === undefined ? {} : { x }, { steps: 5 }, what);
    }
    // One session, given rows, events and nothing in turn.
    const pair = await context.pair(relay, { dims: { n }, dt: 1, batch: 2 });
    for (const inputs of [{ x: events }, {}, { x: rows }, {}, { x: events }])
      await pair.run(inputs, { steps: 5 });
  }),

  eachDtype(group, 'rows may have any numeric type', async (context) => {
    for (const make of [Float64Array, Float32Array, Int32Array, Int8Array, Uint8Array]) {
      const pair = await context.pair(relay, { dims: { n }, dt: 1 });
      const data = new make(2 * n).map((_, index) => index % 5);
      await pair.run({ x: { data, shape: [1, 2, n] } }, { steps: 2 }, make.name);
    }
  }),

  eachDtype(group, 'what a caller holds stays as it is: inputs, bindings, results', async (context) => {
    const bindings = spikerBindings(n, {
      dtype: context.dtype,
      state: { v: tensor([n], [1], context.dtype) },
    });
    const pair = await context.pair(spiker, bindings);
    const inputs = spikerInputs(n, 4, 1, context.dtype);
    const before = JSON.stringify(inputs);
    const expected = pair.interpreter.run(inputs, { steps: 4, record });
    const result = await pair.session.run(inputs, { steps: 4, record });
    // Neither a change of what was given, nor a later run, nor a change of what came back reaches the other side.
    for (const { data } of Object.values({ ...bindings.params, ...bindings.state })) data.fill(0);
    const later = pair.interpreter.run(inputs, { steps: 4, record });
    const other = await pair.session.run(inputs, { steps: 4, record });
    same(result, expected, 'a result after the next run');
    same(other, later, 'a run after its bindings were overwritten');
    for (const { data } of Object.values(other.state)) data.fill(1);
    const read = await pair.session.read('weights');
    read.data.fill(5);
    sameTensor(await pair.session.read('weights'), pair.interpreter.read('weights'), 'read');
    await pair.run(inputs, { steps: 4 }, 'a run after its results were overwritten');
    check(JSON.stringify(inputs) === before, 'a run has changed its inputs');
  }),
];

const vectorSum = defineDynamics('vector-sum', {
  dims: ['n'],
  params: { w: ['n'] },
  state: { sum: ['n'] },
  inputs: { x: ['n'] },
  observe: ({ state }) => ({ before: state.sum }),
  step: ({ params, state, inputs, op }) => {
    const sum = op.add(op.mul(state.sum, params.w), inputs.x);
    return { state: { sum }, outputs: { pair: op.stack(sum, inputs.x) }, events: { out: sum } };
  },
});

const scalarSum = defineDynamics('scalar-sum', {
  dims: [],
  params: { w: [] },
  state: { sum: [] },
  inputs: { x: [] },
  observe: ({ state }) => ({ before: state.sum }),
  step: ({ params, state, inputs, op }) => {
    const sum = op.add(op.mul(state.sum, params.w), inputs.x);
    return { state: { sum }, outputs: { pair: op.stack(sum, inputs.x) }, events: { out: sum } };
  },
});

/** Splits a run after every number of steps, and into single steps; compares with the whole run of the interpreter. */
export async function splitEverywhere(
  context: CaseContext,
  program: StepProgram,
  bindings: Bindings,
  inputs: RunInputs,
  steps: number,
  record: readonly string[],
): Promise<void> {
  const { dtype } = context;
  const batch = bindings.batch ?? 1;
  const whole = new Interpreter(program, { ...bindings, dtype }).run(inputs, { steps, record });
  const cuts = Array.from({ length: steps + 1 }, (_, at) => [0, at, steps]);
  for (const places of [...cuts, Array.from({ length: steps + 1 }, (_, at) => at)]) {
    const session = await context.session(program, bindings);
    for (let part = 0; part + 1 < places.length; part++) {
      const [from, to] = [places[part]!, places[part + 1]!];
      const actual = await session.run(cutInputs(inputs, batch, steps, from, to), {
        steps: to - from,
        record,
      });
      const last = part + 2 === places.length;
      const state = last ? whole.state : actual.state;
      const expected = cutResult(whole, Object.keys(program.observe), batch, from, to, state);
      const difference = differenceOfResults(actual, expected);
      check(difference === undefined, `split at ${places.join(', ')}: steps ${from} to ${to}: ${difference}`);
    }
    await session.dispose();
  }
}
