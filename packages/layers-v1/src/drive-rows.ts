// Dense input for integrators that look at two rows per step: that of the step, and that of the next.
import type { RunInputs } from '@rp/dynamics';
import type { NdArray } from '@rp/ndarray';

/** Rows `[n][m]` as the inputs `input` and `nextInput`; the step after the last one counts as a repetition of it. */
export function twoRowsPerStep({ data, shape }: NdArray<Float64Array>): RunInputs {
  const [count, width] = shape as [number, number];
  const rows = new Float64Array((count + 1) * width);
  rows.set(data);
  if (count > 0) rows.set(data.subarray((count - 1) * width), count * width);
  return {
    input: { data: rows.subarray(0, count * width), shape: [1, count, width] },
    nextInput: { data: rows.subarray(width), shape: [1, count, width] },
  };
}
