/** The typed arrays that can hold the elements of an {@link NdArray}. */
export type NumericArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** A dense array: the elements in row-major order, and the extent of each axis (`[]` for a single number). */
export interface NdArray<D extends NumericArray = NumericArray> {
  readonly data: D;
  readonly shape: readonly number[];
}

/** A number, or nested lists of numbers. Booleans count as 0 and 1. */
export type Nested = number | boolean | readonly Nested[];

/** Everything that is accepted where an array is asked for, and lists of it. A typed array has one axis. */
export type ArrayInput = Nested | NumericArray | NdArray | readonly ArrayInput[];

/**
 * A sparse matrix in compressed rows: the entries of row `r` are `indptr[r] … indptr[r + 1] − 1`, in ascending order of
 * their columns, each column once. An entry may be zero. `checkCsr` looks whether all of that holds.
 */
export interface CsrMatrix<D extends Float64Array | Float32Array = Float64Array | Float32Array> {
  /** Rows and columns. */
  readonly shape: readonly [rows: number, columns: number];
  /** Where each row begins, and where the last one ends: one more than there are rows. */
  readonly indptr: Int32Array;
  /** The column of each entry. */
  readonly indices: Int32Array;
  /** The number of each entry. */
  readonly data: D;
}
