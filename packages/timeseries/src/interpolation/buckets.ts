// A table over sorted time points, for many queries in any order: where the points of each of many equally wide
// buckets start. Rounding cannot mislead it: points and queries are put into buckets by the same rounded formula,
// which never decreases, so a point in an earlier bucket than a query is before the query.

/** Bucket b holds the points from `starts[b]` up to `starts[b + 1]`. */
export interface Buckets {
  readonly starts: Int32Array;
  readonly origin: number;
  readonly scale: number;
  /** The number of the last bucket. */
  readonly last: number;
}

/** A table costs about as much as this share of the points has queries. */
const QUERIES_PER_POINT = 1 / 16;
const FEWEST_QUERIES = 4096;
const POINTS_PER_BUCKET = 2;

/** A table, where it is worth its cost: for many queries that are not in order; `null` otherwise. */
export function bucketsOf(points: Float64Array, queries: Float64Array): Buckets | null {
  const few = queries.length < Math.max(FEWEST_QUERIES, points.length * QUERIES_PER_POINT);
  if (few || !areJumpy(queries)) return null;
  const origin = points[0]!;
  const count = Math.max(1, Math.floor(points.length / POINTS_PER_BUCKET));
  const scale = count / (points[points.length - 1]! - origin);
  return Number.isFinite(origin * scale) && scale > 0 ? fill(points, origin, scale, count) : null;
}

/** The bucket of a query; NaN is in the first. */
export function bucketOf(query: number, { origin, scale, last }: Buckets): number {
  const place = (query - origin) * scale;
  return place > 0 ? (place < last ? place | 0 : last) : 0;
}

/** Whether many queries are earlier than the one before. */
function areJumpy(queries: Float64Array): boolean {
  let descents = 0;
  for (let i = 1; i < queries.length; i++) if (queries[i]! < queries[i - 1]!) descents++;
  return descents > queries.length / 16;
}

function fill(points: Float64Array, origin: number, scale: number, count: number): Buckets | null {
  const last = count - 1;
  const starts = new Int32Array(count + 1);
  let filled = 0;
  for (let i = 0; i < points.length; i++) {
    const place = (points[i]! - origin) * scale;
    if (!(place >= 0)) return null; // a NaN among the points
    const bucket = place < last ? Math.floor(place) : last;
    while (filled < bucket) starts[++filled] = i;
  }
  while (filled < count) starts[++filled] = points.length;
  return { starts, origin, scale, last };
}
