import { setMessageHandlers } from '@rp/errors';
import { toNested } from '@rp/ndarray';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, describe, expect, it } from 'vitest';
import { AddConstant, Net, ramp } from './kit.ts';

afterEach(() => setMessageHandlers());

const leaf = (dt: number) => () => new AddConstant({ dt });

describe('evolving a timed module', () => {
  it('samples the input, makes a named series, and advances the clock', async () => {
    const module = new AddConstant({ dt: 0.5 });
    const { output, state } = await module.evolve(ramp(3, 0.5));
    expect(output).toBeInstanceOf(TSContinuous);
    expect(toNested((output as TSContinuous).samples)).toEqual([[1], [2], [3]]);
    expect([output.name, output.tStart, output.tStop]).toEqual(['Output samples', 0, 1.5]);
    expect([module.t, state.steps]).toEqual([1.5, 3]);
  });

  it('goes the same way in one run, in two, and without waiting', async () => {
    const [once, twice, sync] = [new AddConstant(), new AddConstant(), new AddConstant()];
    const whole = await once.evolve(null, { numTimesteps: 5 });
    await twice.evolve(null, { numTimesteps: 2 });
    const second = await twice.evolve(null, { numTimesteps: 3 });
    expect(second.state).toEqual(whole.state);
    expect(second.output.tStop).toBe(whole.output.tStop);
    expect(sync.evolveSync(null, { numTimesteps: 5 }).output.times).toEqual(whole.output.times);
    expect([once.t, twice.t, sync.t]).toEqual([0.5, 0.5, 0.5]);
  });

  it('converts a number of steps to the steps of a child once', async () => {
    const net = new Net(0.5, leaf(0.25), leaf(0.5));
    await net.evolve(null, { numTimesteps: 3 });
    expect([net.t, net.first.t, net.second.t]).toEqual([1.5, 1.5, 1.5]);
    expect((net.first as AddConstant).steps).toBe(6);
  });

  it('puts states and clocks back if something fails, in children too', async () => {
    const net = new Net(0.5, leaf(0.25), leaf(0.5));
    (net.second as AddConstant).failure = new Error('on purpose');
    await expect(net.evolve(null, { numTimesteps: 3 })).rejects.toThrow('on purpose');
    expect([net.t, net.first.t, net.second.t]).toEqual([0, 0, 0]);
    expect([(net.first as AddConstant).steps, (net.second as AddConstant).steps]).toEqual([0, 0]);
  });

  it('does nothing after an abort', async () => {
    const module = new AddConstant();
    const options = { numTimesteps: 1, signal: AbortSignal.abort() };
    await expect(module.evolve(null, options)).rejects.toMatchObject({ name: 'AbortError' });
    expect([module.t, module.steps]).toEqual([0, 0]);
  });

  it('returns an empty series for no steps, and samples nothing', async () => {
    const module = new AddConstant();
    const { output } = await module.evolve(ramp(2, 1), { numTimesteps: 0 });
    expect([output.times.length, (output as TSContinuous).numChannels, output.tStop]).toEqual([0, 1, 0]);
  });

  it('says clearly that it cannot do without waiting', () => {
    class Waiting extends AddConstant {}
    Object.defineProperty(Waiting.prototype, 'evolveImplSync', { value: undefined });
    expect(() => new Waiting().evolveSync(null, { numTimesteps: 1 })).toThrow(
      expect.objectContaining({ kind: 'NotImplementedError', code: 'no-sync' }),
    );
  });

  it('refuses the other class of series, and unknown series options', async () => {
    const module = new AddConstant();
    const events = new TSEvent({ times: [0.1], channels: [0], tStop: 1 });
    await expect(module.evolve(events)).rejects.toMatchObject({ kind: 'TypeError', code: 'wrong-series' });
    const options = { numTimesteps: 1, timeSeries: { numChannels: 3 } };
    await expect(module.evolve(null, options)).rejects.toMatchObject({
      kind: 'TypeError',
      code: 'series-option',
    });
  });

  it('warns before the input runs out', async () => {
    const warnings: string[] = [];
    setMessageHandlers({ warn: (message) => warnings.push(message) });
    const module = new AddConstant({ dt: 0.5 });
    await expect(module.evolve(ramp(2, 0.5), { numTimesteps: 9 })).rejects.toMatchObject({
      kind: 'ValueError',
    });
    expect(warnings[0]).toContain('only covers');
    expect(module.t).toBe(0);
  });
});

describe('the clock', () => {
  it('floors what is written, and follows a change of the step', () => {
    const module = new AddConstant({ dt: 0.1 });
    module.t = 0.3;
    expect(module.timestep).toBe(2);
    module.dt = 0.5;
    expect(module.t).toBe(1);
  });

  it('is reset in the whole tree', () => {
    const net = new Net(0.5, leaf(0.25), leaf(0.5));
    net.t = 2;
    net.first.t = 2;
    net.resetTime();
    expect([net.t, net.first.t]).toEqual([0, 0]);
  });
});
