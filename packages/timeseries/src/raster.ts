// From events to a table of time bins and channels. The loops over all events are in raster-loops.ts.
import { notice, warn } from '@rp/errors';
import { type ArrayInput, type NdArray, numericArrayOf } from '@rp/ndarray';
import { fail } from './error.ts';
import { rows } from './float-rules.ts';
import { fillColumns, mark, tally } from './raster-loops.ts';

export interface RasterOptions {
  /** The width of a bin in seconds. */
  readonly dt: number;
  /** Default: the start of the series. */
  readonly tStart?: number | null | undefined;
  /** Default: the end of the series. Not together with `numTimesteps`. */
  readonly tStop?: number | null | undefined;
  /** The number of bins. */
  readonly numTimesteps?: number | null | undefined;
  /** Column j belongs to the j-th of these. Default: a column for each channel. */
  readonly channels?: ArrayInput | null | undefined;
  /** Count the events in a bin instead of telling whether there are any. Default: false. */
  readonly addEvents?: boolean | null | undefined;
  /** Accepted for the sake of old code, without effect. */
  readonly endpoint?: boolean | undefined;
}

/** Which bins there are. */
export interface Bins {
  readonly dt: number;
  readonly start: number;
  readonly stop: number;
  readonly count: number;
}

/** Works out the bins of a raster of a series that reaches from `start` to `stop`. */
export function binsOf(options: RasterOptions, start: number, stop: number): Bins {
  const { dt, numTimesteps = null } = options;
  if (!(dt > 0)) throw fail('ValueError', 'dt', `a raster needs a positive time step, got ${dt}`);
  const from = options.tStart ?? start;
  if (numTimesteps === null) {
    const to = options.tStop ?? stop;
    return { dt, start: from, stop: to, count: checkedCount(rows((to - from) / dt)) };
  }
  if ((options.tStop ?? null) !== null) {
    throw fail('ValueError', 'raster-stop', 'give a raster either tStop or numTimesteps, not both');
  }
  return { dt, start: from, stop: from + numTimesteps * dt, count: checkedCount(numTimesteps) };
}

function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw fail(
    'ValueError',
    'raster-rows',
    `a raster has a whole number of time steps, 0 or more; got ${count}`,
  );
}

/** For each channel its columns, as linked lists: `first[channel]`, then `next[column]`, until -1. */
export interface Columns {
  readonly count: number;
  readonly first: Int32Array;
  readonly next: Int32Array;
  /** Whether every channel has its own column, in order. */
  readonly areChannels: boolean;
}

/**
 * The columns of a raster. Warns if channels are asked for that the series doesn't have.
 * @throws IndexError for negative channels.
 */
export function columnsFor(
  channels: ArrayInput | null | undefined,
  numChannels: number,
  label: string,
): Columns {
  if (channels === null || channels === undefined) {
    return {
      count: numChannels,
      first: Int32Array.from({ length: numChannels }, (_, c) => c),
      next: new Int32Array(numChannels).fill(-1),
      areChannels: true,
    };
  }
  const wanted = numericArrayOf(channels);
  const first = new Int32Array(numChannels).fill(-1);
  const next = new Int32Array(wanted.length).fill(-1);
  let missing = -1;
  for (let column = wanted.length - 1; column >= 0; column--) {
    const channel = Math.trunc(wanted[column]!);
    if (!(channel >= 0)) {
      throw fail(
        'IndexError',
        'channel-index',
        `a raster cannot show channel ${channel}; channels start at 0`,
      );
    }
    if (channel >= numChannels) missing = Math.max(missing, channel);
    else {
      next[column] = first[channel]!;
      first[channel] = column;
    }
  }
  if (missing >= 0) {
    warn('timeseries', `${label} has ${numChannels} channels; the column of channel ${missing} stays empty`);
  }
  return { count: wanted.length, first, next, areChannels: false };
}

const MAX_ELEMENTS = 2 ** 32;
/** Up to here, with room for rounding, rows and cells can be numbered by 32-bit integers. */
const MAX_INTEGER = 2 ** 30;

/**
 * The raster of events: `Uint8Array` of 0 and 1, or `Int32Array` of counts. An event in the last bin's far
 * edge, where rounding puts it, counts for the last bin.
 */
export function rasterize(
  times: Float64Array,
  channels: Int32Array,
  bins: Bins,
  columns: Columns,
  addEvents: boolean,
): NdArray<Uint8Array | Int32Array> {
  const size = bins.count * columns.count;
  if (size > MAX_ELEMENTS) {
    throw fail(
      'ValueError',
      'raster-size',
      `a raster of ${bins.count} time steps and ${columns.count} columns is too large; read it in parts`,
    );
  }
  const shape = [bins.count, columns.count];
  const isPlain = columns.areChannels && size <= MAX_INTEGER && bins.count <= MAX_INTEGER;
  if (addEvents) {
    const data = new Int32Array(size);
    if (isPlain) tally(times, channels, bins, columns.count, data);
    else fillColumns(times, channels, bins, columns, data, true);
    return { data, shape };
  }
  const data = new Uint8Array(size);
  const crowded = isPlain
    ? mark(times, channels, bins, columns.count, data)
    : fillColumns(times, channels, bins, columns, data, false);
  if (crowded) crowdedNotice();
  return { data, shape };
}

/** Tells the user that a raster of booleans hides events. */
export function crowdedNotice(): void {
  notice('timeseries', 'several events of one channel share a time step; addEvents counts them');
}
