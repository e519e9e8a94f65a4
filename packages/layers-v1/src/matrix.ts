// The little of linear algebra that layers and networks are built with. Matrices are row-major.
import type { NdArray } from '@rp/ndarray';

type Matrix = NdArray<Float64Array>;

/** Rows and columns exchanged: from "columns are sources" to "rows are sources", or back. */
export function transposed({ data, shape }: Matrix): Matrix {
  const [rows, columns] = shape as [number, number];
  const turned = Float64Array.from(data, (_, k) => data[(k % rows) * columns + Math.floor(k / rows)]!);
  return { data: turned, shape: [columns, rows] };
}

/** `a[n][k] · b[k][m]`. */
export function product(a: Matrix, b: Matrix): Matrix {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[1]!;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a.data[i * inner + k]!;
      for (let j = 0; j < columns; j++) data[i * columns + j]! += factor * b.data[k * columns + j]!;
    }
  }
  return { data, shape: [rows, columns] };
}

/** Every element put through a function of its value, row and column. */
export function mapMatrix(
  { data, shape }: Matrix,
  change: (value: number, row: number, column: number) => number,
): Matrix {
  const columns = shape[1]!;
  return { data: data.map((value, k) => change(value, Math.floor(k / columns), k % columns)), shape };
}
