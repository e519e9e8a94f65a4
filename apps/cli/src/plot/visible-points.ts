// Thins out a line without changing how it looks: of all samples in a column of pixels, the first, the last, the
// lowest and the highest one remain, and one that is missing (NaN), so that gaps stay gaps.

export interface Point {
  readonly x: number;
  /** Null where the line is interrupted. */
  readonly y: number | null;
}

export interface Window {
  readonly from: number;
  readonly to: number;
  /** The number of pixel columns. */
  readonly columns: number;
}

/**
 * The points of one channel within a window, and the next ones on either side of it.
 * @param times ascending.
 * @param value of the sample with this index.
 */
export function visiblePoints(times: Float64Array, value: (i: number) => number, window: Window): Point[] {
  const first = Math.max(0, firstAtOrAfter(times, window.from) - 1);
  const last = Math.min(times.length - 1, firstAfter(times, window.to));
  if (last - first < 4 * window.columns) return range(first, last).map((i) => pointAt(times, value, i));

  const points: Point[] = [];
  for (let i = first; i <= last; ) {
    const column = columnOf(times[i]!, window);
    const begin = i;
    while (i <= last && columnOf(times[i]!, window) === column) i++;
    for (const index of extremes(value, begin, i - 1)) points.push(pointAt(times, value, index));
  }
  return points;
}

function columnOf(time: number, { from, to, columns }: Window): number {
  return Math.floor(((time - from) / (to - from)) * columns);
}

function extremes(value: (i: number) => number, begin: number, end: number): number[] {
  const kept = new Set([begin, end]);
  let [lowest, highest, missing] = [-1, -1, -1];
  for (let i = begin; i <= end; i++) {
    const y = value(i);
    if (!Number.isFinite(y)) missing = i;
    else {
      if (lowest < 0 || y < value(lowest)) lowest = i;
      if (highest < 0 || y > value(highest)) highest = i;
    }
  }
  for (const index of [lowest, highest, missing]) if (index >= 0) kept.add(index);
  return [...kept].sort((a, b) => a - b);
}

function pointAt(times: Float64Array, value: (i: number) => number, i: number): Point {
  const y = value(i);
  return { x: times[i]!, y: Number.isFinite(y) ? y : null };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** The index of the first time that is not before `time`; the length if there is none. */
export function firstAtOrAfter(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first time after `time`. */
export function firstAfter(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
