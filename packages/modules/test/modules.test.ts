import { type Backend, type BackendPlugin, interpreterBackend } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { isRpError, setMessageHandlers } from '@rp/errors';
import type { NdArray } from '@rp/ndarray';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  aLIFTorch,
  BooleanState,
  ButterFilter,
  ButterMelFilter,
  butterBandPass,
  butterLowPass,
  DelayLine,
  EventLinear,
  ExpSyn,
  Instant,
  LIF,
  LIFBitshiftTorch,
  LIFNeuronTorch,
  LIFTorch,
  Linear,
  LinearTorch,
  LowPass,
  type ProgramModule,
  Rate,
  RateEuler,
  RateTorch,
  randomOf,
  Sequential,
  SynNet,
  TimeStepDropout,
  UnitDropout,
  UpDownTorch,
  WaveSenseNet,
  xavier,
} from '../src/index.ts';

afterEach(() => {
  setMessageHandlers();
});

function rows(steps: number, channels: number, seed = 1): NdArray<Float64Array> {
  const random = randomOf(seed);
  return {
    data: Float64Array.from({ length: steps * channels }, () => 2 * random()),
    shape: [steps, channels],
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function kindOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isRpError(error)) return `${error.kind} ${error.code}`;
    throw error;
  }
  return 'no error';
}

describe('noise', () => {
  const noisy: Record<string, (seed: number) => ProgramModule> = {
    LIF: (seed) => new LIF({ shape: 2, noiseStd: 1, threshold: 0.1, seed }),
    Rate: (seed) => new Rate({ shape: 2, noiseStd: 1, seed }),
    ExpSyn: (seed) => new ExpSyn({ shape: 2, noiseStd: 1, seed }),
    LIFTorch: (seed) => new LIFTorch({ shape: 2, noiseStd: 1, threshold: 0.1, seed }),
    LIFNeuronTorch: (seed) => new LIFNeuronTorch({ shape: 2, noiseStd: 1, threshold: 0.1, seed }),
    TimeStepDropout: (seed) => new TimeStepDropout({ shape: 2, seed }),
  };

  test.each(Object.entries(noisy))(
    '%s: is the same for one seed on every backend, and in two halves',
    async (_, make) => {
      const input = rows(20, 2);
      const { output } = await make(7).evolve(input);
      expect((await make(7).evolve(input)).output).toEqual(output);
      expect((await make(8).evolve(input)).output).not.toEqual(output);
      const elsewhere = await make(7).to(interpreterBackend());
      expect((await elsewhere.evolve(input)).output).toEqual(output);
      await elsewhere.dispose();

      const halves = make(7);
      const first = await halves.evolve({ data: input.data.slice(0, 20), shape: [10, 2] });
      const second = await halves.evolve({ data: input.data.slice(20), shape: [10, 2] });
      expect([...first.output.data, ...second.output.data]).toEqual([...output.data]);
    },
  );

  test('of a network goes on the same way however it runs, also after a failure and after its modules ran alone', async () => {
    const make = () =>
      new Sequential(
        new Linear({ shape: [2, 2], seed: 1 }),
        new LIF({ shape: 2, noiseStd: 1, threshold: 0.1, seed: 2 }),
        new Rate({ shape: 2, noiseStd: 1, seed: 3 }),
      );
    const input = rows(10, 2);
    const outputs = async (net: Sequential, fuse: readonly boolean[]) => {
      const all: number[][] = [];
      for (const each of fuse) all.push([...(await net.evolve(input, { fuse: each })).output.data]);
      return all;
    };
    const expected = await outputs(make(), [true, true, true]);
    expect(expected[1]).not.toEqual(expected[0]);
    expect(await outputs(make(), [false, true, false])).toEqual(expected);
    expect(await outputs(make(), [true, false, true])).toEqual(expected);

    const failed = make();
    (failed.at(2) as Rate).actFn = (() => {
      throw new Error('no such function');
    }) as never;
    await expect(failed.evolve(input, { fuse: false })).rejects.toThrow('no such function');
    (failed.at(2) as Rate).actFn = (make().at(2) as Rate).actFn;
    expect(await outputs(failed, [true, true, true])).toEqual(expected);

    const alone = async (fuse: boolean) => {
      const net = make();
      const lif = net.at(1) as LIF;
      const first = [...(await lif.evolve(input)).output.data];
      lif.resetState();
      const second = await outputs(net, [fuse]);
      lif.resetState();
      expect([...(await lif.evolve(input)).output.data]).not.toEqual(first);
      return second;
    };
    expect(await alone(true)).toEqual(await alone(false));
  });

  test('has the standard deviation noiseStd after a second of steps', async () => {
    const neurons = new LIF({ shape: 400, noiseStd: 0.5, tauMem: 1e9, threshold: 1e9, dt: 0.01, seed: 3 });
    await neurons.evolve({ data: new Float64Array(100 * 400), shape: [100, 400] });
    const variance = mean(Array.from(neurons.vmem.data, (v) => v * v));
    expect(Math.sqrt(variance)).toBeGreaterThan(0.45);
    expect(Math.sqrt(variance)).toBeLessThan(0.55);
  });

  test('begins and ends with noiseStd', async () => {
    const rate = new Rate({ shape: 2, seed: 1 });
    const quiet = (await rate.evolve(rows(5, 2))).output;
    rate.resetState();
    rate.noiseStd = 1;
    expect((await rate.evolve(rows(5, 2))).output).not.toEqual(quiet);
    rate.resetState();
    rate.noiseStd = 0;
    expect((await rate.evolve(rows(5, 2))).output).toEqual(quiet);
  });
});

