// From numbers, nested lists and typed arrays to { data, shape }.
import { RpError } from '@rp/errors';
import { describe, expect, it } from 'vitest';
import {
  type ArrayInput,
  isNdArray,
  isNumericArray,
  numericArrayOf,
  shapeOf,
  sizeOf,
  toNdArray,
  zeros,
} from '../src/index.ts';

function errorOf(action: () => unknown): RpError {
  try {
    action();
  } catch (error) {
    if (error instanceof RpError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('what counts as an array', () => {
  it('every numeric typed array does, DataView, BigInt arrays and lists do not', () => {
    const kinds = [
      Float64Array,
      Float32Array,
      Int32Array,
      Uint32Array,
      Int16Array,
      Uint16Array,
      Int8Array,
      Uint8Array,
    ];
    for (const Kind of kinds) expect(isNumericArray(new Kind(2)), Kind.name).toBe(true);
    expect(isNumericArray(new DataView(new ArrayBuffer(8)))).toBe(false);
    expect(isNumericArray(new BigInt64Array(1))).toBe(false);
    expect(isNumericArray([1, 2])).toBe(false);
    expect(isNumericArray(null)).toBe(false);
  });

  it('an NdArray needs numeric data and a list as its shape', () => {
    expect(isNdArray({ data: new Float64Array(2), shape: [2] })).toBe(true);
    expect(isNdArray({ data: [1, 2], shape: [2] })).toBe(false);
    expect(isNdArray({ data: new Float64Array(2), shape: 2 })).toBe(false);
    expect(isNdArray(null)).toBe(false);
    expect(isNdArray(3)).toBe(false);
  });
});

describe('shapes', () => {
  it('a number has shape [], lists nest, a typed array is one axis', () => {
    expect(shapeOf(3)).toEqual([]);
    expect(shapeOf([])).toEqual([0]);
    expect(shapeOf([[], []])).toEqual([2, 0]);
    expect(shapeOf([[1, 2, 3]])).toEqual([1, 3]);
    expect(shapeOf([new Float32Array(3), new Float32Array(3)])).toEqual([2, 3]);
    expect(shapeOf({ data: new Float64Array(6), shape: [2, 3] })).toEqual([2, 3]);
  });

  it('the size of [] is one, and of anything with a zero is none', () => {
    expect(sizeOf([])).toBe(1);
    expect(sizeOf([2, 3])).toBe(6);
    expect(sizeOf([2, 0, 3])).toBe(0);
  });

  it('zeros fill their shape and own it', () => {
    const shape = [2, 2];
    const made = zeros(shape);
    shape[0] = 9;
    expect(made).toEqual({ data: new Float64Array(4), shape: [2, 2] });
  });

  it.each([[[[1, 2], [3]]], [[1, [2]]], [[[1], 2]], [[new Float64Array(2), new Float64Array(3)]]])(
    '%j is refused as ragged',
    (value) => {
      expect(errorOf(() => shapeOf(value))).toMatchObject({ kind: 'ValueError', code: 'ragged' });
    },
  );
});

describe('toNdArray', () => {
  it('lays nested lists out row by row, whatever the rows are made of', () => {
    const rows: ArrayInput[] = [
      [
        [1, 2],
        [3, 4],
      ],
      [new Float32Array([1, 2]), [3, 4]],
      [{ data: new Int8Array([1, 2]), shape: [2] }, new Uint8Array([3, 4])],
    ];
    for (const value of rows) {
      expect(toNdArray(value)).toEqual({ data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] });
    }
  });

  it('takes a number as shape [] and booleans as 0 and 1', () => {
    expect(toNdArray(2.5)).toEqual({ data: Float64Array.of(2.5), shape: [] });
    expect(toNdArray([true, false])).toEqual({ data: Float64Array.of(1, 0), shape: [2] });
  });

  it('keeps every bit pattern of the numbers it is given', () => {
    const special = [Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324, 2 ** 53];
    const { data } = toNdArray(special);
    expect([...data].every((entry, index) => Object.is(entry, special[index]))).toBe(true);
    expect(toNdArray(Float32Array.of(0.1)).data[0]).toBe(Math.fround(0.1));
  });

  it('copies typed arrays, and returns an NdArray of doubles as it is', () => {
    const typed = Float64Array.of(1, 2);
    const copied = toNdArray(typed);
    typed[0] = 9;
    expect(copied.data[0]).toBe(1);
    const whole = { data: Float64Array.of(1, 2), shape: [1, 2] };
    expect(toNdArray(whole)).toBe(whole);
    expect(toNdArray({ data: Int16Array.of(3), shape: [1, 1] })).toEqual({
      data: Float64Array.of(3),
      shape: [1, 1],
    });
  });

  it.each([
    [{ data: new Float64Array(5), shape: [2, 3] }],
    [{ data: new Float32Array(7), shape: [2, 3] }],
    [{ data: new Float64Array(0), shape: [] }],
    [{ data: new Float64Array(6), shape: [-2, -3] }],
    [{ data: new Float64Array(3), shape: [1.5, 2] }],
    [{ data: new Float64Array(0), shape: [Number.NaN] }],
    [[{ data: new Float64Array(3), shape: [2] }]],
  ])('%j is refused, since its data do not fill its shape', (value) => {
    expect(errorOf(() => toNdArray(value))).toMatchObject({ kind: 'ValueError', code: 'shape-mismatch' });
  });

  it.each([
    ['text', '"text"'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{}, 'object'],
    [1n, 'bigint'],
  ])('an entry %s is refused, and the message says what it was', (entry, words) => {
    const error = errorOf(() => toNdArray([1, entry] as unknown as ArrayInput));
    expect(error).toMatchObject({ kind: 'TypeError', code: 'not-a-number' });
    expect(error.message).toContain(words);
  });

  it('numericArrayOf flattens', () => {
    expect(numericArrayOf([[1], [2]])).toEqual(Float64Array.of(1, 2));
  });
});
