// The steps of the layer cases. Each is carried out on a subject: a layer, or the same layer wrapped as a timed
// module; its result has the keys that the case expects.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Layer, type LayerClass, loadLayer } from '@rp/layers-v1';
import type { LayerAdapter } from '@rp/timed-adapter';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import type { Fields } from '../core/values.ts';
import { Waiting } from '../waiting.ts';
import { decodeArgument, decodeOptions } from './decode.ts';
import { encodeResult } from './encode.ts';
import { libraryName } from './names.ts';

/** What the steps of a case work on. */
export interface Subject {
  layer: Layer;
  /** The layer as a timed module, for the cases of that interface. */
  readonly timed?: LayerAdapter | undefined;
}

export interface LayerStep extends Fields {
  readonly call: string;
  readonly expect: Fields;
}

/** Carries out a step. Returns values under the keys of `step.expect`, in the notation of the cases. */
export async function carryOut(step: LayerStep, subject: Subject): Promise<Fields> {
  const handler = handlers[step.call];
  if (handler === undefined) throw new Waiting(`the step ${step.call} of layers`);
  const result = await handler(step, subject);
  return { ...result, ...clockAndState(step, subject) };
}

type Handler = (step: LayerStep, subject: Subject) => Fields | Promise<Fields>;

const handlers: Readonly<Record<string, Handler>> = {
  evolve: async (step, subject) => {
    const { call: _call, expect: _expect, upstream: _upstream, title: _title, input, ...options } = step;
    const series = decodeArgument(input ?? null) as TimeSeries | null;
    if (subject.timed) return evolveTimed(step, subject.timed, series, decodeOptions(options));
    return { output: encodeResult(await subject.layer.evolve(series, decodeOptions(options))) };
  },
  set: ({ attr, value }, { layer }) => {
    assign(layer, attr as string, value);
    return {};
  },
  get: ({ attrs }, { layer }) => ({
    values: Object.fromEntries((attrs as string[]).map((name) => [name, read(layer, name)])),
  }),
  reset_state: (_, { layer, timed }) => nothing((timed ?? layer).resetState()),
  reset_time: (_, { layer, timed }) => nothing((timed ?? layer).resetTime()),
  reset_all: (_, { layer, timed }) => nothing((timed ?? layer).resetAll()),
  to_dict: (_, { layer }) => ({ dict: layer.toDict() }),
  save_load: saveAndLoad,
  str: (_, { layer }) => ({ result: String(layer) }),
  method: ({ name, args, kwargs }, { layer }) => ({
    result: callHelper(layer, name as string, (args ?? []) as unknown[], (kwargs ?? {}) as Fields),
  }),
  parameters: ({ expect }, { timed }) => describeAdapter(timed!, expect),
  set_attributes: ({ attributes }, { timed }) =>
    nothing(timed!.setAttributes(decodeOptions(attributes as Fields))),
  round_trip: (_, { timed }) => nothing(timed!.setAttributes(timed!.parameters())),
};

function nothing(_result: unknown): Fields {
  return {};
}

/** Of the state, what the case tells; a layer may have more to show. */
function clockAndState({ expect }: LayerStep, { layer, timed }: Subject): Fields {
  const clock = 't' in expect ? { t: (timed ?? layer).t } : {};
  if (!('state' in expect) || expect.state === null || 'shape' in expect) return clock;
  return { ...clock, state: picked(layer, expect.state as Fields) };
}

/** The entries that a case tells, from an object of the library. */
function picked(source: object, expected: Fields): Fields {
  return Object.fromEntries(Object.keys(expected).map((name) => [name, read(source, name)]));
}

function read(source: object, name: string): unknown {
  const value: unknown = Reflect.get(source, libraryName(name));
  if (value === undefined)
    throw new Error(`${source.constructor.name} has no ${libraryName(name)} (${name})`);
  return encodeResult(value);
}

function assign(layer: Layer, name: string, value: unknown): void {
  if (!(libraryName(name) in layer)) throw new Waiting(`${layer.className}.${libraryName(name)}`);
  Reflect.set(layer, libraryName(name), decodeArgument(value));
}

async function evolveTimed(
  { expect }: LayerStep,
  timed: LayerAdapter,
  input: TimeSeries | null,
  options: Record<string, unknown>,
): Promise<Fields> {
  const { output, state, record } = await timed.evolve(input, options);
  const newState = 'new_state' in expect ? { new_state: picked(state, expect.new_state as Fields) } : {};
  const recorded = 'record' in expect ? { record: encodeResult(record) } : {};
  return { output: encodeResult(output), ...newState, ...recorded };
}

function describeAdapter(timed: LayerAdapter, expect: Fields): Fields {
  const kinds: Readonly<Record<string, () => object>> = {
    parameters: () => timed.parameters(),
    simulation_parameters: () => timed.simulationParameters(),
    state: () => timed.state(),
  };
  const named = Object.entries(kinds).filter(([kind]) => kind in expect);
  return {
    ...Object.fromEntries(named.map(([kind, values]) => [kind, picked(values(), expect[kind] as Fields)])),
    shape: [...timed.shape],
    input_type: timed.inputType === TSEvent ? 'TSEvent' : 'TSContinuous',
    output_type: timed.outputType === TSEvent ? 'TSEvent' : 'TSContinuous',
  };
}

/** The following steps use the layer that was loaded. */
async function saveAndLoad({ overrides }: LayerStep, subject: Subject): Promise<Fields> {
  const folder = await mkdtemp(join(tmpdir(), 'golden-layer-'));
  try {
    const path = join(folder, 'layer.json');
    await subject.layer.saveLayer(path);
    const json: unknown = JSON.parse(await readFile(path, 'utf8'));
    const classes = [subject.layer.constructor as LayerClass];
    await subject.layer.dispose();
    subject.layer = await loadLayer(path, { classes, overrides: decodeOptions((overrides ?? {}) as Fields) });
    return { json };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Turns Python's positional arguments of a protected method into those of the library. */
const rearranged: Readonly<Record<string, (args: readonly unknown[], kwargs: Fields) => readonly unknown[]>> =
  {
    _determine_timesteps: spanLast,
    _prepare_input: spanLast,
  };

function spanLast([input, duration, numTimesteps]: readonly unknown[], kwargs: Fields): readonly unknown[] {
  return [input, { duration, numTimesteps, ...decodeOptions(kwargs) }];
}

/** The helpers are protected: for subclasses, which the cases speak for. */
function callHelper(layer: Layer, name: string, args: readonly unknown[], kwargs: Fields): unknown {
  const method = Reflect.get(layer, libraryName(name)) as (...args: readonly unknown[]) => unknown;
  const decoded = args.map(decodeArgument);
  const result = Reflect.apply(method, layer, rearranged[name]?.(decoded, kwargs) ?? decoded);
  if (name !== '_prepare_input') return encodeResult(result);
  const { timeBase, input, numTimesteps } = result as Record<string, unknown>;
  return [timeBase, input, numTimesteps].map(encodeResult);
}
