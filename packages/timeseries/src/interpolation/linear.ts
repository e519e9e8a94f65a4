// The kinds that draw straight lines: linear, slinear. The end pieces continue outside.
import { inPieces, type Piece } from './pieces.ts';
import type { Knots, Sampler } from './sampler.ts';

/** On a knot the piece that ends there counts. */
export function linear(knots: Knots): Sampler {
  return lines(knots, false);
}

/** On a knot the piece that starts there counts: the same line, but another one where samples are NaN. */
export function slinear(knots: Knots): Sampler {
  return lines(knots, true);
}

function lines(knots: Knots, fromKnot: boolean): Sampler {
  return (asked) => {
    const values = new Float64Array(asked.length * knots.width);
    inPieces(knots.times, asked, fromKnot, (piece) => drawLines(knots, piece, values));
    return values;
  };
}

function drawLines(
  { times, samples, width }: Knots,
  { queries, counts, targets }: Piece,
  values: Float64Array,
): void {
  const lastLine = times.length - 2;
  for (let i = 0; i < counts.length; i++) {
    const line = Math.min(Math.max(counts[i]! - 1, 0), lastLine);
    const from = times[line]!;
    const span = times[line + 1]! - from;
    drawLine(samples, line * width, span, queries[i]! - from, values, targets[i]! * width, width);
  }
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
