// Promises of the networks of layers.
import { setMessageHandlers } from '@rp/errors';
import { bagGraph, findRecurrentModules } from '@rp/graph';
import {
  FFExpSyn,
  LayerNetwork,
  NetworkADS,
  NetworkDeneve,
  PassThrough,
  RecFSSpikeEulerBT,
} from '@rp/layers-v1';
import { TSContinuous } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return (seed + 0.5) / 2 ** 32;
};

describe('NetworkDeneve', () => {
  it('follows a leaky integrator', async () => {
    seed = 3;
    // Spikes of ±1 for a signal of some tens.
    const network = NetworkDeneve.solveLinearProblem({ a: [[-20]], netSize: 40, dt: 1e-4, random });
    expect([network.input.weights.shape, network.reservoir.size, network.output.weights.shape]).toEqual([
      [1, 40],
      40,
      [40, 1],
    ]);
    const height = 2000;
    const input = new TSContinuous({ times: [0, 0.3], samples: [[height], [height]] });
    const { reservoir, output } = await network.evolve(input, { numTimesteps: 2500 });
    expect(reservoir.times.length).toBeGreaterThan(100);
    const end = output.samples.data.subarray(-5000);
    const mean = end.reduce((sum, x) => sum + x, 0) / end.length;
    // dx/dt = −20 x + 2000 ends at 100.
    expect(mean).toBeGreaterThan(70);
    expect(mean).toBeLessThan(130);
    await network.dispose();
  });

  it('has layers of the names and steps that the reference gives them; the read-out keeps its own step', () => {
    const network = NetworkDeneve.specifyNetwork({
      weightsFast: [[0]],
      weightsSlow: [[0]],
      weightsIn: [[1], [2]],
      weightsOut: [[1, 2, 3]],
      tauSynRFast: 0.002,
    });
    expect(network.layers.map(({ name }) => name)).toEqual(['Input', 'Deneve_Reservoir', 'Output']);
    expect(network.layers.map(({ dt }) => dt)).toEqual([0.002 / 10, 0.002 / 10, 1e-5]);
    expect(network.output.tauSyn).toBe(0.1);
  });

  it.each<[string, object]>([
    ['a system that is not square', { a: [[1, 2]] }],
    ['a gamma of other dimensions', { a: [[1]], gamma: [[1], [2]] }],
    ['a gamma of another size', { a: [[1]], gamma: [[1, 2]], netSize: 3 }],
  ])('refuses %s', (_, options) => {
    expect(() => NetworkDeneve.solveLinearProblem(options as never)).toThrow(kind('ValueError'));
  });

  it('refuses layers that do not fit each other', () => {
    const reservoir = new RecFSSpikeEulerBT({ weightsFast: [[0]], weightsSlow: [[0]] });
    const input = new PassThrough({ weights: [[1, 2]], dt: 1e-4 });
    const output = new FFExpSyn({ weights: [[1]], dt: 1e-4 });
    expect(() => new LayerNetwork({ input, reservoir, output })).toThrow(kind('ValueError', 'network-sizes'));
  });

  it('has a graph in which the reservoir is the loop', () => {
    const network = NetworkDeneve.specifyNetwork({
      weightsFast: [
        [0, 1],
        [1, 0],
      ],
      weightsSlow: [
        [0, 1],
        [1, 0],
      ],
      weightsIn: [[1, 2]],
      weightsOut: [[1], [2]],
    });
    const graph = network.asGraph();
    expect([graph.inputNodes.length, graph.outputNodes.length]).toEqual([1, 1]);
    const names = [...bagGraph(graph).modules].map(({ className }) => className).sort();
    expect(names).toEqual([
      'Delay',
      'ExpSynapses',
      'FastSlowNeurons',
      'LinearWeights',
      'LinearWeights',
      'LinearWeights',
      'LinearWeights',
    ]);
    expect(findRecurrentModules(graph).recurrent.length).toBe(3);
  });
});

describe('NetworkADS', () => {
  const make = (more: object = {}) =>
    NetworkADS.specifyNetwork({
      N: 2,
      Nc: 1,
      Nb: 2,
      weightsIn: [[0.5, 0.6]],
      weightsOut: [[0.5], [0.6]],
      weightsFast: [
        [0, -0.1],
        [-0.1, 0],
      ],
      weightsSlow: [
        [0.02, 0.01],
        [0.03, -0.01],
      ],
      eta: 0.01,
      k: 10,
      noiseStd: 0,
      dt: 1e-3,
      ...more,
    });
  const rows = (scale: number) => Array.from({ length: 100 }, (_, k) => [scale * Math.sin(0.2 * k)]);
  const input = TSContinuous.fromClocked(rows(3), { dt: 1e-3 });
  const target = TSContinuous.fromClocked(rows(1), { dt: 1e-3 });

  it('learns in a training step, and is at the start afterwards', async () => {
    const network = make();
    const before = Array.from(network.reservoir.weightsSlow.data);
    const signals = await network.trainStep(input, target, { eta: 0.05 });
    expect(signals.output.times.length).toBe(101);
    expect(Array.from(network.reservoir.weightsSlow.data)).not.toEqual(before);
    expect([network.t, network.reservoir.isTraining, network.reservoir.eta]).toEqual([0, false, 0.05]);
    expect(network.reservoir.state).toEqual(network.reservoir.vRest);
  });

  it('after an evolution that fails is as it was before, in all layers', async () => {
    const network = make();
    await network.evolve(input, { numTimesteps: 30 });
    const state = () => [
      ...network.layers.map(({ t, state: values }) => [t, Array.from(values.data)]),
      network.reservoir.iSynSlow,
    ];
    const before = state();
    // The read-out is the last to go.
    network.output.weights = [[Number.POSITIVE_INFINITY], [1]];
    Object.defineProperty(network.output, 'evolve', { value: () => Promise.reject(new Error('no')) });
    await expect(network.evolve(input, { numTimesteps: 20 })).rejects.toThrow('no');
    expect(state()).toEqual(before);
  });

  it('resets everything, and then does the same again', async () => {
    const network = make();
    const first = await network.evolve(input);
    network.resetAll();
    const second = await network.evolve(input);
    expect(second.output.samples).toEqual(first.output.samples);
    expect(network.t).toBe(0.1);
  });

  it.each(['weightsIn', 'weightsOut', 'weightsFast', 'weightsSlow'])('refuses %s of another size', (name) => {
    expect(() => make({ [name]: [[1, 2, 3]] })).toThrow(kind('AssertionError', 'weights-size'));
  });
});
