// The form of a graph in files: modules, nodes and links under whole numbers, so that reading it back gives
// the same graph, link for link and in the same order. Classes are looked up in a list; nothing is registered.
import { AliasConnection, Delay } from './connections.ts';
import { fail } from './error.ts';
import { ConstantLeakNeurons, FastSlowNeurons } from './event-neurons.ts';
import {
  type ConcreteGraphClass,
  classNameOf,
  GraphHolder,
  GraphModule,
  GraphModuleBase,
  type GraphModuleOptions,
} from './graph-module.ts';
import { type GraphNode, makeNodes } from './graph-node.ts';
import { decodeValue, encodeValue, type ValueJSON } from './json-values.ts';
import { EventWeights, LinearWeights } from './linear-weights.ts';
import { GenericNeurons, LIFNeuronWithSynsRealValue, RateNeuronWithSynsRealValue } from './neurons.ts';
import { classNameOfOrigin, ModuleReference } from './origin.ts';
import { reachableModules } from './search.ts';
import { SetList } from './set-list.ts';
import { FilterBank, InstantFunction } from './signal-modules.ts';
import { ExpSynapses, IAFNeurons, RateEulerNeurons, UpDownEncoder } from './v1-neurons.ts';

const FORMAT = 'rp-graph/1';

/** A graph as plain JSON. Numbers in `roots`, `sources` and `sinks` mean modules; in `inputs` and `outputs`, nodes. */
export interface GraphJSON {
  readonly format: typeof FORMAT;
  /** The modules that were written; the others are what is reachable from them. */
  readonly roots: readonly number[];
  readonly modules: readonly ModuleJSON[];
  readonly nodes: readonly NodeJSON[];
  /** The class names of the modules that graph modules were made from. Those themselves are not in the file. */
  readonly origins: readonly string[];
}

export interface ModuleJSON {
  readonly class: string;
  readonly name: string | null;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** A number in `origins`. */
  readonly computationalModule: number | null;
  readonly attributes: Readonly<Record<string, ValueJSON>>;
  /** Present (and false) where nodes were merged or removed, so that the attributes don't fit any more. */
  readonly sizesFit?: false;
}

export interface NodeJSON {
  readonly sources: readonly number[];
  readonly sinks: readonly number[];
}

export interface ReadOptions {
  /** Classes of your own, found by their names before those of this package. */
  readonly classes?: readonly ConcreteGraphClass[] | undefined;
}

/**
 * Writes a module and everything that is reachable from it as plain JSON.
 * @throws TypeError for an attribute that has no JSON form.
 */
export function graphToJSON(graph: GraphModuleBase): GraphJSON {
  return graphsToJSON([graph]);
}

/** The same for several modules, which may share nodes. */
export function graphsToJSON(graphs: readonly GraphModuleBase[]): GraphJSON {
  const modules = reachableModules(graphs);
  const nodes = new SetList<GraphNode>();
  const origins = new SetList<object>();
  for (const module of modules) {
    nodes.extend(module.inputNodes);
    nodes.extend(module.outputNodes);
    if (module.computationalModule) origins.add(module.computationalModule);
  }
  return {
    format: FORMAT,
    roots: graphs.map((graph) => modules.indexOf(graph)),
    modules: modules.toArray().map((module) => writeModule(module, nodes, origins)),
    nodes: nodes.toArray().map((node) => ({
      sources: numbersOf(node.sourceModules, modules),
      sinks: numbersOf(node.sinkModules, modules),
    })),
    origins: origins.toArray().map(classNameOfOrigin),
  };
}

/**
 * Reads what {@link graphToJSON} wrote, and returns the (first) module that was written.
 *
 * Where a graph module was made from another module, a {@link ModuleReference} stands for that one.
 * @throws ValueError for another format, broken numbering or attributes that the class refuses; KeyError for
 * a class that is neither of this package nor among `options.classes`.
 */
export function graphFromJSON(json: unknown, options: ReadOptions = {}): GraphModuleBase {
  const [first] = graphsFromJSON(json, options);
  if (first) return first;
  throw broken('it has no root; read an empty file with graphsFromJSON');
}

/** The same for several modules: all roots, in order. */
export function graphsFromJSON(json: unknown, options: ReadOptions = {}): GraphModuleBase[] {
  const file = checkForm(json);
  const classes = classTable(options.classes ?? []);
  const origins = file.origins.map((className) => new ModuleReference(className));
  const nodes = makeNodes(file.nodes.length);
  const modules = file.modules.map((entry, index) => {
    try {
      return readModule(entry, classes, nodes, origins);
    } catch (cause) {
      throw atModule(index, entry, cause);
    }
  });
  for (const [index, entry] of file.nodes.entries()) relink(nodes[index]!, entry, modules);
  return file.roots.map((index) => at(modules, index, 'module'));
}

