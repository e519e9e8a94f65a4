// Putting continuous series together: in time (merge, appendT) and side by side (appendC). These functions
// make the new content; they change nothing.
import { warn } from '@rp/errors';
import { fail } from './error.ts';
import { countUp, countUpIf, gather, stableOrder } from './stable-order.ts';
import { type InPlaceOption, type Offsets, perSeries } from './time-series.ts';
import type { TSContinuous } from './ts-continuous.ts';

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

/** Times, samples and range of a combination. */
export interface Combined {
  readonly timesData: Float64Array;
  readonly samplesData: Float64Array;
  readonly channelCount: number;
  readonly startTime: number;
  readonly stopTime: number;
}

/** All samples of all series, sorted stably by time, within a range that holds all their ranges. */
export function mergeSamples(list: readonly TSContinuous[], removeDuplicates: boolean): Combined {
  const channelCount = commonChannels(list);
  const kept = removeDuplicates ? withoutDuplicates(list) : list.map(({ length }) => countUp(length));
  const total = kept.reduce((sum, rows) => sum + rows.length, 0);
  const times = new Float64Array(total);
  const samples = new Float64Array(total * channelCount);
  let target = 0;
  list.forEach((series, s) => {
    for (const row of kept[s]!) {
      times[target] = series.times[row]!;
      copyRow(series.samples.data, row, samples, target, channelCount);
      target++;
    }
  });
  const order = stableOrder(times);
  return {
    timesData: order ? gather(times, order) : times,
    samplesData: order ? gatherRows(samples, order, channelCount) : samples,
    channelCount,
    startTime: list.reduce((start, series) => Math.min(start, series.tStart), Number.POSITIVE_INFINITY),
    stopTime: list.reduce((stop, series) => Math.max(stop, series.tStop), Number.NEGATIVE_INFINITY),
  };
}

/** The number of channels that all series have, apart from those without channels and times. */
function commonChannels(list: readonly TSContinuous[]): number {
  const receiver = list[0]!;
  const isBlank = (series: TSContinuous) => series.isempty() && series.numChannels === 0;
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

/** For each series the rows whose time doesn't occur in any series before it. */
function withoutDuplicates(list: readonly TSContinuous[]): Int32Array[] {
  const seen = new Set<number>();
  return list.map((series) => {
    const rows = countUpIf(series.length, (i) => !seen.has(series.times[i]!));
    for (const time of series.times) if (!Number.isNaN(time)) seen.add(time);
    return rows;
  });
}

function copyRow(from: Float64Array, row: number, to: Float64Array, target: number, width: number): void {
  for (let c = 0; c < width; c++) to[target * width + c] = from[row * width + c]!;
}

function gatherRows(samples: Float64Array, order: Int32Array, width: number): Float64Array {
  const gathered = new Float64Array(samples.length);
  for (let i = 0; i < order.length; i++) copyRow(samples, order[i]!, gathered, i, width);
  return gathered;
}

/** The series delayed so that each starts when the one before it stops, plus the gap. */
export function oneAfterAnother(
  receiver: TSContinuous,
  others: readonly TSContinuous[],
  offsets: Offsets,
): TSContinuous[] {
  if (Array.isArray(offsets) && offsets.length !== others.length) {
    warn(
      'timeseries',
      `appendT: got ${offsets.length} offsets for ${others.length} series; the rest is left out`,
    );
  }
  let before = receiver;
  let stop = receiver.tStop;
  return perSeries(offsets, others.length).map((offset, i) => {
    const series = others[i]!;
    const gap = offset ?? (series.isempty() ? 0 : medianStep(before.times));
    const delay = gap + stop - series.tStart;
    stop = delay + series.tStop;
    before = series;
    return series.delay(delay);
  });
}

/** The median distance of neighbouring times, 0 for fewer than two. */
function medianStep(times: Float64Array): number {
  if (times.length < 2) return 0;
  const steps = times
    .subarray(1)
    .map((time, i) => time - times[i]!)
    .sort();
  const middle = steps.length >> 1;
  return steps.length % 2 === 1 ? steps[middle]! : (steps[middle - 1]! + steps[middle]!) / 2;
}

/** The receiver's samples with those of the other series, read at the same times, to their right. */
export function sideBySide(
  receiver: TSContinuous,
  other: TSContinuous,
): Pick<Combined, 'samplesData' | 'channelCount'> {
  const left = receiver.numChannels;
  const right = other.numChannels;
  const added = other.call(receiver.times).data;
  const own = receiver.samples.data;
  const samplesData = new Float64Array(own.length + added.length);
  for (let row = 0; row < receiver.length; row++) {
    samplesData.set(own.subarray(row * left, (row + 1) * left), row * (left + right));
    samplesData.set(added.subarray(row * right, (row + 1) * right), row * (left + right) + left);
  }
  return { samplesData, channelCount: left + right };
}
