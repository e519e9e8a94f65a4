import type { BackendPlugin } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import { setMessageHandlers } from '@rp/errors';
import type { ModuleBase } from '@rp/module-core';
import { type NdArray, toNested } from '@rp/ndarray';
import { TSContinuous } from '@rp/timeseries';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  FFwdStack,
  GraphNetwork,
  INPUT,
  Instant,
  kaiming,
  LIF,
  Linear,
  LowPass,
  ProgramModule,
  Rate,
  Residual,
  randomOf,
  Sequential,
  type StepModel,
  SynNet,
  WaveSenseNet,
} from '../src/index.ts';
import { makeModules, recipe } from './stacks.ts';

beforeAll(() => {
  setMessageHandlers({ warn: () => {} });
});

function rows(batches: number, steps: number, channels: number, seed: number): NdArray<Float64Array> {
  const random = randomOf(seed);
  const data = Float64Array.from({ length: batches * steps * channels }, () =>
    random() < 0.4 ? 0 : 4 * random() - 1,
  );
  return { data, shape: [batches, steps, channels] };
}

/** Module by module, as a person would. */
async function oneByOne(modules: readonly ProgramModule[], input: NdArray, record: boolean) {
  let output: NdArray = input;
  const states: unknown[] = [];
  const records: unknown[] = [];
  for (const module of modules) {
    const result = await module.evolve(output, { record });
    output = result.output;
    states.push(result.state);
    records.push(result.record, output);
  }
  return { output, states, records };
}

/** A backend that tells the names of the programs that it compiles. */
function watching(plugin: BackendPlugin, tell: (name: string) => void): BackendPlugin {
  return {
    contract: 1,
    name: 'watching',
    probe: () => plugin.probe(),
    open: async () => {
      const backend = await plugin.open();
      return new Proxy(backend, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (key !== 'compile') return typeof value === 'function' ? value.bind(target) : value;
          return (program: StepProgram) => {
            tell(program.name);
            return target.compile(program);
          };
        },
      });
    },
  };
}

function innermost(module: ModuleBase): Record<string, ModuleBase> {
  const [inner] = Object.values(module.modules());
  return inner === undefined || Object.keys(inner.modules()).length === 0
    ? module.modules()
    : innermost(inner);
}

const halving = defineDynamics('halving', {
  dims: ['n'],
  inputs: { x: ['n'] },
  step: ({ inputs, op }) => {
    const { v, rounds } = op.loop({
      limit: 40,
      carried: { v: ['n'], rounds: [] },
      start: { v: inputs.x, rounds: 0 },
      while: (now) => op.ge(op.maxOf(now.v), 1),
      body: (now) => ({ next: { v: op.mul(now.v, 0.5), rounds: op.add(now.rounds, 1) } }),
    });
    return { state: {}, outputs: { v: op.add(v, rounds) } };
  },
});

/** Halves its input until all of it is below 1, and adds how often that was. */
class Halving extends ProgramModule {
  static readonly className: string = 'Halving';

  constructor(size: number) {
    super([size, size], {});
  }

  override stepModel(): StepModel {
    return {
      program: halving,
      dims: { n: this.sizeIn },
      dt: 1,
      params: {},
      inputs: ['x'],
      outputs: ['v'],
      state: {},
      record: {},
      always: {},
      keepsRank: false,
    };
  }
}

