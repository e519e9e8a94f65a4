// Finding many query times, a piece of them at a time: what is worked out about a piece is used before the next
// one overwrites it, so it never leaves the processor's cache. Queries without order are put into a rough one
// first: each reads and writes rows that may be anywhere, and in that order all it reads is near by.
import { type Buckets, bucketOf, bucketsOf } from './buckets.ts';
import { locate } from './locate.ts';

/** Some of the queries, and where among the points they are. */
export interface Piece {
  readonly queries: Float64Array;
  /** For each query how many points lie before it, or up to it. To be changed as one likes. */
  readonly counts: Int32Array;
  /** For each query its number among all queries. */
  readonly targets: Int32Array;
}

const PIECE = 1024;

/** Counts for every query the points `<=` it (`inclusive`) or `<` it; NaN counts none. */
export function inPieces(
  points: Float64Array,
  queries: Float64Array,
  inclusive: boolean,
  use: (piece: Piece) => void,
): void {
  const buckets = bucketsOf(points, queries);
  const order = buckets && roughOrder(queries, buckets);
  const size = Math.min(PIECE, queries.length);
  const all: Piece = {
    queries: new Float64Array(size),
    counts: new Int32Array(size),
    targets: new Int32Array(size),
  };
  for (let start = 0; start < queries.length; start += PIECE) {
    const piece = start + size <= queries.length ? all : shortened(all, queries.length - start);
    if (order) collect(queries, order, start, piece);
    else take(queries, start, piece);
    locate(points, piece.queries, inclusive, buckets, piece.counts);
    use(piece);
  }
}

function shortened({ queries, counts, targets }: Piece, length: number): Piece {
  return {
    queries: queries.subarray(0, length),
    counts: counts.subarray(0, length),
    targets: targets.subarray(0, length),
  };
}

function take(queries: Float64Array, start: number, piece: Piece): void {
  for (let i = 0; i < piece.targets.length; i++) {
    piece.targets[i] = start + i;
    piece.queries[i] = queries[start + i]!;
  }
}

function collect(queries: Float64Array, order: Int32Array, start: number, piece: Piece): void {
  for (let i = 0; i < piece.targets.length; i++) {
    const target = order[start + i]!;
    piece.targets[i] = target;
    piece.queries[i] = queries[target]!;
  }
}

const MOST_ZONES = 4096;

/** The numbers of the queries, those in the same of a few thousand zones together. */
function roughOrder(queries: Float64Array, buckets: Buckets): Int32Array {
  const bucketsPerZone = Math.ceil((buckets.last + 1) / MOST_ZONES);
  const ends = new Int32Array(MOST_ZONES + 1);
  const zoneOf = (query: number) => (bucketOf(query, buckets) / bucketsPerZone) | 0;
  for (let i = 0; i < queries.length; i++) ends[zoneOf(queries[i]!) + 1]!++;
  for (let zone = 0; zone < MOST_ZONES; zone++) ends[zone + 1]! += ends[zone]!;
  const order = new Int32Array(queries.length);
  for (let i = 0; i < queries.length; i++) order[ends[zoneOf(queries[i]!)]!++] = i;
  return order;
}
