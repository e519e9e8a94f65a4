// The steps of cases of low-level modules. Results have Python's names, as far as the case tells them.
import type { GraphModuleBase, GraphNode } from '@rp/graph';
import { bagGraph, type GraphClass, SetList } from '@rp/graph';
import type { AttributeTree, EvolveResult, Module, ModuleBase, TimedModuleWrapper } from '@rp/module-core';
import type { ArrayInput, NdArray } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import type { Fields } from '../core/values.ts';
import { Waiting } from '../waiting.ts';
import { decodeArgument } from './decode.ts';
import { encodeResult } from './encode.ts';
import { inside } from './module-classes.ts';
import { libraryName } from './names.ts';
import type { LayerStep } from './steps.ts';

/** What the steps of a case work on: the module, or from some step on the module over time series. */
export interface ModuleSubject {
  readonly module: Module<NdArray>;
  timed?: TimedModuleWrapper | undefined;
}

type Handler = (step: LayerStep, subject: ModuleSubject) => Fields | Promise<Fields>;

/** Carries out a step. Returns values under the keys of `step.expect`. */
export async function carryOutModuleStep(step: LayerStep, subject: ModuleSubject): Promise<Fields> {
  const handler = handlers[step.call];
  if (handler === undefined) throw new Waiting(`the step ${step.call} of modules`);
  const result = await handler(step, subject);
  const { module, timed } = subject;
  const told: Fields = { ...('t' in step.expect && timed ? { t: timed.t } : {}) };
  if (!('state' in step.expect) || 'state' in result) return { ...told, ...result };
  return { ...told, ...result, state: inPython(module.state(), step.expect.state) };
}

const handlers: Readonly<Record<string, Handler>> = {
  evolve: (step, subject) =>
    subject.timed ? evolveTimed(step, subject.timed) : evolveModule(step, subject.module),
  reset_state: (_, { module, timed }) => nothing((timed ?? module).resetState()),
  reset_all: (_, { timed }) => nothing(timed!.resetAll()),
  reset_time: (_, { timed }) => nothing(timed!.resetTime()),
  timed: ({ dt, add_events: addEvents }, subject) => {
    subject.timed = subject.module.timed({
      dt: dt as number | undefined,
      addEvents: addEvents as boolean | undefined,
    });
    const name = (target: unknown) => (target === TSEvent ? 'TSEvent' : 'TSContinuous');
    return {
      dt: subject.timed.getAttribute('dt'),
      input_type: name(subject.timed.inputType),
      output_type: name(subject.timed.outputType),
    };
  },
  get: ({ attrs }, { module }) => ({
    values: Object.fromEntries(
      (attrs as string[]).map((name) => [name, encodeResult(module.getAttribute(libraryName(name)))]),
    ),
  }),
  set: ({ attr, value }, { module }) => {
    Reflect.set(module, libraryName(attr as string), decodeArgument(value));
    return {};
  },
  set_attributes: ({ attributes }, { module }) =>
    nothing(module.setAttributes(inLibrary(attributes as Fields))),
  round_trip: (_, { module }) => nothing(module.setAttributes(module.parameters())),
  parameters: ({ family, expect }, { module }) => ({
    parameters: inPython(module.parameters((family ?? null) as string | null), expect.parameters),
  }),
  registry: ({ expect }, { module }) => ({
    registry: inPython(registryOf(module), expect.registry),
    shape: [...module.shape],
    spiking_input: module.spikingInput,
    spiking_output: module.spikingOutput,
  }),
  as_graph: ({ expect }, { module }) => ({ graph: describeGraph(module.asGraph(), expect.graph as Fields) }),
  sos: (_, { module }) => ({
    filters: encodeResult(module.getAttribute('sections')),
    lowpass: encodeResult(module.getAttribute('lowPass')),
  }),
  synnet_taus: ({ expect }, { module }) => ({
    taus: tausOf(module.getAttribute('seq') as Module, expect.taus as Fields),
  }),
  wave_taus: ({ expect }, { module }) => ({ taus: tausOf(module, expect.taus as Fields) }),
};

function nothing(_result: unknown): Fields {
  return {};
}

async function evolveModule({ input, record, expect }: LayerStep, module: Module<NdArray>): Promise<Fields> {
  const given = decodeArgument(input) as ArrayInput;
  const result = await module.evolve(given, { record: record as boolean | undefined });
  return { output: encodeResult(result.output), ...resultOf(result, expect, 'state') };
}

