// The same elements in another shape.
import { errorFactory } from '@rp/errors';
import { sizeOf } from './construct.ts';
import type { NdArray, Nested, NumericArray } from './types.ts';

const fail = errorFactory('ndarray');

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/**
 * The same elements (not copied) under another shape.
 * @throws ValueError if the numbers of elements differ.
 */
export function reshape<D extends NumericArray>(array: NdArray<D>, shape: readonly number[]): NdArray<D> {
  if (sizeOf(shape) !== array.data.length) {
    throw fail(
      'ValueError',
      'reshape',
      `cannot reshape ${array.data.length} elements of shape [${array.shape}] to [${shape}]`,
    );
  }
  return { data: array.data, shape: [...shape] };
}

/** An independent copy. */
export function copyArray<D extends NumericArray>(array: NdArray<D>): NdArray<D> {
  return { data: array.data.slice() as D, shape: [...array.shape] };
}

/** Nested lists of numbers, or a single number for shape `[]`. */
export function toNested(array: NdArray): Nested {
  let position = 0;
  const build = (axis: number): Nested =>
    axis === array.shape.length
      ? array.data[position++]!
      : Array.from({ length: array.shape[axis]! }, () => build(axis + 1));
  return build(0);
}

/**
 * Repeats an array to a larger shape by NumPy's rules: trailing axes are aligned, an axis of extent 1 stretches.
 * Returns the input itself where nothing changes.
 * @throws ValueError if the shapes do not fit.
 */
export function broadcastTo(array: NdArray<Float64Array>, shape: readonly number[]): NdArray<Float64Array> {
  if (sameShape(array.shape, shape)) return array;
  const lead = shape.length - array.shape.length;
  const fits =
    lead >= 0 && array.shape.every((extent, axis) => extent === 1 || extent === shape[axis + lead]);
  if (!fits)
    throw fail(
      'ValueError',
      'broadcast',
      `an array of shape [${array.shape}] does not broadcast to [${shape}]`,
    );

  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let axis = array.shape.length - 1; axis >= 0; axis--) {
    if (array.shape[axis] !== 1) strides[axis + lead] = stride;
    stride *= array.shape[axis]!;
  }
  const data = new Float64Array(sizeOf(shape));
  const index = new Array<number>(shape.length).fill(0);
  for (let target = 0, source = 0; target < data.length; target++) {
    data[target] = array.data[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      source += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      source -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { data, shape: [...shape] };
}
