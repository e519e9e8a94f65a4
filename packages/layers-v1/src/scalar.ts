// Single numbers, from what people give for one.
import { type ArrayInput, isNdArray, isNumericArray, numericArrayOf } from '@rp/ndarray';
import { describe, fail } from './error.ts';

/**
 * The number in a number, or in an array of one element.
 * @param name what the number is, for the message.
 * @throws TypeError for anything else.
 */
export function scalarOf(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  if (isArrayLike(value)) {
    const elements = numericArrayOf(value);
    if (elements.length === 1) return elements[0]!;
  }
  throw fail('TypeError', 'not-a-scalar', `${name} must be a single number, got ${describe(value)}`);
}

function isArrayLike(value: unknown): value is ArrayInput {
  return Array.isArray(value) || isNumericArray(value) || isNdArray(value);
}
