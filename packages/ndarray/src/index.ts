// Dense arrays as plain values: { data, shape }, row-major.
export type { ArrayInput, Nested, NdArray, NumericArray } from './types.ts';
export { isNdArray, isNumericArray, numericArrayOf, shapeOf, sizeOf, toNdArray, zeros } from './construct.ts';
export { broadcastTo, copyArray, reshape, sameShape, toNested } from './reshape.ts';
