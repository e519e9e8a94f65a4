// Walking over the links of a graph: everything reachable, by class, or in a loop.
import type { GraphClass, GraphModuleBase } from './graph-module.ts';
import type { GraphNode } from './graph-node.ts';
import { SetList } from './set-list.ts';

export interface GraphBag {
  /** All reachable nodes, in the order in which they were met. */
  readonly nodes: SetList<GraphNode>;
  /** All reachable modules but holders, in the order in which they were met. */
  readonly modules: SetList<GraphModuleBase>;
}

/**
 * Collects what is reachable over links from a module, depth first: a module, its nodes, then for each input
 * node its sources and sinks, then the same for each output node.
 *
 * Bags that are given are extended, and what they hold already is not visited again. The depth of the graph
 * doesn't matter.
 */
export function bagGraph(
  graph: GraphModuleBase,
  nodesBag: SetList<GraphNode> = new SetList(),
  modulesBag: SetList<GraphModuleBase> = new SetList(),
): GraphBag {
  const visit = (module: GraphModuleBase): Iterator<GraphModuleBase> => {
    modulesBag.add(module);
    nodesBag.extend(module.inputNodes);
    nodesBag.extend(module.outputNodes);
    return neighbours(module);
  };

  // The pending neighbours of each module on the way stand in for the call stack, which would be too small.
  const path: Iterator<GraphModuleBase>[] = modulesBag.includes(graph) ? [] : [visit(graph)];
  while (path.length > 0) {
    const next = path[path.length - 1]!.next();
    if (next.done) path.pop();
    else if (!modulesBag.includes(next.value)) path.push(visit(next.value));
  }
  return { nodes: nodesBag, modules: new SetList(modulesBag.toArray().filter((module) => !module.isHolder)) };
}

function* neighbours(module: GraphModuleBase): Generator<GraphModuleBase> {
  for (const nodes of [module.inputNodes, module.outputNodes]) {
    for (const node of nodes) {
      yield* node.sourceModules;
      yield* node.sinkModules;
    }
  }
}

/**
 * The given modules, holders too, followed by all that is reachable from them over links; breadth first, so that
 * what stands together is found together.
 */
export function reachableModules(roots: Iterable<GraphModuleBase>): SetList<GraphModuleBase> {
  const modules = new SetList(roots);
  for (const module of modules) modules.extend(neighbours(module));
  return modules;
}

/** The reachable modules of a class, subclasses included, in the order of {@link bagGraph}. */
export function findModulesOfSubclass<M extends GraphModuleBase>(
  graph: GraphModuleBase,
  target: GraphClass<M>,
): SetList<M> {
  const isOne = (module: GraphModuleBase): module is M => module instanceof target;
  return new SetList(bagGraph(graph).modules.toArray().filter(isOne));
}

/**
 * The reachable modules, and those of them that are in a loop with one other module or with themselves:
 * some module is both a source of one of its inputs and a sink of one of its outputs.
 */
export function findRecurrentModules(graph: GraphModuleBase): {
  readonly modules: SetList<GraphModuleBase>;
  readonly recurrent: SetList<GraphModuleBase>;
} {
  const { modules } = bagGraph(graph);
  return { modules, recurrent: new SetList(modules.toArray().filter(isRecurrent)) };
}

function isRecurrent(module: GraphModuleBase): boolean {
  const sources = new Set<GraphModuleBase>();
  for (const node of module.inputNodes) for (const source of node.sourceModules) sources.add(source);
  for (const node of module.outputNodes)
    for (const sink of node.sinkModules) if (sources.has(sink)) return true;
  return false;
}
