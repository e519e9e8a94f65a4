// Promises of RecDIAF. What the reference gets wrong has its number of the specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import { ConstantLeakNeurons, findRecurrentModules } from '@rp/graph';
import { layerToJson, loadLayer, ownLayers, RecDIAF, type StateType } from '@rp/layers-v1';
import { type TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });
const numbers = (array: { data: ArrayLike<number> } | null) => Array.from(array?.data ?? []);
const events = (times: number[], channels = times.map(() => 0), tStop = 10) =>
  new TSEvent({ times, channels, tStop, numChannels: 2 });
const spikes = ({ times, channels }: TSEvent) => Array.from(times, (time, k) => [time, channels[k]!]);
const silent = [
  [0, 0],
  [0, 0],
];
/** The only connection is that from the first input (or neuron) to the first neuron. */
const fromFirstToFirst = (weight: number) => [
  [weight, 0],
  [0, 0],
];
/** And to the second neuron. */
const fromFirstToSecond = (weight: number) => [
  [0, weight],
  [0, 0],
];
/** Two neurons, two inputs; no leak that matters. */
const common = {
  weightsIn: [
    [60, 0],
    [0, 60],
  ],
  weightsRec: silent,
  dt: 0.1,
  tauLeak: 1000,
  refractory: 1e-3,
};

describe('events', () => {
  it('act at their exact times, and the one that reaches the threshold makes a spike then', async () => {
    const layer = new RecDIAF(common);
    const output = await layer.evolve(events([0.01, 0.0234, 0.05, 0.06], [0, 0, 1, 0]), { numTimesteps: 1 });
    expect(spikes(output)).toEqual([[0.0234, 0]]);
    expect(numbers(layer.neurState)).toEqual([60, 60]);
    expect([output.name, output.numChannels, output.tStart, output.tStop]).toEqual(['unnamed', 2, 0, 0.1]);
  });

  it('of one time and channel all count', async () => {
    const layer = new RecDIAF(common);
    expect(spikes(await layer.evolve(events([0.02, 0.02]), { numTimesteps: 1 }))).toEqual([[0.02, 0]]);
  });

  it('of spikes arrive after the delay, also in the next evolution', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(100),
      weightsRec: fromFirstToSecond(30),
      delay: 0.25,
    });
    await layer.evolve(events([0.05]), { numTimesteps: 2 });
    expect(numbers(layer.neurState)).toEqual([0, 0]);
    expect(layer.heapRemainingSpikes).toEqual([[0.3, 2]]);
    await layer.evolve(null, { numTimesteps: 2 });
    expect(numbers(layer.neurState)).toEqual([0, 30]);
    expect(layer.heapRemainingSpikes).toEqual([]);
  });

  it('at or after the end wait for the next evolution [DI-1]', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(100),
      weightsRec: fromFirstToSecond(100),
      delay: 0.05,
    });
    const first = await layer.evolve(events([0.06]), { numTimesteps: 1 });
    expect(spikes(first)).toEqual([[0.06, 0]]);
    expect(spikes(await layer.evolve(null, { numTimesteps: 1 }))).toEqual([[0.06 + 0.05, 1]]);
  });

  it('during refractoriness are lost, also in the next evolution [DI-2]', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(100),
      refractory: 0.05,
    });
    await layer.evolve(events([0.09]), { numTimesteps: 1 });
    const output = await layer.evolve(events([0.13, 0.15]), { numTimesteps: 1 });
    expect(spikes(output)).toEqual([[0.15, 0]]);
  });

  it('wait while no step is done, also those that are due now', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(100),
    });
    layer.heapRemainingSpikes = [
      [0, 0],
      [0, 4],
    ];
    const nothing = await layer.evolve(null, { numTimesteps: 0 });
    expect([nothing.times.length, nothing.tStop, layer.heapRemainingSpikes.length]).toEqual([0, 0, 2]);
    expect(spikes(await layer.evolve(null, { numTimesteps: 1 }))).toEqual([[0, 0]]);
  });

  it('of channels that the layer does not have are refused', async () => {
    const layer = new RecDIAF(common);
    const input = new TSEvent({ times: [0.01], channels: [2], tStop: 1, numChannels: 3 });
    await expect(layer.evolve(input, { numTimesteps: 1 })).rejects.toThrow(
      kind('ValueError', 'event-channel'),
    );
    expect(layer.timestep).toBe(0);
  });
});

