// How RecFSSpikeADS learns: what its slow weights change by, from spike traces and errors of an evolution; and how its
// slow weights are cut to a few levels. Done once per evolution, outside of its steps.
import type { NdArray } from '@rp/ndarray';
import { roundHalfToEven } from './numbers.ts';

type Matrix = NdArray<Float64Array>;

/**
 * The change of `[size][size]` weights: the sum over all rows of `rate ⊗ (error · weightsIn)`, without a diagonal, and
 * so that its elements have a magnitude of 1 on average.
 *
 * @param rates `[count][size]`; `errors` `[count][outputs]`; `weightsIn` `[outputs][size]`.
 */
export function slowWeightChange(rates: Matrix, errors: Matrix, weightsIn: Matrix): Float64Array {
  const [count, size] = rates.shape as [number, number];
  const change = new Float64Array(size * size);
  for (let row = 0; row < count; row++) {
    const fed = fedBack(errors, row, weightsIn);
    for (let i = 0; i < size; i++) {
      const rate = rates.data[row * size + i]!;
      for (let j = 0; j < size; j++) if (i !== j) change[i * size + j]! += rate * fed[j]!;
    }
  }
  const mean = change.reduce((sum, value) => sum + Math.abs(value), 0) / size ** 2;
  return mean > 0 ? change.map((value) => value / mean) : change;
}

function fedBack({ data, shape }: Matrix, row: number, { data: weights, shape: [outputs, size] }: Matrix) {
  const fed = new Float64Array(size!);
  for (let output = 0; output < outputs!; output++) {
    const error = data[row * shape[1]! + output]!;
    for (let j = 0; j < size!; j++) fed[j]! += error * weights[output * size! + j]!;
  }
  return fed;
}

/** Weights rounded to whole multiples of `(max − min) / (levels − 1)`, a half to the even one. */
export function discretised({ data, shape }: Matrix, levels: number): Matrix {
  const range = data.reduce(
    ([low, high], weight) => [Math.min(low, weight), Math.max(high, weight)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  const unit = (range[1] - range[0]) / (levels - 1);
  if (!(unit > 0)) return { data: data.slice(), shape };
  return { data: data.map((weight) => roundHalfToEven(weight / unit) * unit), shape };
}
