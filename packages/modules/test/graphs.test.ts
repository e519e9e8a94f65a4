import type { Expr, Ops } from '@rp/dynamics';
import {
  ConstantLeakNeurons,
  connectModules,
  Delay,
  EventWeights,
  FastSlowNeurons,
  GenericNeurons,
  GraphHolder,
  type GraphModuleBase,
  graphFromJSON,
  graphToJSON,
  IAFNeurons,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  makeNodes,
  RateEulerNeurons,
  UpDownEncoder,
} from '@rp/graph';
import type { NdArray } from '@rp/ndarray';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aLIFTorch,
  ButterFilter,
  DelayLine,
  EventLinear,
  ExpSyn,
  FFwdStack,
  GraphNetwork,
  Instant,
  kaiming,
  LIF,
  LIFTorch,
  Linear,
  moduleFromGraph,
  Rate,
  RateEuler,
  RateTorch,
  Residual,
  randomOf,
  Sequential,
  type Stackable,
  SynNet,
  UpDownTorch,
  WaveSenseNet,
} from '../src/index.ts';
import { makeModules, recipe } from './stacks.ts';

/**
 * A graph with its nodes numbered from the outside in, so that two graphs of one form give one text: names, origins and
 * the order in which modules were linked left out.
 */
function form(graph: GraphModuleBase): unknown {
  const { modules, roots } = graphToJSON(graph);
  const root = modules[roots[0]!]!;
  const numbers = new Map<number, number>();
  const number = (nodes: readonly number[]) => {
    for (const node of nodes) if (!numbers.has(node)) numbers.set(node, numbers.size);
  };
  number(root.inputs);
  number(root.outputs);
  const plain = modules
    .filter(({ class: name }) => name !== 'GraphHolder')
    .map((module) => ({ ...module, text: JSON.stringify([module.class, module.attributes]) }));
  const known = (nodes: readonly number[]) => nodes.map((node) => numbers.get(node) ?? -1);
  const found: unknown[] = [];
  const left = new Set(plain);
  while (left.size > 0) {
    const key = ({ inputs, outputs, text }: (typeof plain)[number]) =>
      JSON.stringify([known(inputs), known(outputs), text]);
    const linked = [...left].filter(({ inputs, outputs }) =>
      [...inputs, ...outputs].some((node) => numbers.has(node)),
    );
    const [next] = (linked.length > 0 ? linked : [...left]).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    number(next!.inputs);
    number(next!.outputs);
    left.delete(next!);
    found.push([known(next!.inputs), known(next!.outputs), next!.text]);
  }
  return {
    inputs: known(root.inputs),
    outputs: known(root.outputs),
    modules: found.map((each) => JSON.stringify(each)).sort(),
  };
}

/** Weights that hold more than weights. */
class OwnWeights extends LinearWeights {
  static override readonly className: string = 'OwnWeights';
}

const weights = { weightInitFunc: kaiming(randomOf(1)) };

const examples: Record<string, () => Stackable> = {
  Linear: () => new Linear({ shape: [2, 3], hasBias: true }),
  LIF: () => new LIF({ shape: 3, tauMem: 0.1, threshold: [1, 2, 3] }),
  'LIF with synapses': () => new LIF({ shape: [6, 3], hasRec: true, tauSyn: [[0.1, 0.2]] }),
  LIFTorch: () => new LIFTorch({ shape: [4, 2], hasRec: true }),
  'LIFTorch by decays': () => new LIFTorch({ shape: 2, leakMode: 'decays', alpha: 0.25, beta: 0.5 }),
  aLIFTorch: () => new aLIFTorch({ shape: [4, 2], wAhp: [-0.5, -0.25] }),
  Rate: () => new Rate({ shape: 2, hasRec: true, bias: 0.5, activationFunc: 'tanh' }),
  RateTorch: () => new RateTorch({ shape: 2 }),
  RateEuler: () =>
    new RateEuler({ shape: 3, gain: [1, 2, 3], bias: 0.5, noiseStd: 0.1, activationFunc: 'tanh' }),
  'RateEuler, recurrent': () => new RateEuler({ shape: 2, tau: 0.05, hasRec: true, seed: 3 }),
  DelayLine: () => new DelayLine({ shape: 2, delay: 0.003, bias: [0, 1] }),
  EventLinear: () => new EventLinear({ weight: [[1, 0, 2]] }),
  'UpDownTorch with a time step': () => new UpDownTorch({ shape: 1, dt: 0.01 }),
  ExpSyn: () => new ExpSyn({ shape: 2, tau: 0.01 }),
  'ExpSyn with a bias': () => new ExpSyn({ shape: 2, bias: [0, 0.5] }),
  'UpDownTorch as v1 layers have it': () =>
    new UpDownTorch({ shape: 1, tauDecay: [Number.POSITIVE_INFINITY] }),
  Instant: () => new Instant({ shape: 2 }),
  filters: () => new ButterFilter({ frequency: [100, 200], bandwidth: [10, 20], fs: 1000 }),
  UpDownTorch: () => new UpDownTorch({ shape: 2, thrDown: [0.1, 0.2] }),
  Sequential: () =>
    new Sequential({ enc: new Linear({ shape: [2, 3] }), cells: new LIF({ shape: 3, hasRec: true }) }),
  Residual: () => new Residual(new Linear({ shape: [2, 2] }), new LIF({ shape: 2 })),
  'Residual in the middle': () =>
    new Sequential(
      new Linear({ shape: [3, 2] }),
      new Residual(new Linear({ shape: [2, 2] }), new Rate({ shape: 2 })),
      new Linear({ shape: [2, 1] }),
    ),
  FFwdStack: () => new FFwdStack(new LIF({ shape: 2 }), new Rate({ shape: 3 }), weights),
  'an empty stack': () => new Sequential(),
  SynNet: () =>
    new SynNet({ nClasses: 2, nChannels: 3, sizeHiddenLayers: [5, 4], timeConstantsPerLayer: [2, 2] }),
  WaveSenseNet: () =>
    new WaveSenseNet({ dilations: [1, 2, 4], nChannelsIn: 2, nChannelsRes: 3, nChannelsSkip: 4, nHidden: 2 }),
};