async function evolveTimed(step: LayerStep, timed: TimedModuleWrapper): Promise<Fields> {
  const { input, duration, num_timesteps: numTimesteps, record, expect } = step;
  const series = decodeArgument(input ?? null) as TimeSeries | null;
  const result = await timed.evolve(series, {
    duration: duration as number | undefined,
    numTimesteps: numTimesteps as number | undefined,
    record: record as boolean | undefined,
  });
  return { output: encodeResult(result.output), ...resultOf(result, expect, 'new_state') };
}

function resultOf({ state, record }: EvolveResult<unknown>, expect: Fields, stateKey: string): Fields {
  return {
    ...(stateKey in expect ? { [stateKey]: inPython(state, expect[stateKey]) } : {}),
    ...('record' in expect ? { record: inPython(record, expect.record) } : {}),
  };
}

/** Nested dictionaries under Python's names. A name that the case doesn't have stays as it is, and shows as extra. */
export function inPython(value: unknown, expected: unknown): unknown {
  if (!isDictionary(expected) || !isDictionary(value)) return encodeResult(value);
  const names = new Map(
    Object.keys(expected).map((name) => [name in value ? name : libraryName(name), name]),
  );
  const entries = Object.entries(value).map(([name, entry]) => {
    const python = names.get(name) ?? name;
    return [python, inPython(entry, expected[python])] as const;
  });
  return Object.fromEntries(entries);
}

/** Nested dictionaries under the names of the library; those of submodules are literal. */
function inLibrary(attributes: Fields): AttributeTree {
  const entries = Object.entries(attributes).map(([name, value]) =>
    isDictionary(value)
      ? ([name, inLibrary(value)] as const)
      : ([libraryName(name), decodeArgument(value)] as const),
  );
  return Object.fromEntries(entries);
}

function isDictionary(value: unknown): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !('shape' in value && 'data' in value)
  );
}

interface Registry {
  readonly attributes: ReadonlyMap<
    string,
    { kind: string; family: string | null; shape: readonly number[]; value: unknown }
  >;
  readonly modules: ReadonlyMap<string, ModuleBase>;
}

/** Kind, family and shape of everything registered; functions and texts have no shape in the cases. */
function registryOf(module: ModuleBase): Fields {
  const registry = Reflect.apply(Reflect.get(module, 'getAttributeRegistry') as () => Registry, module, []);
  const own = [...registry.attributes].map(([name, { kind, family, shape, value }]) => {
    const shown = typeof value === 'function' ? null : [...shape];
    return [name, { kind, family, shape: shown }] as const;
  });
  const inner = [...registry.modules].map(([name, submodule]) => [name, registryOf(submodule)] as const);
  return Object.fromEntries([...own, ...inner]);
}

function tausOf(module: Module, expected: Fields): Fields {
  return Object.fromEntries(
    Object.keys(expected).map((path) => {
      const inner = path.split('/').reduce(inside, module);
      const value = (name: string) =>
        name === 'shape' ? [...inner.shape] : encodeResult(inner.getAttribute(libraryName(name)));
      const told = Object.keys(expected[path] as Fields).map((name) => [name, value(name)] as const);
      return [path, Object.fromEntries(told)];
    }),
  );
}

/** A graph with numbered nodes: by first appearance in holder and modules. */
function describeGraph(graph: GraphModuleBase, expected: Fields): Fields {
  const { modules } = bagGraph(graph);
  const nodes = new SetList<GraphNode>([...graph.inputNodes, ...graph.outputNodes]);
  for (const module of modules) {
    nodes.extend(module.inputNodes);
    nodes.extend(module.outputNodes);
  }
  const numbers = (list: Iterable<GraphNode>) => [...list].map((node) => nodes.indexOf(node));
  const wanted = (expected.modules ?? []) as readonly Fields[];
  return {
    holder: graph.className,
    input_nodes: numbers(graph.inputNodes),
    output_nodes: numbers(graph.outputNodes),
    num_nodes: nodes.length,
    modules: modules.toArray().map((module, index) => ({
      type: module.className,
      input_nodes: numbers(module.inputNodes),
      output_nodes: numbers(module.outputNodes),
      ...(inPython(attributesOf(module), wanted[index] ?? {}) as Fields),
    })),
  };
}

function attributesOf(module: GraphModuleBase): Fields {
  const { attributes = [] } = module.constructor as GraphClass;
  return Object.fromEntries(attributes.map((name) => [name, Reflect.get(module, name)]));
}
