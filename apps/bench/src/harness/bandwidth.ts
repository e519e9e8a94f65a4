// How fast this machine copies, to compare with: memory is the bound that no program gets past.
import { median } from './measure.ts';

const BYTES = 64 * 2 ** 20;
const ROUNDS = 9;

/** Bytes read and written per millisecond while a large array is copied; the median of some copies. */
export function copyBandwidth(): number {
  const from = new Float64Array(BYTES / 8).fill(1);
  const to = new Float64Array(BYTES / 8);
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    to.set(from);
    return performance.now() - start;
  });
  return (2 * BYTES) / median(times);
}
