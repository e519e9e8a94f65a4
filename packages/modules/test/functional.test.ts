import { type EvolveResult, Module, State } from '@rp/module-core';
import type { NdArray } from '@rp/ndarray';
import { zeros } from '@rp/ndarray';
import { describe, expect, test } from 'vitest';
import { Instant, LIF, Linear, Rate, Residual, Sequential } from '../src/index.ts';

const input = [
  [1, 0],
  [0, 2],
  [1, 1],
  [0, 0],
];

/** A module that knows nothing of programs or of given states. */
class Counter extends Module {
  declare count: NdArray;

  constructor() {
    super([2, 2]);
    this.registerAttribute('count', new State({ shape: 2, initFunc: zeros }));
  }

  protected override evolveImpl(given: NdArray): EvolveResult<NdArray> {
    const { data } = this.autoBatch(given);
    this.count = { data: this.count.data.map((count) => count + data.shape[1]!), shape: [2] };
    return { output: data, state: this.state(), record: {} };
  }
}

const stacks = {
  'one program': () =>
    new Sequential(
      new Linear({
        shape: [2, 2],
        weight: [
          [1, 0.5],
          [0.5, 1],
        ],
      }),
      new LIF({ shape: 2 }),
      new Rate({ shape: 2 }),
    ),
  'module by module': () =>
    new Sequential(
      new LIF({ shape: 2 }),
      new Instant({ shape: 2, function: Math.abs }),
      new Rate({ shape: 2 }),
    ),
  'with a module of somebody else': () => new Sequential(new LIF({ shape: 2 }), new Counter()),
  nested: () =>
    new Sequential(new Residual(new Linear({ shape: [2, 2] }), new LIF({ shape: 2 })), new LIF({ shape: 2 })),
};

describe('evolving from a given state', () => {
  test.each(Object.entries(stacks))(
    '%s: leaves the module as it is, and goes on from the state',
    async (_, make) => {
      const module = make();
      const before = module.state();
      const first = await module.evolve(input, { state: module.state() });
      expect(module.state()).toEqual(before);
      const second = await module.evolve(input, { state: first.state, record: true });
      expect(module.state()).toEqual(before);

      await module.evolve(input);
      expect(module.state()).toEqual(first.state);
      expect(await module.evolve(input, { record: true })).toEqual(second);
      expect(module.state()).toEqual(second.state);
    },
  );

  test('keeps a state per batch item, if it is given one', async () => {
    const lif = () => new LIF({ shape: 2, threshold: 0.5 });
    const batch = { data: Float64Array.of(1, 0, 0, 2, 0, 3, 1, 1), shape: [2, 2, 2] };
    const perItem = { spikes: zeros([2, 2]), isyn: zeros([2, 2, 1]), vmem: zeros([2, 2]) };
    const together = await lif().evolve(batch, { state: perItem });
    expect((together.state.vmem as NdArray).shape).toEqual([2, 2]);
    const again = await lif().evolve(batch, { state: together.state });
    for (const item of [0, 1]) {
      const alone = lif();
      const own = { data: batch.data.slice(4 * item, 4 * item + 4), shape: [2, 2] };
      await alone.evolve(own);
      const { output } = await alone.evolve(own);
      expect(again.output.data.slice(4 * item, 4 * item + 4)).toEqual(output.data);
    }
  });

  test('says which state is missing or of a wrong shape', async () => {
    const stack = stacks['one program']();
    await expect(stack.evolve(input, { state: {} })).rejects.toThrow(/`1_LIF.spikes` is missing/);
    const { state } = await stack.evolve(input);
    const wrong = { ...state, '2_Rate': { x: zeros([3]) } };
    await expect(stack.evolve(input, { state: wrong })).rejects.toThrow(/`2_Rate.x` must have shape \[2\]/);
  });

  test('works without waiting, too', () => {
    const stack = stacks['one program']();
    const { state } = stack.evolveSync(input, { state: stack.state() });
    expect(stack.evolveSync(input).state).toEqual(state);
  });
});