function rows(steps: number, channels: number): NdArray {
  const random = randomOf(9);
  return {
    data: Float64Array.from({ length: steps * channels }, () => 2 * random()),
    shape: [steps, channels],
  };
}

describe('a module made of a graph', () => {
  test.each(Object.entries(examples))('%s: has the graph that it was made of', (_, make) => {
    const graph = make().asGraph();
    const again = moduleFromGraph(graph).asGraph();
    expect(form(again)).toEqual(form(graph));
  });

  test.each([
    'Linear',
    'LIF',
    'LIFTorch',
    'Rate',
    'RateEuler, recurrent',
    'DelayLine',
    'EventLinear',
    'Sequential',
    'Residual in the middle',
    'FFwdStack',
    'SynNet',
    'WaveSenseNet',
  ])('%s: computes what the module did', async (name) => {
    const module = examples[name]!();
    const input = rows(30, module.sizeIn);
    const made = moduleFromGraph(module.asGraph());
    const limited = name === 'SynNet' ? { out_neurons: 1 } : {};
    for (const [inner, most] of Object.entries(limited))
      Reflect.set(made.getAttribute(inner) as object, 'maxSpikesPerDt', most);
    expect((await made.evolve(input)).output).toEqual((await module.evolve(input)).output);
  });

  test('is found again in a file of the graph', () => {
    const graph = examples.Sequential!().asGraph();
    const [root] = [graphFromJSON(JSON.parse(JSON.stringify(graphToJSON(graph))))].flat();
    const made = moduleFromGraph(root!);
    expect(made).toBeInstanceOf(Sequential);
    expect(Object.keys(made.modules())).toEqual(['enc', 'cells']);
    expect(form(made.asGraph())).toEqual(form(graph));
  });

  test('keeps its form for random stacks', () => {
    const withGraph = recipe.filter(({ what }) => !['latch', 'instant', 'dropout'].includes(what));
    const stacks = fc.record({
      recipes: fc.array(withGraph, { minLength: 1, maxLength: 4 }),
      sizeIn: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(stacks, ({ recipes, sizeIn }) => {
        const modules = makeModules(
          recipes.map((each) => ({ ...each, noisy: false })),
          sizeIn,
        );
        const graph = new Sequential(...modules).asGraph();
        expect(form(moduleFromGraph(graph).asGraph())).toEqual(form(graph));
      }),
      { numRuns: 60 },
    );
  });

  test('has the defaults of its class where the graph says nothing', () => {
    const neurons = moduleFromGraph(LIFNeuronWithSynsRealValue.factory(2, 2, { tauMem: [0.1, 0.2] })) as LIF;
    expect([...(neurons.tauMem as NdArray).data]).toEqual([0.1, 0.2]);
    expect(neurons.parameters('bias')).toEqual(new LIF({ shape: 2 }).parameters('bias'));
  });

  test('says what cannot be made', () => {
    const [a, b] = [makeNodes(2), makeNodes(2)];
    new GenericNeurons({ inputNodes: a, outputNodes: b });
    expect(() => moduleFromGraph(new GraphHolder({ inputNodes: a, outputNodes: b }))).toThrow(
      /has no module here/,
    );
    const refused: readonly (readonly [GraphModuleBase, RegExp])[] = [
      [IAFNeurons.factory(1, 1), /constants of a v1 layer, but not how its layer solves.* rules: /],
      [ConstantLeakNeurons.factory(1, 1), /order in which its layer takes events.*LayerToTimedModule/],
      [FastSlowNeurons.factory(1, 1), /exact time of each spike/],
      [EventWeights.factory(1, 1, { weights: [[2]], biases: [1] }), /has biases/],
      [Delay.factory(1, 1, { delay: 1 }), /no time step/],
      [Delay.factory(2, 2, { delay: [1, 2], dt: 1 }), /a delay per channel/],
      [RateEulerNeurons.factory(1, 1, { tau: 0.1, activation: 'mine' }), /functions: \{ mine/],
      [UpDownEncoder.factory(1, 2, { thrUp: 1, thrDown: 1, tauDecay: 1 }), /a decay/],
      [OwnWeights.factory(1, 1, { weights: [[2]] }), /has no module here.* rules: /],
    ];
    for (const [graph, reason] of refused) {
      expect(() => moduleFromGraph(graph)).toThrow(reason);
      expect(moduleFromGraph(graph, { rules: [() => new Instant({ shape: 1 })] })).toBeInstanceOf(Instant);
    }
    const mine = RateEulerNeurons.factory(1, 1, { tau: 0.1, activation: 'mine' });
    const functions = { mine: (x: Expr, op: Ops) => op.mul(x, x) };
    expect((moduleFromGraph(mine, { functions }) as RateEuler).actFn).toBe(functions.mine);
    const there = LinearWeights.factory(2, 2, {
      weights: [
        [1, 0],
        [0, 1],
      ],
    });
    const back = LinearWeights.factory(2, 2, {
      weights: [
        [1, 0],
        [0, 1],
      ],
    });
    connectModules(there, back);
    connectModules(back, there);
    expect(() => moduleFromGraph(new GraphHolder({ inputNodes: [], outputNodes: back.outputNodes }))).toThrow(
      /feedback loop/,
    );
    const partly = LinearWeights.factory(2, 2, {
      weights: [
        [1, 0],
        [0, 1],
      ],
    });
    const ends = new GraphHolder({
      inputNodes: partly.inputNodes,
      outputNodes: [...partly.outputNodes].slice(1),
    });
    expect(() => moduleFromGraph(ends)).toThrow(/bundles can't be cut/);
    expect(() => moduleFromGraph(new GraphHolder({ inputNodes: [], outputNodes: makeNodes(1) }))).toThrow(
      /nothing leads to them/,
    );
    const nodes = makeNodes(1);
    expect(moduleFromGraph(new GraphHolder({ inputNodes: nodes, outputNodes: nodes })).sizeIn).toBe(1);
  });
});

describe('a network by steps', () => {
  test('adds what flows together', async () => {
    const net = new GraphNetwork({
      sizeIn: 1,
      sizeOut: 1,
      modules: {
        twice: new Linear({ shape: [1, 1], weight: [[2]] }),
        thrice: new Linear({ shape: [1, 1], weight: [[3]] }),
      },
      steps: [
        { to: 'a', module: 'twice', from: 'input' },
        { to: 'b', module: 'thrice', from: 'input' },
        { to: 'c', sum: ['a', 'b'], merged: true },
        { to: 'd', sum: ['c', 'input'] },
      ],
      output: 'd',
    });
    expect([...(await net.evolve([[1], [2]])).output.data]).toEqual([6, 12]);
    expect([...(await moduleFromGraph(net.asGraph()).evolve([[1], [2]])).output.data]).toEqual([6, 12]);
  });

  test('refuses steps that need what is not there', () => {
    const make = (steps: ConstructorParameters<typeof GraphNetwork>[0]['steps'], output = 'a') =>
      new GraphNetwork({
        sizeIn: 1,
        sizeOut: 1,
        modules: { w: new Linear({ shape: [1, 1] }) },
        steps,
        output,
      });
    expect(() => make([{ to: 'a', module: 'w', from: 'b' }])).toThrow(/needs `b`/);
    expect(() => make([{ to: 'a', module: 'v', from: 'input' }])).toThrow(/no module `v`/);
    expect(() => make([{ to: 'a', module: 'w', from: 'input' }], 'z')).toThrow(/output `z`/);
    expect(() => make([], 'input')).toThrow(/stands in no step/);
  });
});
