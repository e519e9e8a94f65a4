import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arange, fdiv, grid, mod, numpyRow, pythonFloat, rows } from '../src/index.ts';

describe('doubles are written as Python writes them', () => {
  const table: [number, string][] = [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-2.5, '-2.5'],
    [0.1 + 0.2, '0.30000000000000004'],
    [123456789.125, '123456789.125'],
    [1e15, '1000000000000000.0'],
    [1e16, '1e+16'],
    [1.5e16, '1.5e+16'],
    [123456789012345680, '1.2345678901234568e+17'],
    [0.0001, '0.0001'],
    [0.00012, '0.00012'],
    [0.00001, '1e-05'],
    [1.25e-7, '1.25e-07'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  test.each(table)('%d is %s', (value, text) => {
    expect(pythonFloat(value)).toBe(text);
  });

  test('what is written reads as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(pythonFloat(value))).toBe(value);
      }),
    );
  });
});

describe('rows are written as NumPy writes vectors', () => {
  const table: [number[], string][] = [
    [[], '[]'],
    [[1, 2.5], '[1.  2.5]'],
    [[-3, 4], '[-3.  4.]'],
    [[5.25, 6], '[5.25 6.  ]'],
    [[10, -10], '[ 10. -10.]'],
    [[0, 1 / 3], '[0.         0.33333333]'],
    [[-0, 0], '[-0.  0.]'],
    [[Number.NaN, 1.5], '[nan 1.5]'],
    [[Number.NaN, 1], '[nan  1.]'],
    [[Number.NEGATIVE_INFINITY, 1], '[-inf   1.]'],
    [[Number.NaN], '[nan]'],
    [[1e8, 1], '[1.e+08 1.e+00]'],
    [[1.5e-5], '[1.5e-05]'],
    [[1234.5, 1], '[1.2345e+03 1.0000e+00]'],
  ];
  test.each(table)('%j is %s', (values, text) => {
    expect(numpyRow(values)).toBe(text);
  });
});

describe('rounding rules', () => {
  test('the floored modulo has the sign of the divisor, zeros too', () => {
    expect(mod(5, 3)).toBe(2);
    expect(mod(-5, 3)).toBe(1);
    expect(mod(5, -3)).toBe(-1);
    expect(mod(-3, 3)).toBe(0);
    expect(mod(3, -3)).toBe(-0);
    expect(mod(Number.NaN, 3)).toBeNaN();
  });

  test('floor division goes by way of the exact remainder', () => {
    expect(fdiv(5, 1)).toBe(5);
    expect(fdiv(1, 0.1)).toBe(9);
    expect(fdiv(-1, 2)).toBe(-1);
    expect(fdiv(0, -2)).toBe(-0);
    expect(fdiv(1, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(fdiv(0, 0)).toBeNaN();
    expect(fdiv(-5, Number.POSITIVE_INFINITY)).toBe(-1);
  });

  test('fdiv and mod belong together for whole numbers', () => {
    const whole = fc.integer({ min: -10000, max: 10000 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        fc.pre(b !== 0);
        expect(fdiv(a, b) * b + mod(a, b)).toBe(a);
      }),
    );
  });

  test('a range steps by the rounded distance of its first two points', () => {
    const points = arange(0.1, 1, 0.3);
    expect([...points]).toEqual([0.1, 0.4, 0.1 + 2 * (0.1 + 0.3 - 0.1)]);
    expect(arange(1, 0, 0.5)).toHaveLength(0);
    expect(arange(0, 1, 0.25)).toHaveLength(4);
  });

  test('a quotient just above a whole number is that number of rows', () => {
    expect(rows(3.0000000004)).toBe(3);
    expect(rows(2.9999999)).toBe(3);
    expect(rows(3.001)).toBe(4);
    expect(Object.is(rows(-0.0000001), 0)).toBe(true);
    expect(Object.is(rows(-0.4), 0)).toBe(true);
    expect([...grid(3, 0.1, 1)]).toEqual([0 * 0.1 + 1, 1 * 0.1 + 1, 2 * 0.1 + 1]);
  });
});
