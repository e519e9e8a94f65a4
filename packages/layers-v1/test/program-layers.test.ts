// Promises that every layer with a step program keeps.
import { setMessageHandlers } from '@rp/errors';
import { bagGraph, findRecurrentModules, LinearWeights } from '@rp/graph';
import {
  FFExpSyn,
  FFExpSynBrian,
  FFIAFBrian,
  FFIAFRefrTorch,
  FFIAFSpkInBrian,
  FFIAFSpkInRefrTorch,
  FFRateEuler,
  FFUpDown,
  type Layer,
  PassThrough,
  type ProgramLayer,
  RecIAFBrian,
  RecIAFRefrTorch,
  RecIAFSpkInBrian,
  RecIAFSpkInRefrTorch,
  RecRateEuler,
  TorchIAFLayer,
} from '@rp/layers-v1';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const steps = 24;
const dt = 0.125;

/** Whole multiples of a power of two, so that times of steps are exact. */
function signal(channels: number): TSContinuous {
  const samples = Array.from({ length: steps }, (_, row) =>
    Array.from({ length: channels }, (_, column) => Math.sin(1.7 * row + column) * 2),
  );
  return TSContinuous.fromClocked(samples, { dt });
}

function events(channels: number): TSEvent {
  const times = Array.from({ length: 60 }, (_, k) => (k * steps * dt) / 60);
  return new TSEvent({
    times,
    channels: times.map((_, k) => (k * 7) % channels),
    tStop: steps * dt,
    numChannels: channels,
  });
}

interface Sample {
  readonly make: (noiseStd?: number) => ProgramLayer;
  readonly input: TimeSeries;
  /** Whether the last row of one evolution is the first of the next. */
  readonly shared: boolean;
}

const square = [
  [0.5, -1, 0.25],
  [1, 0.125, -0.5],
  [-0.75, 0.5, 0.3],
];
const wide = [
  [1, -0.5, 0.3],
  [0.25, 2, -1],
];

const samples: Record<string, Sample> = {
  RecRateEuler: {
    make: (noiseStd = 0) =>
      new RecRateEuler({ weights: square, tau: [1.3, 2, 5], bias: 0.1, dt, noiseStd, seed: 5 }),
    input: signal(3),
    shared: true,
  },
  FFRateEuler: {
    make: (noiseStd = 0) =>
      new FFRateEuler({ weights: wide, tau: [1.3, 2, 5], dt, noiseStd, seed: 5, activationFunc: 'tanh' }),
    input: signal(2),
    shared: true,
  },
  PassThrough: {
    make: (noiseStd = 0) => new PassThrough({ weights: wide, delay: 0.375, bias: 1, dt, noiseStd, seed: 5 }),
    input: signal(2),
    shared: false,
  },
  FFUpDown: {
    make: (noiseStd = 0) =>
      new FFUpDown({ weights: 2, thrUp: 0.3, thrDown: 0.2, tauDecay: 3, dt, noiseStd, seed: 5 }),
    input: signal(2),
    shared: false,
  },
  FFExpSyn: {
    make: (noiseStd = 0) => new FFExpSyn({ weights: wide, tauSyn: 0.7, bias: 0.5, dt, noiseStd, seed: 5 }),
    input: events(2),
    shared: true,
  },
};

/** Small enough for voltages. */
const scaled = (weights: readonly (readonly number[])[], factor: number) =>
  weights.map((row) => row.map((weight) => weight * factor));

