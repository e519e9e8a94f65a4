// Weights of a module: every entry of a matrix, or only those that are there (compressed rows).
import { type CsrMatrix, csrToDense, isCsrMatrix, type NdArray, toNdArray } from '@rp/ndarray';
import { numbered } from './numbers.ts';

/** A matrix `[from][to]`; a sparse one computes the same numbers from its entries alone. */
export type Weights = NdArray | CsrMatrix;

/** How programs have to declare such weights. */
export type Storage = 'csr' | undefined;

export function storageOf(weights: Weights): Storage {
  return isCsrMatrix(weights) ? 'csr' : undefined;
}

/** All entries, for graphs, which know no sparse weights. */
export function denseWeights(weights: Weights): NdArray {
  return isCsrMatrix(weights) ? csrToDense(weights) : weights;
}

/** The columns `part, part + count, part + 2·count, …` of a matrix. */
export function columns(weights: Weights, part: number, count: number): Weights {
  if (isCsrMatrix(weights)) return count === 1 ? weights : sparseColumns(weights, part, count);
  const { data, shape } = weights;
  const [rows = 0, width = 0] = shape;
  if (count === 1) return toNdArray(weights);
  const kept = width / count;
  const chosen = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < kept; column++) {
      chosen[row * kept + column] = data[row * width + column * count + part]!;
    }
  }
  return { data: chosen, shape: [rows, kept] };
}

/** The parts of a matrix as parameters `stem0`, `stem1`, …; column i goes to part `i % count`. */
export function splitColumns(stem: string, weights: Weights, count: number): Record<string, Weights> {
  return Object.fromEntries(numbered(stem, count).map((name, part) => [name, columns(weights, part, count)]));
}

function sparseColumns({ shape, indptr, indices, data }: CsrMatrix, part: number, count: number): CsrMatrix {
  const [rows, width] = shape;
  const kept = indices.reduce((sum, column) => sum + Number(column % count === part), 0);
  const own = { indptr: new Int32Array(rows + 1), indices: new Int32Array(kept), data: data.slice(0, kept) };
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      const column = indices[entry]!;
      if (column % count !== part) continue;
      own.indices[next] = (column - part) / count;
      own.data[next++] = data[entry]!;
    }
    own.indptr[row + 1] = next;
  }
  return { shape: [rows, width / count], ...own };
}
