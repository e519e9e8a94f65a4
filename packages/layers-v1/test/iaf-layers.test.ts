// Promises of the integrate-and-fire layers and FFExpSynBrian beyond those of all layers with a program. What the
// reference gets wrong has its number of the specification in brackets.
import { setMessageHandlers } from '@rp/errors';
import { findRecurrentModules, IAFNeurons, LinearWeights } from '@rp/graph';
import {
  type BrianIAFLayer,
  FFExpSynBrian,
  FFIAFBrian,
  FFIAFSpkInBrian,
  type IAFLayer,
  type IntegratorName,
  layerToJson,
  loadLayer,
  ownLayers,
  RecIAFBrian,
  RecIAFSpkInBrian,
} from '@rp/layers-v1';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let warnings: string[] = [];
let restore = () => {};
beforeEach(() => {
  warnings = [];
  restore = setMessageHandlers({ warn: (message) => warnings.push(message) });
});
afterEach(() => restore());

const dt = 1e-3;
const integrators: readonly IntegratorName[] = ['rk4', 'rk2', 'euler', 'exact'];
const kind = (name: string, code?: string) =>
  expect.objectContaining(code === undefined ? { kind: name } : { kind: name, code });
const constant = (value: number, seconds: number) =>
  new TSContinuous({ times: [0, seconds], samples: [[value], [value]] });
const spikesAt = (times: number[], channels: number[], options: object = {}) =>
  new TSEvent({ times, channels, tStop: 1, numChannels: 2, ...options });
const rows = (series: unknown) => (series as TSContinuous).samples;

/** Runge and Kutta's method as the textbook has it, stage by stage. */
function textbook(steps: number, drive: (k: number) => number, iSyn: number, tauMem: number, tauSyn: number) {
  let [v, s] = [-0.065, iSyn];
  const slopes = (x: number, y: number, j: number) => [(-0.065 - x + j + y) / tauMem, -y / tauSyn] as const;
  for (let k = 0; k < steps; k++) {
    const [now, next] = [drive(k), drive(Math.min(k + 1, steps - 1))];
    const [a, p] = slopes(v, s, now);
    const [b, q] = slopes(v + (dt * a) / 2, s + (dt * p) / 2, now);
    const [c, r] = slopes(v + (dt * b) / 2, s + (dt * q) / 2, now);
    const [d, u] = slopes(v + dt * c, s + dt * r, next);
    v += (dt * (a + 2 * b + 2 * c + d)) / 6;
    s += (dt * (p + 2 * q + 2 * r + u)) / 6;
  }
  return { v, s };
}

