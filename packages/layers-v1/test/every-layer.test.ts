// Promises that every v1 layer keeps, whatever it computes.
import { setMessageHandlers } from '@rp/errors';
import {
  FFCLIAF,
  FFExpSyn,
  FFExpSynBrian,
  FFIAFBrian,
  FFIAFRefrTorch,
  FFIAFSpkInBrian,
  FFIAFSpkInRefrTorch,
  FFIAFSpkInTorch,
  FFIAFTorch,
  FFRateEuler,
  FFUpDown,
  type Layer,
  layerFromDict,
  ownLayers,
  PassThrough,
  PassThroughEvents,
  RecCLIAF,
  RecDIAF,
  RecFSSpikeADS,
  RecFSSpikeEulerBT,
  RecIAFBrian,
  RecIAFRefrTorch,
  RecIAFSpkInBrian,
  RecIAFSpkInRefrTorch,
  RecIAFSpkInTorch,
  RecIAFTorch,
  RecRateEuler,
} from '@rp/layers-v1';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let restore = () => {};
beforeEach(() => {
  restore = setMessageHandlers({ warn: () => {} });
});
afterEach(() => restore());

const wide = [
  [1, 0.5, 2],
  [3, 1, 0],
];
const square = [
  [0.5, -1],
  [1, 0.25],
];
const recurrent = { weightsIn: [[1, 2]], weightsRec: square };
const ads = {
  ...{ weightsFast: square, weightsSlow: square, weightsIn: [[1, 2]], weightsOut: [[1], [2]] },
  ...{ eta: 0.1, k: 1, bias: 0, noiseStd: 0, dt: 1e-3, vThresh: 1, vReset: 0, vRest: 0.5, tauMem: 0.05 },
  ...{ tauSynRFast: 0.07, tauSynRSlow: 0.07, tauSynROut: 0.07, refractory: 0, record: false, name: 'ads' },
  ...{ discretize: -1, discretizeDynapse: false },
};

type Make = (changes?: Readonly<Record<string, unknown>>) => Layer;

const makers: Readonly<Record<string, Make>> = {
  RecRateEuler: (changes) => new RecRateEuler({ weights: square, ...changes }),
  FFRateEuler: (changes) => new FFRateEuler({ weights: wide, ...changes }),
  PassThrough: (changes) => new PassThrough({ weights: wide, dt: 0.1, delay: 0.3, ...changes }),
  PassThroughEvents: (changes) => new PassThroughEvents({ weights: wide, ...changes }),
  FFUpDown: (changes) => new FFUpDown({ weights: 2, ...changes }),
  FFExpSyn: (changes) => new FFExpSyn({ weights: wide, ...changes }),
  FFExpSynBrian: (changes) => new FFExpSynBrian({ weights: wide, ...changes }),
  FFIAFBrian: (changes) => new FFIAFBrian({ weights: wide, ...changes }),
  FFIAFSpkInBrian: (changes) => new FFIAFSpkInBrian({ weights: wide, ...changes }),
  RecIAFBrian: (changes) => new RecIAFBrian({ weights: square, ...changes }),
  RecIAFSpkInBrian: (changes) => new RecIAFSpkInBrian({ ...recurrent, ...changes }),
  FFIAFTorch: (changes) => new FFIAFTorch({ weights: wide, ...changes }),
  FFIAFRefrTorch: (changes) => new FFIAFRefrTorch({ weights: wide, ...changes }),
  FFIAFSpkInTorch: (changes) => new FFIAFSpkInTorch({ weights: wide, ...changes }),
  FFIAFSpkInRefrTorch: (changes) => new FFIAFSpkInRefrTorch({ weights: wide, ...changes }),
  RecIAFTorch: (changes) => new RecIAFTorch({ weights: square, ...changes }),
  RecIAFRefrTorch: (changes) => new RecIAFRefrTorch({ weights: square, ...changes }),
  RecIAFSpkInTorch: (changes) => new RecIAFSpkInTorch({ ...recurrent, ...changes }),
  RecIAFSpkInRefrTorch: (changes) => new RecIAFSpkInRefrTorch({ ...recurrent, ...changes }),
  FFCLIAF: (changes) => new FFCLIAF({ weights: wide, ...changes }),
  RecCLIAF: (changes) => new RecCLIAF({ ...recurrent, ...changes }),
  RecDIAF: (changes) => new RecDIAF({ ...recurrent, ...changes }),
  RecFSSpikeEulerBT: (changes) =>
    new RecFSSpikeEulerBT({ weightsFast: square, weightsSlow: square, ...changes }),
  RecFSSpikeADS: (changes) => new RecFSSpikeADS({ ...ads, ...changes }),
};

