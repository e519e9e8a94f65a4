// Weights as a matrix: row = source, column = destination.
import { type ArrayInput, type NdArray, sizeOf, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './error.ts';

/**
 * A copy with two axes; a vector is a single row.
 * @throws TypeError where there are none; ValueError for more than two axes, and for NaN.
 */
export function weightMatrix(weights: ArrayInput | null | undefined): NdArray<Float64Array> {
  if (weights === null || weights === undefined) {
    throw fail(
      'TypeError',
      'weights-missing',
      'a layer needs `weights`, a matrix [sizeIn][size] or a single row',
    );
  }
  const { data, shape } = toNdArray(weights);
  if (shape.length > 2) {
    throw fail(
      'ValueError',
      'weights-axes',
      `weights have at most two axes, got shape [${shape.join(', ')}]`,
    );
  }
  refuseNaN(data);
  const [first = 1, second] = shape;
  return { data: data.slice(), shape: second === undefined ? [1, first] : [first, second] };
}

/**
 * A copy with the shape of the present weights; any shape with as many elements will do.
 * @throws AssertionError for null; ValueError for another number of elements, and for NaN.
 */
export function reshapedWeights(
  weights: ArrayInput | null | undefined,
  shape: readonly number[],
): { readonly weights: NdArray<Float64Array>; readonly wasMatrix: boolean } {
  if (weights === null || weights === undefined) {
    throw fail('AssertionError', 'weights-missing', `weights cannot be ${weights}; assign a matrix instead`);
  }
  const given = toNdArray(weights);
  if (given.data.length !== sizeOf(shape)) {
    throw fail(
      'ValueError',
      'weights-size',
      `weights of this layer have ${sizeOf(shape)} elements (shape [${shape.join(', ')}]), got ${given.data.length} (shape [${given.shape.join(', ')}])`,
    );
  }
  refuseNaN(given.data);
  return { weights: { data: given.data.slice(), shape: [...shape] }, wasMatrix: given.shape.length >= 2 };
}

/** NaN weights would spread through the whole network without a word. */
function refuseNaN(data: Float64Array): void {
  const place = data.findIndex(Number.isNaN);
  if (place < 0) return;
  throw fail('ValueError', 'weights-nan', `weights must be numbers, element ${place} (row-major) is NaN`);
}

/** @throws AssertionError unless there are as many rows as columns; and all that {@link weightMatrix} throws. */
export function squareWeights(weights: ArrayInput, name: string): NdArray<Float64Array> {
  const matrix = weightMatrix(weights);
  const [rows, columns] = matrix.shape;
  if (rows === columns) return matrix;
  throw fail('AssertionError', 'not-square', `${name} must be square, got [${rows}][${columns}]`);
}

/** The weights themselves; a single number is a number of channels, connected one to one with weight 1. */
export function identityOr(weights: ArrayInput): ArrayInput {
  return typeof weights === 'number' ? identity(weights) : weights;
}

function identity(size: number): NdArray<Float64Array> {
  if (!Number.isInteger(size) || size < 1) {
    throw fail(
      'ValueError',
      'weights-size',
      `a number of channels must be a whole number of at least 1, got ${size}`,
    );
  }
  const matrix = zeros([size, size]);
  for (let channel = 0; channel < size; channel++) matrix.data[channel * size + channel] = 1;
  return matrix;
}

/** Square weights that fit input weights with `size` columns. @throws AssertionError for others. */
export function recurrentWeights(weights: ArrayInput, size: number): NdArray<Float64Array> {
  const matrix = squareWeights(weights, 'weightsRec');
  if (matrix.shape[0] === size) return matrix;
  throw fail(
    'AssertionError',
    'weights-size',
    `weightsRec must be [${size}][${size}], as weightsIn has ${size} columns; got [${matrix.shape.join('][')}]`,
  );
}