describe('a stack that runs as one program', () => {
  test('gives the bits of its modules one by one: output, states, records, over two evolutions', async () => {
    const stacks = fc.record({
      recipes: fc.array(recipe, { minLength: 1, maxLength: 4 }),
      sizeIn: fc.integer({ min: 1, max: 4 }),
      batches: fc.integer({ min: 1, max: 2 }),
      steps: fc.integer({ min: 0, max: 12 }),
      seed: fc.nat(),
    });
    let asOne = 0;
    await fc.assert(
      fc.asyncProperty(stacks, async ({ recipes, sizeIn, batches, steps, seed }) => {
        const stack = new Sequential(...makeModules(recipes, sizeIn));
        const apart = new Sequential(...makeModules(recipes, sizeIn));
        const modules = makeModules(recipes, sizeIn);
        if (stack.stepModel() !== null) asOne++;
        for (const turn of [0, 1]) {
          const input = rows(batches, steps, sizeIn, seed + turn);
          const { output, state, record } = await stack.evolve(input, { record: true });
          const expected = await oneByOne(modules, input, true);
          expect(output).toEqual(expected.output);
          expect(Object.values(state)).toEqual(expected.states);
          expect(Object.values(record)).toEqual(expected.records);
          expect(stack.state()).toEqual(state);
          expect(await apart.evolve(input, { record: true, fuse: false })).toEqual({ output, state, record });
        }
      }),
      {
        numRuns: 40,
        // A stack that cannot run as one asks its modules for programs of other forms; their noise must go on.
        examples: [
          [
            {
              recipes: [
                { what: 'upDown', sizeOut: 1, seed: 0, noisy: false, recurrent: false },
                { what: 'filters', sizeOut: 1, seed: 0, noisy: true, recurrent: false },
                { what: 'linear', sizeOut: 1, seed: 0, noisy: false, recurrent: false },
              ],
              sizeIn: 1,
              batches: 1,
              steps: 2,
              seed: 13380,
            },
          ],
        ],
      },
    );
    expect(asOne).toBeGreaterThan(20);
  });

  test.each([
    [
      'WaveSenseNet',
      () =>
        new WaveSenseNet({
          dilations: [1, 3],
          nChannelsIn: 3,
          kernelSize: 3,
          threshold: 0.02,
          thresholdOut: 0.02,
          seed: 1,
        }),
    ],
    [
      'SynNet',
      () =>
        new SynNet({
          nClasses: 2,
          nChannels: 3,
          threshold: 0.1,
          sizeHiddenLayers: [9, 5],
          timeConstantsPerLayer: [3, 2],
          seed: 2,
        }),
    ],
    [
      'FFwdStack',
      () =>
        new FFwdStack(new LIF({ shape: 3, threshold: 0.2 }), new LIF({ shape: [4, 2] }), {
          weightInitFunc: kaiming(randomOf(3)),
        }),
    ],
  ])('a %s gives the bits of running it module by module', async (_, make) => {
    const input = rows(2, 30, 3, 4);
    const apart = make();
    const [first] = Object.values(innermost(apart));
    await first!.to(jsBackend());
    expect(make().stepModel()).not.toBeNull();
    expect(apart.stepModel()).toBeNull();
    const together = await make().evolve(input, { record: true });
    expect(together.output.data.some((spikes) => spikes > 0)).toBe(true);
    expect(await apart.evolve(input, { record: true })).toEqual(together);
  });

  test('runs module by module with `fuse: false`, on all levels, over time series, and from given states', async () => {
    const compiled: string[] = [];
    const stack = () => new Sequential(new Sequential(new Linear({ shape: [2, 2] }), new LIF({ shape: 2 })));
    const watched = async (work: (net: Sequential) => Promise<unknown>) => {
      compiled.length = 0;
      const net = await stack().to(watching(jsBackend(), (name) => compiled.push(name)));
      await work(net);
      await net.dispose();
      return [...compiled];
    };
    const input = rows(1, 5, 2, 1);
    expect(await watched((net) => net.evolve(input))).toEqual(['ModSequential']);
    const apart = ['linear', 'lif'];
    expect(await watched((net) => net.evolve(input, { fuse: false }))).toEqual(apart);
    expect(await watched((net) => net.evolve(input, { fuse: false, state: net.state() }))).toEqual(apart);
    const series = TSContinuous.fromClocked(toNested({ ...input, shape: [5, 2] }) as number[][], {
      dt: 1e-3,
    });
    expect(await watched((net) => net.timed({ dt: 1e-3 }).evolve(series, { fuse: false }))).toEqual(apart);
  });

  test('needs a program of every module, and says which has none', () => {
    const linear = () => new Linear({ shape: [2, 4] });
    expect(new Sequential(linear(), new LIF({ shape: [4, 2] })).explain()).toMatch(
      /^ModSequential {2}runs as one program:\n/,
    );
    const apart = new Sequential(linear(), new Instant({ shape: 4, function: Math.sin }));
    expect(apart.stepModel()).toBeNull();
    expect(apart.explain()).toMatch(
      /module by module: it can't be joined: `1_Instant` has an ordinary function/,
    );
    const nested = new Sequential(new Residual(new Instant({ shape: 2, function: Math.sin })));
    expect(nested.explain()).toMatch(/`0_ModResidual` can't be joined: `0_Instant` has an ordinary/);
    expect(new Sequential(new LowPass({ nNeurons: 1 })).explain()).toMatch(/whole input or output at once/);
    expect(new Sequential().explain()).toMatch(/no module in it/);
    const away = new Sequential(linear(), new LIF({ shape: 4, backend: jsBackend() }));
    expect(away.explain()).toMatch(/modules at different backends/);
    expect(new SynNet({ nClasses: 1, nChannels: 1, output: 'vmem' }).explain()).toMatch(/membranes/);
  });

  test('deals spikes out to several synapses where neurons are on their own, else says why not', async () => {
    const sparse = (lif: ProgramModule) =>
      new Sequential(
        new Linear({ shape: [3, 12], seed: 1 }),
        lif,
        new LIF({ shape: [12, 4], threshold: 0.3 }),
      );
    const lif = (options: object = {}) => new LIF({ shape: 12, threshold: 0.2, ...options });
    expect(sparse(lif()).stepModel()).not.toBeNull();
    expect(
      new Sequential(lif(), new LIF({ shape: [12, 6] }), new LIF({ shape: [6, 2] })).stepModel(),
    ).not.toBeNull();
    expect(sparse(lif({ noiseStd: 1 })).explain()).toMatch(
      /`2_LIF` takes what `1_LIF` gives dealt out to 3 synapses per neuron, .* noise is drawn in one row/,
    );
    expect(sparse(lif({ hasRec: true })).explain()).toMatch(/connected among each other/);
    const fork = new GraphNetwork({
      sizeIn: 4,
      sizeOut: 4,
      modules: {
        cells: new LIF({ shape: 4 }),
        few: new LIF({ shape: [4, 2] }),
        many: new Linear({ shape: [2, 4] }),
      },
      steps: [
        { to: 'a', module: 'cells', from: INPUT },
        { to: 'b', module: 'few', from: 'a' },
        { to: 'c', module: 'many', from: 'b' },
        { to: 'd', sum: ['a', 'c'] },
      ],
      output: 'd',
    });
    expect(fork.explain()).toMatch(
      /`few` takes a signal dealt out to 2 synapses per neuron, a sum the same one to 1/,
    );

    const input = rows(2, 20, 3, 6);
    const together = await sparse(lif()).evolve(input, { record: true });
    expect(together.output.data.some((spikes) => spikes > 0)).toBe(true);
    expect(await sparse(lif()).evolve(input, { record: true, fuse: false })).toEqual(together);
  });

  test('keeps nothing between its modules with `keepOutputs: false`, unless a record is asked for', async () => {
    const make = () =>
      new Sequential(
        new Linear({ shape: [2, 2], seed: 1 }),
        new Residual(new LIF({ shape: 2, threshold: 0.3 })),
        new SynNet({ nClasses: 2, nChannels: 2, sizeHiddenLayers: [3], timeConstantsPerLayer: [2], seed: 4 }),
      );
    const input = rows(1, 10, 2, 3);
    const usual = await make().evolve(input);
    for (const fuse of [true, false]) {
      const bare = await make().evolve(input, { keepOutputs: false, fuse });
      expect(bare).toEqual({ ...usual, record: {} });
      expect(await make().evolve(input, { keepOutputs: false, record: true, fuse })).toEqual(
        await make().evolve(input, { record: true }),
      );
    }
    const membranes = new SynNet({ nClasses: 2, nChannels: 2, output: 'vmem' });
    expect((await membranes.evolve(input, { keepOutputs: false })).record).toEqual({});
  });

  test('runs module by module where one module stands in two places', async () => {
    const make = () => {
      const lif = new LIF({ shape: 2, threshold: 0.3 });
      return new Sequential({
        a: lif,
        between: new Linear({ shape: [2, 2], seed: 1 }),
        b: new Residual(lif),
      });
    };
    expect(make().explain()).toMatch(/LIF 'a' stands in two places, and has one state for both/);
    const input = rows(1, 10, 2, 3);
    expect(await make().evolve(input)).toEqual(await make().evolve(input, { fuse: false }));
  });

  test('holds one module with a loop in its step; with two it runs module by module', async () => {
    const one = () =>
      new Sequential(
        new Halving(2),
        new LIF({ shape: 2, threshold: 0.3 }),
        new Linear({ shape: [2, 2], seed: 1 }),
      );
    const input = { data: Float64Array.of(9, 1, 0, 700, 3, 2), shape: [1, 3, 2] };
    const together = await one().evolve(input, { record: true });
    expect(one().stepModel()?.program.loop).toBeDefined();
    expect(await one().evolve(input, { record: true, fuse: false })).toEqual(together);
    const two = new Sequential(new Halving(2), one());
    expect(two.explain()).toMatch(/`0_Halving` has a loop, and so has `1_ModSequential`; a step has one/);
    expect((await two.evolve(input)).output.shape).toEqual([1, 3, 2]);
  });

  test('keeps its program, and with it its session, as long as the modules keep theirs', () => {
    const rate = new Rate({ shape: 2 });
    const stack = new Sequential(new Linear({ shape: [2, 2] }), rate);
    const program = stack.stepModel()!.program;
    rate.tau = { data: Float64Array.of(0.5, 0.5), shape: [2] };
    expect(stack.stepModel()!.program).toBe(program);
    rate.noiseStd = 1;
    expect(stack.stepModel()!.program).not.toBe(program);
  });

  test('has the rank of its input as long as only weights are in it', async () => {
    const weights = () => new Linear({ shape: [2, 2] });
    const { output, record } = await new Sequential(weights(), weights()).evolve([[1, 2]]);
    expect(output.shape).toEqual([1, 2]);
    expect((record['0_Linear_output'] as NdArray).shape).toEqual([1, 2]);
    expect((await new Sequential(weights(), weights()).evolve([1, 2])).output.shape).toEqual([2]);
    expect((await new Sequential(weights(), new Rate({ shape: 2 })).evolve([[1, 2]])).output.shape).toEqual([
      1, 1, 2,
    ]);
  });

  test('evolves at once, too', () => {
    const modules = () => [new Linear({ shape: [2, 2], seed: 3 }), new LIF({ shape: 2, threshold: 0.1 })];
    const input = rows(1, 20, 2, 5);
    const [linear, lif] = modules();
    const { output } = new Residual(...modules()).evolveSync(input);
    const alone = lif!.evolveSync(linear!.evolveSync(input).output).output;
    expect(output.data).toEqual(alone.data.map((value, index) => value + input.data[index]!));
  });
});
