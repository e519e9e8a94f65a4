// The kinds that pick one sample: previous, next, nearest, nearest-up, zero.
import { countBefore } from './locate.ts';
import type { Knots, Sampler } from './sampler.ts';

/** The sample at or before the query; nothing (NaN) before the first. */
export function previous(knots: Knots): Sampler {
  return pick(knots, (queries) => {
    const rows = countBefore(knots.times, queries, true);
    for (let i = 0; i < rows.length; i++) rows[i]!--;
    return rows;
  });
}

/** The sample at or after the query; nothing (NaN) after the last. */
export function next(knots: Knots): Sampler {
  return pick(knots, (queries) => {
    const rows = countBefore(knots.times, queries, false);
    for (let i = 0; i < rows.length; i++) if (rows[i] === knots.times.length) rows[i] = -1;
    return rows;
  });
}

/** The nearest sample, the earlier one in the middle. */
export function nearest(knots: Knots): Sampler {
  const middles = midpoints(knots.times);
  return pick(knots, (queries) => countBefore(middles, queries, false));
}

/** The nearest sample, the later one in the middle. */
export function nearestUp(knots: Knots): Sampler {
  const middles = midpoints(knots.times);
  return pick(knots, (queries) => countBefore(middles, queries, true));
}

/** Like {@link previous}, but the first sample also holds before itself. */
export function zero(knots: Knots): Sampler {
  return pick(knots, (queries) => {
    const rows = countBefore(knots.times, queries, true);
    for (let i = 0; i < rows.length; i++) if (rows[i]! > 0) rows[i]!--;
    return rows;
  });
}

/** Halved before they are added, so that they can't overflow. */
function midpoints(times: Float64Array): Float64Array {
  return Float64Array.from({ length: times.length - 1 }, (_, j) => times[j]! / 2 + times[j + 1]! / 2);
}

/** Copies the rows that `locate` names; a negative number or a NaN query gives a row of NaN. */
function pick(knots: Knots, locate: (queries: Float64Array) => Int32Array): Sampler {
  const { samples, width } = knots;
  return (queries) => {
    const rows = locate(queries);
    const values = new Float64Array(queries.length * width);
    for (let i = 0, target = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const query = queries[i]!;
      if (row < 0 || Number.isNaN(query)) {
        values.fill(Number.NaN, target, target + width);
        target += width;
      } else {
        const end = (row + 1) * width;
        for (let source = row * width; source < end; source++) values[target++] = samples[source]!;
      }
    }
    return values;
  };
}