describe('what runs where', () => {
  test('a module takes its backend and number type as options, or is moved', async () => {
    const double = new Linear({ shape: [2, 2], seed: 4 });
    const single = new Linear({ shape: [2, 2], seed: 4, backend: jsBackend(), dtype: 'float32' });
    const input = rows(3, 2);
    const exact = (await double.evolve(input)).output;
    const rounded = (await single.evolve(input)).output;
    expect(rounded).not.toEqual(exact);
    await double.to(undefined, 'float32');
    expect((await double.evolve(input)).output).toEqual(rounded);
  });

  test('a network holds one session, whatever it has become, and none once it is disposed of', async () => {
    const opened: Backend[] = [];
    const plugin = jsBackend();
    const counted: BackendPlugin = {
      contract: 1,
      name: 'counted',
      probe: () => plugin.probe(),
      open: async () => {
        const backend = await plugin.open();
        opened.push(backend);
        return backend;
      },
    };
    const lif = new LIF({ shape: 2 });
    const net = new Sequential(new Linear({ shape: [2, 2] }), lif, { backend: counted });
    const live = () => opened.reduce((sum, backend) => sum + backend.usage().sessions, 0);
    await net.evolve(rows(5, 2));
    expect(live()).toBe(1);
    lif.noiseStd = 0.1;
    await net.evolve(rows(5, 2));
    await vi.waitFor(() => expect(live()).toBe(1));
    await net.dispose();
    expect(live()).toBe(0);
    await net.evolve(rows(5, 2));
    await net.dispose();
    expect(live()).toBe(0);
  });

  test('an aborted evolution leaves all states of a network as they were', async () => {
    const net = new Sequential(new Linear({ shape: [2, 2] }), new LIF({ shape: 2 }), new Rate({ shape: 2 }));
    await net.evolve(rows(5, 2));
    const before = net.state();
    const stop = new AbortController();
    const evolution = net.evolve(rows(200_000, 2), { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(evolution).rejects.toThrow();
    expect(net.state()).toEqual(before);
    await net.dispose();
  });

  test('tells its progress up to the end', async () => {
    const seen: number[] = [];
    await new Rate({ shape: 1 }).evolve(rows(10, 1), {
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(seen.at(-1)).toBe(1);
  });
});

describe('modules over time series', () => {
  test('a timed network samples, computes, and records as series', async () => {
    const net = new Sequential(
      new Linear({ shape: [1, 2], weight: [[3, 4]] }),
      new LIF({ shape: 2, dt: 0.01 }),
    );
    const timed = net.timed({ dt: 0.01 });
    const input = TSContinuous.fromClocked([[1], [1], [1], [1]], { dt: 0.01 });
    const { output, record } = await timed.evolve(input, { record: true });
    expect(output).toBeInstanceOf(TSEvent);
    const inner = record['1_LIF'] as Record<string, unknown>;
    expect((inner.vmem as TSContinuous).name).toBe('$V_{mem}$');
    expect(inner.spikes).toBeInstanceOf(TSEvent);
    expect((record['0_Linear_output'] as TSContinuous).numChannels).toBe(2);
    expect((record['1_LIF_output'] as TSEvent).times).toEqual((output as TSEvent).times);
  });
});

describe('LIFTorch', () => {
  test.each([
    ['taus', 'tauMem'],
    ['decays', 'alpha'],
    ['bitshifts', 'dashMem'],
  ] as const)('with %s: what is assigned in another way is converted', (leakMode, own) => {
    const lif = new LIFTorch({ shape: 2, leakMode, dt: 1e-3 });
    const near = (value: unknown, wanted: number) => {
      for (const each of (value as NdArray).data) expect(each).toBeCloseTo(wanted, 10);
    };
    lif.tauMem = [0.02, 0.02];
    near(lif.alpha, Math.exp(-0.05));
    lif.alpha = [0.75, 0.75];
    near(lif.dashMem, 2);
    near(lif.tauMem, -1e-3 / Math.log(0.75));
    lif.dashMem = [3, 3];
    near(lif.alpha, 0.875);
    expect(Object.keys(lif.parameters())).toContain(own);
    lif.beta = [[0.5], [0.5]];
    near(lif.dashSyn, 1);
  });

  test('refuses leak parameters of another mode, numbers and vectors', () => {
    expect(kindOf(() => new LIFTorch({ shape: 2, alpha: 0.5 }))).toBe('ValueError leak-mode');
    expect(kindOf(() => new LIFTorch({ shape: 2, leakMode: 'decays', tauMem: [0.1, 0.2] }))).toBe(
      'ValueError leak-mode',
    );
    expect(kindOf(() => new LIFTorch({ shape: 2, leakMode: 'none' as never }))).toBe('ValueError leak-mode');
    const decays: object = { leakMode: 'decays' };
    expect(kindOf(() => new LIFBitshiftTorch({ shape: 2, ...decays }))).toBe('ValueError leak-mode');
  });

  test('quantised to bit shifts, a time constant below a step is no memory at all', async () => {
    const lif = new LIFBitshiftTorch({ shape: 1, tauMem: 1e-4, tauSyn: 1e-4, dt: 1e-3 });
    expect(lif.alpha).toBe(0);
    expect([...(await lif.evolve([[5], [0]])).output.data]).toEqual([0, 0]);
  });

  test('an adaptive neuron takes one weight for all, and shows it in its graph', async () => {
    const lif = new aLIFTorch({
      shape: [4, 2],
      wAhp: -0.5,
      hasRec: true,
      wRec: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
    });
    expect([...lif.wAhp.data]).toEqual([-0.5, -0.5]);
    await lif.evolve(rows(5, 4));
    const [weights] = [...lif.asGraph().inputNodes[Symbol.iterator]()].flatMap((node) => [
      ...node.sourceModules,
    ]);
    expect([...(weights as unknown as { weights: NdArray }).weights.data]).toEqual([
      0.5, 0, 0, 0, 0, 0.5, 0, 0,
    ]);
  });
});

describe('dropout', () => {
  test('of units holds for an evolution, and keeps the mean', async () => {
    const dropout = new UnitDropout({ shape: 2000, p: 0.25, seed: 2 });
    const { output } = await dropout.evolve({ data: new Float64Array(4000).fill(1), shape: [2, 2000] });
    const [first, second] = [output.data.slice(0, 2000), output.data.slice(2000)];
    expect(second).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 1 / 0.75]));
    expect(mean(first)).toBeCloseTo(1, 1);
    const again = await dropout.evolve({ data: new Float64Array(2000).fill(1), shape: [1, 2000] });
    expect(again.output.data).not.toEqual(first);
  });

  test('of samples is new in every step, without scaling; training can be switched off', async () => {
    const dropout = new TimeStepDropout({ shape: 1, p: 0.25, seed: 2 });
    const ones = { data: new Float64Array(2000).fill(1), shape: [2000, 1] };
    const { output } = await dropout.evolve(ones);
    expect(new Set(output.data)).toEqual(new Set([0, 1]));
    expect(mean(output.data)).toBeCloseTo(0.75, 1);
    dropout.training = false;
    expect((await dropout.evolve(ones)).output.data).toEqual(ones.data);
  });
});

describe('filters', () => {
  function gain(sections: readonly (readonly number[])[], frequency: number, fs: number): number {
    const angle = (2 * Math.PI * frequency) / fs;
    const power = (c0: number, c1: number, c2: number) => {
      const re = c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle);
      const im = -c1 * Math.sin(angle) - c2 * Math.sin(2 * angle);
      return Math.hypot(re, im);
    };
    return sections.reduce(
      (all, [b0, b1, b2, a0, a1, a2]) => (all * power(b0!, b1!, b2!)) / power(a0!, a1!, a2!),
      1,
    );
  }

  test.each([1, 2, 3, 4, 5, 8])(
    'of order %i: the edges are at 1/√2, the middle passes, far away does not',
    (order) => {
      const band = butterBandPass(order, 100, 150, 1000);
      expect(band).toHaveLength(order);
      expect(gain(band, 100, 1000)).toBeCloseTo(Math.SQRT1_2, 9);
      expect(gain(band, 150, 1000)).toBeCloseTo(Math.SQRT1_2, 9);
      expect(gain(band, 400, 1000)).toBeLessThan(0.2);
      const low = butterLowPass(order, 100, 1000);
      expect(gain(low, 0, 1000)).toBeCloseTo(1, 9);
      expect(gain(low, 100, 1000)).toBeCloseTo(Math.SQRT1_2, 9);
      for (const [, , , , a1, a2] of [...band, ...low])
        expect(Math.abs(a2!) < 1 && Math.abs(a1!) < 1 + a2!).toBe(true);
    },
  );

  test('normalised output has the magnitude 1 and, without its mean, the mean 0', async () => {
    const options = { frequency: [100, 200], bandwidth: [20, 20], fs: 1000 };
    const input = { data: rows(100, 1).data, shape: [100, 1] };
    const { output } = await new ButterFilter({ ...options, normalize: true }).evolve(input);
    expect(Math.max(...output.data.map(Math.abs))).toBe(1);
    const centred = await new ButterFilter({ ...options, meanSubtraction: true }).evolve(input);
    expect(mean(centred.output.data)).toBeCloseTo(0, 9);
    const silent = await new ButterFilter({ ...options, normalize: true }).evolve(new Float64Array(5));
    expect(silent.output).toEqual({ data: new Float64Array(10), shape: [5, 2] });
  });

  test('begins anew in every evolution and for every batch item', async () => {
    const filter = new ButterMelFilter({ shape: 3, fs: 2000 });
    const signal = rows(50, 1).data;
    const once = (await filter.evolve(signal)).output.data;
    expect((await filter.evolve(signal)).output.data).toEqual(once);
    const batch = { data: Float64Array.from([...signal, ...signal]), shape: [2, 50, 1] };
    expect((await filter.evolve(batch)).output.data).toEqual(Float64Array.from([...once, ...once]));
  });
});

