// Finding query times among sorted time points. Queries that mostly ascend are found by walking on from the last
// one; many queries without order are found through a table of equally wide buckets (see buckets.ts).
import { type Buckets, bucketOf } from './buckets.ts';

/** How far to walk before intervals are halved instead. */
const NEAR = 8;

/** Puts into `counts` for every query the number of points `<=` it (`inclusive`) or `<` it. NaN counts none. */
export function locate(
  points: Float64Array,
  queries: Float64Array,
  inclusive: boolean,
  buckets: Buckets | null,
  counts: Int32Array,
): void {
  if (buckets) lookUp(points, queries, inclusive, buckets, counts);
  else if (inclusive) walkUpTo(points, queries, counts);
  else walkBelow(points, queries, counts);
}
/** The number of points `<=` each query. The same as {@link walkBelow} but for one comparison: a hot loop. */
function walkUpTo(points: Float64Array, queries: Float64Array, counts: Int32Array): void {
  let count = 0;
  for (let i = 0; i < queries.length; i++) {
    const query = queries[i]!;
    if (count > 0 && !(points[count - 1]! <= query)) count = bisect(points, query, true, 0, count - 1);
    const near = Math.min(points.length, count + NEAR);
    while (count < near && points[count]! <= query) count++;
    if (count === near && near < points.length) count = bisect(points, query, true, near);
    counts[i] = count;
  }
}

/** The number of points `<` each query. */
function walkBelow(points: Float64Array, queries: Float64Array, counts: Int32Array): void {
  let count = 0;
  for (let i = 0; i < queries.length; i++) {
    const query = queries[i]!;
    if (count > 0 && !(points[count - 1]! < query)) count = bisect(points, query, false, 0, count - 1);
    const near = Math.min(points.length, count + NEAR);
    while (count < near && points[count]! < query) count++;
    if (count === near && near < points.length) count = bisect(points, query, false, near);
    counts[i] = count;
  }
}

function lookUp(
  points: Float64Array,
  queries: Float64Array,
  inclusive: boolean,
  buckets: Buckets,
  counts: Int32Array,
): void {
  const { starts } = buckets;
  for (let i = 0; i < queries.length; i++) {
    const query = queries[i]!;
    const bucket = bucketOf(query, buckets);
    let count = starts[bucket]!;
    const end = starts[bucket + 1]!;
    if (end - count > NEAR) count = bisect(points, query, inclusive, count, end);
    else if (inclusive) while (count < end && points[count]! <= query) count++;
    else while (count < end && points[count]! < query) count++;
    counts[i] = count;
  }
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
