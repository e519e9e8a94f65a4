// The graph steps of the scenarios, the graph classes that `new` can make, and the test kit's own neurons.
import {
  AliasConnection,
  asGraphHolder,
  bagGraph,
  classNameOfOrigin,
  connectModules,
  findModulesOfSubclass,
  findRecurrentModules,
  GenericNeurons,
  type GraphClass,
  GraphHolder,
  GraphModule,
  GraphModuleBase,
  type GraphModuleOptions,
  GraphNode,
  LIFNeuronWithSynsRealValue,
  LinearWeights,
  makeNodes,
  RateNeuronWithSynsRealValue,
  reachableModules,
  replaceModule,
  SetList,
} from '@rp/graph';
import { Linear } from '@rp/modules';
import { isNdArray, toNested } from '@rp/ndarray';
import { encodeValue } from './encode.ts';
import type { Constructor, Scene, Step, StepHandler } from './scene.ts';

/** The test kit's neurons, with a conversion rule of their own. */
export class MyNeurons extends GenericNeurons {
  static override readonly className: string = 'MyNeurons';

  static override convertFrom(module: GraphModuleBase): GraphModuleBase {
    if (module instanceof MyNeurons) return module;
    // biome-ignore lint/complexity/noThisInStatic: the base rule refuses in the name of this class
    if (!(module instanceof LIFNeuronWithSynsRealValue)) return super.convertFrom(module);
    const { inputNodes, outputNodes, name, computationalModule } = module;
    const neurons = new MyNeurons({ inputNodes, outputNodes, name, computationalModule });
    replaceModule(module, neurons);
    return neurons;
  }
}

const graphClasses = {
  GraphModuleBase,
  GraphModule,
  GraphHolder,
  LinearWeights,
  GenericNeurons,
  AliasConnection,
  LIFNeuronWithSynsRealValue,
  RateNeuronWithSynsRealValue,
  MyNeurons,
} as const;

type ClassName = keyof typeof graphClasses;

/** What a `new` step can make; the arguments are those of the case file. */
export const graphConstructors: Record<string, Constructor> = {
  SetList: ({ items }) => new SetList((items ?? []) as unknown[]),
  nodes: ({ count }) => makeNodes(count as number),
  ...Object.fromEntries(
    Object.keys(graphClasses).map((name) => [name, graphConstructor(name as ClassName)] as const),
  ),
};

/** The handlers by the name of the step. */
export const graphSteps: Record<string, StepHandler> = {
  connect: (step, scene) => {
    connectModules(moduleOf(step.source, scene), moduleOf(step.dest, scene), {
      sourceIndices: step.sourceIndices as number[] | undefined,
      destIndices: step.destIndices as number[] | undefined,
    });
    return null;
  },
  asGraphHolder: (step, scene) => remember(step, scene, asGraphHolder(moduleOf(step.on, scene))),
  replace: (step, scene) => {
    replaceModule(moduleOf(step.target, scene), moduleOf(step.replacement, scene));
    return null;
  },
  convert: (step, scene) => {
    const target = graphClasses[step.to as ClassName] as typeof GraphModule;
    return remember(step, scene, target.convertFrom(moduleOf(step.on, scene)));
  },
  fromGraph: (step, scene) => {
    const made = Linear.fromGraph(moduleOf(step.on, scene));
    if (typeof step.as === 'string') scene.objects.set(step.as, made);
    return encodeValue(made);
  },
  snapshot: (step, scene) =>
    graphSnapshot(
      (step.roots as string[]).map((root) => moduleOf(root, scene)),
      scene,
    ),
  bag: (step, scene) => describeBag(moduleOf(step.on, scene), scene),
  find: (step, scene) => {
    const target: GraphClass = graphClasses[step.class as ClassName];
    return labels(findModulesOfSubclass(moduleOf(step.on, scene), target), scene);
  },
  findRecurrent: (step, scene) => {
    const { modules, recurrent } = findRecurrentModules(moduleOf(step.on, scene));
    return { modules: labels(modules, scene), recurrent: labels(recurrent, scene) };
  },
  node: (step, scene) => {
    nodeOperations[step.op as string]!(
      moduleOf(step.module, scene),
      step.node === undefined ? undefined : nodeOf(step.node as string, scene),
    );
    return null;
  },
  graphRepr: (step, scene) => String(scene.objects.get(step.on as string)),
  setlist: (step, scene) => {
    const list = scene.objects.get(step.on as string) as SetList<unknown>;
    setListOperations[step.op as string]!(list, step.value);
    return list.toArray();
  },
};

const nodeOperations: Record<string, (module: GraphModuleBase, node: GraphNode | undefined) => void> = {
  addSink: (module, node) => node!.addSink(module),
  addSource: (module, node) => node!.addSource(module),
  removeSink: (module, node) => node!.removeSink(module),
  removeSource: (module, node) => node!.removeSource(module),
  addInput: (module, node) => module.addInput(node!),
  addOutput: (module, node) => module.addOutput(node!),
  removeInput: (module, node) => module.removeInput(node!),
  removeOutput: (module, node) => module.removeOutput(node!),
  clearInputs: (module) => module.clearInputs(),
  clearOutputs: (module) => module.clearOutputs(),
};

