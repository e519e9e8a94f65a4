// What all interpolation kinds share: the knots they work on, and how results outside of them are filled in.

/** The samples of a series, as interpolation sees them. */
export interface Knots {
  /** At least two times, not decreasing. */
  readonly times: Float64Array;
  /** Row-major, one row of `width` per time. */
  readonly samples: Float64Array;
  readonly width: number;
}

/** The values for queries before the first and after the last knot, one per channel. */
export interface Fill {
  readonly below: Float64Array;
  readonly above: Float64Array;
}

/** Values at the queries, one row of `width` per query. */
export type Sampler = (queries: Float64Array) => Float64Array;

/** Overwrites the rows of queries outside the knots by the fill values. */
export function fillOutside(values: Float64Array, queries: Float64Array, knots: Knots, fill: Fill): void {
  const first = knots.times[0]!;
  const last = knots.times[knots.times.length - 1]!;
  for (let i = 0; i < queries.length; i++) {
    const query = queries[i]!;
    if (query < first) values.set(fill.below, i * knots.width);
    else if (query > last) values.set(fill.above, i * knots.width);
  }
}
