// The order of a delay line's entries in memory: a ring, whose oldest entry is somewhere.
import type { NumericArray } from '@rp/ndarray';

/** The entries of all batch items, `[batch][length][size]`, so that the one at place `by` comes first. */
export function rotated(
  elements: NumericArray,
  { length, size, batch }: { readonly length: number; readonly size: number; readonly batch: number },
  by: number,
): NumericArray {
  const turned = elements.slice();
  const first = length === 0 ? 0 : ((by % length) + length) % length;
  for (let item = 0; item < batch; item++) {
    const start = item * length * size;
    const end = start + length * size;
    const middle = start + first * size;
    turned.set(elements.subarray(middle, end), start);
    turned.set(elements.subarray(start, middle), start + end - middle);
  }
  return turned;
}