describe('what other modules promise', () => {
  test('ExpSyn forgets nothing', async () => {
    const synapse = new ExpSyn({ shape: 1, tau: 0.001, maxWindowLength: 2 });
    const { output } = await synapse.evolve([[1], ...Array.from({ length: 29 }, () => [0])]);
    expect(output.data[29]! / Math.exp(-30)).toBeCloseTo(1, 12);
  });

  test('ExpSyn adds a bias to its output, not to its current', async () => {
    const synapse = new ExpSyn({ shape: 2, tau: 1e9, bias: [1, 2] });
    const { output, state } = await synapse.evolve([
      [1, 0],
      [0, 1],
    ]);
    expect(Array.from(output.data, (x) => Math.round(x * 1e6) / 1e6)).toEqual([2, 2, 2, 3]);
    expect((state.isyn as NdArray).data[1]).toBeCloseTo(1, 6);
    expect(synapse.parameters('bias')).toEqual({ bias: { data: Float64Array.of(1, 2), shape: [2] } });
    expect(new ExpSyn({ shape: 2 }).parameters('bias')).toEqual({});
  });

  test('DelayLine gives its input later, over evolutions, and bias before', async () => {
    const line = new DelayLine({ shape: 2, delay: 0.002, bias: [0, 1] });
    const [first, second] = [
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [[7, 8]],
    ];
    expect([...(await line.evolve(first)).output.data]).toEqual([0, 1, 0, 1, 1, 3]);
    expect([...(await line.evolve(second)).output.data]).toEqual([3, 5]);
    expect(line.pending.shape).toEqual([2, 2]);
    expect([...line.pending.data]).toEqual([5, 6, 7, 8]);
    expect([...(await new DelayLine({ shape: 2 }).evolve(first)).output.data]).toEqual([1, 2, 3, 4, 5, 6]);
    const stack = () => new Sequential(new DelayLine({ shape: 2, delay: 0.001 }), new LIF({ shape: 2 }));
    expect(stack().stepModel()).not.toBeNull();
    const batch = { data: Float64Array.from({ length: 12 }, (_, index) => index), shape: [2, 3, 2] };
    expect(await stack().evolve(batch, { fuse: false })).toEqual(await stack().evolve(batch));
  });

  test('RateEuler with noise has the standard deviation noiseStd', async () => {
    const neurons = new RateEuler({
      shape: 500,
      tau: 0.02,
      noiseStd: 0.5,
      activationFunc: 'linear',
      seed: 3,
    });
    await neurons.evolve({ data: new Float64Array(100 * 500), shape: [100, 500] });
    const deviation = Math.sqrt(mean(Array.from(neurons.x.data, (x) => x * x)));
    expect(deviation).toBeGreaterThan(0.42);
    expect(deviation).toBeLessThan(0.58);
  });

  test('UpDownTorch leaves the data alone, and uses a threshold per direction', async () => {
    const data = Float64Array.of(0, 1, 2, 0);
    const encoder = new UpDownTorch({ shape: 1, thrUp: [1], thrDown: [0.5] });
    const { output } = await encoder.evolve({ data, shape: [4, 1] });
    expect([...data]).toEqual([0, 1, 2, 0]);
    expect(Array.from(output.data, (x) => x + 0)).toEqual([0, 0, 1, 0, 1, 0, 0, 4]);
  });

  test('LowPass keeps the state of the first batch item', async () => {
    const { state, output } = await new LowPass({ nNeurons: 1 }).evolve({
      data: Float64Array.of(1, 2),
      shape: [1, 2, 1],
    });
    expect([...output.data]).toEqual([1, 2]);
    expect(state.vmem).toEqual({ data: Float64Array.of(1), shape: [1, 1] });
  });

  test('LinearTorch has a batch axis; BooleanState latches', async () => {
    expect((await new LinearTorch({ shape: [2, 1] }).evolve([[1, 2]])).output.shape).toEqual([1, 1, 1]);
    const latch = new BooleanState({ shape: 1, threshold: 0.5 });
    expect([...(await latch.evolve([[0.4], [0.6], [0], [-0.6]])).output.data]).toEqual([0, 1, 1, 0]);
  });

  test('Instant takes ordinary functions and expressions', async () => {
    expect([...(await new Instant({ shape: 1, function: Math.sqrt }).evolve([[4]])).output.data]).toEqual([
      2,
    ]);
    const squares = new Instant({ shape: 1, expression: (x, op) => op.mul(x, x) });
    expect([...squares.evolveSync([[4]]).output.data]).toEqual([16]);
    expect(squares.asGraph().toString()).toContain('InstantFunction');
  });

  test('SynNet gives out membranes, and records them as asked', async () => {
    const net = new SynNet({ nClasses: 2, nChannels: 3, output: 'vmem', seed: 1 });
    const { output, record } = await net.evolve(rows(10, 3), { record: true });
    expect((record.seq as { out_neurons: { vmem: NdArray } }).out_neurons.vmem).toEqual(output);
    const { record: less } = await net.evolve(rows(10, 3));
    expect((less.seq as { out_neurons: object }).out_neurons).toEqual({});
  });

  test('RateTorch warns of short time constants, which count as ten steps', async () => {
    const warnings: string[] = [];
    setMessageHandlers({ warn: (text) => warnings.push(text) });
    const torch = new RateTorch({ shape: 1, tau: 1e-3 });
    expect(warnings).toHaveLength(1);
    expect((await torch.evolve([[1]])).output).toEqual(
      (await new Rate({ shape: 1, tau: 1e-3 }).evolve([[1]])).output,
    );
  });

  test('initialisers stay in their limits', () => {
    const { data } = xavier(randomOf(1))([4, 2]) as NdArray;
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1);
  });
});

