// Dense arrays as plain values, { data, shape }, row-major; and sparse matrices in compressed rows.

export { isNdArray, isNumericArray, numericArrayOf, shapeOf, sizeOf, toNdArray, zeros } from './construct.ts';
export {
  checkCsr,
  copyCsr,
  csrFromDense,
  csrFromTriples,
  csrProblem,
  csrToDense,
  isCsrMatrix,
  type Triples,
} from './csr.ts';
export { broadcastTo, copyArray, reshape, sameShape, toNested } from './reshape.ts';
export type { ArrayInput, CsrMatrix, NdArray, Nested, NumericArray } from './types.ts';
