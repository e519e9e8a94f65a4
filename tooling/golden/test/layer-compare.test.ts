import { describe, expect, test } from 'vitest';
import { layerDifference } from '../src/layers/compare.ts';

const tolerance = { abs: 1e-6, rel: 1e-3 };
const differ = (expected: unknown, got: unknown): boolean =>
  layerDifference(expected, got, tolerance, 'x') !== null;

describe('the comparison of layer cases', () => {
  test.each([
    [1000, 1001],
    [1000, 999],
    [0, 1e-6],
    [0, -0],
    [true, 1],
    [0, false],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    [
      [[1, 2], []],
      [[1, 2], []],
    ],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
    ['text', 'text'],
    [null, null],
    [
      { type: 'TSEvent', times: [] },
      { type: 'TSEvent', times: [], units: null },
    ],
  ])('%j is %j', (expected, got) => {
    expect(layerDifference(expected, got, tolerance, 'x')).toBeNull();
  });

  test.each([
    [1000, 1001.1],
    [0, 2e-6],
    ['NaN', 0],
    [0, 'NaN'],
    ['Infinity', 1e308],
    ['Infinity', '-Infinity'],
    [1, 'Infinity'],
    [[1], 1],
    [[1, 2], [1]],
    [[], [[]]],
    [1, null],
    [null, 0],
    ['text', 'test'],
    [{ a: 1 }, {}],
    [{}, { a: 1 }],
    [{ channels: [1000] }, { channels: [1001] }],
    [{ num_channels: 1000 }, { num_channels: 1001 }],
    [
      { type: 'TSEvent', times: [0] },
      { type: 'TSEvent', times: [] },
    ],
  ])('%j is not %j', (expected, got) => {
    expect(differ(expected, got)).toBe(true);
  });

  test('names the place and both values', () => {
    const found = layerDifference(
      { output: { times: [1, 2] } },
      { output: { times: [1, 3] } },
      tolerance,
      'step 4',
    );
    expect(found).toBe('step 4.output.times[1]: expected 2, got 3');
  });
});
