import type { Expr, Operand, Ops } from '../expression.ts';

/** `c[0] + z (c[1] + z (c[2] + …))`, by Horner's rule. */
export function polynomial(op: Ops, z: Expr, coefficients: readonly number[]): Expr {
  const last = coefficients.length - 1;
  let sum: Operand = coefficients[last]!;
  for (let k = last - 1; k >= 0; k--) sum = op.add(op.mul(sum, z), coefficients[k]!);
  return sum as Expr;
}

/** 0!, 1!, … n!; exact up to 18!. */
export function factorials(n: number): number[] {
  const list = [1];
  for (let k = 1; k <= n; k++) list.push(list[k - 1]! * k);
  return list;
}

/** ln 2 in two parts: the first has so few digits that a multiple by an exponent is exact. */
export const ln2 = {
  float64: { high: 0.6931471803691238, low: 1.9082149292705877e-10 },
  float32: { high: 0.693115234375, low: 3.1946184945309415e-5 },
} as const;
