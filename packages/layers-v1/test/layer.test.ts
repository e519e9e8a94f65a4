import { setMessageHandlers } from '@rp/errors';
import { Layer, type LayerEvolveOptions, type LayerOptions } from '@rp/layers-v1';
import type { ArrayInput } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Emits its input; opens what is protected. */
class Echo extends Layer {
  static override readonly className: string = 'Echo';

  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TimeSeries> {
    this.requireKnownOptions(options, ['loudness']);
    const { timeBase, input, numTimesteps } = this.prepareInput(tsInput, options);
    this.timestep += numTimesteps;
    return new TSContinuous({ times: timeBase, samples: input });
  }

  prepared(tsInput?: TimeSeries | null, span = {}) {
    return this.prepareInput(tsInput, span);
  }

  expanded(value: ArrayInput | null, allowNull?: boolean) {
    return this.expandToNetSize(value, 'gain', allowNull);
  }
}

class EventEcho extends Echo {
  override get inputType(): typeof TSEvent {
    return TSEvent;
  }
}

const weights = [
  [1, 2, 3],
  [4, 5, 6],
];
const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });

let warnings: string[] = [];
let restore: () => void;
beforeEach(() => {
  warnings = [];
  restore = setMessageHandlers({ warn: (message) => warnings.push(message) });
});
afterEach(() => restore());

describe('making a layer', () => {
  it('takes a vector of weights as a single row', () => {
    const layer = new Echo({ weights: [1, 2, 3] });
    expect([layer.sizeIn, layer.size, layer.sizeOut]).toEqual([1, 3, 3]);
    expect([layer.dt, layer.noiseStd, layer.name, layer.t]).toEqual([1, 0, 'unnamed', 0]);
  });

  it('keeps a copy of the weights', () => {
    const given = new Float64Array([1, 2]);
    const layer = new Echo({ weights: given });
    given[0] = 9;
    expect([...layer.weights.data]).toEqual([1, 2]);
  });

  it.each([
    [{ weights, dt: null }, 'TypeError'],
    [{ weights, dt: 'a' }, 'TypeError'],
    [{ weights, noiseStd: [1, 2] }, 'TypeError'],
    [{ dt: 1 }, 'TypeError'],
    [{ weights: [[[1]]] }, 'ValueError'],
  ])('refuses %j with a %s', (options, error) => {
    expect(() => new Echo(options as unknown as LayerOptions)).toThrow(kind(error));
  });
});

describe('attributes', () => {
  it('weights are reshaped to the size of the layer, with a warning for a flat list', () => {
    const layer = new Echo({ weights });
    layer.weights = [6, 5, 4, 3, 2, 1];
    expect(layer.weights).toEqual({ data: new Float64Array([6, 5, 4, 3, 2, 1]), shape: [2, 3] });
    expect(warnings).toHaveLength(1);
  });

  it('a refused assignment changes nothing', () => {
    const layer = new Echo({ weights });
    expect(() => {
      layer.weights = [[1]];
    }).toThrow(kind('ValueError', 'weights-size'));
    expect(() => {
      layer.state = [1, 2];
    }).toThrow(kind('AssertionError'));
    expect(layer.weights.data[5]).toBe(6);
    expect([...layer.state.data]).toEqual([0, 0, 0]);
  });

  it('the clock goes in whole steps, without tolerance', () => {
    const layer = new Echo({ weights, dt: 0.1 });
    layer.t = 0.3;
    expect([layer.timestep, layer.t]).toEqual([2, 0.2]);
    layer.resetTime();
    expect(layer.t).toBe(0);
  });

  it('randomizeState spreads by a fifth of each element', () => {
    const layer = new Echo({ weights: new Float64Array(2000) });
    layer.state = new Float64Array(2000).fill(10);
    let seed = 1;
    layer.randomizeState(() => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    });
    const values = [...layer.state.data];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean - 10)).toBeLessThan(0.2);
    expect(Math.abs(spread - 2)).toBeLessThan(0.15);
  });

  it('text forms name class, name and sizes', () => {
    const layer = new EventEcho({ weights, name: 'e' });
    expect(String(layer)).toBe('EventEcho object: "e" [2 TSEvent in -> 3 internal -> 3 TSContinuous out]');
    expect(new Echo({ weights, name: 'e' }).startPrint).toBe("Echo 'e': ");
  });
});

