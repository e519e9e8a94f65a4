// What a graph module holds beside its nodes: numbers and arrays, always as copies of its own.
import { type ArrayInput, copyArray, type NdArray, toNdArray } from '@rp/ndarray';

/** One number for all neurons, or an array. */
export type ParameterValue = number | NdArray<Float64Array>;

/** An independent copy as an array of doubles. */
export function ownArray(value: ArrayInput): NdArray<Float64Array> {
  return copyArray(toNdArray(value));
}

/** A number stays a number; everything else becomes an independent array of doubles. Default: an empty array. */
export function ownValue(value: ArrayInput | undefined): ParameterValue {
  return typeof value === 'number' ? value : ownArray(value ?? []);
}
