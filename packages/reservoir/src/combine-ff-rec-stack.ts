// A feed-forward and a recurrent part as one square matrix.
import type { ArrayInput } from '@rp/ndarray';
import { fail } from './error.ts';
import { matrixOf, requireMatrix, type WeightMatrix } from './matrix.ts';

/**
 * The block matrix `[M + N][M + N]` of `weightsFf` `[M][N]` and `weightsRec` `[N][N]`, one below the other in the last N
 * columns; the first M columns are zero. Neurons 0 … M − 1 are then the inputs.
 * @throws AssertionError for sizes that don't fit.
 */
export function combineFfRecStack(weightsFf: ArrayInput, weightsRec: ArrayInput): WeightMatrix {
  const [ff, rec] = [requireMatrix(weightsFf, 'weightsFf'), requireMatrix(weightsRec, 'weightsRec')];
  const [inputs, size] = ff.shape as [number, number];
  if (rec.shape[0] !== size || rec.shape[1] !== size) {
    throw fail(
      'AssertionError',
      'sizes',
      `weightsRec must be [${size}][${size}], as weightsFf has ${size} columns; got [${rec.shape.join('][')}]`,
    );
  }
  return matrixOf(inputs + size, inputs + size, (row, column) => {
    if (column < inputs) return 0;
    return row < inputs
      ? ff.data[row * size + column - inputs]!
      : rec.data[(row - inputs) * size + column - inputs]!;
  });
}
