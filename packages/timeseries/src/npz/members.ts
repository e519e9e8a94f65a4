// Which members a file of a series has, in which order, and what is in them.
import { numericArrayOf, shapeOf } from '@rp/ndarray';
import { fail } from '../error.ts';
import { nextUp } from '../float-rules.ts';
import type { TimeSeries } from '../time-series.ts';
import type { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import { type FloatName, floatRule, type IntegerName, integerRule } from './element-types.ts';
import type { NpyArray } from './npy.ts';

/** The members of a file by name, in the order of the file. */
export type SeriesDict = Record<string, NpyArray>;

export interface TimeStorage {
  /** The number type in which times are stored. Default: `'float64'`. */
  readonly dtypeTimes?: FloatName | null | undefined;
}

export interface SaveOptions {
  /** Say where the file was saved. Default: false. */
  readonly verbose?: boolean | undefined;
}

export interface ContinuousStorage extends TimeStorage {
  /** The number type in which samples are stored. Default: `'float64'`. */
  readonly dtypeSamples?: FloatName | null | undefined;
}

export interface EventStorage extends TimeStorage {
  /** The number type in which channels are stored. Default: `'int64'`. */
  readonly dtypeChannels?: IntegerName | null | undefined;
}

/** The parts of a series that only its class can tell. The arrays are for reading. */
export interface StoredTimes {
  /** The start is the one that an empty series has by default; it is stored as an integer. */
  readonly startIsDefault: boolean;
  readonly times: Float64Array;
}

export function continuousMembers(
  series: TSContinuous,
  stored: StoredTimes & { readonly samples: Float64Array },
  options: ContinuousStorage,
): SeriesDict {
  const { times, tStart, tStop } = narrowTimes(series, stored, options, (stop, last) => Math.max(stop, last));
  const samples = floatRule(options.dtypeSamples ?? 'float64');
  return {
    times,
    samples: {
      dtype: samples.dtype,
      shape: [series.length, series.numChannels],
      values: stored.samples.map(samples.round),
    },
    ...rangeMembers(tStart, tStop, stored),
    [`interp_kind_${series.interpKind}`]: marker,
    periodic: scalar('|b1', Number(series.periodic)),
    ...closingMembers(series, 'TSContinuous'),
  };
}

export function eventMembers(
  series: TSEvent,
  stored: StoredTimes & { readonly channels: Int32Array },
  options: EventStorage,
): SeriesDict {
  const float = floatRule(options.dtypeTimes ?? 'float64');
  const { times, tStart, tStop } = narrowTimes(series, stored, options, (stop, last) => {
    const earliest = float.round(last + float.round(float.resolution));
    if (stop > earliest) return stop;
    return earliest > last ? earliest : nextUp(last);
  });
  const { dtype, max } = integerRule(options.dtypeChannels ?? 'int64');
  if (max < series.numChannels) {
    throw fail(
      'ValueError',
      'dtype-channels',
      `${options.dtypeChannels} is too narrow for ${series.numChannels} channels (at most ${max})`,
    );
  }
  return {
    times,
    channels: { dtype, shape: [series.length], values: stored.channels.slice() },
    ...rangeMembers(tStart, tStop, stored),
    periodic: scalar('|b1', Number(series.periodic)),
    num_channels: scalar('<i8', series.numChannels),
    ...closingMembers(series, 'TSEvent'),
  };
}

/** An empty vector: a member that only counts for its name. */
const marker: NpyArray = { dtype: '<f8', shape: [0], values: [] };

function scalar(dtype: string, value: number): NpyArray {
  return { dtype, shape: [], values: [value] };
}

/** Times in a narrower type can lie outside the range, which is then widened. */
function narrowTimes(
  { tStart, tStop }: TimeSeries,
  { times }: StoredTimes,
  { dtypeTimes: dtype = null }: TimeStorage,
  widenedStop: (stop: number, last: number) => number,
): { times: NpyArray; tStart: number; tStop: number } {
  const rule = floatRule(dtype ?? 'float64');
  const values = times.map(rule.round);
  const stored = { dtype: rule.dtype, shape: [values.length], values };
  if (dtype === null || values.length === 0) return { times: stored, tStart, tStop };
  return {
    times: stored,
    tStart: Math.min(tStart, values[0]!),
    tStop: widenedStop(tStop, values[values.length - 1]!),
  };
}

function rangeMembers(tStart: number, tStop: number, { startIsDefault }: StoredTimes): SeriesDict {
  return {
    t_start: scalar(startIsDefault ? '<i8' : '<f8', tStart),
    t_stop: scalar(startIsDefault && tStop === 0 ? '<i8' : '<f8', tStop),
  };
}

function closingMembers(series: TimeSeries, type: string): SeriesDict {
  const trials = series.trialStartTimes;
  return {
    [`name_${series.name}`]: marker,
    [`type_${type}`]: marker,
    ...(trials !== undefined && {
      trial_start_times: { dtype: '<f8', shape: shapeOf(trials), values: numericArrayOf(trials) },
    }),
  };
}
