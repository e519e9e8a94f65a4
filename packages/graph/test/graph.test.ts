import {
  bagGraph,
  connectModules,
  findModulesOfSubclass,
  GraphHolder,
  GraphModule,
  GraphNode,
  graphFromJSON,
  graphToJSON,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  replaceModule,
  UpDownEncoder,
} from '@rp/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphSnapshot } from '../../../tooling/golden/src/core/graph-steps.ts';
import { randomGraph } from './random-graphs.ts';

const snapshot = (modules: Parameters<typeof graphSnapshot>[0]): unknown =>
  graphSnapshot(modules, { objects: new Map() });

describe('connecting', () => {
  it('the same connection made again changes nothing', () => {
    fc.assert(
      fc.property(randomGraph, ({ modules, connections }) => {
        const last = connections.at(-1);
        fc.pre(last?.tidy === true);
        const before = snapshot(modules);
        last.make();
        expect(snapshot(modules)).toEqual(before);
      }),
    );
  });

  it('weights that lost an input node say so', () => {
    const source = GraphModule.factory(0, 1);
    const weights = LinearWeights.factory(2, 1, { weights: [[1], [2]] });
    connectModules(source, weights, { destIndices: [0] });
    connectModules(source, weights, { destIndices: [1] });
    expect(weights.inputNodes.toArray()).toEqual([source.outputNodes[0]]);
    expect(weights.sizeProblem()).toContain('[1, 1]');
  });
});

describe('a chain of 100 000 modules', () => {
  const chain = Array.from({ length: 100_000 }, () => GraphModule.factory(1, 1));
  for (let index = 1; index < chain.length; index++) connectModules(chain[index - 1]!, chain[index]!);

  it('is bagged from either end', () => {
    expect(bagGraph(chain[0]!).modules.length).toBe(chain.length);
    expect(bagGraph(chain.at(-1)!).nodes.length).toBe(chain.length + 1);
  });

  it('goes to JSON and back', () => {
    expect(bagGraph(graphFromJSON(graphToJSON(chain[0]!))).modules.length).toBe(chain.length);
  });
});

describe('graph modules', () => {
  it('keep copies of what they are given', () => {
    const weights = { data: new Float64Array([1, 2]), shape: [1, 2] };
    const tauMem = new Float64Array([1]);
    const linear = LinearWeights.factory(1, 2, { weights, biases: weights.data });
    const neurons = LIFNeuronWithSynsRealValue.factory(1, 1, { tauMem });
    weights.data[0] = 9;
    tauMem[0] = 9;
    expect([...linear.weights.data, ...linear.biases!.data]).toEqual([1, 2, 1, 2]);
    expect(neurons.tauMem).toEqual({ data: new Float64Array([1]), shape: [1] });
  });

  it('a refused construction leaves no links', () => {
    const nodes = [new GraphNode(), new GraphNode()];
    expect(() => new UpDownEncoder({ inputNodes: nodes, outputNodes: nodes })).toThrow(
      expect.objectContaining({ kind: 'ValueError', code: 'node-count' }),
    );
    expect(nodes.map((node) => node.sinkModules.length + node.sourceModules.length)).toEqual([0, 0]);
  });

  it('a node says how it is linked', () => {
    const node = new GraphNode();
    new GraphModule({ inputNodes: [node] });
    expect(String(node)).toBe(`GraphNode ${node.id} with 0 source modules and 1 sink modules`);
  });

  it('what is found by class has the type of the class', () => {
    const weights = LinearWeights.factory(1, 1, { weights: [[4]] });
    expect(findModulesOfSubclass(weights, LinearWeights)[0]!.weights.data[0]).toBe(4);
  });

  it('bags that are given are extended, and what they hold is not visited again', () => {
    const [a, b] = [GraphModule.factory(1, 1), GraphModule.factory(1, 1)];
    const first = bagGraph(a);
    const modules = bagGraph(b, first.nodes, first.modules).modules;
    expect(modules.toArray()).toEqual([a, b]);
    expect(first.nodes.length).toBe(4);
    expect(bagGraph(a, first.nodes, first.modules).modules.length).toBe(2);
  });

  it('a holder cannot take the place of a module, and nothing is changed by trying', () => {
    const module = GraphModule.factory(1, 1);
    const before = snapshot([module]);
    expect(() => replaceModule(module, GraphHolder.factory(1, 1))).toThrow(
      expect.objectContaining({ kind: 'ValueError' }),
    );
    expect(snapshot([module])).toEqual(before);
  });

  it('a module can take its own place', () => {
    const module = GraphModule.factory(1, 2);
    const before = snapshot([module]);
    replaceModule(module, module);
    expect(snapshot([module])).toEqual(before);
  });
});
