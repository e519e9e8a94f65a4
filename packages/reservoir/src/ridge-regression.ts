// Ridge regression over any number of batches: only the sums `XᵀX` and `XᵀY` are kept, never the samples. The sums are
// compensated (Neumaier's way), so that many batches give what one would.
import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { fail } from './error.ts';

export interface RidgeOptions {
  readonly numInputs: number;
  readonly numTargets: number;
  /** Whether a constant is fitted beside the weights. Default true. */
  readonly bias?: boolean | undefined;
}

export interface RidgeSolution {
  /** `[numInputs][numTargets]`. */
  readonly weights: NdArray<Float64Array>;
  /** `[numTargets]`; zeros without a bias. */
  readonly bias: NdArray<Float64Array>;
}

/** Collects samples, and finds the weights W and the bias b for which `‖XW + b − Y‖² + λ (‖W‖² + ‖b‖²)` is smallest. */
export class RidgeRegression {
  readonly numInputs: number;
  readonly numTargets: number;
  readonly hasBias: boolean;
  /** Samples so far. */
  count = 0;
  private readonly xtx: CompensatedSums;
  private readonly xty: CompensatedSums;

  constructor({ numInputs, numTargets, bias = true }: RidgeOptions) {
    this.numInputs = numInputs;
    this.numTargets = numTargets;
    this.hasBias = bias;
    const rows = numInputs + Number(bias);
    this.xtx = new CompensatedSums(rows * rows);
    this.xty = new CompensatedSums(rows * numTargets);
  }

  /**
   * Adds a batch.
   * @param inputs `[samples][numInputs]`.
   * @param targets `[samples][numTargets]`.
   * @throws ValueError for other shapes, and for samples that aren't finite; nothing is added then.
   */
  add(inputs: ArrayInput, targets: ArrayInput): this {
    const x = samples(inputs, this.numInputs, 'inputs');
    const y = samples(targets, this.numTargets, 'targets');
    if (x.count !== y.count) {
      throw fail('ValueError', 'samples', `${x.count} samples of inputs, but ${y.count} of targets`);
    }
    for (let sample = 0; sample < x.count; sample++) this.addSample(x.data, y.data, sample);
    this.count += x.count;
    return this;
  }

  private addSample(x: Float64Array, y: Float64Array, sample: number): void {
    const { numInputs, numTargets } = this;
    const rows = numInputs + Number(this.hasBias);
    const input = (row: number) => (row < numInputs ? x[sample * numInputs + row]! : 1);
    for (let row = 0; row < rows; row++) {
      const value = input(row);
      if (value === 0) continue;
      for (let column = 0; column <= row; column++) this.xtx.add(row * rows + column, value * input(column));
      for (let target = 0; target < numTargets; target++) {
        this.xty.add(row * numTargets + target, value * y[sample * numTargets + target]!);
      }
    }
  }

  /**
   * The best weights for all samples so far; more can be added later.
   * @param regularize λ, 0 or more: the larger, the smaller the weights.
   * @throws ValueError where the samples don't determine the weights.
   */
  solve(regularize = 0): RidgeSolution {
    if (!(regularize >= 0)) {
      throw fail('ValueError', 'regularize', `regularize must be 0 or more, got ${regularize}`);
    }
    const rows = this.numInputs + Number(this.hasBias);
    const normal = new Matrix(rows, rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column <= row; column++) {
        const sum = this.xtx.at(row * rows + column) + (row === column ? regularize : 0);
        normal.set(row, column, sum);
        normal.set(column, row, sum);
      }
    }
    const solution = solved(normal, this.xty.values(), this.numTargets);
    const split = this.numInputs * this.numTargets;
    const bias = new Float64Array(this.numTargets);
    bias.set(solution.subarray(split));
    return {
      weights: { data: solution.slice(0, split), shape: [this.numInputs, this.numTargets] },
      bias: { data: bias, shape: [this.numTargets] },
    };
  }
}

/** Scaled to ones on the diagonal first, so that inputs of very different size don't look dependent. */
function solved(normal: Matrix, right: Float64Array, columns: number): Float64Array {
  const rows = normal.rows;
  const scale = Array.from({ length: rows }, (_, row) => 1 / Math.sqrt(normal.get(row, row)));
  const scaled = new Matrix(rows, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < rows; column++) {
      scaled.set(row, column, normal.get(row, column) * (scale[row]! * scale[column]!));
    }
  }
  const decomposition = scale.every(Number.isFinite) ? new CholeskyDecomposition(scaled) : undefined;
  if (!isSafe(decomposition, rows)) {
    throw fail(
      'ValueError',
      'undetermined',
      'the samples don’t determine the weights: some inputs are zero throughout, or follow from others; give more varied samples, or regularize above 0',
    );
  }
  const b = new Matrix(rows, columns);
  for (let place = 0; place < right.length; place++) {
    const row = Math.floor(place / columns);
    b.set(row, place % columns, right[place]! * scale[row]!);
  }
  const solution = decomposition.solve(b);
  return right.map((_, place) => {
    const row = Math.floor(place / columns);
    return solution.get(row, place % columns) * scale[row]!;
  });
}

/** Whether all pivots are well above what rounding makes of zero. */
function isSafe(
  decomposition: CholeskyDecomposition | undefined,
  rows: number,
): decomposition is CholeskyDecomposition {
  if (!decomposition?.isPositiveDefinite()) return false;
  const { lowerTriangularMatrix } = decomposition;
  const least = rows * Number.EPSILON * 4;
  return Array.from({ length: rows }, (_, row) => lowerTriangularMatrix.get(row, row) ** 2).every(
    (x) => x > least,
  );
}

function samples(given: ArrayInput, width: number, name: string) {
  const { data, shape } = toNdArray(given);
  const [count = 0, columns = count === 0 ? width : 1] = shape;
  if (shape.length > 2 || columns !== width) {
    throw fail(
      'ValueError',
      'samples',
      `${name} must be [samples][${width}], got shape [${shape.join(', ')}]`,
    );
  }
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd < 0) return { data, count };
  throw fail(
    'ValueError',
    'not-finite',
    `${name} must be finite, sample ${Math.floor(odd / width)} has ${data[odd]}`,
  );
}

/** Sums with the rounding errors of their additions. */
class CompensatedSums {
  private readonly sums: Float64Array;
  private readonly errors: Float64Array;

  constructor(length: number) {
    this.sums = new Float64Array(length);
    this.errors = new Float64Array(length);
  }

  add(place: number, value: number): void {
    const before = this.sums[place]!;
    const after = before + value;
    this.errors[place]! +=
      Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
    this.sums[place] = after;
  }

  at(place: number): number {
    return this.sums[place]! + this.errors[place]!;
  }

  values(): Float64Array {
    return this.sums.map((_, place) => this.at(place));
  }
}
