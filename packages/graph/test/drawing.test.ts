import { Graphviz } from '@hpcc-js/wasm-graphviz';
import {
  asGraphHolder,
  connectModules,
  GraphHolder,
  type GraphModuleBase,
  graphToDot,
  graphToMermaid,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  makeNodes,
} from '@rp/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomGraph } from './random-graphs.ts';

const graphviz = await Graphviz.load();

interface Drawn {
  readonly label?: string;
  readonly objects?: readonly {
    readonly name: string;
    readonly _ldraw_: readonly { op: string; text?: string }[];
  }[];
  readonly edges?: readonly { readonly tail: number; readonly head: number; readonly label: string }[];
}

function render(graph: GraphModuleBase): Drawn {
  return JSON.parse(graphviz.layout(graphToDot(graph), 'json', 'dot')) as Drawn;
}

function reservoir(name: string): GraphHolder {
  const input = LinearWeights.factory(2, 3, {
    weights: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    name,
  });
  const neurons = LIFNeuronWithSynsRealValue.factory(3, 3, { name });
  const recurrent = LinearWeights.factory(3, 3, {
    weights: [
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ],
    name,
  });
  connectModules(input, neurons);
  connectModules(neurons, recurrent);
  connectModules(recurrent, neurons);
  return new GraphHolder({ inputNodes: input.inputNodes, outputNodes: neurons.outputNodes, name });
}

const texts = (box: { _ldraw_: readonly { op: string; text?: string }[] }): (string | undefined)[] =>
  box._ldraw_.filter(({ op }) => op === 'T').map(({ text }) => text);

describe('graphToDot', () => {
  it('Graphviz draws boxes with class, name and size, and counts the connections', () => {
    const drawn = render(reservoir('res'));
    expect(drawn.label).toBe('res');
    expect(drawn.objects!.map((box) => [box.name, ...texts(box)])).toEqual([
      ['in', 'input 2'],
      ['m0', 'LinearWeights', 'res', '2 → 3'],
      ['m1', 'LIFNeuronWithSynsRealValue', 'res', '3 → 3'],
      ['m2', 'LinearWeights', 'res', '3 → 3'],
      ['out', 'output 3'],
    ]);
    const names = drawn.objects!.map(({ name }) => name);
    const arrows = drawn.edges!.map((edge) => `${names[edge.tail]} ${names[edge.head]} ${edge.label}`);
    expect(arrows.sort()).toEqual(['in m0 2', 'm0 m1 3', 'm1 m2 3', 'm1 out 3', 'm2 m1 3']);
  });

  it.each(['quo"te', '<b>&amp;</b>', 'x; y -> z', '日本', 'a#b'])('shows the name %s as it is', (name) => {
    expect(texts(render(reservoir(name)).objects![1]!)[1]).toBe(name);
  });

  it('Graphviz can read any graph', () => {
    fc.assert(
      fc.property(randomGraph, ({ modules }) => {
        expect(render(modules[0]!)).toHaveProperty('name');
      }),
      { numRuns: 50 },
    );
  });
});

describe('graphToMermaid', () => {
  it('is a flowchart of boxes and counted arrows', () => {
    expect(graphToMermaid(reservoir('res "1"'))).toBe(
      [
        '---',
        'title: "res \\"1\\""',
        '---',
        'flowchart LR',
        '  in[/"input 2"/]',
        '  m0["LinearWeights<br/>res #34;1#34;<br/>2 → 3"]',
        '  m1(["LIFNeuronWithSynsRealValue<br/>res #34;1#34;<br/>3 → 3"])',
        '  m2["LinearWeights<br/>res #34;1#34;<br/>3 → 3"]',
        '  out[/"output 3"/]',
        '  in -->|2| m0',
        '  m1 -->|3| m2',
        '  m1 -->|3| out',
        '  m2 -->|3| m1',
        '  m0 -->|3| m1',
        '',
      ].join('\n'),
    );
  });

  it('has lines of three known forms only, whatever the names', () => {
    const form =
      /^(flowchart LR|---|title: ".*"| {2}\w+ -->\|\d+\| \w+| {2}\w+[[(/]+"[^"`<>{}|%:;&]*"[\])/]+|)$/;
    fc.assert(
      fc.property(randomGraph, ({ modules }) => {
        const lines = graphToMermaid(modules[0]!).split('\n');
        const unknown = lines
          .map((line) => line.replaceAll('<br/>', '').replace(/#\d+;/g, ''))
          .filter((line) => !form.test(line));
        expect(unknown).toEqual([]);
      }),
    );
  });
});

describe('both', () => {
  it('a module by itself begins where nothing writes and ends where nothing reads', () => {
    const weights = LinearWeights.factory(1, 1, { weights: [[1]] });
    expect(graphToMermaid(weights)).toContain('in -->|1| m0\n  m0 -->|1| out');
  });

  it('the way straight through a holder is an arrow from input to output', () => {
    const nodes = makeNodes(2);
    const holder = asGraphHolder(new GraphHolder({ inputNodes: nodes, outputNodes: nodes }));
    expect(graphToDot(holder)).toContain('in -> out [label="2"]');
  });

  it('the same graph built twice gives the same text', () => {
    expect(graphToDot(reservoir('r'))).toBe(graphToDot(reservoir('r')));
    expect(graphToMermaid(reservoir('r'))).toBe(graphToMermaid(reservoir('r')));
  });
});