describe('voltages', () => {
  it('lose vSubtract, and are looked at again when refractoriness ends', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(127),
      vThresh: 50,
      vSubtract: 50,
      refractory: 0.01,
    });
    const { times } = await layer.evolve(events([0.02]), { numTimesteps: 1 });
    expect(Array.from(times)).toEqual([0.02, 0.02 + 0.01 + 1e-10]);
    expect(numbers(layer.neurState)).toEqual([27, 0]);
  });

  it('are limited to their number type, without fractions', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: [
        [100.9, -90.9],
        [0, 0],
      ],
      vThresh: 200,
      vReset: 3.7,
    });
    await layer.evolve(events([0.01, 0.02]), { numTimesteps: 1 });
    expect(numbers(layer.neurState)).toEqual([127, -128]);
    layer.stateType = 'uint8';
    expect(numbers(layer.neurState)).toEqual([127, 0]);
    layer.neurState = [300, -1];
    expect(numbers(layer.neurState)).toEqual([255, 0]);
    layer.resetState();
    expect(numbers(layer.neurState)).toEqual([3, 3]);
  });

  it('leak by a constant amount at whole multiples of tauLeak, through all evolutions', async () => {
    const layer = new RecDIAF({ ...common, leak: [2, 3], tauLeak: 0.25 });
    for (let k = 0; k < 10; k++) await layer.evolve(null, { numTimesteps: 1 });
    expect(numbers(layer.neurState)).toEqual([-8, -12]);
  });

  it('leak towards vRest from both sides, and stay there [DI-3]', async () => {
    const layer = new RecDIAF({ ...common, leak: [2, 3], tauLeak: 0.1, vRest: 0 });
    layer.neurState = [4, -6];
    await layer.evolve(null, { numTimesteps: 5 });
    expect(numbers(layer.neurState)).toEqual([0, 0]);
  });
});

