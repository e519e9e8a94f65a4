// The kinds that pick one sample: previous, next, nearest, nearest-up, zero.
import { gatherRows } from '../gather-rows.ts';
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
  const middles = new Float64Array(times.length - 1);
  for (let j = 0; j < middles.length; j++) middles[j] = times[j]! / 2 + times[j + 1]! / 2;
  return middles;
}

/** Copies the rows that `locate` names; a negative number or a NaN query gives a row of NaN. */
function pick({ samples, width }: Knots, locate: (queries: Float64Array) => Int32Array): Sampler {
  return (queries) => {
    const rows = locate(queries);
    for (let i = 0; i < rows.length; i++) if (Number.isNaN(queries[i]!)) rows[i] = -1;
    const values = new Float64Array(queries.length * width);
    gatherRows(samples, rows, width, values);
    return values;
  };
}
