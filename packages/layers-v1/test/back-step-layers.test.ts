// Promises of RecFSSpikeEulerBT and RecFSSpikeADS beyond those of all layers with a program. What the reference gets
// wrong has its number of the specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import { FastSlowNeurons, findRecurrentModules, LinearWeights } from '@rp/graph';
import {
  layerToJson,
  loadLayer,
  ownLayers,
  RecFSSpikeADS,
  type RecFSSpikeADSOptions,
  RecFSSpikeEulerBT,
  type SpikeCallback,
} from '@rp/layers-v1';
import { TSContinuous, type TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const dt = 1e-4;
const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });
const numbers = (array: { data: ArrayLike<number> } | number) =>
  typeof array === 'number' ? [array] : Array.from(array.data);
const spikes = ({ times, channels }: TSEvent) => Array.from(times, (time, k) => [time, channels[k]!]);
const signal = (steps: number, channels: number, step = dt, height = 0.02) =>
  TSContinuous.fromClocked(
    Array.from({ length: steps }, (_, k) =>
      Array.from({ length: channels }, (_, channel) => height * (1 + Math.sin(0.3 * k + 2 * channel))),
    ),
    { dt: step },
  );

const weightsFast = [
  [0, -0.1, -0.02],
  [-0.04, 0, -0.05],
  [-0.01, -0.08, 0],
];
const weightsSlow = [
  [0.01, -0.005, 0.002],
  [-0.008, 0.003, 0.004],
  [0.001, 0.006, -0.009],
];
const common = { weightsFast, weightsSlow, dt };

/** The rules of the specification, one solver step after the other, for any number of evolutions. */
class ByHand {
  readonly v: number[];
  readonly slow: number[];
  readonly fast: number[];
  readonly waiting: number[];
  private clock = 0;
  private readonly layer: RecFSSpikeEulerBT;

  constructor(layer: RecFSSpikeEulerBT) {
    this.layer = layer;
    this.v = numbers(layer.vRest);
    [this.slow, this.fast, this.waiting] = [0, 0, 0].map((x) => new Array<number>(layer.size).fill(x)) as [
      number[],
      number[],
      number[],
    ];
  }

  evolve(steps: number, input: TSContinuous, minDelta = dt / 10): number[][] {
    const { layer, v, slow, fast, waiting } = this;
    const n = layer.size;
    const one = (value: Parameters<typeof numbers>[0], j: number) =>
      numbers(value)[numbers(value).length === 1 ? 0 : j]!;
    const [start, end] = [this.clock * dt, (this.clock + steps) * dt];
    const rows = Array.from({ length: steps }, (_, k) => input.call([k * dt + start]).data);
    let [t, before] = [start, start];
    let last = { v: [...v], slow: [...slow], fast: [...fast] };
    const found: number[][] = [];
    while (t < end) {
      for (let j = 0; j < n; j++) if (waiting[j]! > 0) v[j] = one(layer.vReset, j);
      let firing = -1;
      let earliest = Number.POSITIVE_INFINITY;
      for (let j = 0; j < n; j++) {
        if (!(v[j]! > one(layer.vThresh, j))) continue;
        const delta = ((one(layer.vThresh, j) - last.v[j]!) * dt) / (v[j]! - last.v[j]!);
        if (firing < 0 || delta < earliest) [firing, earliest] = [j, delta];
      }
      if (firing >= 0) {
        let time = before + earliest;
        if (time < before + minDelta) time = before + minDelta;
        else if (time > t) time = t;
        const passed = time - before;
        t = time;
        for (let j = 0; j < n; j++) {
          waiting[j] = waiting[j]! + dt - passed;
          v[j] = ((v[j]! - last.v[j]!) / dt) * passed + last.v[j]!;
          slow[j] = ((slow[j]! - last.slow[j]!) / dt) * passed + last.slow[j]!;
          fast[j] = ((fast[j]! - last.fast[j]!) / dt) * passed + last.fast[j]!;
        }
        v[firing] = one(layer.vReset, firing);
        waiting[firing] = one(layer.refractory, firing);
        found.push([t, firing]);
      }
      const jump = (weights: { data: Float64Array }, j: number) =>
        firing < 0 ? 0 : weights.data[j * n + firing]!;
      const jumps = v.map((_, j) => [jump(layer.weightsSlow, j), jump(layer.weightsFast, j)] as const);
      last = {
        v: [...v],
        slow: slow.map((x, j) => x + jumps[j]![0]),
        fast: fast.map((x, j) => x + jumps[j]![1]),
      };
      // The remainder is exact, so this is the whole quotient, as Python's //.
      const k = Math.round((t - start - ((t - start) % dt)) / dt);
      for (let j = 0; j < n; j++) {
        slow[j] = slow[j]! + (-slow[j]! / one(layer.tauSynRSlow, j) + jumps[j]![0] / dt) * dt;
        fast[j] = fast[j]! + (-fast[j]! / one(layer.tauSynRFast, j) + jumps[j]![1] / dt) * dt;
        const drive = one(layer.vRest, j) - v[j]! + slow[j]! + fast[j]! + rows[k]![j]! + one(layer.bias, j);
        v[j] = v[j]! + (drive / one(layer.tauMem, j)) * dt;
        waiting[j] = waiting[j]! - dt;
      }
      before = t;
      t += dt;
    }
    const passed = end - before;
    for (let j = 0; j < n; j++) {
      v[j] = ((v[j]! - last.v[j]!) / dt) * passed + last.v[j]!;
      slow[j] = ((slow[j]! - last.slow[j]!) / dt) * passed + last.slow[j]!;
      fast[j] = ((fast[j]! - last.fast[j]!) / dt) * passed + last.fast[j]!;
      waiting[j] = waiting[j]! + t - end;
    }
    this.clock += steps;
    return found;
  }
}

