// Joining two modules: each chosen output node of the one and input node of the other become one node.
import { fail } from './error.ts';
import type { GraphModuleBase } from './graph-module.ts';
import type { GraphNode } from './graph-node.ts';
import type { SetList } from './set-list.ts';

export interface ConnectOptions {
  /** Which output nodes of the source, in order; negative counts from the end. Default: all. */
  readonly sourceIndices?: readonly number[] | null | undefined;
  /** Which input nodes of the destination, in order; negative counts from the end. Default: all. */
  readonly destIndices?: readonly number[] | null | undefined;
}

/**
 * Connects outputs of one module to inputs of another, pair by pair.
 *
 * The node of the source survives and takes over all links of the destination's node, which is discarded.
 * Fan-out, fan-in, loops and connecting a module to itself are allowed; connecting again changes nothing.
 * Holders beside the two modules that mention a discarded node are not updated. Nothing is changed by a call
 * that throws.
 * @throws ValueError if the numbers of nodes differ or an index is repeated; IndexError for an index out of range.
 */
export function connectModules(
  source: GraphModuleBase,
  dest: GraphModuleBase,
  options: ConnectOptions = {},
): void {
  const kept = pick(source.outputNodes, options.sourceIndices, `output nodes of ${source}`);
  const dropped = pick(dest.inputNodes, options.destIndices, `input nodes of ${dest}`);
  checkLengths(kept, dropped);
  const pairs = resolve(kept, dropped).filter(([survivor, discarded]) => survivor !== discarded);

  for (const [survivor, discarded] of pairs) takeOverLinks(survivor, discarded);
  for (const [survivor, discarded] of pairs) {
    for (const module of survivor.sourceModules) exchange(module.outputNodes, discarded, survivor);
    for (const module of survivor.sinkModules) exchange(module.inputNodes, discarded, survivor);
    exchange(dest.inputNodes, discarded, survivor);
    exchange(dest.outputNodes, discarded, survivor);
  }
}

interface Choice {
  readonly nodes: SetList<GraphNode>;
  readonly indices: readonly number[];
  readonly what: string;
}

function pick(
  nodes: SetList<GraphNode>,
  indices: readonly number[] | null | undefined,
  what: string,
): Choice {
  return { nodes, indices: indices ?? nodes.toArray().map((_, index) => index), what };
}

function checkLengths(kept: Choice, dropped: Choice): void {
  if (kept.indices.length === dropped.indices.length) return;
  throw fail(
    'ValueError',
    'connection-size',
    `cannot connect ${kept.indices.length} ${kept.what} to ${dropped.indices.length} ${dropped.what}; choose equally many with sourceIndices and destIndices`,
  );
}

function resolve(kept: Choice, dropped: Choice): [GraphNode, GraphNode][] {
  const survivors = chosenNodes(kept);
  const discarded = chosenNodes(dropped);
  checkDistinct(survivors, kept);
  checkDistinct(discarded, dropped);
  return survivors.map((node, index) => [node, discarded[index]!]);
}

function chosenNodes({ nodes, indices, what }: Choice): GraphNode[] {
  return indices.map((index) => {
    const node = Number.isInteger(index) ? nodes.at(index) : undefined;
    if (node) return node;
    throw fail(
      'IndexError',
      'index-out-of-range',
      `there is no index ${index} among the ${nodes.length} ${what}`,
    );
  });
}

function checkDistinct(chosen: readonly GraphNode[], { indices, what }: Choice): void {
  if (new Set(chosen).size === chosen.length) return;
  throw fail(
    'ValueError',
    'repeated-index',
    `every one of the ${what} can be chosen once, got [${indices.join(', ')}]`,
  );
}

function takeOverLinks(survivor: GraphNode, discarded: GraphNode): void {
  survivor.sinkModules.extend(discarded.sinkModules);
  survivor.sourceModules.extend(discarded.sourceModules);
  discarded.sinkModules.clear();
  discarded.sourceModules.clear();
}

function exchange(nodes: SetList<GraphNode>, former: GraphNode, replacement: GraphNode): void {
  const index = nodes.indexOf(former);
  if (index >= 0) nodes.replaceAt(index, replacement);
}
