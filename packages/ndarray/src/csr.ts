// Sparse matrices in compressed rows (CSR): only the entries that are there, row after row. Made, checked and turned
// back; like the rest of this package, no arithmetic.
import { errorFactory } from '@rp/errors';
import { sizeOf, toNdArray } from './construct.ts';
import type { ArrayInput, CsrMatrix, NdArray } from './types.ts';

const fail = errorFactory('ndarray');

/** Entries of a matrix in any order, as three lists of one length. */
export interface Triples {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Whether a value has the fields of a {@link CsrMatrix}; whether they fit together is told by {@link csrProblem}. */
export function isCsrMatrix(value: unknown): value is CsrMatrix {
  return (
    typeof value === 'object' &&
    value !== null &&
    'indptr' in value &&
    'indices' in value &&
    'data' in value &&
    'shape' in value &&
    value.indptr instanceof Int32Array &&
    value.indices instanceof Int32Array &&
    (value.data instanceof Float64Array || value.data instanceof Float32Array) &&
    Array.isArray(value.shape)
  );
}

/** What is wrong with a matrix, as a sentence; undefined if it is well formed: lengths, ranges, ascending columns. */
export function csrProblem({ shape, indptr, indices, data }: CsrMatrix): string | undefined {
  const [rows = -1, columns = -1] = shape;
  if (shape.length !== 2 || !isExtent(rows) || !isExtent(columns))
    return `the shape must be two whole numbers from 0, got [${shape}]`;
  if (indptr.length !== rows + 1)
    return `${rows} rows need ${rows + 1} entries of indptr, got ${indptr.length}`;
  if (indptr[0] !== 0) return `indptr must start at 0, got ${indptr[0]}`;
  const total = indptr[rows]!;
  for (let row = 0; row < rows; row++) {
    const [first, end] = [indptr[row]!, indptr[row + 1]!];
    if (end < first) return `row ${row}: indptr must not decrease, got ${end} after ${first}`;
    if (end > total) return `row ${row}: indptr is ${end}, beyond its last entry ${total}`;
  }
  if (indices.length !== total || data.length !== total)
    return `indptr ends at ${total}, but there are ${indices.length} indices and ${data.length} numbers in data`;
  for (let row = 0; row < rows; row++) {
    let former = -1;
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      const column = indices[entry]!;
      if (column < 0 || column >= columns) return `row ${row}: ${beyond('column', column, columns)}`;
      if (column <= former) return `row ${row}: columns must ascend, got ${column} after ${former}`;
      former = column;
    }
  }
  return undefined;
}

/** @throws ValueError (code `csr`) that says what is wrong, and in which row; see {@link csrProblem}. */
export function checkCsr(matrix: CsrMatrix): void {
  const problem = csrProblem(matrix);
  if (problem !== undefined) throw fail('ValueError', 'csr', `not a CSR matrix: ${problem}`);
}

/**
 * The entries of a dense matrix that are not zero; NaN is not.
 * @throws ValueError (code `csr`) for anything but two axes, and as `toNdArray` does.
 */
export function csrFromDense(matrix: ArrayInput): CsrMatrix<Float64Array> {
  const { data, shape } = toNdArray(matrix);
  if (shape.length !== 2)
    throw fail('ValueError', 'csr', `a matrix has two axes, got an array of shape [${shape}]`);
  const [rows, columns] = shape as [number, number];
  const indptr = new Int32Array(rows + 1);
  const count = data.reduce((sum, value) => sum + Number(value !== 0), 0);
  const indices = new Int32Array(count);
  const kept = new Float64Array(count);
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = data[row * columns + column]!;
      if (value === 0) continue;
      indices[entry] = column;
      kept[entry++] = value;
    }
    indptr[row + 1] = entry;
  }
  return { shape: [rows, columns], indptr, indices, data: kept };
}

/**
 * A matrix from its entries in any order (coordinates); zeros are kept as entries.
 * @param shape Rows and columns.
 * @throws ValueError (code `csr`) for lists of unequal lengths, places outside of the shape, and a place that comes twice.
 */
export function csrFromTriples(
  shape: readonly [rows: number, columns: number],
  { rows, columns, values }: Triples,
): CsrMatrix<Float64Array> {
  const count = values.length;
  if (rows.length !== count || columns.length !== count) {
    const lengths = `${rows.length} rows, ${columns.length} columns and ${count} values`;
    throw fail('ValueError', 'csr', `each entry needs a row, a column and a value, got ${lengths}`);
  }
  if (!shape.every(isExtent))
    throw fail('ValueError', 'csr', `the shape must be two whole numbers from 0, got [${shape}]`);
  const indptr = rowEnds(shape, rows, columns);
  const next = indptr.slice();
  const order = new Int32Array(count);
  for (let entry = 0; entry < count; entry++) order[next[rows[entry]!]!++] = entry;
  for (let row = 0; row < shape[0]; row++)
    order.subarray(indptr[row], indptr[row + 1]).sort((a, b) => columns[a]! - columns[b]!);
  const twice = order.findIndex((entry, place) => {
    const former = order[place - 1];
    return former !== undefined && rows[former] === rows[entry] && columns[former] === columns[entry];
  });
  if (twice >= 0) {
    const place = `row ${rows[order[twice]!]}, column ${columns[order[twice]!]}`;
    throw fail('ValueError', 'csr', `${place} has two entries; add them up first, or leave one out`);
  }
  return {
    shape: [...shape],
    indptr,
    indices: Int32Array.from(order, (entry) => columns[entry]!),
    data: Float64Array.from(order, (entry) => values[entry]!),
  };
}

/** The matrix with its zeros. @throws ValueError (code `csr`) if it is not well formed. */
export function csrToDense(matrix: CsrMatrix): NdArray<Float64Array> {
  checkCsr(matrix);
  const { shape, indptr, indices, data } = matrix;
  const [rows, columns] = shape;
  const dense = new Float64Array(sizeOf(shape));
  for (let row = 0; row < rows; row++) {
    for (let entry = indptr[row]!; entry < indptr[row + 1]!; entry++) {
      dense[row * columns + indices[entry]!] = data[entry]!;
    }
  }
  return { data: dense, shape: [...shape] };
}

/** An independent copy. */
export function copyCsr({ shape, indptr, indices, data }: CsrMatrix): CsrMatrix {
  return { shape: [...shape], indptr: indptr.slice(), indices: indices.slice(), data: data.slice() };
}

/** Counts the entries of each row. */
function rowEnds(
  [rowCount, columnCount]: readonly [number, number],
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
): Int32Array {
  const indptr = new Int32Array(rowCount + 1);
  for (let entry = 0; entry < rows.length; entry++) {
    const [row, column] = [rows[entry]!, columns[entry]!];
    const wrong = isPlace(row, rowCount)
      ? isPlace(column, columnCount)
        ? undefined
        : `row ${row}: ${beyond('column', column, columnCount)}`
      : beyond('row', row, rowCount);
    if (wrong !== undefined) throw fail('ValueError', 'csr', `entry ${entry}: ${wrong}`);
    indptr[row + 1]!++;
  }
  for (let row = 0; row < rowCount; row++) indptr[row + 1]! += indptr[row]!;
  return indptr;
}

function beyond(what: string, place: number, count: number): string {
  return `there is no ${what} ${place}; they go from 0 to ${count - 1}`;
}

function isExtent(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function isPlace(value: number, count: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < count;
}
