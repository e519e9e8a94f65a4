import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gcd, isMultiple, lcm } from '../src/index.ts';

const grid = fc.integer({ min: 1, max: 100_000 }).map((ticks) => Number(`${ticks}e-7`));

describe('steps in exact decimals', () => {
  it('have a common multiple that both divide, and a common divisor that divides both', () => {
    fc.assert(
      fc.property(grid, grid, (a, b) => {
        const multiple = lcm(a, b);
        const divisor = gcd(a, b);
        for (const step of [a, b]) {
          expect(isMultiple(multiple, step)).toBe(true);
          expect(isMultiple(step, divisor)).toBe(true);
        }
        expect((multiple * divisor) / (a * b)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('do not suffer from binary fractions', () => {
    expect(lcm(0.1, 0.25)).toBe(0.5);
    expect(gcd(0.3, 0.2)).toBe(0.1);
    expect(gcd(1e21, 3)).toBe(1);
    expect(isMultiple(0.3, 0.1)).toBe(true);
    expect(isMultiple(0.10001, 0.1)).toBe(false);
  });

  it('refuse what has no meaning', () => {
    expect(() => lcm(1 / 3, 0.1)).toThrow(expect.objectContaining({ kind: 'ValueError', code: 'off-grid' }));
    expect(() => isMultiple(1, 0)).toThrow(expect.objectContaining({ code: 'zero-step' }));
    expect(() => gcd(Number.NaN, 1)).toThrow(expect.objectContaining({ code: 'not-finite' }));
  });
});