describe('RecFSSpikeEulerBT', () => {
  it.each<[string, object]>([
    ['as it is', {}],
    ['with refractory neurons', { refractory: [0.0007, -1, 0.002] }],
    [
      'with neurons that differ',
      { tauMem: [0.02, 0.015, 0.018], vThresh: [-0.055, -0.056, -0.0553], bias: 0.002 },
    ],
    [
      'with neurons that cross together',
      {
        weightsFast: [
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
        tauMem: 0.01,
      },
    ],
    ['starting above the threshold', { vRest: -0.05 }],
  ])('follows the rules %s, over several evolutions [BT-1, BT-2, BT-3]', async (_, options) => {
    const layer = new RecFSSpikeEulerBT({ ...common, ...options });
    const input = signal(300, 3);
    const hand = new ByHand(layer);
    for (const numTimesteps of [120, 1, 0, 79]) {
      const output = await layer.evolve(input, { numTimesteps });
      const found = hand.evolve(numTimesteps, input);
      expect(spikes(output).length).toBe(found.length);
      spikes(output).forEach(([time, channel], k) => {
        expect(channel).toBe(found[k]![1]);
        expect(time).toBeCloseTo(found[k]![0]!, 14);
      });
      const close = (got: number[], wanted: number[]) => {
        got.forEach((value, k) => {
          expect(value).toBeCloseTo(wanted[k]!, 13);
        });
      };
      close(numbers(layer.state), hand.v);
      close(numbers(layer.iSynSlow), hand.slow);
      close(numbers(layer.iSynFast), hand.fast);
      close(numbers(layer.refractoryTime), hand.waiting);
    }
  });

  it('gives spikes and nothing else, on all channels, from the start of the evolution [BT-4]', async () => {
    const layer = new RecFSSpikeEulerBT(common);
    await layer.evolve(null, { numTimesteps: 10 });
    const silent = await layer.evolve(null, { numTimesteps: 5 });
    expect([silent.times.length, silent.numChannels, silent.tStart, silent.tStop, silent.name]).toEqual([
      0,
      3,
      10 * dt,
      15 * dt,
      'unnamed',
    ]);
  });

  it('keeps neurons refractory into the next evolution [BT-3]', async () => {
    const make = () => new RecFSSpikeEulerBT({ ...common, refractory: 0.003, bias: 0.025 });
    const [whole, parts] = [make(), make()];
    const expected = spikes(await whole.evolve(null, { numTimesteps: 200 }));
    expect(expected.length).toBeGreaterThan(1);
    const cut = Math.floor(expected[0]![0]! / dt) + 5;
    await parts.evolve(null, { numTimesteps: cut });
    expect(numbers(parts.refractoryTime).some((seconds) => seconds > 0.001)).toBe(true);
    const again = await parts.evolve(null, { numTimesteps: 200 - cut });
    expect(again.times[0]!).toBeCloseTo(expected.find(([time]) => time! > cut * dt)![0]!, 4);
  });

  it('spikes are at least minDelta apart', async () => {
    const layer = new RecFSSpikeEulerBT({
      ...common,
      weightsFast: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      bias: 0.05,
    });
    const { times } = await layer.evolve(null, { numTimesteps: 60, minDelta: dt / 4 });
    expect(times.length).toBeGreaterThan(2);
    const gaps = Array.from(times.subarray(1), (time, k) => time - times[k]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(dt / 4 - 1e-15);
  });

  it.each([dt, 1, -1e-6, Number.NaN])('refuses a minDelta of %s', async (minDelta) => {
    const layer = new RecFSSpikeEulerBT(common);
    await expect(layer.evolve(null, { numTimesteps: 3, minDelta })).rejects.toThrow(kind('ValueError'));
    expect(layer.timestep).toBe(0);
  });

  it('takes any minDelta from 0 on', async () => {
    const layer = new RecFSSpikeEulerBT({ ...common, bias: 0.025 });
    const output = await layer.evolve(null, { numTimesteps: 200, minDelta: 0 });
    expect(output.times.length).toBeGreaterThan(0);
  });

  it('the recorded signals have a sample for each step of the solver, and recording changes nothing', async () => {
    const make = () => new RecFSSpikeEulerBT({ ...common, noiseStd: 1e-3, seed: 4, bias: 0.02 });
    const [plain, recording] = [make(), make()];
    const input = signal(200, 3);
    for (const numTimesteps of [90, 60]) {
      const expected = await plain.evolve(input, { numTimesteps });
      const { output, record } = await recording.evolveRecorded(input, {
        numTimesteps,
        record: ['v', 'dvdt'],
      });
      expect(spikes(output as TSEvent)).toEqual(spikes(expected));
      expect(recording.state).toEqual(plain.state);
      const { v, dvdt } = record as Record<string, TSContinuous>;
      expect(Object.keys(record)).toEqual(['v', 'dvdt']);
      expect(v!.times).toEqual(dvdt!.times);
      expect(v!.times.length).toBeGreaterThan(numTimesteps);
      for (const time of expected.times) expect(Array.from(v!.times)).toContain(time);
    }
  });

  it('in single precision all times are within the evolution', async () => {
    const layer = new RecFSSpikeEulerBT({ ...common, bias: 0.03, dtype: 'float32' });
    for (let part = 0; part < 12; part++) {
      const { output, record } = await layer.evolveRecorded(null, { numTimesteps: 37 });
      const v = record.v as TSContinuous;
      expect([v.tStart, v.tStop]).toEqual([output.tStart, output.tStop]);
      expect(output.tStop).toBe((part + 1) * 37 * dt);
    }
  });

  it('with record, keeps what happened', async () => {
    const layer = new RecFSSpikeEulerBT({ ...common, record: true });
    await layer.evolve(null, { numTimesteps: 4 });
    expect(Object.keys(layer.recorded ?? {})).toEqual(['v', 'iSynSlow', 'iSynFast', 'dvdt']);
    expect((layer.recorded!.v as TSContinuous).samples.shape).toEqual([4, 3]);
    const layer2 = new RecFSSpikeEulerBT({ ...common, record: true });
    layer2.evolveSync(null, { numTimesteps: 0 });
    expect((layer2.recorded!.v as TSContinuous).times.length).toBe(0);
  });

  it('noise has the standard deviation that was asked for, on each input sample', async () => {
    const size = 40;
    const zeros = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    const layer = new RecFSSpikeEulerBT({
      ...{ weightsFast: zeros, weightsSlow: zeros, dt, vThresh: 1, tauMem: 0.02, noiseStd: 0.01, seed: 2 },
    });
    const { record } = await layer.evolveRecorded(null, { numTimesteps: 500, record: ['v', 'dvdt'] });
    const { v, dvdt } = record as Record<string, TSContinuous>;
    const noise = Array.from(dvdt!.samples.data, (slope, k) => slope * 0.02 - (-0.065 - v!.samples.data[k]!));
    const deviation = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length);
    expect(deviation).toBeCloseTo(0.01, 3);
  });

  it.each<[string, object, string]>([
    ['weights that are not square', { weightsFast: [[1, 2]] }, 'ValueError'],
    ['weights of two sizes', { weightsSlow: [[0]] }, 'ValueError'],
    ['a dt that is too long', { dt: 2e-4 }, 'ValueError'],
    ['a dt of 0', { dt: 0 }, 'ValueError'],
    ['a time constant of 0', { tauMem: 0 }, 'ValueError'],
    ['thresholds of another length', { vThresh: [1, 2] }, 'AssertionError'],
    ['a callback that is none', { spikeCallback: 'print' }, 'TypeError'],
  ])('refuses %s', (_, options, error) => {
    expect(() => new RecFSSpikeEulerBT({ ...common, ...options } as never)).toThrow(kind(error));
  });

  describe('with a callback', () => {
    const make = (spikeCallback: SpikeCallback | null) =>
      new RecFSSpikeEulerBT({ ...common, noiseStd: 1e-3, seed: 4, bias: 0.02, spikeCallback });
    const input = signal(200, 3);

    it('gives the same bits, and the callback is told of every spike in order, at once or awaited', async () => {
      const plain = make(null);
      const told: [RecFSSpikeEulerBT, number, number][] = [];
      const layer = make((...spike) => told.push(spike));
      const once = make(() => {});
      for (const numTimesteps of [90, 0, 60]) {
        told.length = 0;
        const expected = await plain.evolve(input, { numTimesteps });
        const output = await layer.evolve(input, { numTimesteps });
        const { output: alike, record } = once.evolveRecordedSync(input, { numTimesteps });
        expect([spikes(output), spikes(alike as TSEvent)]).toEqual([spikes(expected), spikes(expected)]);
        expect(told.map(([, time, neuron]) => [time, neuron])).toEqual(spikes(expected));
        expect(told.every(([who]) => who === layer)).toBe(true);
        expect(numbers(layer.state)).toEqual(numbers(plain.state));
        expect(Object.keys(record)).toContain('v');
      }
    });

    it('what it changes acts from the next time step on', async () => {
      const layer = make(() => {
        layer.vThresh = 1;
      });
      const times = new Set((await layer.evolve(input)).times);
      const first = Math.min(...times);
      expect(times.size).toBeGreaterThan(0);
      expect(Math.max(...times)).toBeLessThanOrEqual((Math.floor(first / dt) + 2) * dt);
    });

    it('whose failure is passed on, the layer is as it was before', async () => {
      const layer = make(() => {
        throw new Error('enough');
      });
      const before = layer.state;
      await expect(layer.evolve(input)).rejects.toThrow('enough');
      expect({ t: layer.t, state: layer.state }).toEqual({ t: 0, state: before });
      const stopped = AbortSignal.abort(new Error('stop'));
      await expect(layer.evolve(input, { signal: stopped })).rejects.toThrow('stop');
    });
  });

  it('takes a tenth of the shortest synaptic time constant for dt, and no more', () => {
    const layer = new RecFSSpikeEulerBT({ weightsFast, weightsSlow, tauSynRFast: 0.002, tauSynRSlow: 0.03 });
    expect(layer.dt).toBe(0.002 / 10);
    expect(() => {
      layer.dt = 3e-4;
    }).toThrow(kind('ValueError', 'dt'));
  });

  it('comes back from its file with all of its arguments [BT-5]', async () => {
    const layer = new RecFSSpikeEulerBT({
      ...common,
      weightsOut: [[1], [2], [3]],
      bias: [0.01, 0.02, 0.03],
      tauMem: 0.015,
      refractory: 0.001,
      name: 'bt',
    });
    const back = (await loadLayer(new Blob([layerToJson(layer.toDict())]), {
      classes: ownLayers,
    })) as RecFSSpikeEulerBT;
    expect(back.toDict()).toEqual(layer.toDict());
    expect(back.toDict()).toMatchObject({
      tau_mem: 0.015,
      weights_out: [[1], [2], [3]],
      v_thresh: [-0.055, -0.055, -0.055],
    });
    const input = signal(100, 3);
    expect(spikes(await back.evolve(input))).toEqual(spikes(await layer.evolve(input)));
  });

  it('has a graph with two loops, whose rows are sources', () => {
    const { recurrent } = findRecurrentModules(new RecFSSpikeEulerBT(common).asGraph());
    const modules = [...recurrent];
    expect(modules.some((module) => module instanceof FastSlowNeurons)).toBe(true);
    const weights = modules.filter((module) => module instanceof LinearWeights);
    expect(weights.length).toBe(2);
    const fast = weights.find(({ name }) => name?.includes('fast'))!;
    expect(Array.from(fast.weights.data.subarray(0, 3))).toEqual(weightsFast.map((row) => row[0]));
  });
});

describe('RecFSSpikeADS', () => {
  const options: RecFSSpikeADSOptions = {
    weightsFast: [
      [0, -0.15],
      [-0.1, 0],
    ],
    weightsSlow: [
      [0.01, -0.08],
      [0.05, 0.02],
    ],
    weightsIn: [[0.5, 0.3]],
    weightsOut: [[0.5], [0.3]],
    eta: 0.01,
    k: 10,
    bias: 0,
    noiseStd: 0,
    dt: 1e-3,
    vThresh: 1,
    vReset: 0,
    vRest: 0.5,
    tauMem: 0.05,
    tauSynRFast: 0.07,
    tauSynRSlow: 0.07,
    tauSynROut: 0.07,
    refractory: -1e-16,
    record: false,
    name: 'ads',
    discretize: -1,
    discretizeDynapse: false,
  };
  const input = signal(100, 2, 1e-3, 1);
  const target = TSContinuous.fromClocked(
    Array.from({ length: 100 }, (_, k) => [Math.sin(0.1 * k)]),
    { dt: 1e-3 },
  );

  it.each(['weightsIn', 'eta', 'bias', 'dt', 'tauSynROut', 'discretizeDynapse'] as const)(
    'needs %s',
    (name) => {
      expect(() => new RecFSSpikeADS({ ...options, [name]: undefined } as never)).toThrow(
        kind('TypeError', 'missing'),
      );
    },
  );

  it.each<[string, object, string]>([
    ['input weights of another size', { weightsIn: [[1, 2, 3]] }, 'ValueError'],
    ['output weights of another size', { weightsOut: [[1, 2]] }, 'ValueError'],
    ['one level', { discretize: 1 }, 'ValueError'],
    ['weights of a chip', { discretizeDynapse: true }, 'NotImplementedError'],
    ['a time constant of 0', { tauSynROut: 0 }, 'ValueError'],
  ])('refuses %s', (_, change, error) => {
    expect(() => new RecFSSpikeADS({ ...options, ...change })).toThrow(kind(error));
  });

  it('simulates as many steps as its clock advances, up to the end [ADS-1, ADS-2, ADS-4]', async () => {
    const make = () => new RecFSSpikeADS({ ...options, refractory: 0.004 });
    const [whole, parts] = [make(), make()];
    const expected = await whole.evolve(input, { numTimesteps: 40 });
    await parts.evolve(input, { numTimesteps: 1 });
    // One Euler step from rest: tau dv/dt = input.
    const first = input.samples.data.subarray(0, 2);
    expect(numbers(parts.state)).toEqual(Array.from(first, (x) => 0.5 + (x / 0.05) * 1e-3));
    const rest = await parts.evolve(input, { numTimesteps: 39 });
    expect(rest.tStop).toBe(40 * 1e-3);
    expect(rest.times.length).toBe(expected.times.length);
    // Between two parts the solver restarts on the clock, so times agree to the order of dt.
    rest.times.forEach((time, k) => {
      expect(Math.abs(time - expected.times[k]!)).toBeLessThan(5e-4);
    });
  });

  it('records only when asked [ADS-3]', async () => {
    const layer = new RecFSSpikeADS(options);
    await layer.evolve(input, { numTimesteps: 5 });
    expect(layer.recorded).toBeUndefined();
    layer.record = true;
    await layer.evolve(input, { numTimesteps: 5 });
    expect(Object.keys(layer.recorded!)).toEqual(['v', 'iSynSlow', 'iSynFast', 'iSynOut', 'rate', 'dvdt']);
    expect((layer.recorded!.iSynOut as TSContinuous).samples.shape[1]).toBe(1);
  });

  it('a voltage does not fall below 0', async () => {
    const layer = new RecFSSpikeADS({ ...options, bias: -3 });
    await layer.evolve(null, { numTimesteps: 100 });
    expect(numbers(layer.state)).toEqual([0, 0]);
  });

  it('learns only while training with a target: slow weights change by eta on average, without diagonal', async () => {
    const layer = new RecFSSpikeADS(options);
    await layer.evolve(input, { numTimesteps: 50 });
    expect(numbers(layer.weightsSlow)).toEqual([0.01, -0.08, 0.05, 0.02]);
    layer.isTraining = true;
    await layer.evolve(input, { numTimesteps: 10 });
    expect(numbers(layer.weightsSlow)).toEqual([0.01, -0.08, 0.05, 0.02]);
    layer.resetAll();
    layer.tsTarget = target;
    await layer.evolve(input, { numTimesteps: 100 });
    const change = numbers(layer.weightsSlow).map((weight, k) => weight - [0.01, -0.08, 0.05, 0.02][k]!);
    expect([change[0], change[3]]).toEqual([0, 0]);
    expect((Math.abs(change[1]!) + Math.abs(change[2]!)) / 4).toBeCloseTo(0.01, 12);
    expect(() => {
      layer.tsTarget = 3 as never;
    }).toThrow(kind('TypeError'));
  });

  it('needs a row of slow weights for each neuron, and just these to learn', async () => {
    const rows = (count: number) => Array.from({ length: count }, () => [0.1, 0.2]);
    expect(() => new RecFSSpikeADS({ ...options, weightsSlow: rows(1) })).toThrow(kind('ValueError'));
    const layer = new RecFSSpikeADS({ ...options, weightsSlow: rows(3) });
    await layer.evolve(input, { numTimesteps: 10 });
    layer.isTraining = true;
    layer.tsTarget = target;
    await expect(layer.evolve(input, { numTimesteps: 10 })).rejects.toMatchObject({ kind: 'ValueError' });
    expect(layer.timestep).toBe(10);
  });

  it('an evolution that fails has learned nothing', async () => {
    const layer = new RecFSSpikeADS(options);
    layer.isTraining = true;
    layer.tsTarget = target;
    const reason = new Error('enough');
    await expect(layer.evolve(input, { numTimesteps: 50, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    expect(numbers(layer.weightsSlow)).toEqual([0.01, -0.08, 0.05, 0.02]);
    expect(layer.timestep).toBe(0);
  });

  it('cuts its slow weights to levels for an evolution, but keeps them', async () => {
    const make = (weightsSlow: number[][], discretize: number) =>
      new RecFSSpikeADS({ ...options, weightsSlow, discretize });
    const layer = make(options.weightsSlow as number[][], 3);
    // Range 0.13, so levels are whole multiples of 0.065.
    const by = make(
      [
        [0, -0.065],
        [0.065, 0],
      ],
      -1,
    );
    expect(spikes(await layer.evolve(input))).toEqual(spikes(await by.evolve(input)));
    expect(layer.state).toEqual(by.state);
    expect(numbers(layer.weightsSlow)).toEqual([0.01, -0.08, 0.05, 0.02]);
  });

  it('holds a share of its neurons at the reset voltage for a while', async () => {
    const layer = new RecFSSpikeADS({
      ...options,
      bias: 2,
      weightsFast: [
        [0, 0],
        [0, 0],
      ],
      weightsSlow: [
        [0, 0],
        [0, 0],
      ],
    });
    Object.assign(layer, { percentageSuppress: 0.5, tStartSuppress: 0.02, tStopSuppress: 0.06 });
    const { times, channels } = await layer.evolve(null, { numTimesteps: 100 });
    const inside = Array.from(times).flatMap((time, k) => (time > 0.021 && time < 0.06 ? [channels[k]] : []));
    expect(inside.length).toBeGreaterThan(0);
    expect(inside).not.toContain(0);
    expect(Array.from(channels)).toContain(0);
  });

  it('comes back from its file, and has a graph with two loops', async () => {
    const layer = new RecFSSpikeADS(options);
    const back = await loadLayer(new Blob([layerToJson(layer.toDict())]), { classes: ownLayers });
    expect(back.toDict()).toEqual(layer.toDict());
    const weights = [...findRecurrentModules(layer.asGraph()).recurrent].filter(
      (module) => module instanceof LinearWeights,
    );
    const slow = weights.find(({ name }) => name?.includes('slow'))!;
    expect(Array.from(slow.weights.data)).toEqual([0.01, -0.08, 0.05, 0.02]);
    expect(weights.length).toBe(2);
  });
});