describe('integration', () => {
  it('by rk4 is that of the textbook, with the next step’s drive in the last stage', async () => {
    const drive = (k: number) => 0.004 * Math.sin(k);
    const steps = 20;
    const input = TSContinuous.fromClocked(
      Array.from({ length: steps }, (_, k) => [drive(k)]),
      { dt },
    );
    const layer = new RecIAFBrian({ weights: [[0]], bias: 0, tauMem: 0.007, tauSynR: 0.011, dt });
    layer.iSyn = 0.003;
    await layer.evolve(input, { numTimesteps: steps });
    const { v, s } = textbook(steps, drive, 0.003, 0.007, 0.011);
    expect(layer.v.data[0]).toBeCloseTo(v, 15);
    expect(layer.iSyn.data[0]).toBeCloseTo(s, 15);
  });

  it('gets closer to the exact solution with the order of the method', async () => {
    const end = async (integratorName: IntegratorName) => {
      const layer = new FFIAFSpkInBrian({
        weights: [[1]],
        bias: 0,
        tauMem: 0.02,
        tauSyn: 0.01,
        dt,
        integratorName,
      });
      layer.iSyn = 0.001;
      await layer.evolve(null, { numTimesteps: 10 });
      return layer.v.data[0]!;
    };
    // dv/dt = (s − v)/20 ms with s = e^(−t/10 ms) mA: v = 1 mV · (e^(−t/20 ms) − e^(−t/10 ms)) at 10 ms
    const exact = -0.065 + 0.001 * (Math.exp(-0.5) - Math.exp(-1));
    expect(await end('exact')).toBeCloseTo(exact, 15);
    const errors = await Promise.all(['euler', 'rk2', 'rk4'].map((name) => end(name as IntegratorName)));
    const [euler, rk2, rk4] = errors.map((value) => Math.abs(value - exact)) as [number, number, number];
    expect(euler).toBeGreaterThan(20 * rk2);
    expect(rk2).toBeGreaterThan(200 * rk4);
  });

  it.each([0.02, 0.02 * (1 + 1e-12), 0.02 * (1 + 1e-4), 0.0201])(
    'is exact for a synapse as slow as the membrane, or nearly (tauSyn %s)',
    async (tauSyn) => {
      const layer = new FFIAFSpkInBrian({ weights: [[1]], bias: 0, dt, tauSyn, integratorName: 'exact' });
      layer.iSyn = 0.001;
      await layer.evolve(null, { numTimesteps: 20 });
      const whole = new FFIAFSpkInBrian({
        weights: [[1]],
        bias: 0,
        dt: 0.02,
        tauSyn,
        integratorName: 'exact',
      });
      whole.iSyn = 0.001;
      await whole.evolve(null, { numTimesteps: 1 });
      expect(layer.v.data[0]).toBeCloseTo(whole.v.data[0]!, 14);
      const limit = -0.065 + 0.001 * Math.exp(-1);
      expect(layer.v.data[0]! / limit).toBeCloseTo(1, 4);
    },
  );

  it.each(integrators)('with a steady drive, %s ends at the drive', async (integratorName) => {
    const layer = new FFIAFBrian({ weights: [[1]], bias: 0.002, dt, integratorName });
    await layer.evolve(constant(0.003, 2), { numTimesteps: 1000 });
    expect(layer.v.data[0]).toBeCloseTo(-0.06, 12);
  });

  it('in two parts gives the bits of one, except that rk4 repeats the input at the seam', async () => {
    const input = TSContinuous.fromClocked(
      Array.from({ length: 40 }, (_, k) => [0.02 * Math.sin(k) ** 2]),
      { dt },
    );
    for (const integratorName of integrators) {
      const [whole, parts] = [0, 1].map(
        () => new FFIAFBrian({ weights: [[1]], bias: 0, dt, integratorName, noiseStd: 1e-4, seed: 3 }),
      ) as [FFIAFBrian, FFIAFBrian];
      await whole.evolve(input, { numTimesteps: 40 });
      await parts.evolve(input, { numTimesteps: 13 });
      await parts.evolve(input, { numTimesteps: 27 });
      if (integratorName !== 'rk4') expect(parts.v).toEqual(whole.v);
      expect(Math.abs(parts.v.data[0]! - whole.v.data[0]!)).toBeLessThan(1e-5);
    }
  });
});