// With rk4 the layers with dense input look ahead; see iaf-layers.test.ts.
const iaf = { tauMem: [1.3, 2, 5], refractory: 0.25, dt, seed: 5 };
Object.assign(samples, {
  FFExpSynBrian: {
    make: (noiseStd = 0) => new FFExpSynBrian({ weights: wide, tauSyn: 0.7, dt, noiseStd, seed: 5 }),
    input: events(2),
    shared: true,
  },
  FFIAFBrian: {
    make: (noiseStd = 0) =>
      new FFIAFBrian({
        ...iaf,
        weights: scaled(wide, 0.03),
        noiseStd: noiseStd / 100,
        integratorName: 'exact',
      }),
    input: signal(2),
    shared: false,
  },
  FFIAFSpkInBrian: {
    make: (noiseStd = 0) =>
      new FFIAFSpkInBrian({ ...iaf, weights: scaled(wide, 0.03), tauSyn: 0.9, noiseStd: noiseStd / 100 }),
    input: events(2),
    shared: false,
  },
  RecIAFBrian: {
    make: (noiseStd = 0) =>
      new RecIAFBrian({
        ...iaf,
        weights: scaled(square, 0.03),
        bias: 0.02,
        tauSynR: [0.9, 1, 2],
        noiseStd: noiseStd / 100,
        integratorName: 'euler',
      }),
    input: signal(3),
    shared: false,
  },
  RecIAFSpkInBrian: {
    make: (noiseStd = 0) =>
      new RecIAFSpkInBrian({
        ...iaf,
        weightsIn: scaled(wide, 0.01),
        weightsRec: scaled(square, 0.03),
        tauSynInp: 0.9,
        tauSynRec: 1.5,
        noiseStd: noiseStd / 100,
      }),
    input: events(2),
    shared: false,
  },
  FFIAFRefrTorch: {
    make: (noiseStd = 0) =>
      new FFIAFRefrTorch({ ...iaf, weights: scaled(wide, 0.03), noiseStd: noiseStd / 100 }),
    input: signal(2),
    shared: false,
  },
  FFIAFSpkInRefrTorch: {
    make: (noiseStd = 0) =>
      new FFIAFSpkInRefrTorch({ ...iaf, weights: scaled(wide, 0.03), noiseStd: noiseStd / 100 }),
    input: events(2),
    shared: false,
  },
  RecIAFRefrTorch: {
    make: (noiseStd = 0) =>
      new RecIAFRefrTorch({ ...iaf, weights: scaled(square, 0.03), noiseStd: noiseStd / 100 }),
    input: signal(3),
    shared: false,
  },
  RecIAFSpkInRefrTorch: {
    make: (noiseStd = 0) =>
      new RecIAFSpkInRefrTorch({
        ...iaf,
        weightsIn: scaled(wide, 0.01),
        weightsRec: scaled(square, 0.03),
        tauSynRec: 1.5,
        noiseStd: noiseStd / 100,
      }),
    input: events(2),
    shared: false,
  },
} satisfies Record<string, Sample>);

/** Everything that an output says, as plain numbers. */
function content(series: TimeSeries): { times: number[]; values: number[] } {
  const times = Array.from(series.times);
  return series instanceof TSEvent
    ? { times, values: Array.from(series.channels) }
    : { times, values: Array.from((series as TSContinuous).samples.data) };
}

/** Layers that give spikes out at the end of their steps give those of an evolution's last step out at its start. */
function expectSameButForSeams(parts: ReturnType<typeof content>, whole: ReturnType<typeof content>) {
  expect(parts.values).toEqual(whole.values);
  parts.times.forEach((time, place) => {
    expect([whole.times[place], whole.times[place]! - dt]).toContain(time);
  });
}

async function evolveInParts(layer: Layer, input: TimeSeries, parts: readonly number[], shared: boolean) {
  const times: number[] = [];
  const values: number[] = [];
  for (const [place, numTimesteps] of parts.entries()) {
    const part = content(await layer.evolve(input, { numTimesteps }));
    const width = part.times.length === 0 ? 0 : part.values.length / part.times.length;
    const skipped = shared && place > 0 ? 1 : 0;
    times.push(...part.times.slice(skipped));
    values.push(...part.values.slice(skipped * width));
  }
  return { times, values };
}

