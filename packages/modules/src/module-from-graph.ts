// From a graph back to modules: the inverse of asGraph.
//
// A bundle is an ordered list of nodes. What arrives at a bundle is the sum of what ends there: modules, connections
// (AliasConnection) from other bundles, and the graph's own input. Weights from a neuron's outputs to its own inputs
// belong to the neurons.
import {
  AliasConnection,
  bagGraph,
  GenericNeurons,
  type GraphModuleBase,
  type GraphNode,
  LinearWeights,
  type SetList,
} from '@rp/graph';
import { fail } from './fail.ts';
import { GraphNetwork, type GraphNetworkOptions } from './graph-network.ts';
import { moduleRule, type RuleOptions } from './module-rules.ts';
import { Sequential } from './sequential.ts';
import type { Stackable } from './stack-arguments.ts';
import { INPUT } from './wiring.ts';

export type FromGraphOptions = RuleOptions;

/**
 * Makes a module whose `asGraph()` is this graph: a single module, a {@link Sequential} where modules stand in a row,
 * else a {@link GraphNetwork}. What graphs don't hold (thresholds and activations of rate neurons, noise) is taken from
 * the module that the graph was made from where that is at hand, else it is as by default.
 *
 * @throws ValueError for a class without a rule, for modules that share a part of their nodes only, for a feedback
 * loop over more than one module, and for nodes that nothing leads to.
 */
export function moduleFromGraph(graph: GraphModuleBase, options: FromGraphOptions = {}): Stackable {
  const reader = new GraphReader(graph, options);
  const output = reader.signalAt(graph.outputNodes);
  reader.readAside();
  const { backend, dtype } = options;
  const { steps, modules } = reader;
  const inRow = steps.every(
    (step, index) => 'module' in step && step.from === (steps[index - 1]?.to ?? INPUT),
  );
  if (!inRow || output !== steps.at(-1)?.to) {
    const [sizeIn, sizeOut] = [graph.inputNodes.length, graph.outputNodes.length];
    return new GraphNetwork({ sizeIn, sizeOut, modules, steps, output, backend, dtype });
  }
  const [only, second] = Object.values(modules);
  if (only !== undefined && second === undefined && standsForItself(graph, only)) return only;
  return new Sequential(modules, { backend, dtype });
}

/** Whether a graph of one module is the module's own, with a holder only if it has one by itself. */
function standsForItself(graph: GraphModuleBase, module: Stackable): boolean {
  return !graph.isHolder || (graph.computationalModule === null && module.asGraph().isHolder);
}

class GraphReader {
  readonly steps: GraphNetworkOptions['steps'][number][] = [];
  readonly modules: Record<string, Stackable> = {};
  private readonly graph: GraphModuleBase;
  private readonly options: FromGraphOptions;
  private readonly all: readonly GraphModuleBase[];
  private readonly recurrent = new Map<GraphModuleBase, LinearWeights>();
  private readonly signals = new Map<
    GraphNode,
    { readonly nodes: readonly GraphNode[]; readonly signal: string }
  >();
  private readonly read = new Set<GraphModuleBase>();
  private readonly open = new Set<GraphNode>();

  constructor(graph: GraphModuleBase, options: FromGraphOptions) {
    this.graph = graph;
    this.options = options;
    this.all = bagGraph(graph).modules.toArray();
    for (const weights of this.all) {
      const neurons = this.all.find((module) => isRecurrence(weights, module));
      if (neurons !== undefined) this.recurrent.set(neurons, weights as LinearWeights);
    }
  }

  /** The signal that arrives at a bundle; what makes it is read on the way. */
  signalAt(nodes: SetList<GraphNode>): string {
    const [first] = nodes;
    if (first === undefined) return INPUT;
    const known = this.signals.get(first);
    if (known !== undefined && sameNodes(known.nodes, nodes)) return known.signal;
    if (this.open.has(first)) {
      throw refuse(
        'a feedback loop',
        'over more than one module; only weights from a neuron to itself can go back',
      );
    }
    this.open.add(first);
    const signal = this.sumOf(this.termsAt(nodes), nodes);
    this.open.delete(first);
    this.signals.set(first, { nodes: [...nodes], signal });
    return signal;
  }

