// The operations of area timeseries. Receivers and operands are checked to stay as they were where they must.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArrayInput, isNdArray, zeros } from '@rp/ndarray';
import { type PlotData, TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { difference } from '../compare.ts';
import type { CoreCase, OperationHandler } from '../run-core-case.ts';
import { findReferenced } from './referenced-file.ts';
import {
  decodeFill,
  decodeNumbers,
  decodeSeries,
  encodeArray,
  encodeNested,
  encodeNumber,
  encodeNumbers,
  encodeSeries,
  type Fields,
} from './values.ts';

/** What a handler works on. */
interface Operands {
  /** The receiver. */
  readonly series: TimeSeries;
  /** A series, a list of series, or something else, from `given.other` or `args.other`. */
  readonly other: unknown;
  readonly args: Fields;
  readonly file: string;
}

type Handler = (operands: Operands) => unknown | Promise<unknown>;

const continuous = ({ series }: Operands) => series as TSContinuous;
const events = ({ series }: Operands) => series as TSEvent;

/** Calls a method by name with the arguments of the case, whose types the library checks itself. */
function invoke(target: object, method: string, ...args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(target, method);
  if (typeof found !== 'function') throw new Error(`${target.constructor.name} has no method ${method}`);
  return Reflect.apply(found, target, args);
}

/** A method whose only arguments are options. */
const withOptions =
  (method: string): Handler =>
  ({ series, args }) =>
    invoke(series, method, args);

/** A method with one positional argument. */
const withArgument =
  (method: string, argument: string): Handler =>
  ({ series, args }) => {
    const { [argument]: value, ...options } = args;
    return invoke(series, method, value, options);
  };

/** A method of the receiver and another operand. */
const withOther =
  (method: string): Handler =>
  ({ series, other, args }) => {
    const { other: _, ...options } = args;
    return invoke(series, method, other, options);
  };

const construct =
  (Class: new (options: Fields) => TimeSeries): Handler =>
  ({ args }) =>
    new Class(args);

const handlers: Readonly<Record<string, Handler>> = {
  'TSContinuous.new': construct(TSContinuous),
  'TSEvent.new': construct(TSEvent),
  'TimeSeries.new': construct(TimeSeries),
  'TSContinuous.fromClocked': ({ args }) => {
    const { samples, ...options } = args;
    return invoke(TSContinuous, 'fromClocked', samples, options);
  },
  'TSEvent.fromRaster': ({ args }) => {
    const { raster, rasterShape, ...options } = args;
    const table = rasterShape === undefined ? raster : zeros(rasterShape as number[]);
    return invoke(TSEvent, 'fromRaster', table, options);
  },
  'TSContinuous.concatenateT': ({ series, args }) => invoke(TSContinuous, 'concatenateT', series, args),
  'TSEvent.concatenateT': ({ series, args }) => invoke(TSEvent, 'concatenateT', series, args),
  'TimeSeries.concatenateT': ({ series, args }) => invoke(TimeSeries, 'concatenateT', series, args),
  delay: withArgument('delay', 'offset'),
  startAt: withArgument('startAt', 'tStart'),
  startAtZero: withOptions('startAtZero'),
  copy: ({ series }) => series.copy(),
  resample: withArgument('resample', 'times'),
  clip: withOptions('clip'),
  merge: withOther('merge'),
  appendC: withOther('appendC'),
  appendT: withOther('appendT'),
  remapChannels: withArgument('remapChannels', 'channelMap'),
  contains: ({ series, args }) => series.contains(args.times as ArrayInput),
  isempty: ({ series }) => series.isempty(),
  len: ({ series }) => series.length,
  max: (operands) => continuous(operands).max,
  min: (operands) => continuous(operands).min,
  iterate: ({ series }) =>
    [...(series as unknown as Iterable<[number, number | Float64Array]>)].map(encodePair),
  call: ({ series, args }) => invoke(series, 'call', series instanceof TSEvent ? args : args.times),
  at: ({ series, args }) =>
    series instanceof TSEvent
      ? invoke(series, 'at', args.index)
      : invoke(series, 'at', args.time, args.channels),
  toClocked: (operands) => continuous(operands).toClocked(operands.args.dt as number),
  raster: withOptions('raster'),
  xraster: (operands) => {
    const rows = [...events(operands).xraster(operands.args as { dt: number })];
    const width = rows[0]?.length ?? 0;
    const isCount = rows[0] instanceof Int32Array;
    const data = isCount ? new Int32Array(rows.length * width) : new Uint8Array(rows.length * width);
    rows.forEach((row, i) => {
      data.set(row, i * width);
    });
    return { data, shape: [rows.length, width] };
  },
  abs: withOptions('abs'),
  neg: withOptions('neg'),
  repr: ({ series }) => series.toString(),
  print: ({ series, args }) => invoke(series, 'printText', args),
  plot: ({ series, args }) => encodePlot(invoke(series, 'plot', args) as PlotData),
  toDict: ({ series, args }) => encodeMembers(invoke(series, 'toDict', args)),
  saveLoad: async ({ series, args }) => {
    const folder = mkdtempSync(join(tmpdir(), 'golden-'));
    try {
      const path = join(folder, 'series.npz');
      await invoke(series, 'save', path, args);
      return await TimeSeries.load(path);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const arithmetic = ['add', 'sub', 'mul', 'div', 'floordiv', 'pow', 'matmul'];
const reflected = ['radd', 'rsub', 'rmul', 'rdiv', 'rfloordiv', 'rpow', 'rmatmul'];
const classes: Readonly<Record<string, typeof TimeSeries>> = { TimeSeries, TSContinuous, TSEvent };

/** The operations by name, in the form that the runner calls. */
export const timeSeriesOperations: Readonly<Record<string, OperationHandler>> = {
  ...Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [name, guarded(handler)])),
  ...Object.fromEntries([...arithmetic, ...reflected].map((name) => [name, guarded(withOther(name))])),
  ...attributeOperations(),
  load: async ({ given, args }, file) => {
    const Class = classes[(args.cls as string | undefined) ?? 'TimeSeries']!;
    const path = findReferenced(given.file as string, file);
    return encodeResult(await Class.load(path, { expectedType: args.expectedType as 'TSEvent' | undefined }));
  },
};

/** `get.attr` and `set.attr` for every attribute. */
function attributeOperations(): Record<string, OperationHandler> {
  const attributes =
    'times tStart tStop duration name periodic samples numChannels numTraces units interpKind fillValue channels beyondRangeException approxLimitTimes plottingBackend max min trialStartTimes';
  return Object.fromEntries(
    attributes.split(' ').flatMap((name): [string, OperationHandler][] => [
      [`get.${name}`, guarded(({ series }) => Reflect.get(series, name))],
      [`set.${name}`, (golden, file) => setAttribute(name, golden, file)],
    ]),
  );
}

/** Returns the series afterwards. If the assignment fails, the series must be as before. */
function setAttribute(name: string, golden: CoreCase, file: string): unknown {
  const { series, args } = decodeOperands(golden, file);
  const before = encodeSeries(series);
  try {
    Reflect.set(series, name, args.value);
  } catch (error) {
    checkUnchanged('the series', before, encodeSeries(series));
    throw error;
  }
  return encodeSeries(series);
}

/** Runs a handler and checks that it leaves alone what it must. */
function guarded(handler: Handler): OperationHandler {
  return async (golden, file) => {
    const operands = decodeOperands(golden, file);
    const before = { series: encodeResult(operands.series), other: encodeResult(operands.other) };
    const inplace = operands.args.inplace === true;
    let succeeded = false;
    try {
      const result = await handler(operands);
      succeeded = true;
      return inplace ? encodeInPlace(result, operands.series) : encodeResult(result);
    } finally {
      if (!(inplace && succeeded)) checkUnchanged('the series', before.series, encodeResult(operands.series));
      checkUnchanged('the operand', before.other, encodeResult(operands.other));
    }
  };
}

function checkUnchanged(what: string, before: unknown, after: unknown): void {
  const found = difference(before, after, {}, what);
  if (found !== null) throw new Error(`${what} must not be changed: ${found}`);
}

function encodeInPlace(returned: unknown, receiver: TimeSeries): unknown {
  return {
    returned: encodeResult(returned),
    same: returned === receiver,
    after: encodeSeries(receiver),
  };
}

function decodeOperands({ given, args }: CoreCase, file: string): Operands {
  const decoded = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, decodeArg(name, value)]),
  );
  return {
    series: decodeOperand(given.series) as TimeSeries,
    other: 'other' in given ? decodeOperand(given.other) : decoded.other,
    args: decoded,
    file,
  };
}