describe('one for all, or one each', () => {
  it('repeats one element and reshapes as many as there are neurons', () => {
    const layer = new Echo({ weights });
    expect(layer.expanded(2)).toEqual({ data: new Float64Array([2, 2, 2]), shape: [3] });
    expect(layer.expanded([[1], [2], [3]])).toEqual({ data: new Float64Array([1, 2, 3]), shape: [3] });
    expect(layer.expanded(null)).toBeNull();
  });

  it('refuses another number of elements, and null where it is not allowed', () => {
    const layer = new Echo({ weights, name: 'e' });
    expect(() => layer.expanded([1, 2])).toThrow(/Echo 'e': gain must have one element or 3/);
    expect(() => layer.expanded(null, false)).toThrow(kind('AssertionError', 'null'));
  });
});

describe('preparing input', () => {
  const signal = () =>
    TSContinuous.fromClocked(
      [
        [1, 2],
        [3, 4],
      ],
      { dt: 0.5 },
    );

  it('samples a signal at the start of each step from the layer time on', () => {
    const layer = new Echo({ weights, dt: 0.5 });
    layer.t = 0.5;
    const { timeBase, input, numTimesteps } = layer.prepared(signal());
    expect([[...timeBase], [...input.data], numTimesteps]).toEqual([[0.5], [3, 4], 1]);
  });

  it('warns, then refuses a signal that ends too early, unless the signal allows it', () => {
    const layer = new Echo({ weights, dt: 0.5 });
    const short = signal();
    expect(() => layer.prepared(short, { duration: 3 })).toThrow(kind('ValueError', 'beyond-range'));
    short.beyondRangeException = false;
    expect([...layer.prepared(short, { duration: 2 }).input.data]).toEqual([1, 2, 3, 4, 3, 4, 0, 0]);
    expect(warnings[0]).toContain('does not cover the evolution');
  });

  it('no steps make no rows, and nothing is read', () => {
    const layer = new Echo({ weights, dt: 0.5 });
    layer.t = 100;
    expect(layer.prepared(signal(), { numTimesteps: 0 }).input.shape).toEqual([0, 2]);
  });

  it('an event on the edge of a step belongs to the later one, and that on the end to none', () => {
    const layer = new EventEcho({ weights, dt: 0.125 });
    const events = new TSEvent({ times: [0, 0.125, 0.125, 0.3, 0.375], channels: [0, 1, 1, 0, 1], tStop: 1 });
    const { input } = layer.prepared(events, { numTimesteps: 3 });
    expect([...input.data]).toEqual([1, 0, 0, 1, 1, 0]);
    expect(input.shape).toEqual([3, 2]);
  });

  it('refuses the wrong class of series', () => {
    const layer = new Echo({ weights });
    expect(() => layer.prepared(new TSEvent({ tStop: 1 }))).toThrow(kind('AssertionError', 'input-type'));
  });
});

describe('what a layer need not be able to do', () => {
  const layer = new Echo({ weights });

  it('has no graph unless it defines one', () => {
    expect(() => layer.asGraph()).toThrow(kind('NotImplementedError', 'no-graph'));
  });

  it('evolves synchronously only where it says so', () => {
    expect(() => layer.evolveSync()).toThrow(kind('NotImplementedError', 'no-sync'));
  });

  it('records nothing, and says so when asked for something', async () => {
    const { output, record } = await layer.evolveRecorded(null, { numTimesteps: 2 });
    expect([output.length, record]).toEqual([2, {}]);
    await expect(layer.evolveRecorded(null, { record: ['v'] })).rejects.toThrow(kind('ValueError', 'record'));
  });

  it('refuses options of evolve that it does not know', async () => {
    await expect(layer.evolve(null, { numTimesteps: 1, loudness: 1 })).resolves.toBeDefined();
    await expect(layer.evolve(null, { numTimesteps: 1, loudnes: 1 })).rejects.toThrow(
      kind('TypeError', 'unknown-option'),
    );
  });
});
