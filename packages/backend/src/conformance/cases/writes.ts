// A write holds from the next run on, for everything that was computed from what was there before.
import { defineDynamics } from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { eachDtype } from '../case.ts';
import { spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 6;
const group = 'writes';

export const writeCases = [
  eachDtype(group, 'a written parameter holds from the next run on', async (context) => {
    const pair = await context.pair(spiker, spikerBindings(n));
    const inputs = spikerInputs(n, 8);
    await pair.run(inputs, { steps: 8 }, 'before');
    await pair.write(
      'weights',
      tensor([n, n], (index) => (index % 5) / 4),
    );
    await pair.run(inputs, { steps: 8 }, 'other weights');
    await pair.write('threshold', tensor([n], [0.5]));
    await pair.run(inputs, { steps: 8 }, 'other thresholds');
    await pair.write(
      'enabled',
      tensor([n], (index) => index % 2, 'float64', 'bool'),
    );
    await pair.run(inputs, { steps: 8 }, 'others enabled');
    for (const name of ['weights', 'threshold', 'enabled']) await pair.read(name);
  }),

  eachDtype(group, 'prelude values follow a written parameter and a written dt', async (context) => {
    for (const steps of [0, 1, 3]) {
      const pair = await context.pair(prelude, {
        dims: { n },
        dt: 0.5,
        params: { a: tensor([n], [3]), b: tensor([], [2]) },
      });
      await pair.write('a', tensor([n], [5]));
      await pair.run({}, { steps }, 'written before the first run');
      await pair.write('b', tensor([], [4]));
      await pair.run({}, { steps }, 'written after a run');
      await pair.write('dt', tensor([], [0.25]));
      await pair.run({}, { steps }, 'dt written');
      await pair.write(
        'a',
        tensor([n], (index) => index),
      );
      await pair.write('dt', tensor([], [2]));
      await pair.run({}, { steps }, 'both written');
      await pair.read('dt');
    }
  }),

  eachDtype(group, 'a written state or delay line is where the next run starts', async (context) => {
    for (const batch of [1, 3]) {
      const pair = await context.pair(spiker, spikerBindings(n, { batch }));
      const inputs = spikerInputs(n, 5, batch);
      // Of odd length, so that a ring buffer stands in the middle.
      await pair.run(inputs, { steps: 5 });
      await pair.write(
        'v',
        tensor([batch, n], (index) => (index % 11) / 4),
      );
      await pair.write(
        'sent',
        tensor([2, n], (index) => index % 2),
      );
      await pair.read('sent');
      await pair.run(inputs, { steps: 5 }, 'v and line written');
      await pair.write('v', tensor([n], [1.5]));
      await pair.write(
        'refractory',
        tensor([batch, n], (index) => index % 2, 'float64', 'bool'),
      );
      await pair.write(
        'sent',
        tensor([batch, 2, n], (index) => Number(index % 3 === 0)),
      );
      await pair.write('total', tensor([], [40]));
      for (const name of ['v', 'refractory', 'sent', 'total']) await pair.read(name);
      await pair.run(inputs, { steps: 5, record: ['v', 'total'] }, 'all written');
    }
  }),

  eachDtype(group, 'a written value is copied, and the last of two writes holds', async (context) => {
    const pair = await context.pair(spiker, spikerBindings(n));
    for (const name of ['threshold', 'v']) {
      const value = tensor([n], [0.75], context.dtype);
      await pair.write(name, tensor([n], [9]));
      await pair.write(name, value);
      value.data.fill(77);
      await pair.read(name);
    }
    await pair.run(spikerInputs(n, 5), { steps: 5 });
  }),

  eachDtype(group, 'written numbers are rounded to the dtype', async (context) => {
    if (!context.bitExact) return;
    const pair = await context.pair(prelude, {
      dims: { n },
      dt: 0.1,
      params: { a: tensor([n], [1 / 3]), b: tensor([], [0.7]) },
    });
    await pair.run({}, { steps: 2 }, 'as bound');
    await pair.write('a', tensor([n], [1 / 7]));
    await pair.write('dt', tensor([], [1e-3]));
    for (const name of ['a', 'b', 'dt']) await pair.read(name);
    await pair.run({}, { steps: 2 }, 'as written');
  }),
];

const prelude = defineDynamics('prelude', {
  dims: ['n'],
  params: { a: ['n'], b: [] },
  state: { x: ['n'] },
  prelude: ({ params, dt, op }) => ({
    vector: op.mul(params.a, dt),
    scalar: op.mul(params.b, dt),
    table: op.stack(params.a, op.mul(params.a, params.b)),
  }),
  observe: ({ state, pre, op }) => ({ shifted: op.add(state.x, pre.scalar), vector: pre.vector }),
  step: ({ state, pre, op }) => ({
    state: { x: op.add(op.mul(state.x, 0.5), op.add(pre.vector, pre.scalar)) },
    outputs: { table: pre.table, scalar: pre.scalar, projected: op.matvec(pre.vector, pre.table) },
  }),
});
