import {
  differenceOfEvents,
  differenceOfNumbers,
  differenceOfResults,
  differenceOfTensors,
} from '@rp/backend/conformance';
import type { EventList, RunResult } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';

const { NaN: nan, POSITIVE_INFINITY: inf, MIN_VALUE: tiny, MAX_VALUE: huge } = Number;
const otherNaN = new Float64Array(BigUint64Array.of(0xfff8_0000_dead_beefn).buffer)[0]!;

describe('two lists of numbers are the same', () => {
  it.each([
    ['nothing', [], []],
    ['ordinary numbers', [1, -2.5, 1 / 3], [1, -2.5, 1 / 3]],
    ['NaN', [nan], [nan]],
    ['NaN with another payload', [otherNaN], [nan]],
    ['infinities', [inf, -inf], [inf, -inf]],
    ['zeros of the same sign', [0, -0], [0, -0]],
    ['subnormal numbers', [tiny, -tiny], [tiny, -tiny]],
  ])('%s', (_, actual, expected) => {
    expect(differenceOfNumbers(actual, expected)).toBeUndefined();
  });
});

describe('two lists of numbers differ, and it says where and in what', () => {
  it.each([
    ['lengths', [1], [1, 2], 'has 1 elements, expected 2'],
    ['one element too many', [1, 2, 3], [1, 2], 'has 3 elements, expected 2'],
    ['a number', [1, 2, 3], [1, 5, 4], 'differs at 1 of 3: got 2, expected 5'],
    ['zeros', [0], [-0], 'differs at 0 of 1: got 0, expected -0'],
    ['the other zero', [-0], [0], 'differs at 0 of 1: got -0, expected 0'],
    ['NaN and a number', [nan], [0], 'differs at 0 of 1: got NaN, expected 0'],
    ['a number and NaN', [0], [nan], 'differs at 0 of 1: got 0, expected NaN'],
    ['infinities', [inf], [-inf], 'differs at 0 of 1: got Infinity, expected -Infinity'],
    [
      'an infinity and the largest number',
      [inf],
      [huge],
      `differs at 0 of 1: got Infinity, expected ${huge}`,
    ],
    ['a subnormal number and zero', [0], [tiny], 'got 0, expected 5e-324 (0x0000000000000001)'],
    [
      'neighbours',
      [0.1],
      [0.1 + 2 ** -56],
      '(0x3fb999999999999a), expected 0.10000000000000002 (0x3fb999999999999b)',
    ],
  ])('%s', (_, actual, expected, message) => {
    expect(differenceOfNumbers(actual, expected)).toContain(message);
  });
});

describe('arrays', () => {
  const array = { data: Float64Array.of(1, 2), shape: [1, 2] };

  it.each([
    ['a missing array', undefined, 'is missing'],
    ['another shape', { ...array, shape: [2, 1] }, 'has shape [2, 1], expected [1, 2]'],
    [
      'another element type',
      { ...array, data: Float32Array.of(1, 2) },
      'is a Float32Array, expected a Float64Array',
    ],
    ['another number', { ...array, data: Float64Array.of(1, 3) }, 'differs at 1 of 2: got 3, expected 2'],
  ])('%s is told', (_, actual, message) => {
    expect(differenceOfTensors(actual, array)).toBe(message);
  });

  it('of the same shape, type and numbers are the same', () => {
    expect(differenceOfTensors({ data: array.data.slice(), shape: [1, 2] }, array)).toBeUndefined();
  });
});

describe('events', () => {
  const list = (offsets: number[], units: number[], counts: number[]): EventList => ({
    offsets: Uint32Array.from(offsets),
    units: Int32Array.from(units),
    counts: Float64Array.from(counts),
  });
  const events = list([0, 1, 3], [2, 0, 1], [1, 1, 2]);

  it.each([
    ['missing ones', undefined, 'is missing'],
    ['a dropped one', list([0, 1, 2], [2, 0], [1, 1]), 'offsets differs at 2 of 3: got 2, expected 3'],
    [
      'one in another step',
      list([0, 2, 3], [2, 0, 1], [1, 1, 2]),
      'offsets differs at 1 of 3: got 2, expected 1',
    ],
    [
      'one of another unit',
      list([0, 1, 3], [1, 0, 1], [1, 1, 2]),
      'units differs at 0 of 3: got 1, expected 2',
    ],
    [
      'one of another size',
      list([0, 1, 3], [2, 0, 1], [1, 1, 1]),
      'counts differs at 2 of 3: got 1, expected 2',
    ],
  ])('%s are told', (_, actual, message) => {
    expect(differenceOfEvents(actual, events)).toBe(message);
  });
});

describe('results of runs', () => {
  const rows = (x: number) => ({ data: Float64Array.of(x), shape: [1, 1, 1] });
  const result: RunResult = {
    steps: 1,
    outputs: { y: rows(1) },
    events: {},
    records: {},
    state: { v: rows(2) },
  };

  it.each([
    ['fewer steps', { ...result, steps: 0 }, 'did 0 steps, expected 1'],
    ['a missing output', { ...result, outputs: {} }, 'outputs.y is missing'],
    ['a surplus record', { ...result, records: { r: rows(0) } }, 'records.r was not asked for'],
    ['another state', { ...result, state: { v: rows(3) } }, 'state.v differs at 0 of 1: got 3, expected 2'],
  ])('%s is told', (_, actual, message) => {
    expect(differenceOfResults(actual, result)).toBe(message);
  });
});
