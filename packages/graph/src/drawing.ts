// What a picture of a graph shows, before it is written in the language of a drawing program: a box for every
// module, an arrow for every pair of modules that share nodes, and where the graph is entered and left.
import type { GraphModuleBase } from './graph-module.ts';
import type { GraphNode } from './graph-node.ts';
import { LinearWeights } from './linear-weights.ts';
import { GenericNeurons } from './neurons.ts';
import { reachableModules } from './search.ts';

export interface Box {
  /** `in`, `out`, or `m0`, `m1`, … in the order in which the modules are met. The same for the same graph. */
  readonly id: string;
  readonly kind: 'end' | 'weights' | 'neurons' | 'other';
  /** Plain text, not escaped. */
  readonly lines: readonly string[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** The number of nodes through which the two are connected. */
  readonly nodes: number;
}

export interface Drawing {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** Draws all that is reachable from a module. A holder is not a box: it says where the graph begins and ends. */
export function draw(graph: GraphModuleBase): Drawing {
  const modules = reachableModules([graph])
    .toArray()
    .filter((module) => !module.isHolder);
  const ids = new Map(modules.map((module, index) => [module, `m${index}`]));
  const idsOf = (some: Iterable<GraphModuleBase>): string[] =>
    Array.from(some, (module) => ids.get(module)).filter((id) => id !== undefined);
  const { inputs, outputs } = ends(graph, modules);

  const arrows = new Map<string, Arrow>();
  for (const node of allNodes(graph, modules)) {
    const writers = [...(inputs.has(node) ? ['in'] : []), ...idsOf(node.sourceModules)];
    const readers = [...idsOf(node.sinkModules), ...(outputs.has(node) ? ['out'] : [])];
    for (const from of writers) for (const to of readers) count(arrows, from, to);
  }
  return {
    title: oneLine(graph.name ?? ''),
    boxes: [
      ...endBox('in', 'input', inputs.size),
      ...modules.map((module) => moduleBox(ids.get(module)!, module)),
      ...endBox('out', 'output', outputs.size),
    ],
    arrows: [...arrows.values()],
  };
}

/** A holder's own lists; for a single module, what no module writes or no module reads. */
function ends(
  graph: GraphModuleBase,
  modules: readonly GraphModuleBase[],
): { inputs: ReadonlySet<GraphNode>; outputs: ReadonlySet<GraphNode> } {
  if (graph.isHolder) return { inputs: new Set(graph.inputNodes), outputs: new Set(graph.outputNodes) };
  const nodes = allNodes(graph, modules);
  return {
    inputs: new Set(nodes.filter((node) => node.sourceModules.length === 0)),
    outputs: new Set(nodes.filter((node) => node.sinkModules.length === 0)),
  };
}

function allNodes(graph: GraphModuleBase, modules: readonly GraphModuleBase[]): GraphNode[] {
  const nodes = [graph, ...modules].flatMap((module) => [...module.inputNodes, ...module.outputNodes]);
  return [...new Set(nodes)];
}

function count(arrows: Map<string, Arrow>, from: string, to: string): void {
  const key = `${from} ${to}`;
  arrows.set(key, { from, to, nodes: (arrows.get(key)?.nodes ?? 0) + 1 });
}

function endBox(id: string, text: string, size: number): Box[] {
  return size === 0 ? [] : [{ id, kind: 'end', lines: [`${text} ${size}`] }];
}

function moduleBox(id: string, module: GraphModuleBase): Box {
  const size = `${module.inputNodes.length} → ${module.outputNodes.length}`;
  const lines = [module.className, ...(module.name ? [oneLine(module.name)] : []), size];
  return { id, kind: kindOf(module), lines };
}

function kindOf(module: GraphModuleBase): Box['kind'] {
  if (module instanceof LinearWeights) return 'weights';
  return module instanceof GenericNeurons ? 'neurons' : 'other';
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