function decodeOperand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeOperand);
  const isSeries = typeof value === 'object' && value !== null && 'type' in value;
  return isSeries ? decodeSeries(value as Fields) : decodeNumbers(value);
}

/** An argument; names stay the text they are. */
function decodeArg(name: string, value: unknown): unknown {
  if (name === 'name' || name === 'units') return value;
  if (typeof value !== 'object' || value === null) return decodeNumbers(value);
  if ('zeros' in value) return zeros(value.zeros as number[]);
  if ('tuple' in value) return decodeFill(value);
  return decodeNumbers(value);
}

function encodeResult(value: unknown): unknown {
  if (value instanceof TimeSeries) return encodeSeries(value);
  if (isNdArray(value)) return encodeArray(value);
  if (typeof value === 'number') return encodeNumber(value);
  if (value instanceof Float64Array || value instanceof Int32Array) return encodeNumbers(value);
  if (Array.isArray(value)) return value.map(encodeResult);
  if (typeof value === 'object' && value !== null) return encodeEntries(value);
  return value ?? null;
}

function encodeEntries(value: object): unknown {
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, encodeResult(entry)]));
}

function encodePair([time, value]: [number, number | Float64Array]): unknown {
  if (typeof value === 'number') return [time, value];
  return [time, { data: value, shape: [value.length] }];
}

function encodePlot(plot: PlotData): unknown {
  const { lines, points, ...labels } = plot;
  const drawn = points.length > 0 ? { points: points[0] } : { series: lines };
  return encodeEntries({ ...drawn, ...labels });
}

interface Member {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** The members of a file: dtype, shape and data of each. */
function encodeMembers(members: unknown): unknown {
  const entries = Object.entries(members as Record<string, Member>);
  return Object.fromEntries(
    entries.map(([name, { dtype, shape, values }]) => {
      const array = { data: Float64Array.from(values), shape };
      const encode = dtype === '|b1' ? (value: number) => value !== 0 : encodeNumber;
      return [name, { dtype, shape: [...shape], data: encodeNested(array, encode) }];
    }),
  );
}
