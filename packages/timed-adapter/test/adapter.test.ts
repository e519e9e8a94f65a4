import { GraphHolder } from '@rp/graph';
import { Layer } from '@rp/layers-v1';
import { TimedModule } from '@rp/module-core';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { TSContinuous } from '@rp/timeseries';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { asTimedModule, LayerToTimedModule } from '../src/index.ts';
import { input, SumLayer } from './kit.ts';

const wrap = (layer = new SumLayer()) =>
  new LayerToTimedModule(layer, { parameters: ['gain'], states: ['v'], simulationParameters: ['noiseStd'] });

describe('the types of an adapter', () => {
  it('are those of the layer for the listed names, and nothing else', () => {
    const layer = new SumLayer();
    const module = new LayerToTimedModule(layer, { parameters: ['gain', 'weights'], states: 'v' });
    expectTypeOf(module.gain).toEqualTypeOf<number>();
    expectTypeOf(module.weights).toEqualTypeOf<SumLayer['weights']>();
    expectTypeOf(module.v).toEqualTypeOf<NdArray<Float64Array>>();
    // @ts-expect-error: not listed, so not reachable
    expect(module.label).toBeUndefined();
    // @ts-expect-error: a number is wanted
    module.gain = '1';
    expect(module).toBeInstanceOf(LayerToTimedModule);
    expect(module).toBeInstanceOf(TimedModule);
  });

  it('tell the class of the output where the layer does', async () => {
    class Continuous extends SumLayer {
      override async evolve(...args: Parameters<SumLayer['evolve']>): Promise<TSContinuous> {
        return (await super.evolve(...args)) as TSContinuous;
      }
    }
    const { output } = await new LayerToTimedModule(new Continuous()).evolve(input());
    expectTypeOf(output).toEqualTypeOf<TSContinuous>();
    expect(output.numChannels).toBe(2);
  });

  it('refuse a name that the layer does not have, before and at run time', () => {
    // @ts-expect-error: no such attribute
    const make = () => new LayerToTimedModule(new SumLayer(), { parameters: ['nope'] });
    expect(make).toThrow(expect.objectContaining({ kind: 'AttributeError' }));
    // @ts-expect-error: not a layer
    expect(() => new LayerToTimedModule(3)).toThrow(expect.objectContaining({ kind: 'TypeError' }));
  });

  it('are there for decorated classes too', () => {
    const Timed = asTimedModule(SumLayer, { parameters: 'gain' });
    const module = new Timed({ dt: 0.25, name: 'x' });
    expectTypeOf(module.gain).toEqualTypeOf<number>();
    expectTypeOf<ConstructorParameters<typeof Timed>>().toEqualTypeOf<
      ConstructorParameters<typeof SumLayer>
    >();
    const Decorated = asTimedModule({ states: ['v'] })(SumLayer);
    expectTypeOf(new Decorated().v).toEqualTypeOf<NdArray<Float64Array>>();
    // @ts-expect-error: no such attribute
    expect(() => new (asTimedModule(SumLayer, { parameters: ['nope'] }))()).toThrow();
    expect([module.className, module.fullName, module.dt]).toEqual(['SumLayer', "SumLayer 'x'", 0.25]);
    expect(() => asTimedModule(TimedModule as never)).toThrow(
      expect.objectContaining({ kind: 'ValueError' }),
    );
  });
});

describe('attributes', () => {
  it('always show the layer, which may change behind the adapter', () => {
    const layer = new SumLayer();
    const module = wrap(layer);
    module.gain = 2;
    layer.gain = 3;
    expect([module.gain, module.parameters()]).toEqual([3, { gain: 3 }]);
    expect(module.simulationParameters()).toEqual({ dt: 0.5, noiseStd: 0 });
    layer.dt = 0.25;
    expect(module.dt).toBe(0.25);
  });

  it('go through the setters of the layer, which refuse or convert', () => {
    const module = wrap();
    module.gain = 500;
    expect(module.gain).toBe(100);
    expect(() => {
      module.gain = -1;
    }).toThrow(expect.objectContaining({ code: 'negative-gain' }));
    expect(module.gain).toBe(100);
  });

  it('undo a write after which the layer holds another shape', () => {
    const layer = new SumLayer();
    const module = wrap(layer);
    layer.v = [4, 5];
    expect(() => module.setAttributes({ v: [1, 2, 3] })).toThrow(
      expect.objectContaining({ code: 'attribute-shape' }),
    );
    expect(layer.v).toEqual(toNdArray([4, 5]));
  });

  it('say so if the layer can only be read', () => {
    const module = new LayerToTimedModule(new SumLayer(), { parameters: ['half'] });
    expect(() => module.setAttributes({ half: 3 })).toThrow(
      expect.objectContaining({ kind: 'AttributeError' }),
    );
  });

  it("leave the adapter's own members alone when they are called the same", () => {
    const layer = Object.assign(new SumLayer(), { state: toNdArray([7, 8]) });
    const module = new LayerToTimedModule(layer, { states: ['state'] });
    expect(module.state()).toEqual({ state: toNdArray([7, 8]) });
    Object.assign(module, { state: [1, 2] });
    expect(module.state()).toEqual({ state: toNdArray([1, 2]) });
    expect(toNdArray(layer.state)).toEqual(toNdArray([1, 2]));
    expectTypeOf(module.state).toBeFunction();
  });

  it('can be deleted, which forgets the registration and nothing else', () => {
    const layer = new SumLayer();
    const module = wrap(layer);
    delete (module as { gain?: number }).gain;
    expect([module.parameters(), layer.gain, 'gain' in module]).toEqual([{}, 1, false]);
    module.setAttributes({ gain: 9 });
    expect(layer.gain).toBe(1);
  });

  it('of other names stay on the adapter', () => {
    const layer = new SumLayer();
    const module = Object.assign(wrap(layer), { label: 'mine' });
    expect([module.label, layer.label]).toEqual(['mine', 'anything goes']);
    expect(() => Object.assign(module, { name: 'x' })).toThrow(
      expect.objectContaining({ kind: 'AttributeError' }),
    );
  });
});

