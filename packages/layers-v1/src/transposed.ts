import type { NdArray } from '@rp/ndarray';

/** A matrix with rows and columns exchanged: from "columns are sources" to "rows are sources", or back. */
export function transposed({ data, shape }: NdArray<Float64Array>): NdArray<Float64Array> {
  const [rows, columns] = shape as [number, number];
  const turned = Float64Array.from(data, (_, k) => data[(k % rows) * columns + Math.floor(k / rows)]!);
  return { data: turned, shape: [columns, rows] };
}
