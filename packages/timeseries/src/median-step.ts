// The median distance of neighbouring times. For long series without putting all distances in order: a sample of them
// tells between which two values the median lies almost surely; only what is between those is looked at.
import { selected } from './select-nth.ts';

const SAMPLE = 1024;
/** Four standard deviations of the place that the median of all has in the sample. */
const MARGIN = 64;
const LONG = 8 * SAMPLE;

/** The median distance of neighbouring times, 0 for fewer than two. */
export function medianStep(times: Float64Array): number {
  const count = times.length - 1;
  if (count < 1) return 0;
  return (
    (count >= LONG ? medianOfLong(times) : null) ?? middleOf(stepsOf(times), count >> 1, count % 2 === 1)
  );
}

function stepsOf(times: Float64Array): Float64Array {
  const steps = new Float64Array(times.length - 1);
  for (let i = 0; i < steps.length; i++) steps[i] = times[i + 1]! - times[i]!;
  return steps;
}

/** The value with that place in the order, or (not `alone`) the mean of it and the one before. Reorders the values. */
function middleOf(values: Float64Array, place: number, alone: boolean): number {
  const high = selected(values, place);
  if (alone) return high;
  // What is left of the selected place is not larger, so the value before it is the largest there.
  return (selected(values.subarray(0, place), place - 1) + high) / 2;
}

/** `null` if the sample was misleading. */
function medianOfLong(times: Float64Array): number | null {
  const count = times.length - 1;
  const [low, high] = limitsOfMedian(times);
  const between = new Float64Array(count);
  const [below, kept] = keepBetween(times, low, high, between);
  const place = (count >> 1) - below;
  const alone = count % 2 === 1;
  if (place < (alone ? 0 : 1) || place >= kept) return null;
  return low === high ? low : middleOf(between.subarray(0, kept), place, alone);
}

/**
 * Puts the distances from `low` to `high` into `between`. Without branches: nobody can foresee where a distance lies,
 * and what is not to be kept is overwritten by the next one.
 */
function keepBetween(
  times: Float64Array,
  low: number,
  high: number,
  between: Float64Array,
): [number, number] {
  let below = 0;
  let kept = 0;
  for (let i = 0; i < between.length; i++) {
    const step = times[i + 1]! - times[i]!;
    between[kept] = step;
    below += +(step < low);
    kept += +(step >= low) & +(step <= high);
  }
  return [below, kept];
}

/** NaN, which no distance is above or below, where distances are NaN. */
function limitsOfMedian(times: Float64Array): [low: number, high: number] {
  const stride = (times.length - 1) / SAMPLE;
  const sample = new Float64Array(SAMPLE);
  for (let i = 0; i < SAMPLE; i++) {
    const place = Math.floor(i * stride);
    sample[i] = times[place + 1]! - times[place]!;
  }
  sample.sort();
  return [sample[SAMPLE / 2 - MARGIN]!, sample[SAMPLE / 2 + MARGIN]!];
}
