import { type Dtype, Interpreter, operations } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { elementwise } from './programs.ts';

/** The distance of two numbers in units of the last place of the second, in a dtype. */
function ulps(actual: number, exact: number, dtype: Dtype): number {
  if (Object.is(actual, exact) || (Number.isNaN(actual) && Number.isNaN(exact))) return 0;
  const [bits, smallest] = dtype === 'float32' ? [23, -149] : [52, -1074];
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))) - bits, smallest);
  return Math.abs(actual - exact) / 2 ** exponent;
}

function evaluate(name: 'exp' | 'log' | 'tanh', xs: number[], dtype: Dtype): ArrayLike<number> {
  const session = new Interpreter(elementwise(name), { dims: { n: xs.length }, dt: 1, dtype });
  const { outputs } = session.run(
    { x: { data: Float64Array.from(xs), shape: [1, 1, xs.length] } },
    { steps: 1 },
  );
  return outputs.y!.data;
}

const cases = {
  exp: { from: -80, to: 80, exact: Math.exp },
  log: { from: 1e-6, to: 30, exact: Math.log },
  tanh: { from: -12, to: 12, exact: Math.tanh },
} as const;

describe.each(['float64', 'float32'] as const)('in %s', (dtype) => {
  const round = dtype === 'float32' ? Math.fround : (x: number) => x;

  it.each(['exp', 'log', 'tanh'] as const)(`%s is as exact as the table says`, (name) => {
    const { from, to, exact } = cases[name];
    const xs = Array.from({ length: 20_001 }, (_, k) => round(from + ((to - from) * k) / 20_000));
    const allowed = Number.parseInt(operations[name].bound, 10);
    const ys = evaluate(name, xs, dtype);
    const worst = Math.max(...xs.map((x, k) => ulps(ys[k]!, exact(x), dtype)));
    // The comparison value, Math's own, is itself up to one unit away in float64.
    expect(worst).toBeLessThanOrEqual(dtype === 'float64' ? allowed + 1 : allowed);
  });

  it('keeps the edges: infinities, zeros, NaN, subnormals', () => {
    const tiny = dtype === 'float32' ? 2 ** -149 : 5e-324;
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    expect([...Array.from(evaluate('exp', [-inf, -1e5, 0, -0, 1e5, inf, nan], dtype))]).toEqual([
      0,
      0,
      1,
      1,
      inf,
      inf,
      nan,
    ]);
    expect([...Array.from(evaluate('log', [0, -0, 1, inf, -1, -inf, nan], dtype))]).toEqual([
      -inf,
      -inf,
      0,
      inf,
      nan,
      nan,
      nan,
    ]);
    expect([...Array.from(evaluate('tanh', [-inf, -0, 0, inf, nan], dtype))]).toEqual([-1, -0, 0, 1, nan]);
    expect(ulps(evaluate('log', [tiny], dtype)[0]!, Math.log(tiny), dtype)).toBeLessThanOrEqual(2);
    expect(evaluate('tanh', [tiny], dtype)[0]).toBe(tiny);
  });
});
