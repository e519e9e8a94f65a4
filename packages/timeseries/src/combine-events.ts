// Putting event series together. These functions make the new content; they change nothing.
import { mergeNumbered, type NumberedTimes } from './merge-times.ts';
import { type EventRun, mergeTwo } from './merge-two.ts';
import { countUpIf, gather } from './stable-order.ts';
import { announceOffsets, checkNumber, type InPlaceOption, type Offsets, perSeries } from './time-series.ts';

export interface EventMergeOptions extends InPlaceOption {
  /** Seconds by which the other series are delayed: one number, or one for each. Default: 0. */
  readonly delay?: Offsets;
  /** Reduce events of the same time and channel to one. Default: false. */
  readonly removeDuplicates?: boolean | undefined;
}

export interface EventAppendTOptions extends InPlaceOption {
  /** The gap in seconds between the stop of one series and the start of the next. Default: 0. */
  readonly offset?: Offsets;
  /** Reduce events of the same time and channel to one. Default: false. */
  readonly removeDuplicates?: boolean | undefined;
}

/** What is needed of a series here. The arrays are for reading. */
export interface EventPart {
  readonly times: Float64Array;
  readonly channels: Int32Array;
  readonly numChannels: number;
  readonly tStart: number;
  readonly tStop: number;
}

/** Events and range of a combination. */
export interface CombinedEvents {
  readonly times: Float64Array;
  readonly channels: Int32Array;
  readonly channelCount: number;
  readonly startTime: number;
  readonly stopTime: number;
}

/** A series, and how many seconds later it is to be; `null` leaves its times untouched. */
export interface DelayedEvents {
  readonly series: EventPart;
  readonly delay: number | null;
}

export function undelayed(series: EventPart): DelayedEvents {
  return { series, delay: null };
}

/** The series with their delays; a list of delays of another length is announced and cut. */
export function delayed(others: readonly EventPart[], delays: Offsets): DelayedEvents[] {
  announceOffsets('merge', delays, others.length);
  return perSeries(delays, others.length).map((delay, i) => {
    checkNumber('a delay', delay ?? 0);
    return { series: others[i]!, delay: delay ?? 0 };
  });
}

/** The series delayed so that each starts when the one before it stops, plus the gap. */
export function eventsOneAfterAnother(
  receiver: EventPart,
  others: readonly EventPart[],
  offsets: Offsets,
): DelayedEvents[] {
  announceOffsets('appendT', offsets, others.length);
  let stop = receiver.tStop;
  return perSeries(offsets, others.length).map((gap, i) => {
    const series = others[i]!;
    checkNumber('an offset', gap ?? 0);
    const delay = (gap ?? 0) + stop - series.tStart;
    stop = delay + series.tStop;
    return { series, delay };
  });
}

/** All events of all series in the order of time; of simultaneous events the earlier series comes first. */
export function mergeEvents(list: readonly DelayedEvents[], removeDuplicates: boolean): CombinedEvents {
  const all = inOrder(list, () => 0);
  return {
    ...(removeDuplicates ? distinct(all) : all),
    channelCount: Math.max(...list.map(({ series }) => series.numChannels)),
    ...unionOfRanges(list),
  };
}

/** All events, with the channels of each series numbered on from those before it. */
export function stackChannels(list: readonly EventPart[]): CombinedEvents {
  let channelCount = 0;
  const untouched = list.map(undelayed);
  const all = inOrder(untouched, (series) => {
    channelCount += series.numChannels;
    return channelCount - series.numChannels;
  });
  return { ...all, channelCount, ...unionOfRanges(untouched) };
}

type Events = Pick<CombinedEvents, 'times' | 'channels'>;

function inOrder(list: readonly DelayedEvents[], firstChannel: (series: EventPart) => number): Events {
  const runs = list.map(({ series, delay }) => {
    const { times, channels } = series;
    return { times, channels, delay: delay ?? -0, firstChannel: firstChannel(series) };
  });
  const filled = runs.filter(({ times }) => times.length > 0);
  const [one, other, ...more] = filled;
  const areTwo = one && other && more.length === 0 && overlap(one, other);
  const { times, numbers } = areTwo ? mergeTwo(one, other) : mergeAll(filled);
  return { times, channels: numbers };
}

function overlap(one: EventRun, other: EventRun): boolean {
  return other.times[0]! + other.delay < one.times[one.times.length - 1]! + one.delay;
}

function mergeAll(runs: readonly EventRun[]): NumberedTimes {
  const channels = new Int32Array(runs.reduce((sum, { times }) => sum + times.length, 0));
  let start = 0;
  for (const run of runs) {
    putChannels(run.channels, run.firstChannel, channels, start);
    start += run.times.length;
  }
  return mergeNumbered(runs, channels);
}

function putChannels(channels: Int32Array, shift: number, to: Int32Array, start: number): void {
  if (shift === 0) to.set(channels, start);
  else for (let i = 0; i < channels.length; i++) to[start + i] = channels[i]! + shift;
}

/** Sorted by time, then channel, each pair once. */
function distinct({ times, channels }: Events): Events {
  sortSimultaneous(times, channels);
  const kept = countUpIf(
    times.length,
    (i) => i === 0 || times[i] !== times[i - 1] || channels[i] !== channels[i - 1],
  );
  return { times: gather(times, kept), channels: gather(channels, kept) };
}

/** Sorts the events of each time by channel, in place. */
function sortSimultaneous(times: Float64Array, channels: Int32Array): void {
  let start = 0;
  for (let end = 1; end <= times.length; end++) {
    if (end < times.length && times[end] === times[start]) continue;
    if (end - start > 1) channels.subarray(start, end).sort();
    start = end;
  }
}

function unionOfRanges(list: readonly DelayedEvents[]): Pick<CombinedEvents, 'startTime' | 'stopTime'> {
  return {
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
