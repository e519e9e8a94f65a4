// Sparse matrices as a device takes them. A matrix is given by rows; each result needs a column. The columns lie in slices of
// 32, side by side: the first entries of all columns of a slice, then their second ones, … So threads that compute
// neighbouring results read neighbouring words, without knowing what the other ones do, and each adds in ascending order.
import type { CsrMatrix } from '@rp/ndarray';

/** Columns of a slice: as many as threads of common devices go together. */
export const columnsOfSlice = 32;

export interface Columns {
  /** For each column: the place of its first entry, and how many there are; the next one is 32 words further. */
  readonly places: Uint32Array<ArrayBuffer>;
  /** Of each entry the row, ascending in a column, and the number. Columns that end sooner leave gaps. */
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly values: Float32Array<ArrayBuffer>;
}

/** A matrix by columns. */
export function toColumns({ shape, indptr, indices, data }: CsrMatrix): Columns {
  const [rowCount, columnCount] = shape;
  const { places, words } = placesOf(columnCount, indices);
  const rows = new Uint32Array(words);
  const values = new Float32Array(words);
  const next = Uint32Array.from({ length: columnCount }, (_, column) => places[2 * column]!);
  for (let row = 0; row < rowCount; row++) {
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      const column = indices[entry]!;
      const place = next[column]!;
      rows[place] = row;
      values[place] = data[entry]!;
      next[column] = place + columnsOfSlice;
    }
  }
  return { places, rows, values };
}

/** Where the columns begin, and the words that all slices take: each as high as its longest column. */
function placesOf(columnCount: number, indices: Int32Array) {
  const places = new Uint32Array(2 * columnCount);
  for (const column of indices) places[2 * column + 1]!++;
  let words = 0;
  for (let first = 0; first < columnCount; first += columnsOfSlice) {
    const end = Math.min(first + columnsOfSlice, columnCount);
    let longest = 0;
    for (let column = first; column < end; column++) {
      places[2 * column] = words + column - first;
      longest = Math.max(longest, places[2 * column + 1]!);
    }
    words += columnsOfSlice * longest;
  }
  return { places, words };
}
