// Interpolating splines of degree 2 and 3 in B-spline form (de Boor, A Practical Guide to Splines, ch. X, XIII).
// The collocation matrix is banded and totally positive, so elimination without pivoting is stable.
import { bisect } from './locate.ts';
import type { Knots, Sampler } from './sampler.ts';

/** Degree 2: the knots lie in the middle between the samples. */
export function quadratic(points: Knots): Sampler {
  const { times } = points;
  const middles = Array.from({ length: times.length - 3 }, (_, j) => (times[j + 1]! + times[j + 2]!) / 2);
  return spline(points, 2, clamped(times, middles, 3));
}

/** Degree 3, not-a-knot: the second sample and the last but one are no knots. */
export function cubic(points: Knots): Sampler {
  const { times } = points;
  return spline(points, 3, clamped(times, [...times.subarray(2, times.length - 2)], 4));
}

/** The end points repeated, so that the spline starts and ends on them. */
function clamped(times: Float64Array, inner: readonly number[], repeat: number): Float64Array {
  const start = new Array<number>(repeat).fill(times[0]!);
  const stop = new Array<number>(repeat).fill(times[times.length - 1]!);
  return Float64Array.from([...start, ...inner, ...stop]);
}

function spline(points: Knots, degree: number, knots: Float64Array): Sampler {
  const { samples, width } = points;
  if (samples.some(Number.isNaN)) {
    return (queries) => new Float64Array(queries.length * width).fill(Number.NaN);
  }
  let coefficients: Float64Array | undefined;
  const basis = new Float64Array(degree + 1);
  return (queries) => {
    coefficients ??= solve(points, degree, knots);
    const values = new Float64Array(queries.length * width);
    for (let i = 0; i < queries.length; i++) {
      const piece = pieceOf(knots, degree, queries[i]!);
      evaluateBasis(knots, degree, piece, queries[i]!, basis);
      for (let k = 0; k <= degree; k++) {
        const source = (piece - degree + k) * width;
        for (let c = 0; c < width; c++) values[i * width + c]! += basis[k]! * coefficients[source + c]!;
      }
    }
    return values;
  };
}

/** The index of the knot that starts the polynomial piece for a query; the end pieces reach outside. */
function pieceOf(knots: Float64Array, degree: number, query: number): number {
  const count = knots.length - degree - 1;
  return bisect(knots, query, true, degree + 1, count) - 1;
}

/** The degree + 1 B-splines that are not zero on a piece, by the Cox–de Boor recursion. */
function evaluateBasis(
  knots: Float64Array,
  degree: number,
  piece: number,
  query: number,
  basis: Float64Array,
): void {
  basis[0] = 1;
  for (let order = 1; order <= degree; order++) {
    let carried = 0;
    for (let k = 0; k < order; k++) {
      const right = knots[piece + k + 1]!;
      const left = knots[piece + k + 1 - order]!;
      const share = basis[k]! / (right - left);
      basis[k] = carried + (right - query) * share;
      carried = (query - left) * share;
    }
    basis[order] = carried;
  }
}

/** The coefficients of the spline that passes through all samples: a banded linear system, one side per channel. */
function solve({ times, samples, width }: Knots, degree: number, knots: Float64Array): Float64Array {
  const count = times.length;
  const band = 2 * degree + 1;
  const matrix = new Float64Array(count * band); // row i holds the columns i - degree … i + degree
  const basis = new Float64Array(degree + 1);
  for (let i = 0; i < count; i++) {
    const piece = pieceOf(knots, degree, times[i]!);
    evaluateBasis(knots, degree, piece, times[i]!, basis);
    for (let k = 0; k <= degree; k++) {
      const offset = piece - degree + k - i + degree;
      if (offset >= 0 && offset < band) matrix[i * band + offset] = basis[k]!;
    }
  }
  const solution = samples.slice();
  eliminate(matrix, solution, count, degree, width);
  return substituteBack(matrix, solution, count, degree, width);
}

function eliminate(
  matrix: Float64Array,
  sides: Float64Array,
  count: number,
  degree: number,
  width: number,
): void {
  const band = 2 * degree + 1;
  for (let pivot = 0; pivot < count; pivot++) {
    for (let row = pivot + 1; row <= Math.min(pivot + degree, count - 1); row++) {
      const shift = row - pivot;
      const factor = matrix[row * band + degree - shift]! / matrix[pivot * band + degree]!;
      if (factor === 0) continue;
      for (let k = degree; k < band; k++)
        matrix[row * band + k - shift]! -= factor * matrix[pivot * band + k]!;
      for (let c = 0; c < width; c++) sides[row * width + c]! -= factor * sides[pivot * width + c]!;
    }
  }
}

function substituteBack(
  matrix: Float64Array,
  sides: Float64Array,
  count: number,
  degree: number,
  width: number,
): Float64Array {
  const band = 2 * degree + 1;
  for (let row = count - 1; row >= 0; row--) {
    const reach = Math.min(degree, count - 1 - row);
    for (let c = 0; c < width; c++) {
      let value = sides[row * width + c]!;
      for (let k = 1; k <= reach; k++)
        value -= matrix[row * band + degree + k]! * sides[(row + k) * width + c]!;
      sides[row * width + c] = value / matrix[row * band + degree]!;
    }
  }
  return sides;
}
