// "One for all, or one each": how parameters reach the size that a layer needs.
import { type ArrayInput, type NdArray, sizeOf, toNdArray } from '@rp/ndarray';
import { describe, fail } from './error.ts';
import { withoutNaN } from './numbers.ts';

/**
 * An array of the given shape: a single element is repeated, as many elements as the shape has are reshaped.
 * The result is always a copy.
 * @throws AssertionError for any other number of elements.
 */
export function expandToShape(
  value: ArrayInput,
  shape: readonly number[],
  name: string,
): NdArray<Float64Array> {
  const { data } = toNdArray(value);
  const size = sizeOf(shape);
  if (data.length === 1) return { data: new Float64Array(size).fill(data[0]!), shape: [...shape] };
  if (data.length === size) return { data: data.slice(), shape: [...shape] };
  throw fail(
    'AssertionError',
    'size',
    `${name} must have one element or ${size} (shape [${shape.join(', ')}]), got ${data.length}`,
  );
}

/**
 * The same for numbers that must be given.
 * @throws also AssertionError for null; ValueError for NaN.
 */
export function oneEach(
  value: ArrayInput | null | undefined,
  shape: readonly number[],
  name: string,
): NdArray<Float64Array> {
  if (value !== null && value !== undefined) return withoutNaN(expandToShape(value, shape, name), name);
  throw fail(
    'AssertionError',
    'null',
    `${name} cannot be ${describe(value)}; give a number, or a list of them`,
  );
}
