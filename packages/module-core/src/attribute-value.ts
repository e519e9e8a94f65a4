// What an attribute may hold, its shape, and independent copies of it.
// Arrays are held as { data, shape }; nested lists and typed arrays become that on their way in.
import {
  type ArrayInput,
  copyArray,
  copyCsr,
  isCsrMatrix,
  isNdArray,
  isNumericArray,
  type NdArray,
  sameShape,
  shapeOf,
  toNdArray,
} from '@rp/ndarray';

/** Nested dictionaries of attributes: name → value, name of a submodule → its dictionary. */
export type AttributeTree = { [name: string]: unknown };

function isNestedNumbers(value: unknown): value is ArrayInput {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  if (isNumericArray(value) || isNdArray(value)) return true;
  return Array.isArray(value) && value.every(isNestedNumbers);
}

/**
 * The form in which a value is held: nested lists of numbers and typed arrays become {@link NdArray}s (a typed
 * array is not copied), everything else stays what it is.
 * @throws ValueError for lists of unequal lengths.
 */
export function heldValue(value: unknown): unknown {
  if (isNumericArray(value)) return { data: value, shape: [value.length] } satisfies NdArray;
  if (Array.isArray(value) && isNestedNumbers(value)) return toNdArray(value as ArrayInput);
  return value;
}

/** The shape that the shape rule compares: the extents of an array or a sparse matrix, `[]` for anything else. */
export function valueShape(value: unknown): number[] {
  return isCsrMatrix(value) ? [...value.shape] : shapeOf(value);
}

/** A copy that shares no array with the original. Functions and other objects are handed on as they are. */
export function copyValue<T>(value: T): T {
  if (isNdArray(value)) return copyArray(value) as T;
  if (isCsrMatrix(value)) return copyCsr(value) as T;
  if (isNumericArray(value)) return value.slice() as T;
  if (Array.isArray(value)) return value.map(copyValue) as T;
  return value;
}

/** Whether two values are the same: the same object, or arrays of equal shape and elements. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (!isNdArray(a) || !isNdArray(b)) return Object.is(a, b);
  return sameShape(a.shape, b.shape) && a.data.every((element, index) => Object.is(element, b.data[index]));
}

function isPlainObject(value: unknown): value is AttributeTree {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Nested dictionaries whose arrays no longer change with the module they came from. */
export function snapshot(tree: AttributeTree): AttributeTree {
  const copy: AttributeTree = {};
  for (const [name, value] of Object.entries(tree)) {
    copy[name] =
      isPlainObject(value) && !isNdArray(value) && !isCsrMatrix(value) ? snapshot(value) : copyValue(value);
  }
  return copy;
}