/** Twelve steps of something from the layer's time on. */
function inputFor({ inputType, sizeIn, dt, t }: Layer): TimeSeries {
  const times = Array.from({ length: 12 }, (_, step) => t + (step + 0.25) * dt);
  if (inputType === TSEvent) {
    const channels = times.map((_, k) => k % sizeIn);
    return new TSEvent({ times, channels, numChannels: sizeIn, tStart: t, tStop: t + 12 * dt });
  }
  const samples = times.map((_, row) => Array.from({ length: sizeIn }, (_, k) => Math.sin(row + k)));
  return TSContinuous.fromClocked(samples, { dt, tStart: t });
}

/** Attributes that hold a number, or one for each neuron or connection. */
const numeric = [
  ...['bias', 'tau', 'gain', 'tauSyn', 'tauSynR', 'tauSynInp', 'tauSynRec', 'tauMem', 'tauSynROut'],
  ...['vThresh', 'vReset', 'vRest', 'leak', 'thrUp', 'thrDown', 'weights', 'weightsIn', 'weightsRec'],
];

/** What setters refuse. */
function assigning(layer: Layer, name: string, value: unknown): () => void {
  return () => {
    Reflect.set(layer, name, value);
  };
}

it('all layers of the package are here', () => {
  expect(Object.keys(makers).sort()).toEqual(ownLayers.map(({ className }) => className).sort());
});

describe.each(Object.entries(makers))('%s', (name, make) => {
  it('in no steps gives an empty output of all channels; clock and state stand still [L-3]', async () => {
    const layer = make();
    await layer.evolve(inputFor(layer), { numTimesteps: 5 });
    const before = { t: layer.t, state: layer.state };
    for (const span of [{ numTimesteps: 0 }, { duration: 0 }, { duration: layer.dt / 3 }]) {
      const output = await layer.evolve(inputFor(layer), span);
      expect([output.tStart, output.tStop, output.duration]).toEqual([layer.t, layer.t, 0]);
      expect(output instanceof TSContinuous || output instanceof TSEvent ? output.numChannels : 0).toBe(
        layer.sizeOut,
      );
      expect({ t: layer.t, state: layer.state }).toEqual(before);
    }
  });

  it('tells in no steps what it can record', async () => {
    const layer = make();
    const { record } = await layer.evolveRecorded(null, { numTimesteps: 0 });
    const { record: later } = await layer.evolveRecorded(inputFor(layer), { numTimesteps: 5 });
    expect(Object.keys(record)).toEqual(Object.keys(later));
  });

  it('starts where the last evolution ended, at a whole number of steps', async () => {
    const layer = make();
    const first = await layer.evolve(inputFor(layer), { numTimesteps: 7 });
    const second = await layer.evolve(null, { numTimesteps: 4 });
    expect(second.tStart).toBe(7 * layer.dt);
    if (layer.outputType === TSEvent) expect(first.tStop).toBe(second.tStart);
    expect([layer.timestep, layer.t]).toEqual([11, 11 * layer.dt]);
  });

  it('the number of steps wins over the duration, and that over the input', async () => {
    const layer = make();
    await layer.evolve(inputFor(layer), { numTimesteps: 2, duration: 5 * layer.dt });
    expect(layer.timestep).toBe(2);
    await layer.evolve(inputFor(layer), { duration: 5 * layer.dt });
    expect(layer.timestep).toBe(7);
    await layer.evolve(inputFor(layer));
    expect(layer.timestep).toBe(19);
  });

  it.each([
    ['neither input nor span', {}, 'TypeError'],
    ['half a step', { numTimesteps: 1.5 }, 'TypeError'],
    ['a text', { duration: '1' as unknown as number }, 'TypeError'],
    ['less than nothing', { numTimesteps: -1 }, 'ValueError'],
    ['a negative duration', { duration: -1 }, 'ValueError'],
    ['an endless duration', { duration: Number.POSITIVE_INFINITY }, 'ValueError'],
    ['NaN', { duration: Number.NaN }, 'ValueError'],
    ['more steps than fit', { numTimesteps: 2 ** 40 }, 'ValueError'],
  ])('refuses %s, and stays as it was', async (_, span, kind) => {
    const layer = make();
    await expect(layer.evolve(null, span)).rejects.toMatchObject({ kind });
    expect(layer.timestep).toBe(0);
  });

  it('refuses input of another sort [L-4]', async () => {
    const layer = make();
    const wrong = inputFor({
      ...layer,
      sizeIn: 1,
      inputType: layer.inputType === TSEvent ? TSContinuous : TSEvent,
      dt: 1,
      t: 0,
    } as Layer);
    for (const input of [wrong, [[1, 2]] as unknown as TimeSeries]) {
      await expect(layer.evolve(input, { numTimesteps: 1 })).rejects.toMatchObject({
        kind: 'AssertionError',
      });
    }
  });

  it('refuses the dictionary of another class [L-5], and comes back from its own', () => {
    const [own] = ownLayers.filter(({ className }) => className === name);
    const dict = make().toDict();
    const other = { ...dict, class_name: name === 'FFCLIAF' ? 'RecCLIAF' : 'FFCLIAF' };
    expect(() => layerFromDict(other, { classes: [own!] })).toThrow(
      expect.objectContaining({ kind: 'ValueError', code: 'other-class' }),
    );
    expect(layerFromDict(dict, { classes: [own!] }).toDict()).toEqual(dict);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a dt of %s', (dt) => {
    expect(() => make({ dt })).toThrow(expect.objectContaining({ kind: 'ValueError' }));
  });

  it('refuses NaN as a noise or a time', () => {
    if (!('monitorId' in make())) {
      expect(() => make({ noiseStd: Number.NaN })).toThrow(expect.objectContaining({ kind: 'ValueError' }));
    }
    for (const attribute of ['noiseStd', 't']) {
      expect(assigning(make(), attribute, Number.NaN)).toThrow(
        expect.objectContaining({ kind: 'ValueError' }),
      );
    }
  });

  it.each(numeric.filter((attribute) => attribute in make()))(
    'refuses null, NaN and a list of a wrong length for %s, and keeps what it has',
    (attribute) => {
      const layer = make();
      const before = layer.toDict();
      const refused = expect.objectContaining({
        kind: expect.stringMatching(/^(Assertion|Type|Value)Error$/),
      });
      for (const value of [null, Number.NaN, [1, 1, 1, 1, 1]]) {
        if (value === null && attribute === 'vRest' && layer instanceof RecDIAF) continue;
        expect(assigning(layer, attribute, value)).toThrow(refused);
      }
      expect(layer.toDict()).toEqual(before);
    },
  );
});

