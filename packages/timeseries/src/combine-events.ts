// Putting event series together. These functions make the new content; they change nothing.
import { warn } from '@rp/errors';
import { countUpIf, gather, stableOrder } from './stable-order.ts';
import { type InPlaceOption, type Offsets, perSeries } from './time-series.ts';
import type { TSEvent } from './ts-event.ts';

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

/** Events and range of a combination. */
export interface CombinedEvents {
  readonly timesData: Float64Array;
  readonly channelsData: Int32Array;
  readonly channelCount: number;
  readonly startTime: number;
  readonly stopTime: number;
  readonly startIsDefault: false;
}

/** The series with the delays applied; a list of delays of another length is announced and cut. */
export function delayed(others: readonly TSEvent[], delays: Offsets): TSEvent[] {
  announceMismatch('merge', delays, others.length);
  return perSeries(delays, others.length).map((delay, i) => others[i]!.delay(delay ?? 0));
}

/** The series delayed so that each starts when the one before it stops, plus the gap. */
export function eventsOneAfterAnother(
  receiver: TSEvent,
  others: readonly TSEvent[],
  offsets: Offsets,
): TSEvent[] {
  announceMismatch('appendT', offsets, others.length);
  let stop = receiver.tStop;
  return perSeries(offsets, others.length).map((gap, i) => {
    const series = others[i]!;
    const delay = (gap ?? 0) + stop - series.tStart;
    stop = delay + series.tStop;
    return series.delay(delay);
  });
}

function announceMismatch(method: string, offsets: Offsets, count: number): void {
  if (Array.isArray(offsets) && offsets.length !== count) {
    warn('timeseries', `${method}: got ${offsets.length} offsets for ${count} series; the rest is left out`);
  }
}

/** All events of all series in the order of time; of simultaneous events the earlier series comes first. */
export function mergeEvents(list: readonly TSEvent[], removeDuplicates: boolean): CombinedEvents {
  const all = joined(list, () => 0);
  return {
    ...(removeDuplicates ? distinct(all) : inOrder(all)),
    channelCount: Math.max(...list.map(({ numChannels }) => numChannels)),
    ...unionOfRanges(list),
  };
}

/** All events, with the channels of each series numbered on from those before it. */
export function stackChannels(list: readonly TSEvent[]): CombinedEvents {
  let channelCount = 0;
  const all = joined(list, (series) => {
    channelCount += series.numChannels;
    return channelCount - series.numChannels;
  });
  return { ...inOrder(all), channelCount, ...unionOfRanges(list) };
}

interface Events {
  readonly timesData: Float64Array;
  readonly channelsData: Int32Array;
}

function joined(list: readonly TSEvent[], firstChannel: (series: TSEvent) => number): Events {
  const total = list.reduce((sum, { length }) => sum + length, 0);
  const timesData = new Float64Array(total);
  const channelsData = new Int32Array(total);
  let target = 0;
  for (const series of list) {
    const shift = firstChannel(series);
    timesData.set(series.times, target);
    for (const channel of series.channels) channelsData[target++] = channel + shift;
  }
  return { timesData, channelsData };
}

function inOrder(events: Events): Events {
  return reordered(events, stableOrder(events.timesData));
}

function reordered(events: Events, order: Int32Array | null): Events {
  if (order === null) return events;
  return { timesData: gather(events.timesData, order), channelsData: gather(events.channelsData, order) };
}

/** Sorted by time, then channel, each pair once. */
function distinct(events: Events): Events {
  const { timesData, channelsData } = inOrder(reordered(events, stableOrder(events.channelsData)));
  const kept = countUpIf(
    timesData.length,
    (i) => i === 0 || timesData[i] !== timesData[i - 1] || channelsData[i] !== channelsData[i - 1],
  );
  return { timesData: gather(timesData, kept), channelsData: gather(channelsData, kept) };
}

function unionOfRanges(
  list: readonly TSEvent[],
): Pick<CombinedEvents, 'startTime' | 'stopTime' | 'startIsDefault'> {
  return {
    startTime: list.reduce((start, series) => Math.min(start, series.tStart), Number.POSITIVE_INFINITY),
    stopTime: list.reduce((stop, series) => Math.max(stop, series.tStop), Number.NEGATIVE_INFINITY),
    startIsDefault: false,
  };
}