describe('evolving', () => {
  it("gives the layer's series, the layer's new state, and an explicit number of steps to the layer", async () => {
    const layer = new SumLayer();
    const module = wrap(layer);
    const { output, state, record } = await module.evolve(input(), { scale: 2, args: [7] });
    expect([output.name, output.times.length, record]).toEqual(['sums', 3, {}]);
    expect(layer.lastOptions).toMatchObject({ numTimesteps: 3, scale: 2, args: [7] });
    expect(state).toEqual({ v: toNdArray([3, 3]) });
    layer.v.data[0] = 50;
    expect(state).toEqual({ v: toNdArray([3, 3]) });
    expect([module.t, layer.t]).toEqual([1.5, 1.5]);
  });

  it('records what the layer records, as time series', async () => {
    const { record } = await wrap().evolve(input(), { record: true });
    expect(record.v).toBeInstanceOf(TSContinuous);
  });

  it('works without waiting where the layer does', () => {
    const module = wrap();
    expect(module.evolveSync(input()).state).toEqual({ v: toNdArray([3, 3]) });
    expect(module.t).toBe(1.5);
  });

  it('refuses changes and resets of the layer in the meantime', async () => {
    const module = wrap();
    const going = module.evolve(input());
    const busy = expect.objectContaining({ kind: 'RuntimeError', code: 'busy' });
    expect(() => {
      module.gain = 3;
    }).toThrow(busy);
    expect(() => module.resetState()).toThrow(busy);
    await expect(module.evolve(input())).rejects.toThrow(busy);
    await going;
    module.resetAll();
    module.gain = 3;
    expect(module.gain).toBe(3);
  });

  it('hands signal and progress to the layer', async () => {
    const layer = new SumLayer();
    const { signal } = new AbortController();
    const onProgress = () => {};
    await wrap(layer).evolve(input(), { signal, onProgress });
    expect(layer.lastOptions).toMatchObject({ signal, onProgress });
  });

  it('leaves clock and states alone when the layer fails', async () => {
    class Failing extends SumLayer {
      override async evolve(): Promise<never> {
        this.v.data[0] = 99;
        throw new Error('on purpose');
      }
    }
    const module = wrap(new Failing());
    await expect(module.evolve(input())).rejects.toThrow('on purpose');
    expect([module.t, module.v.data[0]]).toEqual([0, 0]);
  });
});

describe('resets', () => {
  it('go to the layer: states, parameters, both clocks', async () => {
    const layer = new SumLayer();
    const module = wrap(layer);
    module.gain = 4;
    await module.evolve(input());
    expect(module.resetState()).toBe(module);
    expect([layer.v, module.t]).toEqual([toNdArray([0, 0]), 1.5]);
    module.resetTime();
    expect([module.t, layer.t]).toEqual([0, 0]);
    expect(module.resetParameters()).toBe(module);
    expect(layer.gain).toBe(1);
  });

  it('let a layer that has already run start with an adapter at 0', () => {
    const layer = new SumLayer();
    layer.t = 1;
    const module = wrap(layer);
    expect([module.t, layer.t]).toEqual([0, 1]);
    module.t = 3;
    expect(layer.t).toBe(1);
  });
});

describe('moving to a backend', () => {
  it("is the layer's business, if it runs on one", async () => {
    class Moving extends SumLayer {
      moves: unknown[] = [];
      async to(...target: unknown[]): Promise<void> {
        this.moves.push(target);
      }
    }
    const layer = new Moving();
    const module = wrap(layer);
    expect(await module.to(undefined, 'float32')).toBe(module);
    expect(layer.moves).toEqual([[undefined, 'float32']]);
    expect(await wrap().to(undefined)).toBeInstanceOf(LayerToTimedModule);
  });
});

describe('the rest', () => {
  it("is the layer's own graph, and its end", async () => {
    expect(wrap().asGraph()).toBeInstanceOf(GraphHolder);
    class Plain extends Layer {
      override async evolve(): Promise<never> {
        throw new Error('never called');
      }
    }
    expect(() => new LayerToTimedModule(new Plain({ weights: 1 })).asGraph()).toThrow(
      expect.objectContaining({ kind: 'NotImplementedError' }),
    );
    const module = wrap();
    await module.dispose();
    await module.dispose();
  });
});