describe('an evolution', () => {
  const make = () =>
    new RecDIAF({
      weightsIn: [
        [50, 20, -5],
        [10, 70, 40],
      ],
      weightsRec: [
        [-20, 40, 10],
        [30, -10, 20],
        [15, 25, -30],
      ],
      dt: 0.01,
      delay: 0.003,
      tauLeak: 0.004,
      refractory: 0.002,
      vSubtract: 80,
    });
  const times = Array.from({ length: 200 }, (_, k) => k * 0.0049 + 1e-4);
  const input = events(
    times,
    times.map((_, k) => k % 2),
    1,
  );

  it('in parts gives what one gives', async () => {
    const [whole, parts] = [make(), make()];
    const expected = spikes(await whole.evolve(input, { numTimesteps: 100 }));
    expect(expected.length).toBeGreaterThan(50);
    const found: number[][] = [];
    for (const numTimesteps of [7, 0, 53, 1, 39])
      found.push(...spikes(await parts.evolve(input, { numTimesteps })));
    expect(found).toEqual(expected);
    expect(parts.neurState).toEqual(whole.neurState);
    expect(parts.heapRemainingSpikes).toEqual(whole.heapRemainingSpikes);
  });

  it('can be had at once', async () => {
    const [sync, later] = [make(), make()];
    expect(spikes(sync.evolveSync(input))).toEqual(spikes(await later.evolve(input)));
  });

  it('records the voltages after each event when asked, and then does the same', async () => {
    const layer = make();
    const { output, record } = await layer.evolveRecorded(input, { numTimesteps: 20 });
    const { neurState } = record as { neurState: TSContinuous };
    expect([neurState.tStart, neurState.tStop]).toEqual([0, 0.2]);
    expect(Array.from(neurState.samples.data.subarray(-3))).toEqual(numbers(layer.neurState));
    expect(spikes(output as TSEvent)).toEqual(spikes(await make().evolve(input, { numTimesteps: 20 })));
    await expect(layer.evolveRecorded(null, { numTimesteps: 1, record: ['v'] })).rejects.toThrow(
      kind('ValueError', 'record'),
    );
    expect((await layer.evolveRecorded(null, { numTimesteps: 1, record: [] })).record).toEqual({});
  });

  it('that is aborted leaves the layer as it was, and can be watched', async () => {
    const layer = new RecDIAF({
      weightsIn: [[120]],
      weightsRec: [[120]],
      dt: 1e-3,
      delay: 1e-7,
      refractory: 1e-9,
    });
    await layer.evolve(null, { numTimesteps: 3 });
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: number[] = [];
    const running = layer.evolve(new TSEvent({ times: [0.0035], channels: [0], tStop: 2 }), {
      numTimesteps: 1000,
      signal: controller.signal,
      onProgress: ({ done, total }) => {
        expect(total).toBe(1000);
        seen.push(done);
        controller.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    expect(seen.length).toBe(1);
    expect([layer.timestep, layer.heapRemainingSpikes]).toEqual([3, []]);
  });

  it('starts at a clock that was set back with what waits', async () => {
    const layer = new RecDIAF({
      ...common,
      weightsIn: fromFirstToFirst(100),
      weightsRec: fromFirstToSecond(30),
      delay: 0.25,
      refractory: 0.3,
    });
    await layer.evolve(events([0.05]), { numTimesteps: 2 });
    layer.resetTime();
    expect(layer.heapRemainingSpikes[0]![0]).toBeCloseTo(0.1, 12);
    const output = await layer.evolve(events([0.1, 0.16]), { numTimesteps: 2 });
    expect(spikes(output)).toEqual([[0.16, 0]]);
    layer.resetAll();
    expect([layer.heapRemainingSpikes, numbers(layer.neurState), layer.t]).toEqual([[], [0, 0], 0]);
  });
});

describe('a layer', () => {
  it.each<[string, object, string]>([
    ['a delay of 0', { delay: 0 }, 'ValueError'],
    ['a tauLeak of 0', { tauLeak: 0 }, 'ValueError'],
    ['a vSubtract of 0', { vSubtract: 0 }, 'ValueError'],
    ['an unknown number type', { stateType: 'byte' as StateType }, 'ValueError'],
    ['recurrent weights of another size', { weightsRec: [[1]] }, 'AssertionError'],
    ['a leak of another length', { leak: [1, 2, 3] }, 'AssertionError'],
  ])('refuses %s', (_, options, error) => {
    expect(() => new RecDIAF({ ...common, ...options })).toThrow(kind(error));
  });

  it('raises refractoriness to 1e-9 s', () => {
    expect(numbers(new RecDIAF({ ...common, refractory: [0, 1] }).refractory)).toEqual([1e-9, 1]);
  });

  it('takes events that wait, in any order, but not of channels that there are not', () => {
    const layer = new RecDIAF(common);
    layer.heapRemainingSpikes = [
      [0.2, 4],
      [0.1, 2],
      [0.1, -1],
    ];
    expect(layer.heapRemainingSpikes).toEqual([
      [0.1, -1],
      [0.1, 2],
      [0.2, 4],
    ]);
    expect(() => {
      layer.heapRemainingSpikes = [[1, 5]];
    }).toThrow(kind('ValueError', 'event-channel'));
  });

  it('comes back from its file, with vectors, and without what it has not [DI-3]', async () => {
    const layer = new RecDIAF({
      ...common,
      leak: [1, 2],
      vThresh: [100, 90],
      stateType: 'int16',
      name: 'di',
    });
    const dict = layer.toDict();
    expect(dict).toMatchObject({
      leak: [1, 2],
      v_rest: null,
      v_subtract: null,
      state_type: 'int16',
      monitor_id: [],
    });
    const back = (await loadLayer(new Blob([layerToJson(dict)]), { classes: ownLayers })) as RecDIAF;
    expect(back.toDict()).toEqual(dict);
    const input = events([0.01, 0.02, 0.03]);
    expect(spikes(await back.evolve(input, { numTimesteps: 1 }))).toEqual(
      spikes(await layer.evolve(input, { numTimesteps: 1 })),
    );
  });

  it('has a graph with a loop', () => {
    const graph = new RecDIAF({ ...common, leak: 2, vRest: 1, delay: 0.01 }).asGraph();
    const neurons = [...findRecurrentModules(graph).recurrent].find(
      (module) => module instanceof ConstantLeakNeurons,
    );
    expect(neurons).toMatchObject({ delay: 0.01, leakPeriod: 1000, stateType: 'int8' });
    expect(numbers((neurons as ConstantLeakNeurons).bias as { data: Float64Array })).toEqual([-2, -2]);
  });
});
