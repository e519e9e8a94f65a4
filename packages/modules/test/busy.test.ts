import type { EvolveResult } from '@rp/module-core';
import { Module, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { describe, expect, test } from 'vitest';
import { LIF, Linear, Residual, Sequential } from '../src/index.ts';

const input = { data: new Float64Array(600).fill(1), shape: [300, 2] };
const busy = { kind: 'RuntimeError', code: 'busy' };
const refused = expect.objectContaining(busy);

const network = () =>
  new Sequential({
    enc: new Linear({ shape: [2, 2], seed: 1 }),
    inner: new Residual({ cells: new LIF({ shape: 2, threshold: 0.5, seed: 2 }) }),
    last: new LIF({ shape: 2, threshold: 0.5, seed: 3 }),
  });

/** Sums its input in a way of its own, some time later. */
class Later extends Module {
  declare sum: NdArray;

  constructor() {
    super([2, 2]);
    this.registerAttribute('sum', new State({ shape: 2, initFunc: zeros }));
  }

  protected override async evolveImpl(given: ArrayInput): Promise<EvolveResult<NdArray>> {
    const { data } = this.autoBatch(given);
    await Promise.resolve();
    this.sum = { data: Float64Array.of(data.data[0]!, data.data[1]!), shape: [2] };
    return { output: data, state: this.state(), record: {} };
  }
}

describe('while a network evolves', () => {
  test.each([
    ['as one program', { fuse: true }],
    ['module by module', { fuse: false }],
  ])('%s, its modules can neither evolve, nor be changed or reset', async (_, options) => {
    const net = network();
    const inner = net.at('inner') as Residual;
    const [cells, last] = [inner.at('cells') as LIF, net.at('last') as LIF];
    const expected = await network().evolve(input);
    const going = net.evolve(input, options);
    // All at once: a short run ends as soon as something else is awaited.
    const others = [net, inner, cells, last].map((module) => {
      expect(() => module.evolveSync(input)).toThrow(refused);
      return expect(module.evolve(input)).rejects.toMatchObject(busy);
    });
    others.push(expect(net.evolve(input, options)).rejects.toMatchObject(busy));
    await Promise.all(others);
    await going;
    expect(net.state()).toEqual(expected.state);

    const next = net.evolve(input, options);
    for (const work of [
      () => {
        last.vmem = zeros([2]);
      },
      () => {
        last.threshold = 2;
      },
      () => net.setAttributes({ last: { vmem: zeros([2]) } }),
      () => cells.resetState(),
      () => net.resetState(),
      () => inner.resetParameters(),
    ]) {
      expect(work).toThrow(refused);
    }
    expect(() => last.resetState()).toThrow(/'last' is evolving as part of ModSequential/);
    await next;
    const twice = network();
    await twice.evolve(input);
    expect(await next).toEqual(await twice.evolve(input));
    last.threshold = 2;
    expect(net.resetState().state()).toEqual(network().state());
    await cells.evolve(input);
  });

  test('a module of somebody else can write its own states, and nobody else can', async () => {
    const later = new Later();
    const net = new Sequential(later, new LIF({ shape: 2 }));
    const going = net.evolve(input);
    await expect(later.evolve(input)).rejects.toMatchObject(busy);
    expect(() => (net.at(1) as LIF).resetState()).toThrow(refused);
    const { state } = await going;
    expect(state['0_Later']).toEqual({ sum: { data: Float64Array.of(1, 1), shape: [2] } });
    await net.evolve(input, { state });
  });

  test('a run that fails or is stopped lets go of everything', async () => {
    const net = network();
    const stop = new AbortController();
    const going = net.evolve(input, { signal: stop.signal });
    stop.abort();
    await expect(going).rejects.toThrow();
    await expect(net.evolve([[1, 2, 3]])).rejects.toMatchObject({ kind: 'ValueError' });
    expect(() => net.evolveSync([[1, 2, 3]], { fuse: false })).toThrow();
    net.resetState();
    await (net.at('last') as LIF).evolve(input);
  });

  test('a module that evolves by itself keeps its network from evolving', async () => {
    const net = network();
    const going = (net.at('last') as LIF).evolve(input);
    await expect(net.evolve(input)).rejects.toMatchObject(busy);
    await going;
    await net.evolve(input);
  });

  test('the same module in two places of a stack is no obstacle', async () => {
    const twice = new LIF({ shape: 2 });
    await new Sequential({ a: twice, b: twice }).evolve(input, { fuse: false });
  });
});
