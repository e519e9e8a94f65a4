// Copies the plain structures that can hang on a series as extra attributes. Objects of other classes (a
// function, a DOM node) are kept as they are: nobody but their owner knows what a copy of them would be.
import { isNumericArray } from '@rp/ndarray';

/** A copy that shares no array, list, map or plain object with the original. */
export function deepCopy<T>(value: T): T;
export function deepCopy(value: unknown): unknown {
  if (isNumericArray(value)) return value.slice();
  if (Array.isArray(value)) return value.map((item) => deepCopy(item));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, deepCopy(item)]));
  if (value instanceof Set) return new Set([...value].map((item) => deepCopy(item)));
  if (typeof value !== 'object' || value === null) return value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deepCopy(item)]));
}