describe('spikes', () => {
  const firing = (options: object = {}) => new FFIAFBrian({ weights: [[1]], bias: 0.02, dt, ...options });

  it('lie at the start of the step in which they are found, ordered by neuron [FFIAF-1]', async () => {
    const layer = new FFIAFBrian({ weights: [[0, 0]], bias: 0.02, dt });
    const { times, channels } = await layer.evolve(null, { numTimesteps: 30 });
    // v = −0.065 + 0.02 (1 − e^(−t/0.02)) passes −0.055 at t = 13.86 ms, that is in step 13
    expect([times[0], times[1], channels[0], channels[1]]).toEqual([13 * dt, 13 * dt, 0, 1]);
    expect(times[2]).toBe(27 * dt);
  });

  it('of the first step of an evolution are not lost, however long the layer has run [BR-1]', async () => {
    const pieces: number[] = [];
    const layer = firing({ dt: 1e-4 });
    for (let piece = 0; piece < 300; piece++) {
      pieces.push(...(await layer.evolve(null, { numTimesteps: 7 })).times);
    }
    expect(pieces).toEqual(
      Array.from((await firing({ dt: 1e-4 }).evolve(null, { numTimesteps: 2100 })).times),
    );
  });

  it('are followed by the refractory time, counted exactly [BR-5]', async () => {
    const interval = async (refractory: number, step = dt) => {
      const { times } = await firing({ refractory, bias: 1e5, dt: step }).evolve(null, { numTimesteps: 12 });
      return Math.round((times[1]! - times[0]!) / step);
    };
    expect(await interval(0)).toBe(1);
    expect(await interval(0.003)).toBe(3);
    expect(await interval(0.0039)).toBe(3);
    // 0.26 µs is zero with six decimals
    expect(await interval(2.6e-7, 1e-7)).toBe(2);
  });

  it('need a voltage above the threshold, not at it', async () => {
    const at = new FFIAFBrian({ weights: [[1]], vThresh: -0.0625, vRest: -0.0625, bias: 0, dt });
    expect((await at.evolve(null, { numTimesteps: 5 })).length).toBe(0);
    at.v = -0.0624;
    expect((await at.evolve(null, { numTimesteps: 5 })).length).toBe(1);
  });
});

describe('input events', () => {
  const synapses = () => new FFIAFSpkInBrian({ weights: [[0.001], [0.01]], bias: 0, dt });

  it('act from the next step on, and several in a step add up [BR-3]', async () => {
    const layer = synapses();
    const input = spikesAt([0.0011, 0.0012, 0.0013, 0.0014, 0.0015], [0, 0, 1, 0, 1]);
    const { record } = await layer.evolveRecorded(input, { numTimesteps: 3 });
    const current = rows(record.iSyn).data;
    expect(current[1]).toBe(0);
    expect(current[2]).toBeCloseTo(0.023, 15);
    expect(rows(record.v).data[2]).toBe(-0.065);
    expect(rows(record.v).data[3]).toBeGreaterThan(-0.065);
  });

  it('just before a step count for it, and are kept if that step is the next evolution’s [BR-8]', async () => {
    const early = spikesAt([0.0029999], [1], { tStop: 0.003 });
    const layer = synapses();
    await layer.evolve(early, { numTimesteps: 3 });
    expect(layer.iSyn.data[0]).toBe(0);
    await layer.evolve(null, { numTimesteps: 0 });
    await layer.evolve(null, { numTimesteps: 1 });
    expect(layer.iSyn.data[0]).toBeCloseTo(0.01, 15);

    const forgetful = synapses();
    await forgetful.evolve(early, { numTimesteps: 3 });
    forgetful.resetState();
    await forgetful.evolve(null, { numTimesteps: 1 });
    expect(forgetful.iSyn.data[0]).toBe(0);
  });

  it('are the same in one evolution and in many, wherever they lie in their steps', async () => {
    const times = Array.from({ length: 400 }, (_, k) => k * 0.25e-3 + (k % 3) * 2.4999e-4).sort(
      (a, b) => a - b,
    );
    const input = spikesAt(
      times,
      times.map((_, k) => k % 2),
    );
    const whole = synapses();
    await whole.evolve(input, { numTimesteps: 100 });
    const parts = synapses();
    for (let step = 0; step < 100; step++) await parts.evolve(input, { numTimesteps: 1 });
    expect(parts.iSyn).toEqual(whole.iSyn);
    expect(parts.v).toEqual(whole.v);
  });

  it('on a channel that the layer doesn’t have are refused, and the layer stays as it was', async () => {
    for (const layer of [synapses(), new FFExpSynBrian({ weights: [[1], [1]], dt })]) {
      const before = layer.state;
      await expect(
        layer.evolve(spikesAt([0.001], [3], { numChannels: 4 }), { numTimesteps: 5 }),
      ).rejects.toEqual(kind('ValueError', 'event-channel'));
      expect([layer.t, layer.state]).toEqual([0, before]);
    }
  });
});

