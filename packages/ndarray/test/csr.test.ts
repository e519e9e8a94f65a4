import {
  type CsrMatrix,
  checkCsr,
  copyCsr,
  csrFromDense,
  csrFromTriples,
  csrProblem,
  csrToDense,
  isCsrMatrix,
  isNdArray,
  toNdArray,
  toNested,
} from '@rp/ndarray';
import { describe, expect, it } from 'vitest';

const dense = [
  [0, 2, 0],
  [0, 0, 0],
  [-1, 0, 0.5],
];

const matrix = (change: Partial<CsrMatrix> = {}): CsrMatrix => ({
  shape: [3, 3],
  indptr: Int32Array.of(0, 1, 1, 3),
  indices: Int32Array.of(1, 0, 2),
  data: Float64Array.of(2, -1, 0.5),
  ...change,
});

describe('a dense matrix and its sparse form', () => {
  it('turn into each other', () => {
    expect(csrFromDense(dense)).toEqual(matrix());
    expect(toNested(csrToDense(matrix()))).toEqual(dense);
  });

  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
  ])('without elements, of shape [%i, %i]', (rows, columns) => {
    const empty = csrFromDense({ data: new Float64Array(0), shape: [rows, columns] });
    expect([csrProblem(empty), empty.indptr.length, empty.data.length]).toEqual([undefined, rows + 1, 0]);
    expect(csrToDense(empty)).toEqual({ data: new Float64Array(0), shape: [rows, columns] });
  });

  it('zeros of both signs are left out; NaN and infinities stay', () => {
    const { indices, data } = csrFromDense([[-0, Number.NaN, 0, Number.NEGATIVE_INFINITY]]);
    expect([[...indices], [...data]]).toEqual([
      [1, 3],
      [Number.NaN, Number.NEGATIVE_INFINITY],
    ]);
  });

  it('only of two axes', () => {
    expect(() => csrFromDense([1, 2])).toThrow(/two axes, got an array of shape \[2\]/);
  });
});

describe('entries in any order', () => {
  const triples = (rows: number[], columns: number[], values = rows.map(() => 1)) => ({
    rows,
    columns,
    values,
  });

  it('make the matrix that has them in order', () => {
    expect(csrFromTriples([3, 3], triples([2, 0, 2], [2, 1, 0], [0.5, 2, -1]))).toEqual(matrix());
  });

  it('keep a zero', () => {
    expect([...csrFromTriples([1, 2], triples([0], [1], [0])).data]).toEqual([0]);
  });

  it.each([
    ['a row that there is not', triples([0, 3], [0, 0]), 'entry 1: there is no row 3; they go from 0 to 2'],
    ['a column that there is not', triples([2], [-1]), 'row 2: there is no column -1; they go from 0 to 1'],
    ['half a row', triples([0.5], [0]), 'there is no row 0.5'],
    ['one place twice', triples([1, 0, 1], [1, 1, 1]), 'row 1, column 1 has two entries'],
    ['lists of unequal lengths', triples([1, 0], [1]), '2 rows, 1 columns and 2 values'],
  ])('%s is refused', (_, entries, message) => {
    expect(() => csrFromTriples([3, 2], entries)).toThrow(message);
  });
});

describe('a matrix that contradicts itself is refused, with the row', () => {
  const wrong: [string, Partial<CsrMatrix>, string][] = [
    ['a negative extent', { shape: [-1, 3] }, 'the shape must be two whole numbers from 0, got [-1,3]'],
    ['too few row ends', { indptr: Int32Array.of(0, 1, 3) }, '3 rows need 4 entries of indptr, got 3'],
    ['a first row that is not at 0', { indptr: Int32Array.of(1, 1, 1, 3) }, 'indptr must start at 0, got 1'],
    [
      'decreasing row ends',
      { indptr: Int32Array.of(0, 2, 1, 3) },
      'row 1: indptr must not decrease, got 1 after 2',
    ],
    [
      'fewer entries than said',
      { indptr: Int32Array.of(0, 1, 1, 4) },
      'indptr ends at 4, but there are 3 indices',
    ],
    ['more indices than numbers', { data: Float64Array.of(1) }, '3 indices and 1 numbers'],
    [
      'a column too far',
      { indices: Int32Array.of(1, 0, 3) },
      'row 2: there is no column 3; they go from 0 to 2',
    ],
    ['a negative column', { indices: Int32Array.of(-1, 0, 2) }, 'row 0: there is no column -1'],
    ['descending columns', { indices: Int32Array.of(1, 2, 0) }, 'row 2: columns must ascend, got 0 after 2'],
    ['a column twice', { indices: Int32Array.of(1, 2, 2) }, 'row 2: columns must ascend, got 2 after 2'],
  ];
  it.each(wrong)('%s', (_, change, message) => {
    expect(csrProblem(matrix(change))).toContain(message);
    expect(() => checkCsr(matrix(change))).toThrow(message);
    expect(() => csrToDense(matrix(change))).toThrow(message);
  });
});

describe('a sparse matrix', () => {
  it('is no dense array, though it has data and a shape', () => {
    expect([isCsrMatrix(matrix()), isNdArray(matrix())]).toEqual([true, false]);
    expect(isCsrMatrix(toNdArray(dense))).toBe(false);
    expect(() => toNdArray(matrix())).toThrow(/got a sparse matrix; turn it into a dense one \(csrToDense\)/);
  });

  it('is copied with all of its arrays', () => {
    const copy = copyCsr(matrix());
    expect(copy).toEqual(matrix());
    copy.data[0] = 9;
    copy.indices[0] = 0;
    expect(copy).not.toEqual(matrix());
  });
});
