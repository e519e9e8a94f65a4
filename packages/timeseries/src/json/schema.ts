// What the JSON form of a series holds. Version 1; a change that old readers would misread gets a new number.
import { numericArrayOf, shapeOf } from '@rp/ndarray';
import type { FillLevel, FillValue } from '../fill-value.ts';
import type { InterpKind } from '../interpolation/kinds.ts';
import type { StoredTimes } from '../npz/members.ts';
import type { TimeSeries } from '../time-series.ts';
import type { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import { type JsonNumber, toJsonNumber } from './json-number.ts';

export const FORMAT = 'rp-timeseries';
export const VERSION = 1;

/** What both kinds of series have in JSON. */
export interface SeriesJson {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly name: string;
  readonly periodic: boolean;
  /** `null`: an empty series whose start nobody gave. */
  readonly tStart: JsonNumber | null;
  readonly tStop: JsonNumber;
  readonly times: readonly JsonNumber[];
  /** Only if the series has them. */
  readonly trialStartTimes?: { readonly shape: readonly number[]; readonly data: readonly JsonNumber[] };
}

export interface ContinuousJson extends SeriesJson {
  readonly type: 'TSContinuous';
  readonly numChannels: number;
  /** By time, then channel. */
  readonly samples: readonly JsonNumber[];
  readonly units: string | null;
  readonly interpKind: InterpKind;
  readonly fillValue: FillJson;
  readonly beyondRangeException: boolean;
  readonly approxLimitTimes: boolean;
}

export interface EventsJson extends SeriesJson {
  readonly type: 'TSEvent';
  readonly numChannels: number;
  readonly channels: readonly number[];
}

export type LevelJson = JsonNumber | readonly JsonNumber[];
export type FillJson = 'extrapolate' | LevelJson | { readonly below: LevelJson; readonly above: LevelJson };

export function continuousJson(
  series: TSContinuous,
  stored: StoredTimes & { readonly samples: Float64Array },
): ContinuousJson {
  return {
    ...commonJson(series, stored),
    type: 'TSContinuous',
    numChannels: series.numChannels,
    samples: Array.from(stored.samples, toJsonNumber),
    units: series.units,
    interpKind: series.interpKind,
    fillValue: fillJson(series.fillValue),
    beyondRangeException: series.beyondRangeException,
    approxLimitTimes: series.approxLimitTimes,
  };
}

export function eventsJson(
  series: TSEvent,
  stored: StoredTimes & { readonly channels: Int32Array },
): EventsJson {
  return {
    ...commonJson(series, stored),
    type: 'TSEvent',
    numChannels: series.numChannels,
    channels: Array.from(stored.channels),
  };
}

function commonJson(series: TimeSeries, { startIsDefault, times }: StoredTimes): SeriesJson {
  const trials = series.trialStartTimes;
  return {
    format: FORMAT,
    version: VERSION,
    name: series.name,
    periodic: series.periodic,
    tStart: startIsDefault ? null : toJsonNumber(series.tStart),
    tStop: toJsonNumber(series.tStop),
    times: Array.from(times, toJsonNumber),
    ...(trials !== undefined && {
      trialStartTimes: { shape: shapeOf(trials), data: Array.from(numericArrayOf(trials), toJsonNumber) },
    }),
  };
}

function fillJson(fill: FillValue): FillJson {
  if (fill === 'extrapolate') return fill;
  if (typeof fill === 'object' && 'below' in fill)
    return { below: levelJson(fill.below), above: levelJson(fill.above) };
  return levelJson(fill);
}

function levelJson(level: FillLevel): LevelJson {
  return typeof level === 'number' ? toJsonNumber(level) : level.map(toJsonNumber);
}
