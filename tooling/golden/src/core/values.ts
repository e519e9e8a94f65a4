// Series, arrays and numbers between the notation of the case files and the library.
import { type ArrayInput, type NdArray, toNested, zeros } from '@rp/ndarray';
import {
  type FillLevel,
  type FillValue,
  type InterpKind,
  TimeSeries,
  TSContinuous,
  TSEvent,
} from '@rp/timeseries';

export type Fields = Readonly<Record<string, unknown>>;

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Replaces the texts that stand for numbers, also inside of lists. */
export function decodeNumbers(value: unknown): unknown {
  if (typeof value === 'string' && Object.hasOwn(special, value)) return special[value];
  return Array.isArray(value) ? value.map(decodeNumbers) : value;
}

/** The text for a number that JSON cannot hold, or the number itself. */
export function encodeNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

export function encodeNumbers(values: ArrayLike<number>): (number | string)[] {
  return Array.from(values, encodeNumber);
}

/** Nested lists for an array. */
export function encodeNested(array: NdArray, encode: (value: number) => unknown = encodeNumber): unknown {
  const each = (nested: unknown): unknown =>
    Array.isArray(nested) ? nested.map(each) : encode(nested as number);
  return each(toNested(array));
}

/** An array result. Bytes are booleans, 32-bit integers are integers. */
export function encodeArray(array: NdArray): unknown {
  const isBoolean = array.data instanceof Uint8Array;
  const dtype = isBoolean ? 'bool' : array.data instanceof Int32Array ? 'int' : 'float';
  const nested = encodeNested(array, isBoolean ? (value) => value !== 0 : encodeNumber);
  return { array: nested, shape: [...array.shape], dtype };
}

/** A series from its fields; missing ones take the constructor's defaults. */
export function decodeSeries(fields: Fields): TimeSeries {
  const common = {
    times: decodeNumbers(fields.times ?? []) as ArrayInput,
    tStart: decodeNumbers(fields.t_start) as number | undefined,
    tStop: decodeNumbers(fields.t_stop) as number | undefined,
    periodic: fields.periodic as boolean | undefined,
    name: fields.name as string | null | undefined,
  };
  const make = { TSContinuous: decodeContinuous, TSEvent: decodeEvents, TimeSeries: decodePlain }[
    fields.type as string
  ];
  if (make === undefined)
    throw new Error(`the case has a series of unknown type ${JSON.stringify(fields.type)}`);
  const series = make(fields, common);
  if (fields.trial_start_times !== undefined) {
    series.trialStartTimes = decodeNumbers(fields.trial_start_times) as ArrayInput;
  }
  return series;
}

type Common = Exclude<ConstructorParameters<typeof TimeSeries>[0], undefined>;

const decodePlain = (_: Fields, common: Common) => new TimeSeries(common);

function decodeContinuous(fields: Fields, common: Common): TSContinuous {
  const samples = decodeNumbers(fields.samples ?? []) as ArrayInput;
  const isEmpty = (common.times as readonly number[]).length === 0;
  const series = new TSContinuous({
    ...common,
    samples: isEmpty ? zeros([0, (fields.num_channels as number | undefined) ?? 0]) : samples,
    interpKind: fields.interp_kind as InterpKind | undefined,
    fillValue: decodeFill(fields.fill_value),
    units: fields.units as string | null | undefined,
  });
  if (fields.beyond_range_exception === false) series.beyondRangeException = false;
  if (fields.approx_limit_times === false) series.approxLimitTimes = false;
  return series;
}

function decodeEvents(fields: Fields, common: Common): TSEvent {
  return new TSEvent({
    ...common,
    channels: fields.channels as ArrayInput | undefined,
    numChannels: fields.num_channels as number | undefined,
  });
}

/** A fill value; a pair of different ones is written as a tuple. */
export function decodeFill(value: unknown): FillValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' || !('tuple' in value)) return decodeNumbers(value) as FillValue;
  const [below, above] = decodeNumbers(value.tuple) as [FillLevel, FillLevel];
  return { below, above };
}

function encodeFill(value: FillValue): unknown {
  if (value === 'extrapolate') return value;
  if (typeof value === 'object' && 'below' in value) {
    return { tuple: [encodeLevel(value.below), encodeLevel(value.above)] };
  }
  return encodeLevel(value);
}

const encodeLevel = (level: FillLevel) =>
  typeof level === 'number' ? encodeNumber(level) : encodeNumbers(level);

/** All fields of a series. */
export function encodeSeries(series: TimeSeries): Record<string, unknown> {
  if (series instanceof TSContinuous) return encodeContinuous(series);
  if (series instanceof TSEvent) return encodeEvents(series);
  return { type: 'TimeSeries', ...encodeCommon(series) };
}

function encodeCommon(series: TimeSeries): Record<string, unknown> {
  const trials = series.trialStartTimes as ArrayLike<number> | undefined;
  return {
    times: encodeNumbers(series.times),
    t_start: encodeNumber(series.tStart),
    t_stop: encodeNumber(series.tStop),
    periodic: series.periodic,
    name: series.name,
    ...(trials !== undefined && { trial_start_times: encodeNumbers(trials) }),
  };
}

function encodeContinuous(series: TSContinuous): Record<string, unknown> {
  return {
    type: 'TSContinuous',
    ...encodeCommon(series),
    samples: encodeNested(series.samples),
    num_channels: series.numChannels,
    interp_kind: series.interpKind,
    fill_value: encodeFill(series.fillValue),
    units: series.units,
    ...(!series.beyondRangeException && { beyond_range_exception: false }),
    ...(!series.approxLimitTimes && { approx_limit_times: false }),
  };
}

function encodeEvents(series: TSEvent): Record<string, unknown> {
  return {
    type: 'TSEvent',
    ...encodeCommon(series),
    channels: [...series.channels],
    num_channels: series.numChannels,
  };
}
