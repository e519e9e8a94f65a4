// Putting continuous series together: in time (merge, appendT) and side by side (appendC). These functions
// make the new content; they change nothing.
import type { NdArray } from '@rp/ndarray';
import { fail } from './error.ts';
import { copyRow } from './gather-rows.ts';
import { medianStep } from './median-step.ts';
import { boundsOf, mergeTimes, placesOf, withoutRepeats } from './merge-times.ts';
import { announceOffsets, checkNumber, type InPlaceOption, type Offsets, perSeries } from './time-series.ts';

export interface MergeOptions extends InPlaceOption {
  /** Drop time points of a series that an earlier series also has. Default: true. */
  readonly removeDuplicates?: boolean | undefined;
}

export interface AppendTOptions extends InPlaceOption {
  /**
   * The gap in seconds between the stop of one series and the start of the next. Default: the median distance
   * of the time points of the series before.
   */
  readonly offset?: Offsets;
}

/** What is needed of a series here. The arrays are for reading. */
export interface SignalPart {
  readonly times: Float64Array;
  readonly samples: Float64Array;
  readonly numChannels: number;
  readonly tStart: number;
  readonly tStop: number;
}

/** Times, samples and range of a combination. */
export interface Combined {
  readonly times: Float64Array;
  readonly samples: Float64Array;
  readonly channelCount: number;
  readonly startTime: number;
  readonly stopTime: number;
}

/** A series, and how many seconds later it is to be; `null` leaves its times untouched. */
export interface DelayedSignal {
  readonly series: SignalPart;
  readonly delay: number | null;
}

export function undelayed(series: SignalPart): DelayedSignal {
  return { series, delay: null };
}

/** All samples of all series, sorted stably by time, within a range that holds all their ranges. */
export function mergeSamples(list: readonly DelayedSignal[], removeDuplicates: boolean): Combined {
  const channelCount = commonChannels(list.map(({ series }) => series));
  const all = list.map(({ series, delay }) => ({ times: series.times, delay }));
  const bounds = boundsOf(all);
  const merged = mergeTimes(all);
  const kept = removeDuplicates ? withoutRepeats(merged, bounds) : merged;
  const { times } = kept;
  const places = placesOf(kept, bounds[list.length]!);
  const samples = new Float64Array(times.length * channelCount);
  list.forEach(({ series }, i) => {
    moveRows(series.samples, channelCount, samples, places, bounds[i]!);
  });
  return {
    times,
    samples,
    channelCount,
    startTime: list.reduce(
      (start, entry) => Math.min(start, entry.series.tStart + (entry.delay ?? 0)),
      Infinity,
    ),
    stopTime: list.reduce(
      (stop, entry) => Math.max(stop, entry.series.tStop + (entry.delay ?? 0)),
      -Infinity,
    ),
  };
}

/** Writes rows from `start` on, or to the places that are listed from `start` on (-1: nowhere). */
function moveRows(
  rows: Float64Array,
  width: number,
  to: Float64Array,
  places: Int32Array | null,
  start: number,
): void {
  if (places === null) {
    to.set(rows, start * width);
    return;
  }
  const count = width === 0 ? 0 : rows.length / width;
  for (let row = 0; row < count; row++) {
    const place = places[start + row]!;
    if (place >= 0) copyRow(rows, row * width, to, place * width, width);
  }
}

/** The number of channels that all series have, apart from those without channels and times. */
function commonChannels(list: readonly SignalPart[]): number {
  const receiver = list[0]!;
  const isBlank = (series: SignalPart) => series.times.length === 0 && series.numChannels === 0;
  const count = isBlank(receiver)
    ? Math.max(...list.map(({ numChannels }) => numChannels))
    : receiver.numChannels;
  const misfit = list.find((series) => !isBlank(series) && series.numChannels !== count);
  if (misfit === undefined) return count;
  throw fail(
    'ValueError',
    'merge-channels',
    `series of ${count} and of ${misfit.numChannels} channels cannot be merged; they need the same number of channels`,
  );
}

/** The series delayed so that each starts when the one before it stops, plus the gap. */
export function oneAfterAnother(
  receiver: SignalPart,
  others: readonly SignalPart[],
  offsets: Offsets,
): DelayedSignal[] {
  announceOffsets('appendT', offsets, others.length);
  let before = receiver;
  let stop = receiver.tStop;
  return perSeries(offsets, others.length).map((offset, i) => {
    const series = others[i]!;
    const gap = offset ?? (series.times.length === 0 ? 0 : medianStep(before.times));
    const delay = gap + stop - series.tStart;
    stop = delay + series.tStop;
    before = series;
    checkNumber('a delay', delay);
    return { series, delay };
  });
}

/** The rows of two matrices side by side. */
export function sideBySide(left: NdArray<Float64Array>, right: NdArray<Float64Array>): NdArray<Float64Array> {
  const [rows, leftWidth] = left.shape as [number, number];
  const rightWidth = right.shape[1]!;
  const width = leftWidth + rightWidth;
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    copyRow(left.data, row * leftWidth, data, row * width, leftWidth);
    copyRow(right.data, row * rightWidth, data, row * width + leftWidth, rightWidth);
  }
  return { data, shape: [rows, width] };
}
