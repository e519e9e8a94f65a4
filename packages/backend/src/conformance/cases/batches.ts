// Batch items share parameters and nothing else.
import { Interpreter } from '@rp/dynamics';
import { cutRows, mapValues, tensor } from '../arrays.ts';
import { differenceOfNumbers } from '../bits.ts';
import { check, eachDtype } from '../case.ts';
import { noise, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 5;
const group = 'batches';
const record = ['v', 'leaked', 'total'];

export const batchCases = [
  eachDtype(group, 'batches of any size, none too, equal the reference', async (context) => {
    for (const batch of [0, 1, 2, 3, 4, 5, 17]) {
      const pair = await context.pair(spiker, spikerBindings(n, { batch }));
      await pair.run(spikerInputs(n, 6, batch), { steps: 6, record }, `batch ${batch}`);
      await pair.run({}, { steps: 4, eventCapacity: n }, `batch ${batch} again`);
      await pair.read('v');
      await pair.read('sent');
    }
  }),

  eachDtype(group, 'every item gives what it gives alone', async (context) => {
    const batch = 3;
    const inputs = spikerInputs(n, 8, batch);
    const v = tensor([batch, n], (index) => index / 8);
    const session = await context.session(spiker, spikerBindings(n, { batch, state: { v } }));
    const together = await session.run(inputs, { steps: 8, record });
    for (let item = 0; item < batch; item++) {
      const own = <
        T extends { data: { slice(from: number, to: number): unknown }; shape: readonly number[] },
      >(
        rows: T,
      ) => rows.data.slice((item * length(rows)) / batch, ((item + 1) * length(rows)) / batch);
      const state = { v: { data: v.data.slice(item * n, (item + 1) * n), shape: [n] } };
      const alone = new Interpreter(spiker, spikerBindings(n, { dtype: context.dtype, state })).run(
        mapValues(inputs, (rows) => ({
          data: own(rows as typeof v) as Float64Array,
          shape: [1, ...(rows as typeof v).shape.slice(1)],
        })),
        { steps: 8, record },
      );
      for (const part of ['outputs', 'records', 'state'] as const) {
        for (const [name, rows] of Object.entries(alone[part])) {
          const mine = together[part][name];
          check(mine !== undefined, `${part}.${name} is missing`);
          const difference = differenceOfNumbers(own(mine) as Float64Array, rows.data);
          check(difference === undefined, `item ${item}: ${part}.${name} ${difference}`);
        }
      }
    }
  }),

  eachDtype(
    group,
    'a state given once holds for every item; one given per item is kept apart',
    async (context) => {
      for (const [name, shape] of Object.entries({ v: [n], sent: [2, n] })) {
        for (const given of [shape, [3, ...shape]]) {
          const value = tensor(given, (index) => (index % 9) / 4);
          const pair = await context.pair(spiker, spikerBindings(n, { batch: 3, state: { [name]: value } }));
          await pair.read(name);
          await pair.run(
            spikerInputs(n, 4, 3),
            { steps: 4, record },
            `${name} given as [${given.join(', ')}]`,
          );
        }
      }
    },
  ),

  eachDtype(
    group,
    'random numbers differ between items, and those of an item do not depend on the batch',
    async (context) => {
      const alone = await context.session(noise, { dims: { n }, dt: 1, seed: 9 });
      const pair = await context.pair(noise, { dims: { n }, dt: 1, seed: 9, batch: 3 });
      const { outputs } = await pair.run({}, { steps: 4 });
      const first = (await alone.run({}, { steps: 4 })).outputs.vector!;
      const all = outputs.vector!;
      const difference = differenceOfNumbers(first.data, cutRows(all, 0, 4).data.slice(0, 4 * n));
      check(difference === undefined, `the first of three items, beside a run of its own, ${difference}`);
      const second = all.data.slice(4 * n, 8 * n);
      check(differenceOfNumbers(second, first.data) !== undefined, 'two items have the same random numbers');
    },
  ),
];

function length({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
