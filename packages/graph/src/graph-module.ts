// The three basic sorts of graph modules: the base (lists of nodes and a name), the module that is linked to
// its nodes, and the holder that only groups. What a module computes is said by its subclasses.
import { fail } from './error.ts';
import { type GraphNode, makeNodes } from './graph-node.ts';
import { SetList } from './set-list.ts';

export interface GraphModuleOptions {
  /** The nodes that the module reads, copied; repeated ones are dropped. Default: none. */
  readonly inputNodes?: Iterable<GraphNode> | undefined;
  /** The nodes that the module writes, copied; repeated ones are dropped. Default: none. */
  readonly outputNodes?: Iterable<GraphNode> | undefined;
  readonly name?: string | null | undefined;
  /** The module that this one was made from. Kept by reference and never looked into. */
  readonly computationalModule?: object | null | undefined;
  /** Whether a class refuses numbers of nodes that don't fit (see `sizeProblem`). Default true. */
  readonly checkSizes?: boolean | undefined;
}

/** What is given to {@link GraphModuleBase.factory} beside the sizes: nothing, where nothing is required. */
type FactoryOptions<O> = Omit<O, 'inputNodes' | 'outputNodes'>;
type FactoryRest<O> =
  Record<never, never> extends FactoryOptions<O>
    ? [options?: FactoryOptions<O>]
    : [options: FactoryOptions<O>];
type OptionsOf<C extends ConcreteGraphClass> = NonNullable<ConstructorParameters<C>[0]>;

/** A class of graph modules, made from one options object. */
export type GraphClass<M extends GraphModuleBase = GraphModuleBase> = (abstract new (
  options: never,
) => M) & { readonly className?: string; readonly attributes?: readonly string[] };

/** A class that can be made from one options object, as every class of this package can. */
export type ConcreteGraphClass<M extends GraphModuleBase = GraphModuleBase> = (new (
  options: never,
) => M) & { readonly className?: string; readonly attributes?: readonly string[] };

/** What holds for every graph module: two lists of nodes, a name, and where it comes from. */
export class GraphModuleBase {
  /** The name of the class in texts and files; a subclass without its own goes by its JavaScript name. */
  static readonly className: string = 'GraphModuleBase';
  /**
   * The names of the fields beyond those of this class: what a graph file holds, and what the constructor takes
   * as options of the same names. Values: numbers, texts, booleans, null, arrays, and lists of these.
   */
  static readonly attributes: readonly string[] = [];

  readonly inputNodes: SetList<GraphNode>;
  readonly outputNodes: SetList<GraphNode>;
  name: string | null;
  /** The module that this one was made from, or null. */
  computationalModule: object | null;

  constructor(options: GraphModuleOptions = {}) {
    this.inputNodes = new SetList(options.inputNodes);
    this.outputNodes = new SetList(options.outputNodes);
    this.name = options.name ?? null;
    this.computationalModule = options.computationalModule ?? null;
  }

  /** Makes an object of the class on fresh nodes: `LinearWeights.factory(2, 3, { weights })`. */
  static factory<C extends ConcreteGraphClass>(
    this: C,
    sizeIn: number,
    sizeOut: number,
    ...[options]: FactoryRest<OptionsOf<C>>
  ): InstanceType<C> {
    const nodes = { inputNodes: makeNodes(sizeIn), outputNodes: makeNodes(sizeOut) };
    return new this({ ...options, ...nodes } as never) as InstanceType<C>;
  }

  /** Whether this only groups other modules, and so is never linked to a node. */
  get isHolder(): boolean {
    return false;
  }

  /** The name of the class, as texts and files show it. */
  get className(): string {
    return classNameOf(this.constructor);
  }

  addInput(node: GraphNode): void {
    this.inputNodes.add(node);
  }

  addOutput(node: GraphNode): void {
    this.outputNodes.add(node);
  }

