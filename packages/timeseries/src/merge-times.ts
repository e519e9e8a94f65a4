// Merging the sorted times of several series into one sorted array, stably: of equal times the earlier series
// comes first. Each time takes a number along. Neighbours are merged in pairs, then those in pairs, and so on;
// series that follow one another already are only put end to end.
import { countUp, gather } from './stable-order.ts';

/** The times of a series, and by how many seconds to delay them (`null` or -0: left as they are, even a -0). */
export interface DelayedTimes {
  readonly times: Float64Array;
  readonly delay: number | null;
}

/** Times, and for each of them its number. */
export interface NumberedTimes {
  readonly times: Float64Array;
  readonly numbers: Int32Array;
}

/** Sorted times, and for each its index in all series put end to end; `null` if that is their order. */
export interface MergedTimes {
  readonly times: Float64Array;
  readonly order: Int32Array | null;
  /** Memory that is of no more use, for what comes next. */
  readonly spare?: Int32Array;
}

/** The times of all series in order, and where they come from. */
export function mergeTimes(list: readonly DelayedTimes[]): MergedTimes {
  const times = endToEnd(list);
  const breaks = breaksOf(list, times);
  if (breaks.length === 0) return { times, order: null };
  const [merged, spare] = mergeAll({ times, numbers: countUp(times.length) }, breaks);
  return { times: merged.times, order: merged.numbers, spare: spare.numbers };
}

/** The times of all series in order, with the numbers that are given for all of them, end to end. */
export function mergeNumbered(list: readonly DelayedTimes[], numbers: Int32Array): NumberedTimes {
  const times = endToEnd(list);
  return mergeAll({ times, numbers }, breaksOf(list, times))[0];
}

function endToEnd(list: readonly DelayedTimes[]): Float64Array {
  const joined = new Float64Array(list.reduce((sum, { times }) => sum + times.length, 0));
  let target = 0;
  for (const { times, delay } of list) {
    if (delay === null || Object.is(delay, -0)) joined.set(times, target);
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

/** The bounds across which times decrease. */
function breaksOf(list: readonly DelayedTimes[], times: Float64Array): number[] {
  return boundsOf(list).filter((bound) => times[bound]! < times[bound - 1]!);
}

/** Merges runs that are separated by `breaks`; gives the result, and arrays that are of no more use. */
function mergeAll(runs: NumberedTimes, breaks: number[]): [merged: NumberedTimes, spare: NumberedTimes] {
  if (breaks.length === 0) return [runs, runs];
  const { length } = runs.times;
  let from = runs;
  let to: NumberedTimes = { times: new Float64Array(length), numbers: new Int32Array(length) };
  for (let left = breaks; left.length > 0; ) {
    left = mergePairs(from, to, left);
    [from, to] = [to, from];
  }
  return [from, to];
}

/** Merges the runs two at a time; gives the breaks that remain. */
function mergePairs(from: NumberedTimes, to: NumberedTimes, breaks: number[]): number[] {
  const end = from.times.length;
  const remaining: number[] = [];
  for (let run = 0; run <= breaks.length; run += 2) {
    const stop = breaks[run + 1] ?? end;
    merge(from, to, breaks[run - 1] ?? 0, breaks[run] ?? end, stop);
    if (stop < end) remaining.push(stop);
  }
  return remaining;
}

/** With fewer elements than this left in a part, merging from both ends isn't worth its preparation. */
const FEW = 8;

/**
 * Merges the sorted parts `start … middle` and `middle … end`: from both ends at once, since each choice has to
 * wait for the one before it, and by calculating which one to take, since nobody can foresee it.
 */
export function merge(
  from: NumberedTimes,
  to: NumberedTimes,
  start: number,
  middle: number,
  end: number,
): void {
  const { times, numbers } = from;
  const { times: toTimes, numbers: toNumbers } = to;
  let [left, right, target] = [start, middle, start];
  let [lastLeft, lastRight, lastTarget] = [middle - 1, end - 1, end - 1];
  for (;;) {
    // So many steps from either end use up neither part.
    let steps = Math.min(lastLeft - left + 1, lastRight - right + 1) >> 1;
    if (steps < FEW) break;
    for (; steps > 0; steps--) {
      const takeRight = +(times[right]! < times[left]!);
      const source = left + (-takeRight & (right - left));
      toTimes[target] = times[source]!;
      toNumbers[target++] = numbers[source]!;
      left += 1 - takeRight;
      right += takeRight;

      const takeLeft = +(times[lastRight]! < times[lastLeft]!);
      const lastSource = lastRight + (-takeLeft & (lastLeft - lastRight));
      toTimes[lastTarget] = times[lastSource]!;
      toNumbers[lastTarget--] = numbers[lastSource]!;
      lastLeft -= takeLeft;
      lastRight -= 1 - takeLeft;
    }
  }
  while (target <= lastTarget) {
    const takeRight = left > lastLeft || (right <= lastRight && times[right]! < times[left]!);
    const source = takeRight ? right++ : left++;
    toTimes[target] = times[source]!;
    toNumbers[target++] = numbers[source]!;
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
  if (!hasEqualNeighbours(times)) return merged;
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

function hasEqualNeighbours(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i] === times[i - 1]) return true;
  return false;
}

function haveSameSeries(first: number, second: number, bounds: readonly number[]): boolean {
  return bounds.findIndex((bound) => bound > first) === bounds.findIndex((bound) => bound > second);
}