function writeModule(
  module: GraphModuleBase,
  nodes: SetList<GraphNode>,
  origins: SetList<object>,
): ModuleJSON {
  return {
    class: module.className,
    name: module.name,
    inputs: numbersOf(module.inputNodes, nodes),
    outputs: numbersOf(module.outputNodes, nodes),
    computationalModule: module.computationalModule && origins.indexOf(module.computationalModule),
    attributes: writeAttributes(module),
    ...(module.sizeProblem() === null ? {} : { sizesFit: false as const }),
  };
}

function writeAttributes(module: GraphModuleBase): Record<string, ValueJSON> {
  const names = (module.constructor as ConcreteGraphClass).attributes ?? [];
  const values = module as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    names.map((name) => [name, encodeValue(values[name], `attribute ${name} of ${module}`)]),
  );
}

function numbersOf<T>(items: Iterable<T>, all: SetList<T>): number[] {
  return Array.from(items, (item) => all.indexOf(item));
}

function readModule(
  entry: ModuleJSON,
  classes: ReadonlyMap<string, ConcreteGraphClass>,
  nodes: readonly GraphNode[],
  origins: readonly ModuleReference[],
): GraphModuleBase {
  const target = classes.get(entry.class);
  if (!target) throw unknownClass(entry.class, classes);
  const attributes = Object.entries(entry.attributes).map(([name, value]) => [name, decodeValue(value)]);
  const options: GraphModuleOptions = {
    ...Object.fromEntries(attributes),
    inputNodes: entry.inputs.map((index) => at(nodes, index, 'node')),
    outputNodes: entry.outputs.map((index) => at(nodes, index, 'node')),
    name: entry.name,
    computationalModule:
      entry.computationalModule === null ? null : at(origins, entry.computationalModule, 'origin'),
    checkSizes: entry.sizesFit ?? true,
  };
  return new target(options as never);
}

/** Construction has linked the nodes in the order of the modules; the file knows the order that they had. */
function relink(node: GraphNode, entry: NodeJSON, modules: readonly GraphModuleBase[]): void {
  node.sourceModules.clear();
  node.sinkModules.clear();
  for (const index of entry.sources) node.addSource(at(modules, index, 'module'));
  for (const index of entry.sinks) node.addSink(at(modules, index, 'module'));
}

const builtIn: readonly ConcreteGraphClass[] = [
  GraphModuleBase,
  GraphModule,
  GraphHolder,
  LinearWeights,
  EventWeights,
  GenericNeurons,
  AliasConnection,
  Delay,
  LIFNeuronWithSynsRealValue,
  RateNeuronWithSynsRealValue,
  RateEulerNeurons,
  IAFNeurons,
  ConstantLeakNeurons,
  FastSlowNeurons,
  ExpSynapses,
  InstantFunction,
  FilterBank,
  UpDownEncoder,
];

function classTable(own: readonly ConcreteGraphClass[]): Map<string, ConcreteGraphClass> {
  return new Map([...builtIn, ...own].map((target) => [classNameOf(target), target]));
}

function checkForm(json: unknown): GraphJSON {
  const file = (typeof json === 'object' && json !== null ? json : {}) as Partial<GraphJSON>;
  if (file.format !== FORMAT) {
    throw fail(
      'ValueError',
      'graph-format',
      `a graph must be a JSON object with format "${FORMAT}", got ${describe(json, file.format)}`,
    );
  }
  for (const name of ['roots', 'modules', 'nodes', 'origins'] as const) {
    if (!Array.isArray(file[name])) throw broken(`"${name}" must be a list`);
  }
  return file as GraphJSON;
}

function describe(json: unknown, format: unknown): string {
  if (typeof json === 'string') return 'a text; pass it through JSON.parse first';
  return format === undefined ? 'no format' : `format ${JSON.stringify(format)}`;
}

function at<T>(items: readonly T[], index: number, what: string): T {
  const item = items[index];
  if (item === undefined) throw broken(`there is no ${what} ${String(index)} among ${items.length}`);
  return item;
}

function broken(reason: string): Error {
  return fail('ValueError', 'graph-broken', `this is no graph file: ${reason}`);
}

function atModule(index: number, entry: ModuleJSON, cause: unknown): Error {
  if (!(cause instanceof Error)) throw cause;
  const kind = 'kind' in cause && cause.kind === 'KeyError' ? 'KeyError' : 'ValueError';
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : 'graph-broken';
  const which = `module ${index} of the graph file (${String(entry?.class)} ${JSON.stringify(entry?.name)})`;
  return fail(kind, code, `${which}: ${cause.message.replace(/^\[rp:graph\] /, '')}`, { cause });
}

function unknownClass(name: string, classes: ReadonlyMap<string, ConcreteGraphClass>): Error {
  return fail(
    'KeyError',
    'unknown-class',
    `class ${String(name)} is not known; known are ${[...classes.keys()].join(', ')}. Pass a class of your own: graphFromJSON(json, { classes: [${String(name)}] })`,
  );
}
