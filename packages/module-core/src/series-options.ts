// How the series that a timed module gives back is made.

import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { fail } from './fail.ts';

/** What both kinds of output series take. */
export interface CommonSeriesOptions {
  /** Step of the rows in seconds. Default: the module's. */
  readonly dt?: number | undefined;
  /** Time of the first row in seconds. Default: the module's clock. */
  readonly tStart?: number | undefined;
  /** Default: `Output samples 'name'` or `Output events 'name'`. */
  readonly name?: string | undefined;
  /** Default: false. */
  readonly periodic?: boolean | undefined;
}

export interface ContinuousSeriesOptions extends CommonSeriesOptions {
  /** Default: `previous`. */
  readonly interpKind?: TSContinuous['interpKind'] | undefined;
}

export interface EventSeriesOptions extends CommonSeriesOptions {
  /** Default: the module's output size. */
  readonly numChannels?: number | undefined;
  /** Whether events lie at the beginning of their bin instead of its middle. Default: false. */
  readonly spikesAtBinStart?: boolean | undefined;
}

/** Options of the output series; those of the other kind of series are refused. */
export type SeriesOptions = ContinuousSeriesOptions & EventSeriesOptions;

/** What the module contributes. */
export interface SeriesDefaults {
  readonly dt: number;
  readonly tStart: number;
  readonly sizeOut: number;
  /** In quotes, or empty. */
  readonly moduleName: string;
}

const COMMON = ['dt', 'tStart', 'name', 'periodic'];
const CONTINUOUS = new Set([...COMMON, 'interpKind']);
const EVENT = new Set([...COMMON, 'numChannels', 'spikesAtBinStart']);

export function continuousSeries(
  output: ArrayInput,
  options: ContinuousSeriesOptions,
  defaults: SeriesDefaults,
): TSContinuous {
  requireKnown(options, CONTINUOUS, 'a continuous series');
  const { dt = defaults.dt, tStart = defaults.tStart, periodic = false, interpKind = 'previous' } = options;
  const name = options.name ?? `Output samples ${defaults.moduleName}`.trimEnd();
  const samples = firstBatch(output);
  if (samples.shape[0] === 0) {
    return new TSContinuous({
      numChannels: defaults.sizeOut,
      tStart,
      tStop: tStart,
      periodic,
      name,
      interpKind,
    });
  }
  return TSContinuous.fromClocked(samples, { dt, tStart, periodic, name, interpKind });
}

export function eventSeries(
  output: ArrayInput,
  options: EventSeriesOptions,
  defaults: SeriesDefaults,
): TSEvent {
  requireKnown(options, EVENT, 'an event series');
  const { dt = defaults.dt, tStart = defaults.tStart, periodic = false, spikesAtBinStart = false } = options;
  const name = options.name ?? `Output events ${defaults.moduleName}`.trimEnd();
  const numChannels = options.numChannels ?? defaults.sizeOut;
  const raster = firstBatch(output);
  if (raster.shape[0] === 0) return new TSEvent({ numChannels, tStart, tStop: tStart, periodic, name });
  return TSEvent.fromRaster(raster, { dt, tStart, name, periodic, numChannels, spikesAtBinStart });
}

/** The first batch of (batches, steps, channels); anything else as it is. */
export function firstBatch(output: ArrayInput): NdArray<Float64Array> {
  const array = toNdArray(output);
  const [batches = 0, steps = 0, channels = 0] = array.shape;
  if (array.shape.length !== 3) return array;
  if (batches === 0)
    throw fail('ValueError', 'no-batch', 'an output without batches has no first one to make a series of');
  return { data: array.data.subarray(0, steps * channels), shape: [steps, channels] };
}

function requireKnown(options: object, known: ReadonlySet<string>, what: string): void {
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw fail(
    'TypeError',
    'series-option',
    `${what} has no option \`${unknown}\`; it takes ${[...known].join(', ')}`,
  );
}

export type SeriesClass = typeof TSContinuous | typeof TSEvent;
