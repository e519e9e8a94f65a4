// How samples of any shape become a matrix of T rows.
import { type ArrayInput, isNdArray, shapeOf, sizeOf } from '@rp/ndarray';
import { fail } from './error.ts';
import { ownDoubles } from './ownership.ts';

/** The samples as doubles, row-major, and the number of columns. */
export interface SampleMatrix {
  readonly data: Float64Array;
  readonly numChannels: number;
}

const MAX_CHANNELS = 2 ** 31 - 1;

/**
 * Arranges samples for `numTimes` time points. A vector, or a matrix of one row, is folded into `numTimes`
 * rows; for a single time point a vector is one row.
 * @throws ValueError if they don't fit.
 */
export function arrangeSamples(samples: ArrayInput, numTimes: number): SampleMatrix {
  const shape = shapeOf(samples);
  const size = sizeOf(shape);
  const [rows, columns] = twoAxes(shape, size);
  checkElements(samples, shape, size);
  if (rows === 1 && numTimes > 1) {
    if (size % numTimes !== 0) {
      throw fail(
        'ValueError',
        'samples-fold',
        `${size} samples cannot be divided among ${numTimes} time points; give ${numTimes} rows, or a multiple of ${numTimes} values`,
      );
    }
    return { data: ownDoubles(samples), numChannels: size / numTimes };
  }
  if (rows !== numTimes) {
    throw fail(
      'ValueError',
      'samples-rows',
      `samples need one row for each of the ${numTimes} time points, got ${rows} rows (shape [${shape}])`,
    );
  }
  return { data: ownDoubles(samples), numChannels: columns };
}

/**
 * Whether an array has as many elements as its shape says.
 * @throws ValueError if not.
 */
export function checkElements(array: ArrayInput, shape: readonly number[], size: number): void {
  if (!isNdArray(array) || array.data.length === size) return;
  throw fail(
    'ValueError',
    'array-shape',
    `an array of shape [${shape}] needs ${size} elements, but its data has ${array.data.length}`,
  );
}

function isChannelCount(extent: number): boolean {
  return Number.isInteger(extent) && extent >= 0 && extent <= MAX_CHANNELS;
}

function twoAxes(shape: readonly number[], size: number): [number, number] {
  if (shape.length < 2) return size === 0 ? [0, 0] : [1, size];
  if (shape.length === 2 && isChannelCount(shape[1]!)) return [shape[0]!, shape[1]!];
  throw fail(
    'ValueError',
    'samples-axes',
    `samples have at most two axes and 0 to ${MAX_CHANNELS} channels, got shape [${shape}]`,
  );
}
