// The kinds that pick one sample: previous, next, nearest, nearest-up, zero.
import { gatherRows } from '../gather-rows.ts';
import { inPieces } from './pieces.ts';
import type { Knots, Sampler } from './sampler.ts';

/** The sample at or before the query; nothing (NaN) before the first. */
export function previous(knots: Knots): Sampler {
  return pick(knots, knots.times, true, (counts) => {
    for (let i = 0; i < counts.length; i++) counts[i]!--;
  });
}

/** The sample at or after the query; nothing (NaN) after the last. */
export function next(knots: Knots): Sampler {
  return pick(knots, knots.times, false, (counts) => {
    for (let i = 0; i < counts.length; i++) if (counts[i] === knots.times.length) counts[i] = -1;
  });
}

/** The nearest sample, the earlier one in the middle. */
export function nearest(knots: Knots): Sampler {
  return pick(knots, midpoints(knots.times), false);
}

/** The nearest sample, the later one in the middle. */
export function nearestUp(knots: Knots): Sampler {
  return pick(knots, midpoints(knots.times), true);
}

/** Like {@link previous}, but the first sample also holds before itself. */
export function zero(knots: Knots): Sampler {
  return pick(knots, knots.times, true, (counts) => {
    for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) counts[i]!--;
  });
}

/** Halved before they are added, so that they can't overflow. */
function midpoints(times: Float64Array): Float64Array {
  const middles = new Float64Array(times.length - 1);
  for (let j = 0; j < middles.length; j++) middles[j] = times[j]! / 2 + times[j + 1]! / 2;
  return middles;
}

/**
 * Copies for each query the row that is named by how many points lie before it, or up to it (`inclusive`), or by what
 * `toRows` makes of that. A negative number or a NaN query gives a row of NaN.
 */
function pick(
  { samples, width }: Knots,
  points: Float64Array,
  inclusive: boolean,
  toRows?: (counts: Int32Array) => void,
): Sampler {
  return (asked) => {
    const values = new Float64Array(asked.length * width);
    inPieces(points, asked, inclusive, ({ queries, counts, targets }) => {
      toRows?.(counts);
      for (let i = 0; i < counts.length; i++) if (Number.isNaN(queries[i]!)) counts[i] = -1;
      gatherRows(samples, counts, width, values, targets);
    });
    return values;
  };
}