const recurrent = (options: object = {}) =>
  new RecIAFSpkInBrian({
    weightsIn: [
      [0.02, 0.01],
      [0.01, 0.03],
    ],
    weightsRec: [
      [0, 0.004],
      [-0.004, 0],
    ],
    refractory: 0.01,
    dt,
    ...options,
  });
const makers: Record<string, () => BrianIAFLayer> = {
  FFIAFBrian: () => new FFIAFBrian({ weights: [[1, 2]], bias: 0.03, refractory: 0.01, dt }),
  FFIAFSpkInBrian: () => new FFIAFSpkInBrian({ weights: [[0.1, 0.2]], bias: 0.03, refractory: 0.01, dt }),
  RecIAFBrian: () =>
    new RecIAFBrian({
      weights: [
        [0, 0.01],
        [0.01, 0],
      ],
      bias: 0.03,
      refractory: 0.01,
      dt,
    }),
  RecIAFSpkInBrian: () => recurrent({ bias: 0.03 }),
};

describe.each(Object.entries(makers))('%s', (name, make) => {
  const evolved = async () => {
    const layer = make();
    const { times } = await layer.evolve(null, { numTimesteps: 12 });
    expect(times.at(-1)).toBeGreaterThan(0.003); // so that neurons are refractory now
    return layer;
  };

  it('resetState ends refractoriness, resetTime keeps it [BR-2]', async () => {
    const kept = await evolved();
    kept.resetTime();
    expect(kept.t).toBe(0);
    expect((await kept.evolve(null, { numTimesteps: 3 })).length).toBe(0);
    const fresh = await evolved();
    fresh.resetState();
    fresh.v = -0.05;
    expect((await fresh.evolve(null, { numTimesteps: 1 })).length).toBe(2);
  });

  it('resets go back to the present vRest, with no current left [BR-4]', async () => {
    const layer = await evolved();
    layer.vRest = -0.07;
    layer.resetAll();
    expect([layer.t, Array.from(layer.state.data)]).toEqual([0, [-0.07, -0.07]]);
    const { record } = await layer.evolveRecorded(null, { numTimesteps: 1 });
    for (const [quantity, series] of Object.entries(record)) {
      if (quantity !== 'v') expect(Array.from(rows(series).data.subarray(0, 2))).toEqual([0, 0]);
    }
  });

  it('resetAll(false) goes back to the parameters that it was made with, resetAll() keeps them', async () => {
    const layer = make();
    const made = layer.toDict();
    layer.vRest = -0.07;
    layer.tauMem = 0.1;
    layer.weights = layer.weights.data.map((weight) => 2 * weight);
    layer.refractory = 1;
    await layer.evolve(null, { numTimesteps: 3 });
    layer.resetAll();
    expect(layer.vRest.data[0]).toBe(-0.07);
    layer.resetAll(false);
    expect(layer.toDict()).toEqual(made);
    expect([layer.t, layer.v]).toEqual([0, layer.vRest]);
  });

  it('comes back from its file with every argument [BR-7]', async () => {
    const layer = make();
    layer.vThresh = [-0.05, -0.051];
    const dict = layer.toDict();
    expect(Object.keys(dict)).toEqual(
      expect.arrayContaining([
        ...['dt', 'noise_std', 'name', 'class_name', 'bias', 'tau_mem', 'v_thresh', 'v_reset', 'v_rest'],
        ...['refractory', 'integrator_name', 'record'],
        ...(name === 'RecIAFSpkInBrian' ? ['weights_in', 'weights_rec'] : ['weights']),
      ]),
    );
    const back = (await loadLayer(new Blob([layerToJson(dict)]), { classes: ownLayers })) as IAFLayer;
    expect(back.className).toBe(name);
    expect(back.toDict()).toEqual(dict);
    const [times, again] = [layer, back].map((each) => each.evolveSync(null, { numTimesteps: 60 }).times);
    expect(again).toEqual(times);
    expect(times!.length).toBeGreaterThan(2);
  });

  it('takes plain numbers for every parameter, one for all or one each [BR-6]', () => {
    const layer = make();
    layer.vRest = -0.06;
    expect(Array.from(layer.vRest.data)).toEqual([-0.06, -0.06]);
    layer.vRest = [-0.06, -0.07];
    expect(() => {
      layer.vRest = [1, 2, 3];
    }).toThrow(kind('AssertionError'));
    expect(() => {
      layer.bias = null as unknown as number;
    }).toThrow(kind('AssertionError'));
    expect(() => {
      layer.tauMem = 0;
    }).toThrow(kind('ValueError', 'not-positive'));
    layer.state = -0.058;
    expect(Array.from(layer.v.data)).toEqual([-0.058, -0.058]);
  });

  it('has a time step that is fixed when it is made', () => {
    const layer = make();
    layer.dt = dt;
    expect(() => {
      layer.dt = 2 * dt;
    }).toThrow(kind('ValueError', 'dt-fixed'));
  });

  it('leaves voltages and currents of every evolution in `recorded` only if it was made so', async () => {
    const layer = make();
    await layer.evolve(null, { numTimesteps: 5 });
    expect(layer.recorded).toBeUndefined();
    layer.record = true;
    await layer.evolve(null, { numTimesteps: 5 });
    expect(layer.recorded!.v!.times.length).toBe(6);
    layer.evolveSync(null, { numTimesteps: 7 });
    expect(layer.recorded!.v!.times.length).toBe(8);
  });

  it('draws a random state within the bounds, the same from the same numbers', () => {
    const layer = make();
    layer.randomizeState(() => 0.25);
    expect(layer.v.data[0]).toBeCloseTo(-0.0625, 15);
    const other = make();
    other.randomizeState(() => 0.25);
    expect(other.v).toEqual(layer.v);
  });
});

