// Weight matrices `[pre][post]`: made, checked, scaled.
import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { EigenvalueDecomposition } from 'ml-matrix';
import { fail } from './error.ts';

/** A matrix of doubles, row-major; row = source. */
export type WeightMatrix = NdArray<Float64Array>;

/** A matrix from the number of an element's row and column. */
export function matrixOf(rows: number, columns: number, element: (row: number, column: number) => number) {
  const data = new Float64Array(rows * columns);
  for (let place = 0; place < data.length; place++) {
    data[place] = element(Math.floor(place / columns), place % columns);
  }
  return { data, shape: [rows, columns] };
}

/** The same elements, in an array of their own. @throws AssertionError unless there are two axes. */
export function requireMatrix(weights: ArrayInput, name: string): WeightMatrix {
  const { data, shape } = toNdArray(weights);
  if (shape.length === 2) return { data: data.slice(), shape: [...shape] };
  throw fail('AssertionError', 'not-a-matrix', `${name} must be a matrix, got shape [${shape.join(', ')}]`);
}

/** @throws ValueError unless a whole number of at least `least`. */
export function requireCount(value: number, name: string, least = 1): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw fail('ValueError', 'count', `${name} must be a whole number of at least ${least}, got ${value}`);
}

/**
 * The largest magnitude of the eigenvalues of a square matrix: how much activity grows, or fades, from step to step.
 * @throws AssertionError for one that isn't square.
 */
export function spectralRadius(weights: ArrayInput): number {
  const { data, shape } = requireMatrix(weights, 'weights');
  const [rows, columns] = shape as [number, number];
  if (rows !== columns) {
    throw fail('AssertionError', 'not-square', `weights must be square, got [${rows}][${columns}]`);
  }
  const nested = Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns));
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(nested);
  return realEigenvalues.reduce(
    (largest, real, index) => Math.max(largest, Math.hypot(real, imaginaryEigenvalues[index]!)),
    0,
  );
}

/**
 * The matrix times a factor, so that its {@link spectralRadius} is the given one.
 * @throws ValueError for a matrix whose spectral radius is zero.
 */
export function scaledToRadius(weights: ArrayInput, radius: number): WeightMatrix {
  const { data, shape } = requireMatrix(weights, 'weights');
  const present = spectralRadius({ data, shape });
  if (!(present > 0)) {
    throw fail(
      'ValueError',
      'no-radius',
      `weights with the spectral radius ${present} cannot be scaled to ${radius}; add connections, or leave them as they are`,
    );
  }
  return { data: data.map((weight) => (weight * radius) / present), shape };
}
