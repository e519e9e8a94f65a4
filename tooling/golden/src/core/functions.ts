// The functions that the case files call by name.
import { type NdArray, sizeOf, zeros } from '@rp/ndarray';

function filled(shape: readonly number[], valueAt: (index: number) => number): NdArray | number {
  if (shape.length === 0) return valueAt(0);
  return {
    data: Float64Array.from({ length: sizeOf(shape) }, (_, index) => valueAt(index)),
    shape: [...shape],
  };
}

/** Initialisers: shape → value. */
export const initFunctions: Record<string, (shape: readonly number[]) => NdArray | number> = {
  zeros: (shape) => filled(shape, () => 0),
  ones: (shape) => filled(shape, () => 1),
  twos: (shape) => filled(shape, () => 2),
  half: (shape) => filled(shape, () => 0.5),
  arange: (shape) => filled(shape, (index) => index),
  fiveZeros: () => zeros([5]),
};

const scalarFunctions: Record<string, (x: number) => number> = {
  identity: (x) => x,
  double: (x) => 2 * x,
  addOne: (x) => x + 1,
  square: (x) => x * x,
  negate: (x) => -x,
};

/** A function of one number. */
export function numberFunction(name: string): (x: number) => number {
  const found = scalarFunctions[name];
  if (found !== undefined) return found;
  throw new Error(`the case names a function \`${name}\` that the runner doesn't know`);
}

/** The same, applied to a number or to every element of an array. */
export function elementwise(name: string): (value: NdArray | number) => NdArray | number {
  const apply = numberFunction(name);
  return (value) =>
    typeof value === 'number'
      ? apply(value)
      : { data: Float64Array.from(value.data, (x) => apply(x)), shape: value.shape };
}