describe.each(Object.entries(samples))('%s', (_, { make, input, shared }) => {
  it.each([0, 0.4])('gives the same bits in one evolution and in parts (noiseStd %s)', async (noiseStd) => {
    const whole = content(await make(noiseStd).evolve(input, { numTimesteps: steps }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: steps }),
        fc.integer({ min: 0, max: steps }),
        async (a, b) => {
          const [first, second] = [Math.min(a, b), Math.max(a, b)];
          const layer = make(noiseStd);
          const parts = [first, second - first, steps - second];
          const inParts = await evolveInParts(layer, input, parts, shared);
          if (layer instanceof TorchIAFLayer) expectSameButForSeams(inParts, whole);
          else expect(inParts).toEqual(whole);
          expect(layer.timestep).toBe(steps);
          await layer.dispose();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives the same at once as awaited, and in float32 about the same', async () => {
    const awaited = await make().evolve(input, { numTimesteps: steps });
    expect(content(make().evolveSync(input, { numTimesteps: steps }))).toEqual(content(awaited));
    const single = make();
    const { jsBackend } = await import('@rp/backend-js');
    await single.to(jsBackend(), 'float32');
    const rounded = content(await single.evolve(input, { numTimesteps: steps }));
    rounded.values.forEach((value, place) => {
      expect(value).toBeCloseTo(content(awaited).values[place]!, 4);
    });
  });

  it('is as it was before after an aborted evolution', async () => {
    const layer = make();
    await layer.evolve(input, { numTimesteps: 3 });
    const before = { t: layer.t, state: layer.state, dict: layer.toDict() };
    const stop = new AbortController();
    const aborted = layer.evolve(null, {
      numTimesteps: 10_000_000,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    expect({ t: layer.t, state: layer.state, dict: layer.toDict() }).toEqual(before);
    const other = make();
    await other.evolve(input, { numTimesteps: 3 });
    expect(content(await layer.evolve(input, { numTimesteps: 5 }))).toEqual(
      content(await other.evolve(input, { numTimesteps: 5 })),
    );
  });

  it('records its state between the steps, and only what is asked for', async () => {
    const { record, output } = await make().evolveRecorded(input, { numTimesteps: steps });
    expect(content(output)).toEqual(content(await make().evolve(input, { numTimesteps: steps })));
    for (const series of Object.values(record)) {
      expect(series.times.length).toBe(steps + 1);
      expect([series.tStart, series.tStop]).toEqual([0, steps * dt]);
    }
    const none = await make().evolveRecorded(input, { numTimesteps: steps, record: [] });
    expect(none.record).toEqual({});
    await expect(make().evolveRecorded(input, { record: ['mood'] })).rejects.toMatchObject({
      kind: 'ValueError',
    });
  });

  it('draws noise from its seed and nothing else', async () => {
    const noisy = async () => content(await make(0.4).evolve(input, { numTimesteps: steps }));
    expect(await noisy()).toEqual(await noisy());
    expect(await noisy()).not.toEqual(content(await make().evolve(input, { numTimesteps: steps })));
    const twice = make(0.4);
    const first = content(await twice.evolve(input, { numTimesteps: steps }));
    twice.resetAll();
    expect(content(await twice.evolve(input, { numTimesteps: steps }))).not.toEqual(first);
  });

  it('refuses what it cannot use, and stays as it was', async () => {
    const layer = make();
    const wrong = input instanceof TSEvent ? signal(2) : events(2);
    await expect(layer.evolve(wrong)).rejects.toMatchObject({ kind: 'AssertionError', code: 'input-type' });
    await expect(layer.evolve(input, { duration: -1 })).rejects.toMatchObject({ kind: 'ValueError' });
    await expect(layer.evolve(input, { steps: 3 })).rejects.toMatchObject({ code: 'unknown-option' });
    expect(layer.t).toBe(0);
    const zero = await layer.evolve(input, { numTimesteps: 0 });
    expect([layer.t, zero.duration]).toEqual([0, 0]);
  });
});

describe('bad parameters are refused with what to do about them', () => {
  it.each([
    ['NaN weights', () => new RecRateEuler({ weights: [[Number.NaN]] }), 'ValueError'],
    [
      'NaN weights, assigned',
      () => Object.assign(new RecRateEuler({ weights: [[1]] }), { weights: [[Number.NaN]] }),
      'ValueError',
    ],
    ['weights that are not square', () => new RecRateEuler({ weights: wide }), 'ValueError'],
    [
      'an unknown activation',
      () => new RecRateEuler({ weights: [[1]], activationFunc: 'step' as 'relu' }),
      'ValueError',
    ],
    [
      'a dt beyond tau / 10',
      () => Object.assign(new RecRateEuler({ weights: [[1]], tau: 1 }), { dt: 0.2 }),
      'AssertionError',
    ],
    ['a tau shorter than dt', () => new FFRateEuler({ weights: [[1]], dt: 1, tau: 0.5 }), 'ValueError'],
    ['a negative delay', () => new PassThrough({ weights: [[1]], delay: -1 }), 'ValueError'],
    ['a zero threshold', () => new FFUpDown({ weights: 1, thrUp: 0 }), 'AssertionError'],
    ['a negative repetition', () => new FFUpDown({ weights: 1, repeatOutput: -1 }), 'ValueError'],
    ['a zero time constant', () => new FFExpSyn({ weights: 1, tauSyn: 0 }), 'AssertionError'],
  ])('%s', (_, make, kind) => {
    expect(make).toThrow(expect.objectContaining({ kind }));
  });
});

describe('the graph of a layer', () => {
  it('of a recurrent layer is a loop of neurons and weights, with the layer’s constants', () => {
    const layer = new RecRateEuler({ weights: square, tau: 2, bias: 0.1 });
    const graph = layer.asGraph();
    const recurrent = [...findRecurrentModules(graph).recurrent];
    expect(recurrent.map((module) => module.constructor.name).sort()).toEqual([
      'LinearWeights',
      'RateEulerNeurons',
    ]);
    const weights = recurrent.find((module) => module instanceof LinearWeights) as LinearWeights;
    expect(Array.from(weights.weights.data)).toEqual(square.flat());
    expect([graph.inputNodes.length, graph.outputNodes.length]).toEqual([3, 3]);
  });

  it.each([
    ['FFRateEuler', () => samples.FFRateEuler!.make(), ['LinearWeights', 'RateEulerNeurons'], 2, 3],
    ['PassThrough', () => samples.PassThrough!.make(), ['Delay', 'LinearWeights'], 2, 3],
    ['FFUpDown', () => samples.FFUpDown!.make(), ['UpDownEncoder'], 2, 4],
    ['FFExpSyn', () => samples.FFExpSyn!.make(), ['ExpSynapses', 'LinearWeights'], 2, 3],
    ['FFExpSynBrian', () => samples.FFExpSynBrian!.make(), ['ExpSynapses', 'LinearWeights'], 2, 3],
    ['FFIAFBrian', () => samples.FFIAFBrian!.make(), ['IAFNeurons', 'LinearWeights'], 2, 3],
    ['FFIAFSpkInBrian', () => samples.FFIAFSpkInBrian!.make(), ['IAFNeurons', 'LinearWeights'], 2, 3],
  ] as const)('of %s is its chain of modules', (_, make, modules, sizeIn, sizeOut) => {
    const graph = make().asGraph();
    const bag = [...bagGraph(graph).modules].map((module) => module.constructor.name);
    expect(bag.sort()).toEqual(modules);
    expect([graph.inputNodes.length, graph.outputNodes.length]).toEqual([sizeIn, sizeOut]);
  });
});

describe('noise has the strength that the docs state', () => {
  const deviation = (values: ArrayLike<number>) => {
    const list = Array.from(values);
    const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
    return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
  };

  it('in RecRateEuler and FFRateEuler it is the standard deviation of an unconnected state', async () => {
    const zeros = Array.from({ length: 200 }, () => new Array<number>(200).fill(0));
    const layers = [
      new RecRateEuler({ weights: zeros, tau: 0.1, dt: 0.005, noiseStd: 0.5, seed: 1 }),
      new FFRateEuler({
        weights: [new Array<number>(200).fill(0)],
        tau: 0.1,
        dt: 0.005,
        noiseStd: 0.5,
        seed: 1,
      }),
    ];
    for (const layer of layers) {
      const { record } = await layer.evolveRecorded(null, { numTimesteps: 400 });
      const { data } = (record.state as TSContinuous).samples;
      // The Euler step makes it larger by √(1 / (1 − dt / 2 tau)).
      expect(deviation(data.subarray(200 * 200))).toBeCloseTo(0.5 / Math.sqrt(1 - 0.005 / 0.2), 1);
    }
  });

  it('in FFExpSyn it is the standard deviation of the current, in PassThrough of every sample', async () => {
    const wideRow = [new Array<number>(200).fill(0)];
    const synapses = new FFExpSyn({ weights: wideRow, tauSyn: 0.1, dt: 0.005, noiseStd: 0.5, seed: 1 });
    const currents = await synapses.evolve(null, { numTimesteps: 400 });
    expect(deviation(currents.samples.data.subarray(200 * 200))).toBeCloseTo(0.5, 1);
    const relay = new PassThrough({ weights: wideRow, dt: 0.005, noiseStd: 0.5, seed: 1 });
    expect(deviation((await relay.evolve(null, { numTimesteps: 100 })).samples.data)).toBeCloseTo(0.5, 2);
  });
});