describe('noise', () => {
  it('has the strength that the specification states', async () => {
    const size = 400;
    const tauMem = 0.02;
    const noiseStd = 1e-3;
    const layer = new FFIAFBrian({
      weights: [new Array<number>(size).fill(0)],
      vThresh: 1,
      bias: 0,
      dt,
      tauMem,
      noiseStd,
      integratorName: 'exact',
      seed: 11,
    });
    await layer.evolve(null, { numTimesteps: 200 });
    const { record } = await layer.evolveRecorded(null, { numTimesteps: 1000 });
    const { data } = rows(record.v);
    const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
    const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length;
    // Per step: v − vRest goes to a (v − vRest) + (1 − a) ξ, with a = e^(−dt/tauMem) and ξ of 1.63 noiseStd √(2 tauMem/dt)
    const a = Math.exp(-dt / tauMem);
    const expected = ((1 - a) / (1 + a)) * ((2 * tauMem) / dt) * (1.63 * noiseStd) ** 2;
    expect(mean).toBeCloseTo(-0.065, 4);
    expect(variance / expected).toBeGreaterThan(0.97);
    expect(variance / expected).toBeLessThan(1.03);
  });

  it('in FFExpSynBrian is the standard deviation of the current', async () => {
    const layer = new FFExpSynBrian({
      weights: [new Array<number>(400).fill(0)],
      tauSyn: 0.1,
      dt: 0.001,
      noiseStd: 0.5,
      seed: 2,
    });
    await layer.evolve(null, { numTimesteps: 500 });
    const { data } = (await layer.evolve(null, { numTimesteps: 1000 })).samples;
    const variance = data.reduce((sum, x) => sum + x * x, 0) / data.length;
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  });
});

