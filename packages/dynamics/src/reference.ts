// What each elementwise operation computes from numbers that are already in the dtype. The result still has to be
// rounded to the dtype; for these operations that gives the correctly rounded float32 result too.
import type { ElementwiseOp } from './operations.ts';
import type { Dtype } from './run.ts';

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);
const single = new Float32Array(words.buffer);
const topWord = (() => {
  double[0] = 1;
  return words[1] === 0 ? 0 : 1;
})();

function exponentOf(x: number, dtype: Dtype): number {
  if (dtype === 'float32') {
    single[0] = x;
    return ((words[0]! >>> 23) & 0xff) - 127;
  }
  double[0] = x;
  return ((words[topWord]! >>> 20) & 0x7ff) - 1023;
}

function powerOfTwo(x: number, dtype: Dtype): number {
  if (Number.isNaN(x)) return x;
  const [low, high] = dtype === 'float32' ? [-126, 127] : [-1022, 1023];
  words[1 - topWord] = 0;
  words[topWord] = ((x < low ? low : x > high ? high : x) + 1023) << 20;
  return double[0]!;
}

/** The 32-bit integer that a number stands for. */
export function int32Of(x: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, x)) | 0;
}

type Reference = (dtype: Dtype, a: number, b: number, c: number) => number;

/** Truth values are 0 and 1 here. */
export const reference: Readonly<Record<ElementwiseOp, Reference>> = {
  add: (_, a, b) => a + b,
  sub: (_, a, b) => a - b,
  mul: (_, a, b) => a * b,
  div: (_, a, b) => a / b,
  min: (_, a, b) => (b < a ? b : a),
  max: (_, a, b) => (a < b ? b : a),
  floor: (_, x) => Math.floor(x),
  abs: (_, x) => Math.abs(x),
  sqrt: (_, x) => Math.sqrt(x),
  pow2: (dtype, x) => powerOfTwo(x, dtype),
  exponent: (dtype, x) => exponentOf(x, dtype),
  addInt32: (_, a, b) => (int32Of(a) + int32Of(b)) | 0,
  shiftLeft: (_, a, places) => int32Of(a) << int32Of(places),
  shiftRight: (_, a, places) => int32Of(a) >> int32Of(places),
  andBits: (_, a, b) => int32Of(a) & int32Of(b),
  gt: (_, a, b) => (a > b ? 1 : 0),
  ge: (_, a, b) => (a >= b ? 1 : 0),
  eq: (_, a, b) => (a === b ? 1 : 0),
  select: (_, c, a, b) => (c !== 0 ? a : b),
  // From a truth value: itself. To one: whether it is not zero. The interpreter tells the two apart.
  cast: (_, x) => x,
};

/** Rounds a double to the dtype. */
export function rounding(dtype: Dtype): (x: number) => number {
  return dtype === 'float32' ? Math.fround : (x) => x;
}
