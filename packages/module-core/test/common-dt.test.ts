import { describe, expect, it } from 'vitest';
import { TimedModule } from '../src/index.ts';
import { AddConstant, Net } from './kit.ts';

const leaf = (dt: number) => () => new AddConstant({ dt });
const synchronousStretchOver = () => Promise.resolve();

describe('the common time step', () => {
  it('is there right after `new`, without a call', () => {
    const net = new Net(0.15, leaf(0.1), leaf(0.25));
    expect(net.dt).toBe(1.5);
    expect([net.first.parentDtFactor, net.second.parentDtFactor]).toEqual([15, 6]);
    expect([net.first.dt, net.second.dt]).toEqual([0.1, 0.25]);
    expect([net.isChild, net.first.isChild, net.second.isChild]).toEqual([false, true, true]);
  });

  it.each([
    ['the factor of a child', (net: Net) => net.first.parentDtFactor, 2],
    ['the step count of a child', (net: Net) => (net.first as AddConstant).count(3), 6],
    ['a dictionary', (net: Net) => net.simulationParameters().dt, 0.2],
    ['the clock', (net: Net) => Object.assign(net, { t: 0.4 }).timestep, 2],
  ])('is found whatever is asked first: %s', (_what, ask, expected) => {
    expect(ask(new Net(0.1, leaf(0.1), leaf(0.2)))).toBe(expected);
  });

  it('takes equal steps as they are, also off the grid of 1e-7', () => {
    expect(new Net(1 / 44100, leaf(1 / 44100), leaf(1 / 44100)).dt).toBe(1 / 44100);
  });

  it('reaches every level, and inner modules keep their steps', () => {
    const net = new Net(1, () => new Net(0.5, leaf(0.25), leaf(0.3)), leaf(1));
    const inner = net.first as Net;
    expect(net.dt).toBe(3);
    expect([inner.dt, inner.parentDtFactor]).toEqual([0.5, 6]);
    expect([inner.first.parentDtFactor, inner.second.parentDtFactor]).toEqual([2, 2]);
    expect(inner.isChild).toBe(true);
  });

  it('is not left behind on a child that was asked for its step too early', () => {
    const net = new Net(
      1,
      () => {
        const inner = new Net(0.5, leaf(0.25), leaf(0.3));
        expect(inner.dt).toBe(1.5);
        return inner;
      },
      leaf(1),
    );
    expect([net.first.dt, net.dt]).toEqual([0.5, 3]);
  });

  it('reports what cannot be combined at the first use, and again, until it is repaired', async () => {
    const net = new Net(0.001, leaf(0.001), leaf(0.0010001));
    expect(() => net.dt).toThrow(expect.objectContaining({ kind: 'ValueError', code: 'step-too-large' }));
    await synchronousStretchOver();
    await expect(net.evolve(null, { numTimesteps: 1 })).rejects.toMatchObject({ code: 'step-too-large' });
    net.second.dt = 0.002;
    net.findStep();
    expect(net.dt).toBe(0.002);
  });

  it('ignores what happens after construction, until it is asked for', async () => {
    const net = new Net(0.1, leaf(0.1), leaf(0.2));
    await synchronousStretchOver();
    net.second.dt = 0.5;
    Object.assign(net, { third: new AddConstant({ dt: 0.7 }) });
    expect(net.dt).toBe(0.2);
    net.findStep();
    expect(net.dt).toBe(7);
    expect(() => net.findStep(1)).not.toThrow();
  });

  it('keeps a step without submodules, whatever it is', () => {
    const module = new AddConstant({ dt: 1 / 3 });
    module.findStep();
    expect(module.dt).toBe(1 / 3);
  });
});

describe('children', () => {
  it('are built inside the constructor; modules that are handed in are not', () => {
    const before = new AddConstant({ dt: 0.25 });
    const net = new Net(0.5, () => before, leaf(0.5));
    expect([before.isChild, net.second.isChild]).toEqual([false, true]);
    expect(before.parentDtFactor).toBe(2);
  });

  it('are not made by a constructor that failed (TM-01)', () => {
    class Failing extends TimedModule {
      inner = new AddConstant({ dt: 0.3 });
      constructor() {
        super({ dt: 0.1, shape: 1 });
        throw new Error('on purpose');
      }
      protected override evolveImpl(): never {
        throw new Error('never called');
      }
    }
    expect(() => new Failing()).toThrow('on purpose');
    const net = new Net(0.5, leaf(0.25), leaf(0.5));
    expect([net.isChild, net.first.parentDtFactor]).toEqual([false, 2]);
    expect(new AddConstant().isChild).toBe(false);
  });
});
