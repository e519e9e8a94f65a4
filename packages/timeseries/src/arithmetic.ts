// Arithmetic of samples with a number, an array or other samples: the formulas, the treatment of NaN, and
// how shapes are brought together.
import { type ArrayInput, broadcastTo, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './error.ts';
import { fdiv } from './float-rules.ts';
import { pow } from './power.ts';

type Formula = (x: number, o: number) => number;

interface Operation {
  readonly formula: Formula;
  /** Whether the operand may have more channels than the series. */
  readonly widens?: boolean;
}

/** A NaN on one side counts as 0. */
const nanAsZero =
  (formula: Formula): Formula =>
  (x, o) => {
    if (Number.isNaN(x)) return Number.isNaN(o) ? Number.NaN : formula(0, o);
    return Number.isNaN(o) ? formula(x, 0) : formula(x, o);
  };

/** A NaN on either side gives NaN, whatever the formula makes of it. */
const nanStays =
  (formula: Formula): Formula =>
  (x, o) =>
    Number.isNaN(x) || Number.isNaN(o) ? Number.NaN : formula(x, o);

const add = nanAsZero((x, o) => x + o);
const subtract = nanAsZero((x, o) => x - o);

/** x is the sample, o the operand. */
const operations = {
  add: { formula: add },
  sub: { formula: subtract },
  mul: { formula: (x, o) => x * o, widens: true },
  div: { formula: (x, o) => x / o },
  floordiv: { formula: nanStays(fdiv) },
  pow: { formula: nanStays(pow) },
  rsub: { formula: (x, o) => -subtract(x, o) },
  rdiv: { formula: (x, o) => (1 / x) * o, widens: true },
  rfloordiv: { formula: nanStays((x, o) => fdiv(o, x)) },
  rpow: { formula: nanStays((x, o) => pow(o, x)) },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/**
 * Applies an operation to every sample.
 * @throws ValueError if the operand's shape doesn't fit.
 */
export function calculate(
  name: OperationName,
  samples: NdArray<Float64Array>,
  operand: ArrayInput,
): NdArray<Float64Array> {
  const { formula, widens = false }: Operation = operations[name];
  const other = toNdArray(operand);
  const shape = widens ? widenedShape(samples.shape, other.shape) : samples.shape;
  const left = broadcastTo(samples, shape).data;
  const result = new Float64Array(left.length);
  if (other.shape.length === 0) {
    const value = other.data[0]!;
    for (let i = 0; i < result.length; i++) result[i] = formula(left[i]!, value);
  } else {
    const right = broadcastTo(other, shape).data;
    for (let i = 0; i < result.length; i++) result[i] = formula(left[i]!, right[i]!);
  }
  return { data: result, shape };
}

/** Both sides stretch, but the number of rows is that of the time points. */
function widenedShape([rows, columns]: readonly number[], other: readonly number[]): readonly number[] {
  const [otherRows, otherColumns] = [other.at(-2) ?? 1, other.at(-1) ?? 1];
  const width = columns === 1 ? otherColumns : columns!;
  const fits = other.length <= 2 && (otherRows === 1 || otherRows === rows);
  if (fits && (otherColumns === 1 || otherColumns === width)) return [rows!, width];
  throw fail(
    'ValueError',
    'operand-shape',
    `an operand of shape [${other}] does not fit samples of shape [${[rows, columns]}]; rows must be 1 or ${rows}`,
  );
}

/**
 * The matrix product of the samples with a matrix of one row per channel (a vector counts as one column).
 * @throws ValueError if the inner sizes differ.
 */
export function multiplyMatrix(samples: NdArray<Float64Array>, operand: ArrayInput): NdArray<Float64Array> {
  const matrix = toNdArray(operand);
  const [rows, inner] = samples.shape as [number, number];
  const [otherRows, columns] = [matrix.shape[0], matrix.shape.length === 1 ? 1 : matrix.shape[1]];
  if (matrix.shape.length > 2 || otherRows !== inner || columns === undefined) {
    throw fail(
      'ValueError',
      'matmul-shape',
      `matmul needs a matrix with one row for each of the ${inner} channels, got shape [${matrix.shape}]`,
    );
  }
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const sample = samples.data[i * inner + k]!;
      for (let j = 0; j < columns; j++) product[i * columns + j]! += sample * matrix.data[k * columns + j]!;
    }
  }
  return { data: product, shape: [rows, columns] };
}
