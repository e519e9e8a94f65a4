// Event outputs: every entry arrives, and a bound on their number stops a run before it is broken.
import { defineDynamics, type RunInputs } from '@rp/dynamics';
import { cutInputs, tensor } from '../arrays.ts';
import { check, eachDtype, type Pair } from '../case.ts';
import { relay, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 6;
const group = 'events';

export const eventCases = [
  eachDtype(
    group,
    'every element that is not zero is an entry, in ascending order of unit',
    async (context) => {
      const strange = context.bitExact ? [Number.NaN, Number.POSITIVE_INFINITY, 2 ** -140] : [];
      const numbers = [0, -0, 1, -2, 0.5, ...strange, 0, 3];
      const pair = await context.pair(relay, { dims: { n }, dt: 1, batch: 2 });
      const x = tensor([2, 20, n], (index) => numbers[(index * 5) % numbers.length]!);
      await pair.run({ x }, { steps: 20 });
    },
  ),

  eachDtype(group, 'the last event of the last step and unit is there', async (context) => {
    for (const steps of [1, 2, 64, 65, 200]) {
      const pair = await context.pair(relay, { dims: { n: 1 }, dt: 1 });
      await pair.run({ x: tensor([1, steps, 1], [1]) }, { steps }, `${steps} steps`);
    }
  }),

  eachDtype(group, 'a scalar event output has one unit', async (context) => {
    const pair = await context.pair(beat, { dims: {}, dt: 1, batch: 2 });
    await pair.run({}, { steps: 7 });
    await pair.run({}, { steps: 7, eventCapacity: 2 });
  }),

  eachDtype(group, 'a run stops before an event output may overflow, and can be resumed', async (context) => {
    const steps = 30;
    for (const batch of [1, 3]) {
      for (const eventCapacity of [n, n + 1, 2 * n - 1, 20, steps * n]) {
        const pair = await context.pair(spiker, spikerBindings(n, { batch }));
        await resume(pair, spikerInputs(n, steps, batch), batch, steps, eventCapacity);
      }
    }
  }),

  eachDtype(
    group,
    'the fullest batch item and the fullest output decide when a run stops',
    async (context) => {
      const steps = 12;
      const x = tensor([3, steps, n], (index) =>
        index < steps * n ? Number(index % 3 === 0) : Number(index % 11 === 0),
      );
      for (const eventCapacity of [n, 9, 14]) {
        const pair = await context.pair(relay, { dims: { n }, dt: 1, batch: 3 });
        await resume(pair, { x }, 3, steps, eventCapacity);
      }
    },
  ),
];

const beat = defineDynamics('beat', {
  dims: [],
  state: { phase: [] },
  step: ({ state, op }) => {
    const due = op.ge(state.phase, 2);
    return {
      state: { phase: op.select(due, 0, op.add(state.phase, 1)) },
      events: { tick: op.toFloat(due), gate: due },
    };
  },
});

/** Runs to the end in as many parts as it takes; each must stop where the interpreter does. */
async function resume(
  pair: Pair,
  inputs: RunInputs,
  batch: number,
  steps: number,
  eventCapacity: number,
): Promise<void> {
  for (let from = 0; from < steps; ) {
    const rest = cutInputs(inputs, batch, steps, from, steps);
    const what = `capacity ${eventCapacity}, batch ${batch}, from step ${from}`;
    const { steps: done } = await pair.run(rest, { steps: steps - from, eventCapacity, record: [] }, what);
    check(done > 0, `${what}: did no step`);
    from += done;
  }
}
