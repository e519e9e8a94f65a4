// Finding query times among sorted time points. Queries mostly ascend, so each search starts where the last
// one ended and only halves intervals when it has to go far.

const NEAR = 8;

/** For every query the number of points `<=` it (`inclusive`) or `<` it. NaN counts none. */
export function countBefore(points: Float64Array, queries: Float64Array, inclusive: boolean): Int32Array {
  const counts = new Int32Array(queries.length);
  let count = 0;
  for (let i = 0; i < queries.length; i++) {
    count = searchFrom(points, queries[i]!, inclusive, count);
    counts[i] = count;
  }
  return counts;
}

function searchFrom(points: Float64Array, query: number, inclusive: boolean, hint: number): number {
  let low = 0;
  let high = points.length;
  if (hint === 0 || isBefore(points[hint - 1]!, query, inclusive)) {
    const near = Math.min(high, hint + NEAR);
    for (low = hint; low < near; low++) if (!isBefore(points[low]!, query, inclusive)) return low;
  } else {
    high = hint - 1;
  }
  return bisect(points, query, inclusive, low, high);
}

function isBefore(point: number, query: number, inclusive: boolean): boolean {
  return inclusive ? point <= query : point < query;
}

/**
 * The part of sorted times that can lie in a range, as first and end. Where NaN makes the order useless, all.
 */
export function rangeWithin(
  times: Float64Array,
  from: number,
  to: number,
  includeStop: boolean,
): [number, number] {
  if (Number.isNaN(times[0]) || Number.isNaN(times[times.length - 1])) return [0, times.length];
  const first = bisect(times, from, false);
  return [first, Math.max(first, bisect(times, to, includeStop))];
}

/** The number of points before a query, known to lie between `low` and `high`. */
export function bisect(
  points: Float64Array,
  query: number,
  inclusive: boolean,
  low = 0,
  high = points.length,
): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBefore(points[middle]!, query, inclusive)) from = middle + 1;
    else to = middle;
  }
  return from;
}
