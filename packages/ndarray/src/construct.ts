// From what people write (numbers, nested lists, typed arrays) to { data, shape }.
import { errorFactory } from '@rp/errors';
import type { ArrayInput, NdArray, NumericArray } from './types.ts';

const fail = errorFactory('ndarray');

/** Whether a value is one of the typed arrays of {@link NumericArray}. */
export function isNumericArray(value: unknown): value is NumericArray {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    typeof (value as Float64Array)[0] !== 'bigint'
  );
}

/** Whether a value is a dense `{ data, shape }` array. */
export function isNdArray(value: unknown): value is NdArray {
  return (
    typeof value === 'object' &&
    value !== null &&
    'data' in value &&
    isNumericArray(value.data) &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    !('indptr' in value)
  );
}

/** The number of elements of a shape (1 for `[]`). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** An array of zeros in double precision. */
export function zeros(shape: readonly number[]): NdArray<Float64Array> {
  return { data: new Float64Array(sizeOf(shape)), shape: [...shape] };
}

/**
 * The shape of a value: `[]` for anything that is not an array, the extents otherwise.
 * @throws ValueError for nested lists of unequal lengths.
 */
export function shapeOf(value: unknown): number[] {
  if (isNdArray(value)) return [...value.shape];
  if (isNumericArray(value)) return [value.length];
  if (!Array.isArray(value)) return [];
  if (value.length === 0) return [0];
  const inner = shapeOf(value[0]);
  for (const item of value) {
    const other = shapeOf(item);
    if (other.length !== inner.length || other.some((extent, axis) => extent !== inner[axis])) {
      throw fail(
        'ValueError',
        'ragged',
        `nested lists must have equal lengths, got rows of shape [${inner}] and [${other}]`,
      );
    }
  }
  return [value.length, ...inner];
}

/**
 * Converts a number, nested lists, a typed array or an {@link NdArray} to doubles. Always copies, unless the
 * input is an `NdArray` of doubles, which is returned as it is.
 * @throws ValueError for ragged lists (`ragged`) and for data that doesn't fill its shape (`shape-mismatch`);
 *   TypeError for entries that are not numbers (`not-a-number`), sparse matrices among them.
 */
export function toNdArray(value: ArrayInput): NdArray<Float64Array> {
  if (isNdArray(value)) {
    checkFilled(value);
    return value.data instanceof Float64Array
      ? (value as NdArray<Float64Array>)
      : { data: new Float64Array(value.data), shape: value.shape };
  }
  if (isNumericArray(value)) return { data: new Float64Array(value), shape: [value.length] };
  const shape = shapeOf(value);
  const data = new Float64Array(sizeOf(shape));
  fill(value, data, 0);
  return { data, shape };
}

function checkFilled({ data, shape }: NdArray): void {
  const wrongAxis = shape.findIndex((extent) => !Number.isInteger(extent) || extent < 0);
  if (wrongAxis >= 0) {
    throw fail(
      'ValueError',
      'shape-mismatch',
      `the extents of a shape must be whole numbers from 0, got ${shape[wrongAxis]} at axis ${wrongAxis} of [${shape}]`,
    );
  }
  if (data.length === sizeOf(shape)) return;
  throw fail(
    'ValueError',
    'shape-mismatch',
    `an array of shape [${shape}] must have ${sizeOf(shape)} elements, got ${data.length}; ` +
      'pass the shape that the data has, or reshape it',
  );
}

function fill(value: ArrayInput, data: Float64Array, start: number): number {
  if (typeof value === 'number' || typeof value === 'boolean') {
    data[start] = Number(value);
    return start + 1;
  }
  if (isNdArray(value)) {
    checkFilled(value);
    return fill(value.data, data, start);
  }
  if (isNumericArray(value)) {
    data.set(value, start);
    return start + value.length;
  }
  if (!Array.isArray(value)) {
    throw fail('TypeError', 'not-a-number', `an array entry must be a number, got ${describe(value)}`);
  }
  let next = start;
  for (const item of value) next = fill(item, data, next);
  return next;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object' && 'indptr' in value)
    return 'a sparse matrix; turn it into a dense one (csrToDense)';
  return typeof value === 'string' ? JSON.stringify(value) : typeof value;
}

/** The elements of any array-like value, flattened in row-major order, as doubles. */
export function numericArrayOf(value: ArrayInput): Float64Array {
  return toNdArray(value).data;
}