  /** Reads what doesn't lead to the output: it computes all the same, its signals are just not used. */
  readAside(): void {
    const recurrences = new Set<GraphModuleBase>(this.recurrent.values());
    for (const module of this.all) {
      if (!this.read.has(module) && !recurrences.has(module)) this.signalAt(module.outputNodes);
    }
  }

  private termsAt(nodes: SetList<GraphNode>): {
    modules: GraphModuleBase[];
    aliases: AliasConnection[];
    input: boolean;
  } {
    const sources = new Set([...nodes].flatMap((node) => [...node.sourceModules]));
    const recurrences = new Set<GraphModuleBase>(this.recurrent.values());
    const ending = [...sources].filter((source) => !recurrences.has(source));
    const partial = ending.find((source) => !sameNodes(source.outputNodes, nodes));
    if (partial !== undefined) {
      throw refuse(
        String(partial),
        "ends at other nodes than those that are read together; bundles can't be cut",
      );
    }
    return {
      modules: ending.filter((source) => !(source instanceof AliasConnection)),
      aliases: ending.filter((source) => source instanceof AliasConnection),
      input: sameNodes(this.graph.inputNodes, nodes),
    };
  }

  private sumOf(terms: ReturnType<GraphReader['termsAt']>, nodes: SetList<GraphNode>): string {
    const ends = [...(terms.input ? [INPUT] : []), ...terms.modules.map((module) => this.signalOf(module))];
    const [first, ...others] = ends;
    if (first === undefined) {
      throw refuse(
        `${nodes.length} nodes`,
        "are read, but nothing leads to them (connections without a module beside them don't count)",
      );
    }
    let sum = first;
    const add = (signal: string, merged: boolean) => {
      const to = `sum ${this.steps.length}`;
      this.steps.push({ to, sum: [sum, signal], ...(merged ? { merged } : {}) });
      sum = to;
    };
    for (const signal of others) add(signal, true);
    for (const alias of terms.aliases) {
      this.read.add(alias);
      add(this.signalAt(alias.inputNodes), false);
    }
    return sum;
  }

  private signalOf(module: GraphModuleBase): string {
    this.read.add(module);
    const from = this.signalAt(module.inputNodes);
    const made = moduleRule(module, this.recurrent.get(module) ?? null, this.options);
    const name = this.nameFor(module, made);
    this.modules[name] = made;
    this.steps.push({ to: name, module: name, from });
    return name;
  }

  /** The name that the module had, `LIF_'cells'_3`, or `{number}_{class}`. */
  private nameFor({ name }: GraphModuleBase, made: Stackable): string {
    const quoted = /^[^']*'([^']+)'[^']*$/.exec(name ?? '')?.[1];
    const fallback = `${Object.keys(this.modules).length}_${made.className}`;
    const free = quoted !== undefined && !Object.hasOwn(this.modules, quoted) && !(quoted in made);
    return free ? quoted : fallback;
  }
}

/** Whether a module is weights from all outputs of neurons to all of their inputs. */
function isRecurrence(weights: GraphModuleBase, neurons: GraphModuleBase): boolean {
  return (
    weights instanceof LinearWeights &&
    neurons instanceof GenericNeurons &&
    sameNodes(weights.inputNodes, neurons.outputNodes) &&
    sameNodes(weights.outputNodes, neurons.inputNodes)
  );
}

function sameNodes(a: Iterable<GraphNode>, b: Iterable<GraphNode>): boolean {
  const [left, right] = [[...a], [...b]];
  return left.length === right.length && left.every((node, index) => node === right[index]);
}

function refuse(what: string, problem: string): Error {
  return fail('ValueError', 'graph-form', `no module can be made of this graph: ${what} ${problem}`);
}
