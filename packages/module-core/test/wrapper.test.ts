import { setMessageHandlers } from '@rp/errors';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import type { TSContinuous } from '@rp/timeseries';
import { afterEach, describe, expect, it } from 'vitest';
import { type EvolveResult, Module, state, TimedModuleWrapper } from '../src/index.ts';
import { ramp } from './kit.ts';

/** The running sum, and the running sum negated. */
class Sums extends Module<NdArray[]> {
  total = state({ data: [0] });

  constructor() {
    super([1, 1]);
  }

  protected override evolveImpl(input: ArrayInput): EvolveResult<NdArray[]> {
    const { data } = this.autoBatch(input);
    const sums = data.data.map((x) => {
      this.total.data[0]! += x;
      return this.total.data[0]!;
    });
    const output = [sums, sums.map((sum) => -sum)].map((values) => ({ data: values, shape: data.shape }));
    return { output, state: this.state(), record: {} };
  }
}

afterEach(() => setMessageHandlers());

describe('a low-level module over time series', () => {
  it('gets the step, a name, and a clock', async () => {
    const sums = new Sums();
    const timed = sums.timed({ dt: 0.5, outputNum: 1 });
    const { output, state: newState } = await timed.evolve(ramp(3, 0.5));
    expect(toNested((output as TSContinuous).samples)).toEqual([[-0], [-1], [-3]]);
    expect(newState).toEqual({ total: sums.total });
    expect([timed.t, sums.name, timed.module]).toEqual([1.5, "'_module'", sums]);
    expect(timed.simulationParameters()).toEqual({ dt: 0.5, _module: { dt: 0.5 } });
    expect(String(timed)).toMatch(/with Sums '_module' as module$/);
  });

  it('adds up events only if the wrapper was made directly', () => {
    expect(new Sums().timed({ dt: 1 }).addEvents).toBe(false);
    expect(new TimedModuleWrapper(new Sums(), { dt: 1 }).addEvents).toBe(true);
  });

  it("needs a step, and takes the module's own before any other", () => {
    expect(() => new Sums().timed()).toThrow(expect.objectContaining({ kind: 'KeyError' }));
    const warnings: string[] = [];
    setMessageHandlers({ warn: (message) => warnings.push(message) });
    const sums = new Sums();
    sums.timed({ dt: 0.5 });
    expect(sums.timed({ dt: 0.25 }).dt).toBe(0.5);
    expect(warnings).toHaveLength(1);
  });

  it('resets its state without the clock, and returns itself', async () => {
    const timed = new Sums().timed({ dt: 0.5 });
    await timed.evolve(ramp(3, 0.5));
    expect(timed.resetState()).toBe(timed);
    expect([timed.t, (timed.module as Sums).total.data[0]]).toEqual([1.5, 0]);
  });

  it('refuses anything else', () => {
    const timed = new Sums().timed({ dt: 1 });
    for (const wrong of [3, null, timed]) {
      expect(() => new TimedModuleWrapper(wrong as never, { dt: 1 })).toThrow(
        expect.objectContaining({ kind: 'TypeError' }),
      );
    }
  });
});