describe('the recurrent layers', () => {
  it('refuse weights that are not square or don’t fit each other', () => {
    expect(() => new RecIAFBrian({ weights: [[1, 2]] })).toThrow(kind('AssertionError', 'not-square'));
    expect(() => new RecIAFSpkInBrian({ weightsIn: [[1, 2]], weightsRec: [[1, 2]] })).toThrow(
      kind('AssertionError', 'not-square'),
    );
    expect(() => new RecIAFSpkInBrian({ weightsIn: [[1, 2]], weightsRec: [[1]] })).toThrow(
      kind('AssertionError', 'weights-size'),
    );
  });

  it('take weights in flat form, and call the recurrent ones `weights`', () => {
    const layer = recurrent();
    expect(layer.weights).toBe(layer.weightsRec);
    layer.weights = [0, 1, 2, 0];
    expect(layer.weightsRec.shape).toEqual([2, 2]);
    layer.weightsIn = [1, 2, 3, 4];
    expect(Array.from(layer.weightsIn.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(layer.weightsRec.data)).toEqual([0, 1, 2, 0]);
    expect(() => {
      layer.weightsRec = [1, 2];
    }).toThrow(kind('ValueError'));
  });

  it('are a loop of neurons and weights in the graph, with their constants', () => {
    const layer = recurrent();
    const graph = layer.asGraph();
    const loop = [...findRecurrentModules(graph).recurrent];
    const neurons = loop.find((module) => module instanceof IAFNeurons) as IAFNeurons;
    const weights = loop.find((module) => module instanceof LinearWeights) as LinearWeights;
    expect(loop.length).toBe(2);
    expect(weights.weights).toEqual(layer.weightsRec);
    expect(neurons.tauSynRec).toEqual(layer.tauSynRec);
    expect([graph.inputNodes.length, graph.outputNodes.length]).toEqual([2, 2]);
    const dense = new RecIAFBrian({ weights: [[0.1]] }).asGraph();
    expect([...findRecurrentModules(dense).recurrent].length).toBe(2);
  });

  it('randomize currents around zero, as large as the weights', () => {
    const layer = new RecIAFSpkInBrian({
      weightsIn: [[0.001, 0.003]],
      weightsRec: [
        [1, 0],
        [0, 1],
      ],
    });
    layer.randomizeState(() => 0.5);
    const drawn = Math.sqrt(-2 * Math.log(0.5)) * Math.cos(Math.PI);
    expect(layer.iSynInp.data[0]).toBeCloseTo(drawn * 0.002, 12);
    expect(layer.iSynRec.data[0]).toBeCloseTo(drawn * 0.5, 12);
  });
});

describe('FFExpSynBrian', () => {
  it('keeps its shape through a file, where rows are sources [XB-1]', () => {
    const layer = new FFExpSynBrian({ weights: [[1, 2, 3]], tauSyn: 0.01 });
    const back = FFExpSynBrian.loadFromDict(layer.toDict());
    expect([back.sizeIn, back.size, back.weights]).toEqual([1, 3, layer.weights]);
  });

  it('warns that dt stays, and keeps it', () => {
    const layer = new FFExpSynBrian({ weights: 2 });
    layer.dt = 1e-4;
    expect(warnings).toEqual([]);
    layer.dt = 1;
    expect([layer.dt, warnings.length]).toEqual([1e-4, 1]);
  });

  it('refuses unknown integrators and time constants that aren’t positive', () => {
    expect(() => new FFExpSynBrian({ weights: 1, tauSyn: 0 })).toThrow(kind('ValueError', 'not-positive'));
    expect(() => new FFExpSynBrian({ weights: 1, integratorName: 'heun' as 'rk4' })).toThrow(
      kind('ValueError', 'integrator'),
    );
  });

  it.each(integrators)('decays as its integrator says (%s)', async (integratorName) => {
    const layer = new FFExpSynBrian({ weights: 1, tauSyn: 0.004, dt, integratorName });
    layer.state = 1;
    await layer.evolve(null, { numTimesteps: 1 });
    const h = 0.25;
    const factors: Record<IntegratorName, number> = {
      euler: 1 - h,
      rk2: 1 - h + h ** 2 / 2,
      rk4: 1 - h + h ** 2 / 2 - h ** 3 / 6 + h ** 4 / 24,
      exact: Math.exp(-h),
    };
    expect(layer.state.data[0]).toBeCloseTo(factors[integratorName], 14);
  });
});
