// Merging the sorted times of several series into one sorted array, stably: of equal times the earlier series
// comes first. Neighbours are merged in pairs, then those in pairs, and so on; series that follow one another
// already are only put end to end.
import { gather } from './stable-order.ts';

/** The times of a series, and by how many seconds to delay them (`null`: left as they are, even a -0). */
export interface DelayedTimes {
  readonly times: Float64Array;
  readonly delay: number | null;
}

export interface MergedTimes {
  readonly times: Float64Array;
  /** For each of them its index in all series put end to end; `null` if that is their order. */
  readonly order: Int32Array | null;
  /** Memory that is of no more use, for what comes next. */
  readonly spare?: Int32Array;
}

export function mergeTimes(list: readonly DelayedTimes[]): MergedTimes {
  let from: MergedTimes = { times: endToEnd(list), order: null };
  let breaks = boundsOf(list).filter((bound) => from.times[bound]! < from.times[bound - 1]!);
  if (breaks.length === 0) return from;
  let spareTimes: Float64Array = new Float64Array(from.times.length);
  let spareOrder: Int32Array | null = null;
  while (breaks.length > 0) {
    const to = { times: spareTimes, order: spareOrder ?? new Int32Array(spareTimes.length) };
    breaks = mergePairs(from, to, breaks);
    spareTimes = from.times;
    spareOrder = from.order;
    from = to;
  }
  return { ...from, spare: new Int32Array(spareTimes.buffer, 0, spareTimes.length) };
}

function endToEnd(list: readonly DelayedTimes[]): Float64Array {
  const joined = new Float64Array(list.reduce((sum, { times }) => sum + times.length, 0));
  let target = 0;
  for (const { times, delay } of list) {
    if (delay === null) joined.set(times, target);
    else for (let i = 0; i < times.length; i++) joined[target + i] = times[i]! + delay;
    target += times.length;
  }
  return joined;
}

/** Where each series starts when they are put end to end, and the end. */
export function boundsOf(list: readonly { readonly times: Float64Array }[]): number[] {
  const bounds = [0];
  for (const { times } of list) bounds.push(bounds[bounds.length - 1]! + times.length);
  return bounds;
}

/** Merges runs that are separated by `breaks`, two at a time; gives the breaks that remain. */
function mergePairs(from: MergedTimes, to: MergedTimes & { order: Int32Array }, breaks: number[]): number[] {
  const end = from.times.length;
  const remaining: number[] = [];
  for (let run = 0; run <= breaks.length; run += 2) {
    const stop = breaks[run + 1] ?? end;
    merge(from, to, breaks[run - 1] ?? 0, breaks[run] ?? end, stop);
    if (stop < end) remaining.push(stop);
  }
  return remaining;
}

/** Merges the sorted parts `start … middle` and `middle … end`. */
function merge(
  { times, order }: MergedTimes,
  to: { readonly times: Float64Array; readonly order: Int32Array },
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let target = start; target < end; target++) {
    const takeRight = left >= middle || (right < end && times[right]! < times[left]!);
    const source = takeRight ? right++ : left++;
    to.times[target] = times[source]!;
    to.order[target] = order === null ? source : order[source]!;
  }
}

/** Where each index of all series put end to end went, -1 if nowhere; `null` if they are as they were. */
export function placesOf({ order, spare }: MergedTimes, count: number): Int32Array | null {
  if (order === null) return null;
  const places = spare?.length === count ? spare : new Int32Array(count);
  if (order.length < count) places.fill(-1);
  for (let i = 0; i < order.length; i++) places[order[i]!] = i;
  return places;
}

/** Without the times that a series has in common with an earlier one; repetitions within one series stay. */
export function withoutRepeats(merged: MergedTimes, bounds: readonly number[]): MergedTimes {
  const { times, order } = merged;
  const kept = new Int32Array(times.length);
  let count = 0;
  let first = 0; // of the times that are equal to the present one
  for (let i = 0; i < times.length; i++) {
    if (times[i] !== times[first]) first = i;
    const isRepeat = first !== i && !haveSameSeries(order?.[first] ?? first, order?.[i] ?? i, bounds);
    if (!isRepeat) kept[count++] = i;
  }
  if (count === times.length) return merged;
  const rest = kept.subarray(0, count);
  return { times: gather(times, rest), order: order ? gather(order, rest) : rest };
}

function haveSameSeries(first: number, second: number, bounds: readonly number[]): boolean {
  return bounds.findIndex((bound) => bound > first) === bounds.findIndex((bound) => bound > second);
}