const setListOperations: Record<string, (list: SetList<unknown>, value: unknown) => void> = {
  append: (list, value) => list.append(value),
  add: (list, value) => list.add(value),
  extend: (list, value) => list.extend(value as unknown[]),
  remove: (list, value) => list.remove(value),
};

/** The canonical description of everything that is reachable from some roots. */
export function graphSnapshot(roots: readonly GraphModuleBase[], scene: Scene): unknown {
  const modules = reachableModules(roots);
  const label = snapshotLabels(modules, scene);
  const nodes = new SetList<GraphNode>();
  for (const module of modules) {
    nodes.extend(module.inputNodes);
    nodes.extend(module.outputNodes);
  }
  const numbers = (list: Iterable<GraphNode>): number[] => [...list].map((node) => nodes.indexOf(node));
  return {
    modules: modules.toArray().map((module) => ({
      label: label(module),
      class: module.className,
      name: shownName(module),
      inputs: numbers(module.inputNodes),
      outputs: numbers(module.outputNodes),
      computationalModule: module.computationalModule && classNameOfOrigin(module.computationalModule),
      ...describeAttributes(module),
    })),
    nodes: nodes.toArray().map((node) => ({
      sources: [...node.sourceModules].map(label),
      sinks: [...node.sinkModules].map(label),
    })),
  };
}

function snapshotLabels(
  modules: SetList<GraphModuleBase>,
  scene: Scene,
): (module: GraphModuleBase) => string {
  const unremembered = modules.toArray().filter((module) => rememberedName(module, scene) === undefined);
  return (module) => rememberedName(module, scene) ?? `#${unremembered.indexOf(module)}`;
}

function describeAttributes(module: GraphModuleBase): { attrs?: Record<string, unknown> } {
  const { attributes } = module.constructor as GraphClass;
  if (!attributes || attributes.length === 0) return {};
  const values = module as unknown as Record<string, unknown>;
  return { attrs: Object.fromEntries(attributes.map((name) => [name, describeValue(values[name])])) };
}

function describeValue(value: unknown): unknown {
  return isNdArray(value) ? { array: toNested(value), shape: [...value.shape], dtype: 'float' } : value;
}

function describeBag(module: GraphModuleBase, scene: Scene): unknown {
  const { nodes, modules } = bagGraph(module);
  const numbers = (list: Iterable<GraphNode>): number[] => [...list].map((node) => nodes.indexOf(node));
  return {
    numNodes: nodes.length,
    modules: modules.toArray().map((each) => ({
      label: labelOf(each, scene),
      inputs: numbers(each.inputNodes),
      outputs: numbers(each.outputNodes),
    })),
  };
}

function labels(modules: Iterable<GraphModuleBase>, scene: Scene): string[] {
  return [...modules].map((module) => labelOf(module, scene));
}

function labelOf(module: GraphModuleBase, scene: Scene): string {
  return rememberedName(module, scene) ?? `${module.className}:${shownName(module) ?? ''}`;
}

function rememberedName(module: GraphModuleBase, scene: Scene): string | undefined {
  for (const [name, object] of scene.objects) if (object === module) return name;
  return undefined;
}

/** The name of a module with the number that is unique per process taken out: `LIF_'x'_12` -> `LIF_'x'_<id>`. */
function shownName(module: GraphModuleBase): string | null {
  return module.name?.replace(/^(\w+?_(?:'.*')?_)\d+$/, '$1<id>') ?? null;
}

function graphConstructor(name: ClassName): Constructor {
  return (args, scene) => {
    const target = graphClasses[name] as unknown as {
      new (options: GraphModuleOptions): GraphModuleBase;
      factory(sizeIn: number, sizeOut: number, options: GraphModuleOptions): GraphModuleBase;
    };
    const options = { name: args.name as string | null, ...(args.attrs as Record<string, unknown>) };
    if ('sizeIn' in args) return target.factory(args.sizeIn as number, args.sizeOut as number, options);
    return new target({
      ...options,
      inputNodes: nodesOf(args.inputs, scene),
      outputNodes: nodesOf(args.outputs, scene),
    });
  };
}

function remember(step: Step, scene: Scene, module: GraphModuleBase): null {
  if (typeof step.as === 'string') scene.objects.set(step.as, module);
  return null;
}

function moduleOf(name: unknown, scene: Scene): GraphModuleBase {
  const object = scene.objects.get(name as string);
  if (object instanceof GraphModuleBase) return object;
  throw new Error(`the step list remembers no graph module as ${String(name)}`);
}

function nodesOf(references: unknown, scene: Scene): GraphNode[] {
  return ((references ?? []) as string[]).map((reference) => nodeOf(reference, scene));
}

/** `n[1]` of a list of nodes, `a.in[0]` or `a.out[2]` of a module. */
function nodeOf(reference: string, scene: Scene): GraphNode {
  const [, name, side, index] = /^(\w+)(?:\.(in|out))?\[(\d+)\]$/.exec(reference) ?? [];
  const object = name === undefined ? undefined : scene.objects.get(name);
  const list = side === undefined ? object : moduleNodes(object as GraphModuleBase, side);
  const node = (list as readonly GraphNode[] | undefined)?.[Number(index)];
  if (node instanceof GraphNode) return node;
  throw new Error(`${reference} is no node of this step list`);
}

function moduleNodes(module: GraphModuleBase, side: string): SetList<GraphNode> {
  return side === 'in' ? module.inputNodes : module.outputNodes;
}
