import { describe, expect, it } from 'vitest';
import { sameNumbers } from '../src/same-numbers.ts';

/** NaN with other bits than usual. */
function otherNaN(): Float64Array {
  const array = new Float64Array(1);
  new Uint32Array(array.buffer).set([1, 0x7ff80000]);
  return array;
}

// Short arrays are compared one by one, long ones as memory.
describe.each([1, 200])('arrays of %i numbers', (length) => {
  const filled = (last: number) => Float64Array.from({ length }, (_, k) => (k === length - 1 ? last : k));

  it.each([
    [1, 1, true],
    [1, 2, false],
    [0, -0, false],
    [Number.NaN, Number.NaN, true],
    [Number.NaN, otherNaN()[0]!, true],
    [Number.NaN, 1, false],
  ])('that end with %d and %d: the same is %s', (a, b, same) => {
    expect(sameNumbers(filled(a), filled(b))).toBe(same);
    expect(sameNumbers(filled(a), Float32Array.from(filled(b)))).toBe(same);
  });

  it('are not the same as longer ones', () => {
    expect(sameNumbers(filled(1), Float64Array.of(...filled(1), 1))).toBe(false);
  });

  it('are compared where they lie', () => {
    const part = Float64Array.of(7, ...filled(1)).subarray(1);
    expect(sameNumbers(part, filled(1))).toBe(true);
  });
});
