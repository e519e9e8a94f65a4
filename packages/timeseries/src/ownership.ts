// A series never shares an array with its caller, so constructors copy what they are given. Arrays that this
// package has just made are handed over instead: the next constructor that sees one keeps it.
import { type ArrayInput, isNdArray, isNumericArray, numericArrayOf } from '@rp/ndarray';

const handedOver = new WeakSet<object>();

/** Marks an array as no longer used by its maker. */
export function handOver<A extends Float64Array | Int32Array>(array: A): A {
  handedOver.add(array);
  return array;
}

/** Whether an array was handed over; each hand-over can be taken once. */
export function takeOver(array: object): boolean {
  return handedOver.delete(array);
}

const ascending = new WeakSet<object>();

/** Hands over times that are known to ascend (equal ones allowed), so that nobody needs to check. */
export function handOverAscending(times: Float64Array): Float64Array {
  ascending.add(times);
  return handOver(times);
}

/** Whether times are known to ascend; what is not known may still be so. */
export function isKnownAscending(times: Float64Array): boolean {
  return ascending.has(times);
}

/** Whether times are known to ascend; from now on it isn't known, since their owner may change them. */
export function takeAscending(times: Float64Array): boolean {
  return ascending.delete(times);
}

/** The flattened elements of any array-like value as doubles, for reading only; not copied if they are doubles. */
export function readDoubles(input: ArrayInput): Float64Array {
  const elements = isNdArray(input) ? input.data : input;
  return elements instanceof Float64Array ? elements : ownDoubles(elements);
}

/** The flattened elements of any array-like value as doubles that belong to the caller. */
export function ownDoubles(input: ArrayInput): Float64Array {
  const elements = isNdArray(input) ? input.data : input;
  if (elements instanceof Float64Array) return takeOver(elements) ? elements : elements.slice();
  if (isNumericArray(elements)) return new Float64Array(elements);
  return numericArrayOf(elements);
}
