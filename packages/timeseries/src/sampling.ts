// Reading a continuous series at given times: wrapping, the limits of what can be read, and what lies beyond.
import { warn } from '@rp/errors';
import { fail } from './error.ts';
import { ABSOLUTE_TOLERANCE, mod, RELATIVE_TOLERANCE } from './float-rules.ts';
import type { InterpKind } from './interpolation/kinds.ts';
import { type Fill, fillOutside, type Knots, type Sampler } from './interpolation/sampler.ts';

/** What reading needs to know about a series. */
export interface Signal extends Knots {
  readonly label: string;
  readonly tStart: number;
  readonly tStop: number;
  readonly periodic: boolean;
  readonly interpKind: InterpKind;
  readonly approxLimitTimes: boolean;
  readonly beyondRangeException: boolean;
  /** `null` continues by the rule of the kind. */
  readonly fill: Fill | null;
  /** Prepared interpolation; asked for only with two or more samples. */
  readonly sampler: () => Sampler;
}

/** The values at the asked times, one row of `width` per time. */
export function sampleAt(signal: Signal, asked: Float64Array): Float64Array {
  if (signal.times.length === 0) return new Float64Array(asked.length * signal.width).fill(Number.NaN);
  const queries = insideLimits(signal, intoPeriod(signal, asked));
  const values = signal.times.length === 1 ? readSingle(signal, queries) : readBetween(signal, queries);
  eraseOutsideRange(signal, queries, values);
  return values;
}

function intoPeriod({ periodic, tStart, tStop }: Signal, asked: Float64Array): Float64Array {
  const duration = tStop - tStart;
  if (!periodic || !(duration > 0)) return asked;
  return asked.map((time) => mod(time - tStart, duration) + tStart);
}

/** Moves times that are outside by a rounding error to the limit, and refuses or announces the rest. */
function insideLimits(signal: Signal, asked: Float64Array): Float64Array {
  const first = signal.times[0]!;
  const last = signal.interpKind === 'previous' ? signal.tStop : signal.times[signal.times.length - 1]!;
  let queries = asked;
  let beyond = countOutside(queries, first, last);
  if (beyond > 0 && signal.approxLimitTimes) {
    queries = moveToLimits(signal, asked, first, last);
    const remaining = countOutside(queries, first, last);
    if (remaining < beyond) {
      warn('timeseries', `${signal.label}: ${beyond - remaining} times just outside were moved to the limit`);
    }
    beyond = remaining;
  }
  if (beyond > 0) reportBeyond(signal, queries, first, last, beyond);
  return queries;
}

function countOutside(queries: Float64Array, first: number, last: number): number {
  let count = 0;
  for (let i = 0; i < queries.length; i++) if (queries[i]! < first || queries[i]! > last) count++;
  return count;
}

function moveToLimits(signal: Signal, queries: Float64Array, first: number, last: number): Float64Array {
  const tolerance = Math.min(ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE * (signal.tStop - signal.tStart));
  return queries.map((time) => {
    if (time < first && time >= first - tolerance) return first;
    return time > last && time <= last + tolerance ? last : time;
  });
}

function reportBeyond(
  { label, beyondRangeException }: Signal,
  queries: Float64Array,
  first: number,
  last: number,
  count: number,
): void {
  const example = queries.find((time) => time < first || time > last);
  const message = `${label} can be read from ${first} to ${last}, but ${count} of ${queries.length} times lie outside, such as ${example}`;
  if (!beyondRangeException) {
    warn('timeseries', message);
    return;
  }
  throw fail(
    'ValueError',
    'beyond-range',
    `${message}; to get NaN or the fill value instead, set beyondRangeException to false`,
  );
}

function readBetween(signal: Signal, queries: Float64Array): Float64Array {
  const values = signal.sampler()(queries);
  if (signal.fill) fillOutside(values, queries, signal, signal.fill);
  return values;
}

/** One sample holds for the whole range, unless a fill value is set: then only at its own time. */
function readSingle(
  { times, samples, width, tStart, tStop, fill }: Signal,
  queries: Float64Array,
): Float64Array {
  const time = times[0]!;
  const values = new Float64Array(queries.length * width);
  for (let i = 0; i < queries.length; i++) {
    const query = queries[i]!;
    const holds = fill ? query === time : query >= tStart && query <= tStop;
    if (holds) values.set(samples, i * width);
    else if (fill && query < time) values.set(fill.below, i * width);
    else if (fill && query > time) values.set(fill.above, i * width);
    else values.fill(Number.NaN, i * width, (i + 1) * width);
  }
  return values;
}

function eraseOutsideRange(
  { tStart, tStop, width }: Signal,
  queries: Float64Array,
  values: Float64Array,
): void {
  for (let i = 0; i < queries.length; i++) {
    if (queries[i]! < tStart || queries[i]! > tStop) values.fill(Number.NaN, i * width, (i + 1) * width);
  }
}
