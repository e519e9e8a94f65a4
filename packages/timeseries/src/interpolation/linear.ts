// The kinds that draw straight lines: linear, slinear. The end pieces continue outside.
import { BLOCK, touchRows } from '../gather-rows.ts';
import { countBefore } from './locate.ts';
import type { Knots, Sampler } from './sampler.ts';

/** On a knot the piece that ends there counts. */
export function linear(knots: Knots): Sampler {
  return lines(knots, false);
}

/** On a knot the piece that starts there counts: the same line, but another one where samples are NaN. */
export function slinear(knots: Knots): Sampler {
  return lines(knots, true);
}

function lines({ times, samples, width }: Knots, fromKnot: boolean): Sampler {
  return (queries) => {
    const pieces = countBefore(times, queries, fromKnot);
    for (let i = 0; i < pieces.length; i++)
      pieces[i] = Math.min(Math.max(pieces[i]!, 1), times.length - 1) - 1;
    const values = new Float64Array(queries.length * width);
    for (let start = 0; start < queries.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, queries.length);
      // See gatherRows: fetched together, and overwritten at once.
      if (width > 0) values[start * width] = touchRows(samples, pieces, start, end, width, 2 * width);
      for (let i = start; i < end; i++) {
        const piece = pieces[i]!;
        const span = times[piece + 1]! - times[piece]!;
        drawLine(samples, piece * width, span, queries[i]! - times[piece]!, values, i * width, width);
      }
    }
    return values;
  };
}

/** One row of values: `past` seconds after the row at `source`, on the line to the row after it. */
function drawLine(
  samples: Float64Array,
  source: number,
  span: number,
  past: number,
  values: Float64Array,
  target: number,
  width: number,
): void {
  for (let c = 0; c < width; c++) {
    const left = samples[source + c]!;
    values[target + c] = ((samples[source + width + c]! - left) / span) * past + left;
  }
}
