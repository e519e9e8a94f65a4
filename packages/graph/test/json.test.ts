import {
  asGraphHolder,
  ConstantLeakNeurons,
  connectModules,
  Delay,
  EventWeights,
  ExpSynapses,
  FastSlowNeurons,
  GenericNeurons,
  type GraphModuleOptions,
  graphFromJSON,
  graphsFromJSON,
  graphsToJSON,
  graphToJSON,
  IAFNeurons,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  ModuleReference,
  RateEulerNeurons,
  RateNeuronWithSynsRealValue,
  UpDownEncoder,
} from '@rp/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphSnapshot } from '../../../tooling/golden/src/core/graph-steps.ts';
import { randomGraph } from './random-graphs.ts';

const snapshot = (modules: Parameters<typeof graphSnapshot>[0]): unknown =>
  graphSnapshot(modules, { objects: new Map() });

describe('graphs as JSON', () => {
  it('any graph comes back the same, link for link, through text', () => {
    fc.assert(
      fc.property(randomGraph, ({ modules }) => {
        const text = JSON.stringify(graphsToJSON(modules));
        const back = graphsFromJSON(JSON.parse(text));
        expect(snapshot(back)).toEqual(snapshot(modules));
        expect(JSON.stringify(graphsToJSON(back))).toBe(text);
      }),
    );
  });

  it.each([
    EventWeights.factory(1, 2, { weights: [[2, 0]], name: 'w' }),
    RateNeuronWithSynsRealValue.factory(1, 1, { tau: [0.5], bias: -0, dt: 0.001 }),
    RateEulerNeurons.factory(2, 2, { tau: 1, bias: [0, 1], gain: [1, 2], activation: 'tanh', noiseStd: 0.1 }),
    IAFNeurons.factory(1, 1, {
      tauMem: 0.02,
      vThresh: -0.055,
      vReset: -0.065,
      vRest: -0.065,
      refractory: 0.001,
    }),
    ConstantLeakNeurons.factory(2, 2, {
      vThresh: 8,
      vSubtract: [8, 4],
      vRest: 1,
      bias: [-1, 0],
      leakPeriod: 0.1,
      refractory: 0.2,
      delay: 0.3,
      stateType: 'int8',
      dt: 0.1,
    }),
    FastSlowNeurons.factory(1, 1, {
      tauMem: 0.02,
      tauSynFast: 0.001,
      tauSynSlow: 0.1,
      tauSynOut: 0.1,
      vThresh: -0.055,
      vReset: -0.065,
      vRest: -0.065,
      refractory: 0.001,
      bias: [0.01],
      dt: 1e-4,
    }),
    ExpSynapses.factory(2, 2, { tauSyn: 0.005, bias: [0, 1], dt: 1e-4 }),
    UpDownEncoder.factory(1, 4, { thrUp: 0.1, thrDown: [0.2], repeatOutput: 2, multiplexSpikes: false }),
    Delay.factory(3, 3, { delay: 0.2, bias: 1, dt: 0.1 }),
    LIFNeuronWithSynsRealValue.factory(1, 1, { tauMem: Number.NaN, tauSyn: [[1, Number.POSITIVE_INFINITY]] }),
  ])('all fields of %s survive', (module) => {
    const back = graphFromJSON(JSON.parse(JSON.stringify(graphToJSON(module))));
    expect(back).toBeInstanceOf(module.constructor);
    expect(snapshot([back])).toEqual(snapshot([module]));
    for (const name of (module.constructor as typeof LinearWeights).attributes) {
      expect(Reflect.get(back, name)).toEqual(Reflect.get(module, name));
    }
  });

  it('one computational module of two graph modules stays one, known by its class', () => {
    const origin = new Map();
    const neurons = LIFNeuronWithSynsRealValue.factory(1, 1, { computationalModule: origin });
    const weights = LinearWeights.factory(1, 1, { weights: [[1]], computationalModule: origin });
    connectModules(weights, neurons);
    const back = graphFromJSON(graphToJSON(asGraphHolder(neurons)));
    const [recovered] = back.inputNodes[0]!.sinkModules;
    expect(recovered!.computationalModule).toEqual(new ModuleReference('Map'));
    expect(back.inputNodes[0]!.sourceModules[0]!.computationalModule).toBe(recovered!.computationalModule);
  });

  it("reads a user's own class when it is passed in, and says how where it is not", () => {
    class SpikyNeurons extends GenericNeurons {
      static override readonly attributes: readonly string[] = ['spikiness', 'tags'];
      readonly spikiness: number;
      readonly tags: readonly (string | null)[];
      constructor(options: GraphModuleOptions & { spikiness: number; tags: readonly (string | null)[] }) {
        super(options);
        this.spikiness = options.spikiness;
        this.tags = options.tags;
      }
    }
    const json = graphToJSON(SpikyNeurons.factory(1, 2, { spikiness: 3, tags: ['a', null], name: 's' }));
    const back = graphFromJSON(json, { classes: [SpikyNeurons] });
    expect(back).toMatchObject({ spikiness: 3, tags: ['a', null], name: 's' });
    expect(() => graphFromJSON(json)).toThrow(
      expect.objectContaining({
        kind: 'KeyError',
        code: 'unknown-class',
        message: expect.stringContaining('classes: [SpikyNeurons]'),
      }),
    );
  });

  it('refuses to write what has no JSON form', () => {
    class Odd extends GenericNeurons {
      static override readonly attributes: readonly string[] = ['rule'];
      readonly rule = (): number => 1;
    }
    expect(() => graphToJSON(Odd.factory(1, 1))).toThrow(
      expect.objectContaining({
        kind: 'TypeError',
        code: 'no-json-form',
        message: expect.stringContaining('rule'),
      }),
    );
  });

  it('says what is wrong with a file', () => {
    const json = graphToJSON(LinearWeights.factory(1, 1, { weights: [[1]], name: 'w' }));
    const module = json.modules[0]!;
    const wrong: [unknown, string][] = [
      [JSON.stringify(json), 'graph-format'],
      [{ ...json, format: 'rp-graph/2' }, 'graph-format'],
      [null, 'graph-format'],
      [{ ...json, nodes: undefined }, 'graph-broken'],
      [{ ...json, roots: [1] }, 'graph-broken'],
      [{ ...json, roots: [] }, 'graph-broken'],
      [{ ...json, modules: [{ ...module, inputs: [7] }] }, 'graph-broken'],
      [
        { ...json, modules: [{ ...module, attributes: { weights: [[1], [2]], biases: null } }] },
        'node-count',
      ],
      [
        { ...json, modules: [{ ...module, attributes: { weights: { shape: [1, 1], data: [] } } }] },
        'graph-broken',
      ],
      [{ ...json, modules: [null] }, 'graph-broken'],
    ];
    for (const [file, code] of wrong) {
      expect(() => graphFromJSON(file), JSON.stringify(file)).toThrow(expect.objectContaining({ code }));
    }
  });
});
