// How a periodic series continues outside its range.
import { fail } from './error.ts';
import { gather, stableOrder } from './stable-order.ts';

/** A period-by-period continuation: which element, shifted by which whole number of periods. */
export interface Extension {
  /** The shifted times, in order. */
  readonly times: Float64Array;
  /** For each of them the index of the original. */
  readonly source: Int32Array;
}

const MAX_EXTENDED = 2 ** 29;

/**
 * The times of all periods that touch [from, to], each `t + (duration * period)`.
 * Periods that lie outside altogether are left out, which changes nothing once the range is applied.
 */
export function extendPeriodically(
  times: Float64Array,
  tStart: number,
  tStop: number,
  from: number,
  to: number,
): Extension {
  const duration = tStop - tStart;
  const after = to > tStop ? Math.ceil((to - tStart) / duration) : 1;
  const before = from < tStart ? Math.ceil((tStart - from) / duration) : 0;
  const first = Math.max(-before, Math.floor((from - tStop) / duration) - 1);
  const last = Math.min(after - 1, Math.ceil((to - tStart) / duration) + 1);
  const periods = Math.max(0, last - first + 1);
  const total = periods * times.length;
  if (!(total <= MAX_EXTENDED)) {
    throw fail(
      'ValueError',
      'periodic-extension',
      `the range from ${from} to ${to} holds ${periods} periods of ${duration} s, which is too many; ask for a shorter range`,
    );
  }
  const extended = new Float64Array(total);
  const source = new Int32Array(total);
  for (let period = first, target = 0; period <= last; period++) {
    const shift = duration * period;
    for (let i = 0; i < times.length; i++, target++) {
      extended[target] = times[i]! + shift;
      source[target] = i;
    }
  }
  // Where one period meets the next, rounding can swap two times.
  const order = stableOrder(extended);
  return order
    ? { times: gather(extended, order), source: gather(source, order) }
    : { times: extended, source };
}