describe('what is refused', () => {
  test.each([
    ['a shape of Linear without two sizes', () => new Linear({ shape: [2] }), 'ValueError shape'],
    ['inputs that no whole number of synapses takes', () => new LIF({ shape: [5, 2] }), 'ValueError shape'],
    ['fewer inputs than neurons', () => new LIF({ shape: [1, 2] }), 'ValueError shape'],
    ['wRec without hasRec', () => new Rate({ shape: 1, wRec: [[1]] }), 'ValueError not-recurrent'],
    [
      'an unknown activation',
      () => new Rate({ shape: 1, activationFunc: 'softmax' }),
      'ValueError activation',
    ],
    ['a rate population that isn’t square', () => new Rate({ shape: [2, 3] }), 'ValueError shape'],
    [
      'two functions',
      () => new Instant({ shape: 1, function: Math.abs, expression: (x) => x }),
      'ValueError two-functions',
    ],
    [
      'a negative threshold of a latch',
      () => new BooleanState({ shape: 1, threshold: -1 }),
      'ValueError threshold',
    ],
    ['a probability of 1 for units', () => new UnitDropout({ shape: 1, p: 1 }), 'ValueError probability'],
    [
      'a band beyond half of the rate',
      () => new ButterFilter({ frequency: 480, bandwidth: 60, fs: 1000 }),
      'ValueError bands',
    ],
    ['a filter of order 0', () => butterLowPass(0, 10, 100), 'ValueError filter'],
    ['a delay between two steps', () => new DelayLine({ shape: 1, delay: 0.0015 }), 'ValueError delay'],
    ['half an event', () => new EventLinear({ weight: [[0.5]] }), 'ValueError event-weights'],
    ['an encoder that forgets', () => new UpDownTorch({ shape: 1, tauDecay: 1 }), 'ValueError decay'],
    [
      'an unknown activation of RateEuler',
      () => new RateEuler({ shape: 1, activationFunc: 'softmax' as never }),
      'ValueError activation',
    ],
    ['two-dimensional encoders', () => new UpDownTorch({ shape: [1, 2] }), 'ValueError shape'],
    ['no dilations', () => new WaveSenseNet({ dilations: [] }), 'ValueError dilations'],
    ['something that is no module', () => new Sequential(5 as never), 'TypeError not-a-module'],
    [
      'a timed module in a stack',
      () => new Sequential(new Linear({ shape: [1, 1] }).timed({ dt: 1 }) as never),
      'TypeError not-a-module',
    ],
    [
      'a name that is taken by a member',
      () => new Sequential({ evolve: new Linear({ shape: [1, 1] }) }),
      'ValueError name-taken',
    ],
    [
      'a LowPass without time axis first',
      () => new LowPass({ nNeurons: 1 }).evolveSync([[1]]),
      'ValueError input-shape',
    ],
    [
      'several signals for a filter',
      () => new ButterMelFilter({ shape: 2 }).evolveSync([[1, 2]]),
      'ValueError input-width',
    ],
  ])('%s', (_, work, expected) => {
    expect(kindOf(work)).toBe(expected);
  });
});