  /** Removes an input node; no effect if absent. */
  removeInput(node: GraphNode): void {
    this.inputNodes.discard(node);
  }

  /** Removes an output node; no effect if absent. */
  removeOutput(node: GraphNode): void {
    this.outputNodes.discard(node);
  }

  /** Removes every input node. */
  clearInputs(): void {
    for (const node of this.inputNodes.toArray().reverse()) this.removeInput(node);
  }

  /** Removes every output node. */
  clearOutputs(): void {
    for (const node of this.outputNodes.toArray().reverse()) this.removeOutput(node);
  }

  /**
   * What is wrong with the numbers of nodes, or null. Constructors refuse such a module, but connecting can
   * merge two of its nodes into one later.
   */
  sizeProblem(): string | null {
    return null;
  }

  toString(): string {
    const quoted = this.name ? ` "${this.name}"` : '';
    return `${this.className}${quoted} with ${this.inputNodes.length} input nodes -> ${this.outputNodes.length} output nodes`;
  }
}

/** A module that takes part in a graph: its nodes know it as sink (inputs) or source (outputs). */
export class GraphModule extends GraphModuleBase {
  static override readonly className: string = 'GraphModule';

  constructor(options: GraphModuleOptions = {}) {
    super(options);
    for (const node of this.inputNodes) node.addSink(this);
    for (const node of this.outputNodes) node.addSource(this);
  }

  /**
   * Turns a module of another class into one of this class. A subclass that can do so overrides this.
   * @throws ValueError if there is no rule for that module, as here.
   */
  static convertFrom(module: GraphModuleBase): GraphModuleBase {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that was asked is the one to name
    throw noConversion(classNameOf(this), module);
  }

  /** Adds an input node and becomes its sink. */
  override addInput(node: GraphNode): void {
    super.addInput(node);
    node.addSink(this);
  }

  /** Adds an output node and becomes its source. */
  override addOutput(node: GraphNode): void {
    super.addOutput(node);
    node.addSource(this);
  }

  /** Removes an input node and unlinks it; a node that is not in the list is unlinked all the same. */
  override removeInput(node: GraphNode): void {
    super.removeInput(node);
    node.removeSink(this);
  }

  /** Removes an output node and unlinks it; a node that is not in the list is unlinked all the same. */
  override removeOutput(node: GraphNode): void {
    super.removeOutput(node);
    node.removeSource(this);
  }
}

/** Groups a subgraph under two lists of nodes. Never linked to a node; editing its lists touches no links. */
export class GraphHolder extends GraphModuleBase {
  static override readonly className: string = 'GraphHolder';

  override get isHolder(): boolean {
    return true;
  }
}

/** A holder with copies of a module's node lists and its name. */
export function asGraphHolder(graph: GraphModuleBase): GraphHolder {
  return new GraphHolder({
    inputNodes: graph.inputNodes,
    outputNodes: graph.outputNodes,
    name: graph.name,
  });
}

/** The numbers of distinct nodes that a module would have. */
export function sizesOf(options: GraphModuleOptions): [sizeIn: number, sizeOut: number] {
  return [new SetList(options.inputNodes).length, new SetList(options.outputNodes).length];
}

/** Refuses a construction; called before `super()`, so that no links are left at the nodes. */
export function refuseSizes(options: GraphModuleOptions, problem: string | null): void {
  if (problem === null || options.checkSizes === false) return;
  throw fail('ValueError', 'node-count', problem);
}

/** The error of a conversion rule that has no answer for a module. */
function noConversion(target: string, module: GraphModuleBase): Error {
  return fail(
    'ValueError',
    'no-conversion-rule',
    `there is no rule that converts ${module.className} to ${target}; override ${target}.convertFrom to add one`,
  );
}

/** The name of a class in texts and files: its own `className`, or else its JavaScript name. */
export function classNameOf(target: { readonly name: string }): string {
  return Object.hasOwn(target, 'className')
    ? (target as { readonly className?: string }).className!
    : target.name;
}
