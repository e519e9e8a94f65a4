// From an input series to one row per time step.
import { warn } from '@rp/errors';
import { type NdArray, toNdArray, zeros } from '@rp/ndarray';
import type { TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { fail, PACKAGE, show } from './fail.ts';

export interface PreparedInput {
  /** The time of each step in seconds. */
  readonly timeBase: Float64Array;
  /** The input in each step, (steps, channels). */
  readonly input: NdArray<Float64Array>;
  readonly numTimesteps: number;
}

/** Element k is `(k * dt) + tStart`. */
export function timeTrace(tStart: number, numTimesteps: number, dt: number): Float64Array {
  return Float64Array.from({ length: numTimesteps }, (_, step) => step * dt + tStart);
}

/** @throws TypeError unless the series is null or of the class. */
export function requireSeries<S extends TimeSeries>(
  input: unknown,
  SeriesClass: abstract new (...args: never[]) => S,
  module: string,
): S | null {
  if (input === null || input === undefined) return null;
  if (input instanceof SeriesClass) return input;
  throw fail(
    'TypeError',
    'wrong-series',
    `${module} takes a ${SeriesClass.name} as input, got ${show(input)}`,
  );
}

export function sampleContinuous(
  input: TSContinuous | null,
  timeBase: Float64Array,
  sizeIn: number,
  module: string,
): NdArray<Float64Array> {
  if (input === null || timeBase.length === 0) return zeros([timeBase.length, sizeIn]);
  if (!input.contains(timeBase)) {
    warn(
      PACKAGE,
      `${module} evolves from ${timeBase[0]} s to ${timeBase.at(-1)} s, the input \`${input.name}\` ` +
        `only covers ${input.tStart} s to ${input.tStop} s`,
    );
  }
  return toNdArray(input.call(timeBase));
}

export function binEvents(
  input: TSEvent | null,
  bins: { dt: number; tStart: number; numTimesteps: number; addEvents: boolean },
  sizeIn: number,
): NdArray<Float64Array> {
  if (input === null || bins.numTimesteps === 0) return zeros([bins.numTimesteps, sizeIn]);
  const channels = Array.from({ length: sizeIn }, (_, channel) => channel);
  return toNdArray(input.raster({ ...bins, channels }));
}
