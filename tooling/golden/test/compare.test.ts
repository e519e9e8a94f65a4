import { describe, expect, test } from 'vitest';
import { difference, sameNumber } from '../src/compare.ts';

const NaN_ = Number.NaN;
const INF = Number.POSITIVE_INFINITY;

describe('numbers are the same only as the same double', () => {
  const table: [number, number, boolean][] = [
    [1, 1, true],
    [0.1 + 0.2, 0.3, false],
    [0, -0, false],
    [-0, -0, true],
    [NaN_, NaN_, true],
    [NaN_, 0, false],
    [NaN_, INF, false],
    [INF, INF, true],
    [INF, -INF, false],
    [INF, Number.MAX_VALUE, false],
    [5e-324, 0, false],
    [5e-324, 5e-324, true],
  ];
  test.each(table)('%d and %d: %s', (a, b, same) => {
    expect(sameNumber(a, b)).toBe(same);
    expect(sameNumber(b, a)).toBe(same);
  });
});

describe('a tolerance is relative for large and absolute for small numbers, and never joins the infinite', () => {
  const table: [number, number, number, boolean][] = [
    [1, 1 + 1e-10, 1e-9, true],
    [1, 1 + 1e-8, 1e-9, false],
    [1e6, 1e6 + 1e-4, 1e-9, true],
    [1e6, 1e6 + 1e-2, 1e-9, false],
    [0, 1e-9, 1e-9, true],
    [0, 2e-9, 1e-9, false],
    [0, -0, 1e-9, true],
    [NaN_, 1, 1e9, false],
    [INF, 1, 1e9, false],
    [INF, -INF, 1e9, false],
    [INF, INF, 1e-9, true],
  ];
  test.each(table)('%d and %d within %d: %s', (a, b, tol, same) => {
    expect(sameNumber(a, b, tol)).toBe(same);
    expect(sameNumber(b, a, tol)).toBe(same);
  });
});

describe('structures differ where anything in them does', () => {
  const different: [string, unknown, unknown][] = [
    ['a shorter list', [1, 2], [1]],
    ['a longer list', [1], [1, 2]],
    ['an empty list and none', [], null],
    ['an inner list', [[1], [2]], [[1], [3]]],
    ['a missing key', { a: 1, b: 2 }, { a: 1 }],
    ['a key too many', { a: 1 }, { a: 1, b: 2 }],
    ['a key that is undefined', { a: 1 }, { a: 1, b: undefined }],
    ['a list and a dictionary', [1], { 0: 1 }],
    ['a number and its text', 1, '1'],
    ['a boolean and its number', true, 1],
    ['null and false', null, false],
    ['the text NaN and the number', 'NaN', NaN_],
    ['infinities as texts', 'Infinity', '-Infinity'],
    ['zeros in a list', [0], [-0]],
  ];
  test.each(different)('%s', (_, a, b) => {
    expect(difference(a, b)).not.toBeNull();
    expect(difference(b, a)).not.toBeNull();
  });

  test('the order of keys does not matter', () => {
    expect(difference({ a: 1, b: [2] }, { b: [2], a: 1 })).toBeNull();
  });

  test('the message names place, expectation and result', () => {
    const text = difference({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] });
    expect(text).toBe('result.a[1].b: expected 2, got 3');
  });
});
