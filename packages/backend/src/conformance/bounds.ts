// When a result of one operation is near enough, for dtypes in which a backend doesn't promise equal bits. Only finite
// numbers are compared: such devices may assume that there are no others, and may take subnormal numbers for zero.
import type { Dtype, Tensor } from '@rp/dynamics';

const digits = { float64: 52, float32: 23 } as const;
const smallestNormal = { float64: 2 ** -1022, float32: 2 ** -126 } as const;

/** How far results may lie from the reference: some units in the last place of `scale`, by default of the result. */
export interface Bound {
  readonly ulps: number;
  readonly scale?: ArrayLike<number> | undefined;
}

/** The first element that is too far away, as a sentence; undefined if there is none. */
export function tooFar(
  actual: Tensor,
  expected: Tensor,
  { ulps, scale }: Bound,
  dtype: Dtype,
): string | undefined {
  if (actual.data.length !== expected.data.length) {
    return `has ${actual.data.length} elements, expected ${expected.data.length}`;
  }
  for (let index = 0; index < expected.data.length; index++) {
    const [is, should] = [actual.data[index]!, expected.data[index]!];
    if (!Number.isFinite(should)) continue;
    const size = Math.max(Math.abs(scale?.[index] ?? should), smallestNormal[dtype]);
    const allowed = ulps * size * 2 ** -digits[dtype] + smallestNormal[dtype];
    if (!(Math.abs(is - should) <= allowed)) {
      return `is too far away at ${index}: got ${is}, expected ${should} within ${allowed}`;
    }
  }
  return undefined;
}
