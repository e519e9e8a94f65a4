// Dense arrays as plain values: { data, shape }, row-major.

export { isNdArray, isNumericArray, numericArrayOf, shapeOf, sizeOf, toNdArray, zeros } from './construct.ts';
export { broadcastTo, copyArray, reshape, sameShape, toNested } from './reshape.ts';
export type { ArrayInput, NdArray, Nested, NumericArray } from './types.ts';
