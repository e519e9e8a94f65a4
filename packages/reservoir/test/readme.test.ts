// The example of the README runs, and gives what its comments say.
import { readFileSync } from 'node:fs';
import { RidgeRegression, rndmSparseEiNet, seededRandom, spectralRadius } from '@rp/reservoir';
import { expect, it } from 'vitest';

it('the example of the README gives what its comments say', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const code = /```ts\n.*?\n\n(.*?)```/s.exec(readme)![1]!;
  const printed: unknown[] = [];
  const run = new Function(
    ...['RidgeRegression', 'rndmSparseEiNet', 'seededRandom', 'spectralRadius', 'console'],
    code,
  );
  run(RidgeRegression, rndmSparseEiNet, seededRandom, spectralRadius, {
    log: (value: unknown) => printed.push(value),
  });
  expect(printed[0]).toBeCloseTo(0.95, 12);
  const { weights, bias } = printed[1] as { weights: { data: number[] }; bias: { data: number[] } };
  [1, 2].forEach((weight, place) => {
    expect(weights.data[place]).toBeCloseTo(weight, 12);
  });
  expect(bias.data[0]).toBeCloseTo(1, 12);
});