describe('time constants', () => {
  it.each([0, -1])('of %s are refused', (tau) => {
    const refused = expect.objectContaining({ kind: 'ValueError', code: 'not-positive' });
    expect(() => new RecRateEuler({ weights: square, tau })).toThrow(refused);
    expect(() => new FFRateEuler({ weights: wide, tau })).toThrow(refused);
    expect(assigning(new FFRateEuler({ weights: wide }), 'alpha', tau)).toThrow(refused);
    expect(() => new FFIAFBrian({ weights: wide, tauMem: tau })).toThrow(refused);
    expect(() => new RecFSSpikeADS({ ...ads, tauSynROut: tau })).toThrow(refused);
  });
});

describe('spans that are kept as whole time steps', () => {
  it.each([Number.POSITIVE_INFINITY, Number.NaN])('cannot be %s', (delay) => {
    expect(() => new PassThrough({ weights: wide, delay })).toThrow(
      expect.objectContaining({ kind: 'ValueError' }),
    );
    expect(() => new RecCLIAF({ ...recurrent, delay })).toThrow(
      expect.objectContaining({ kind: 'ValueError' }),
    );
  });
});

it('FFRateEuler tells the activation of its state, without the bias', () => {
  const layer = new FFRateEuler({ weights: wide, bias: 1, activationFunc: (x, op) => op.mul(op.relu(x), 2) });
  layer.state = [0.5, -1, 3];
  expect(layer.activation).toEqual({ data: Float64Array.of(1, 0, 6), shape: [3] });
});

it('FFUpDown takes a matrix for its shape, also one of two elements, and a pair for its sizes [UD-3]', () => {
  expect(new FFUpDown({ weights: [[0, 0]] })).toMatchObject({ sizeIn: 1, size: 2 });
  expect(new FFUpDown({ weights: [2, 3] })).toMatchObject({ sizeIn: 2, size: 12 });
});

it('FFExpSyn decays exactly, however long [XS-3]', async () => {
  const layer = new FFExpSyn({ weights: 1, tauSyn: 0.001, dt: 1e-4 });
  const input = new TSEvent({ times: [0], channels: [0], numChannels: 1, tStop: 0.05 });
  const { samples } = await layer.evolve(input);
  const factor = Math.exp(-0.1);
  let expected = 1;
  for (let row = 1; row <= 500; row++, expected *= factor) {
    expect(samples.data[row]! / expected).toBeCloseTo(1, 12);
  }
});

it('RecCLIAF adds its bias at whole multiples of tTauBias, also before time 0', async () => {
  const layer = new RecCLIAF({ weightsIn: [[0]], weightsRec: [[0]], bias: 1, dt: 1, tTauBias: 4 });
  layer.t = -1;
  const { record } = await layer.evolveRecorded(null, { numTimesteps: 6 });
  expect([...(record.state as TSContinuous).samples.data]).toEqual([0, 1, 1, 1, 1, 2, 2]);
});

it('PassThroughEvents cannot copy an event for ever', () => {
  expect(() => new PassThroughEvents({ weights: [[Number.POSITIVE_INFINITY]] })).toThrow(
    expect.objectContaining({ kind: 'ValueError' }),
  );
});
