import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { describe, expect, it } from 'vitest';
import { type EvolveResult, Module, type ModuleEvolveOptions, parameter, state } from '../src/index.ts';

/** Adds up its input over time. */
class Accumulate extends Module {
  gain = parameter({ data: 1, family: 'gain' });
  total = state({ data: [0], family: 'totals' });
  failAt = Number.POSITIVE_INFINITY;

  constructor() {
    super([1, 1]);
  }

  protected override evolveImpl(input: ArrayInput, options: ModuleEvolveOptions) {
    return this.evolveImplSync(input, options);
  }

  protected override evolveImplSync(input: ArrayInput, options: ModuleEvolveOptions): EvolveResult<NdArray> {
    const { data } = this.autoBatch(input, [this.total]);
    const output = { data: data.data.slice(), shape: data.shape };
    output.data.forEach((x, step) => {
      if (step === this.failAt) throw new Error('on purpose');
      this.total.data[0]! += this.gain * x;
      output.data[step] = this.total.data[0]!;
    });
    return { output, state: this.state(), record: options.record ? { total: output } : {} };
  }

  batch(input: ArrayInput, states: ArrayInput[] = [], targets: (number[] | null)[] | null = null) {
    return this.autoBatch(input, states, targets);
  }
}

describe('evolving a low-level module', () => {
  it('returns the output, a snapshot of the states, and a record if asked', async () => {
    const module = new Accumulate();
    const { output, state, record } = await module.evolve([1, 2, 3]);
    expect(output).toEqual({ data: Float64Array.of(1, 3, 6), shape: [1, 3, 1] });
    module.total.data[0] = 100;
    expect(state).toEqual({ total: toNdArray([6]) });
    expect(record).toEqual({});
    expect((await module.evolve([0], { record: true })).record).toEqual({ total: toNdArray([[[100]]]) });
  });

  it('leaves the states as they were if it fails, waiting or not', async () => {
    const module = new Accumulate();
    module.failAt = 2;
    await expect(module.evolve([1, 2, 3])).rejects.toThrow('on purpose');
    expect(() => module.evolveSync([1, 2, 3])).toThrow('on purpose');
    expect(module.total.data[0]).toBe(0);
    module.failAt = 9;
    expect(module.evolveSync([1, 2, 3]).state).toEqual({ total: toNdArray([6]) });
  });

  it('refuses a second evolution while one is running, and a start after an abort', async () => {
    const module = new Accumulate();
    const first = module.evolve([1]);
    await expect(module.evolve([1])).rejects.toMatchObject({ kind: 'RuntimeError', code: 'busy' });
    await first;
    await expect(module.evolve([1], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(module.total.data[0]).toBe(1);
  });

  it('goes on from the result of another module, which stays as it is', async () => {
    const [first, second] = [new Accumulate(), new Accumulate()];
    const result = await first.call([1, 2]);
    const chained = await second.call(result);
    expect(chained.output.data).toEqual(Float64Array.of(1, 4));
    expect(chained.state).toEqual({ total: toNdArray([3]), '': { total: toNdArray([4]) } });
    expect(result.state).toEqual({ total: toNdArray([3]) });
  });
});

describe('batches', () => {
  it('get one axis for every kind of input, and repeat the states', () => {
    const module = new Accumulate();
    expect(module.batch([1, 2]).data.shape).toEqual([1, 2, 1]);
    expect(module.batch([[1], [2]]).data.shape).toEqual([1, 2, 1]);
    const { data, states } = module.batch([[[1]], [[2]]], [[1, 2], 5], [[3, 1], null]);
    expect(data.shape).toEqual([2, 1, 1]);
    expect(states.map((array) => array.shape)).toEqual([[2, 3, 2], [2]]);
  });

  it('refuse other ranks and widths', () => {
    const module = new Accumulate();
    for (const wrong of [3, [[[[1]]]], [[1, 2]]]) {
      expect(() => module.batch(wrong)).toThrow(expect.objectContaining({ kind: 'ValueError' }));
    }
  });
});
