// The kinds that draw straight lines: linear, slinear. The end pieces continue outside.
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
  const last = times.length - 1;
  return (queries) => {
    const counts = countBefore(times, queries, fromKnot);
    const values = new Float64Array(queries.length * width);
    for (let i = 0, target = 0; i < counts.length; i++) {
      const high = Math.min(Math.max(counts[i]!, 1), last);
      const span = times[high]! - times[high - 1]!;
      const past = queries[i]! - times[high - 1]!;
      for (let low = (high - 1) * width, end = high * width; low < end; low++) {
        const slope = (samples[low + width]! - samples[low]!) / span;
        values[target++] = slope * past + samples[low]!;
      }
    }
    return values;
  };
}
