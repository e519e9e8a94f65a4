import { RidgeRegression, seededRandom } from '@rp/reservoir';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const random = seededRandom(1);
const numbers = (rows: number, columns: number) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random() * 2 - 1));
const weights = [
  [1, -2],
  [0.5, 3],
  [-1, 0.25],
];
const bias = [0.1, -0.7];
const inputs = numbers(200, 3);
const targets = inputs.map((x) =>
  bias.map((b, j) => x.reduce((sum, value, i) => sum + value * weights[i]![j]!, b)),
);
const make = () => new RidgeRegression({ numInputs: 3, numTargets: 2 });
const kind = (name: string, code: string) => expect.objectContaining({ kind: name, code });

describe('ridge regression', () => {
  it('finds weights and bias that the samples were made with', () => {
    const solution = make().add(inputs, targets).solve();
    weights.flat().forEach((weight, place) => {
      expect(solution.weights.data[place]).toBeCloseTo(weight, 12);
    });
    bias.forEach((value, place) => {
      expect(solution.bias.data[place]).toBeCloseTo(value, 12);
    });
    expect([solution.weights.shape, solution.bias.shape]).toEqual([[3, 2], [2]]);
  });

  it('over any batches gives what one batch gives', () => {
    const whole = make().add(inputs, targets).solve(0.3);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (cut) => {
        const parts = make();
        parts.add(inputs.slice(0, cut), targets.slice(0, cut));
        parts.add(inputs.slice(cut), targets.slice(cut));
        expect(parts.count).toBe(200);
        expect(parts.solve(0.3)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('makes the derivative of error and penalty zero', () => {
    const lambda = 2.5;
    const { weights: w, bias: b } = make().add(inputs, targets).solve(lambda);
    const rows = inputs.map((x) => [...x, 1]);
    const all = [...Array.from(w.data), ...Array.from(b.data)];
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 2; j++) {
        const gradient = rows.reduce(
          (sum, x, sample) => {
            const predicted = x.reduce((p, value, k) => p + value * all[k * 2 + j]!, 0);
            return sum + x[i]! * (predicted - targets[sample]![j]!);
          },
          lambda * all[i * 2 + j]!,
        );
        expect(gradient).toBeCloseTo(0, 10);
      }
    }
  });

  it('without a bias fits none', () => {
    const plain = new RidgeRegression({ numInputs: 1, numTargets: 1, bias: false });
    const { weights: w, bias: b } = plain.add([[1], [2]], [[2], [4]]).solve();
    expect(w.data[0]).toBeCloseTo(2, 14);
    expect(b.data[0]).toBe(0);
  });

  it('works for inputs of very different size', () => {
    const sized = inputs.map(([a, b, c]) => [a! * 1e-9, b!, c! * 1e6]);
    const { weights: w } = make().add(sized, targets).solve();
    expect(w.data[0]! * 1e-9).toBeCloseTo(1, 8);
    expect(w.data[4]! * 1e6).toBeCloseTo(-1, 8);
  });

  it('refuses samples that don’t determine the weights, unless it may regularize', () => {
    const doubled = inputs.map(([a, b]) => [a!, b!, a! + b!]);
    const twice = make().add(doubled, targets);
    expect(() => twice.solve()).toThrow(kind('ValueError', 'undetermined'));
    expect(() => make().solve()).toThrow(kind('ValueError', 'undetermined'));
    expect(twice.solve(1e-6).weights.data.every(Number.isFinite)).toBe(true);
    expect(() => twice.solve(-1)).toThrow(kind('ValueError', 'regularize'));
  });

  it('refuses samples that don’t fit, and adds nothing of them', () => {
    const regression = make();
    expect(() => regression.add([[1, 2]], [[1, 2]])).toThrow(kind('ValueError', 'samples'));
    expect(() =>
      regression.add(
        [[1, 2, 3]],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toThrow(kind('ValueError', 'samples'));
    expect(() => regression.add([[1, 2, 3]], [[1, Number.NaN]])).toThrow(kind('ValueError', 'not-finite'));
    expect(regression.count).toBe(0);
    expect(regression.add(inputs, targets).solve()).toEqual(make().add(inputs, targets).solve());
  });
});
