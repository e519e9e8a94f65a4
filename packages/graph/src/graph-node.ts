// A connection point. It knows which modules write to it and which read from it, and nothing else: keeping
// modules' own lists in step is the business of the modules.
import { fail } from './error.ts';
import type { GraphModuleBase } from './graph-module.ts';
import { SetList } from './set-list.ts';

export interface GraphNodeOptions {
  readonly sourceModules?: Iterable<GraphModuleBase> | undefined;
  readonly sinkModules?: Iterable<GraphModuleBase> | undefined;
}

let nextId = 0;

/** A point where graph modules meet: written by its sources, read by its sinks. */
export class GraphNode {
  /** A number that no other node of this process has. Not kept in files. */
  readonly id: number = nextId++;
  /** The modules that have this node as an output. */
  readonly sourceModules: SetList<GraphModuleBase>;
  /** The modules that have this node as an input. */
  readonly sinkModules: SetList<GraphModuleBase>;

  constructor(options: GraphNodeOptions = {}) {
    this.sourceModules = new SetList(options.sourceModules);
    this.sinkModules = new SetList(options.sinkModules);
  }

  /**
   * Adds a source; no effect if present. The module's own lists are not touched.
   * @throws ValueError for a holder.
   */
  addSource(module: GraphModuleBase): void {
    refuseHolder(module, 'source');
    this.sourceModules.add(module);
  }

  /**
   * Adds a sink; no effect if present. The module's own lists are not touched.
   * @throws ValueError for a holder.
   */
  addSink(module: GraphModuleBase): void {
    refuseHolder(module, 'sink');
    this.sinkModules.add(module);
  }

  /** Removes a source; no effect if absent. The module's own lists are not touched. */
  removeSource(module: GraphModuleBase): void {
    this.sourceModules.discard(module);
  }

  /** Removes a sink; no effect if absent. The module's own lists are not touched. */
  removeSink(module: GraphModuleBase): void {
    this.sinkModules.discard(module);
  }

  toString(): string {
    return `GraphNode ${this.id} with ${this.sourceModules.length} source modules and ${this.sinkModules.length} sink modules`;
  }
}

/** Fresh, unconnected nodes. */
export function makeNodes(count: number): GraphNode[] {
  return Array.from({ length: count }, () => new GraphNode());
}

function refuseHolder(module: GraphModuleBase, role: 'source' | 'sink'): void {
  if (!module.isHolder) return;
  throw fail(
    'ValueError',
    'holder-linked',
    `a holder cannot be the ${role} of a node, got ${module}; link the modules inside it instead`,
  );
}
