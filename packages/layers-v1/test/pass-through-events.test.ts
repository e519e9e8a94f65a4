import { PassThroughEvents } from '@rp/layers-v1';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const kind = (name: string) => expect.objectContaining({ kind: name });
const events = (times: number[], channels: number[], tStop: number, numChannels = 2) =>
  new TSEvent({ times, channels, tStop, numChannels });

describe('PassThroughEvents', () => {
  const weights = [
    [1, 0, 2],
    [0, 1, 0],
  ];

  it('copies each event as often as its weight says, in the order of the outputs', async () => {
    const layer = new PassThroughEvents({ weights, dt: 0.1 });
    const output = await layer.evolve(events([0, 0.2], [0, 1], 0.4));
    expect([...output]).toEqual([
      [0, 0],
      [0, 2],
      [0, 2],
      [0.2, 1],
    ]);
    expect([output.tStart, output.tStop, output.numChannels]).toEqual([0, 0.4, 3]);
    expect(layer.timestep).toBe(4);
  });

  it('cuts off fractions of weights, also of weights that are assigned', () => {
    const layer = new PassThroughEvents({ weights: [[1.9, 0.5]] });
    expect([...layer.weights.data]).toEqual([1, 0]);
    layer.weights = [[2.2, 3]];
    expect([...layer.weights.data]).toEqual([2, 3]);
  });

  it('refuses negative weights, and keeps those it has', () => {
    expect(() => new PassThroughEvents({ weights: [[-1]] })).toThrow(kind('ValueError'));
    const layer = new PassThroughEvents({ weights: [[4]] });
    expect(() => {
      layer.weights = [[Number.NaN]];
    }).toThrow(kind('ValueError'));
    expect([...layer.weights.data]).toEqual([4]);
  });

  it('an event on a channel that it does not have is an IndexError, and the clock stands still', async () => {
    const layer = new PassThroughEvents({ weights, dt: 0.1 });
    await expect(layer.evolve(events([0], [2], 1, 3))).rejects.toThrow(kind('IndexError'));
    expect(layer.timestep).toBe(0);
  });

  it('takes events only', async () => {
    const layer = new PassThroughEvents({ weights });
    await expect(layer.evolve(new TSContinuous())).rejects.toThrow(kind('AssertionError'));
  });

  it('stops before it starts if it is told to', async () => {
    const layer = new PassThroughEvents({ weights, dt: 0.1 });
    const signal = AbortSignal.abort();
    await expect(layer.evolve(null, { numTimesteps: 3, signal })).rejects.toThrow(/abort/);
    expect(layer.timestep).toBe(0);
  });

  it('no steps make an empty series, and the clock stands still', () => {
    const layer = new PassThroughEvents({ weights, dt: 0.1 });
    const output = layer.evolveSync(events([0], [0], 1), { numTimesteps: 0 });
    expect([output.length, output.tStart, output.tStop, layer.timestep]).toEqual([0, 0, 0, 0]);
  });

  it('a run split in two gives the same events', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { maxLength: 20 }), fc.nat(10), (ticks, split) => {
        const times = ticks.map((tick) => tick / 100).sort((a, b) => a - b);
        const series = events(
          times,
          times.map((_, i) => i % 2),
          1.5,
        );
        const [whole, parts] = [0, 1].map(() => new PassThroughEvents({ weights, dt: 0.1 })) as [
          PassThroughEvents,
          PassThroughEvents,
        ];
        const all = [...whole.evolveSync(series, { numTimesteps: 10 })];
        const first = [...parts.evolveSync(series, { numTimesteps: split })];
        const second = [...parts.evolveSync(series, { numTimesteps: 10 - split })];
        expect([...first, ...second]).toEqual(all);
      }),
    );
  });

  it('is an EventWeights graph module with copies of the weights', () => {
    const layer = new PassThroughEvents({ weights, name: 'p' });
    const graph = layer.asGraph();
    expect(String(graph)).toMatch(
      /^EventWeights "PassThroughEvents_'p'_\d+" with 2 input nodes -> 3 output nodes$/,
    );
    expect(graph.computationalModule).toBe(layer);
    expect(graph.weights).toEqual(layer.weights);
    expect(graph.weights.data).not.toBe(layer.weights.data);
  });
});
