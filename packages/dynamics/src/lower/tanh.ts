// Near zero the continued fraction x / (1 + x²/(3 + x²/(5 + …))) of Lambert, cut after ten levels and written as a
// quotient of two polynomials; elsewhere 1 − 2 / (e^2|x| + 1), with the sign of x.
import type { Expr } from '../expression.ts';
import { lowerExp } from './exp.ts';
import type { Lowering } from './lower.ts';
import { polynomial } from './polynomial.ts';

const border = 0.625;
const levels = { float64: 10, float32: 6 } as const;

export function lowerTanh(lowering: Lowering, x: Expr): Expr {
  const { op, dtype } = lowering;
  const z = op.mul(x, x);
  const { numerator, denominator } = convergent(levels[dtype]);
  const near = op.div(op.mul(x, polynomial(op, z, numerator)), polynomial(op, z, denominator));

  const magnitude = op.abs(x);
  const grown = lowerExp(lowering, op.mul(magnitude, 2));
  const far = op.sub(1, op.div(2, op.add(grown, 1)));
  return op.select(op.lt(magnitude, border), near, op.select(op.lt(x, 0), op.neg(far), far));
}

/** Convergent of the fraction as polynomials in x² (the numerator without its factor x); whole numbers, exact. */
function convergent(depth: number): { numerator: readonly number[]; denominator: readonly number[] } {
  let [formerTop, top] = [[0], [1]];
  let [formerBottom, bottom] = [[1], [1]];
  for (let k = 2; k <= depth; k++) {
    [formerTop, top] = [top, nextPolynomial(2 * k - 1, top, formerTop)];
    [formerBottom, bottom] = [bottom, nextPolynomial(2 * k - 1, bottom, formerBottom)];
  }
  return { numerator: top, denominator: bottom };
}

/** `factor · p + z · q`. */
function nextPolynomial(factor: number, p: readonly number[], q: readonly number[]): number[] {
  const length = Math.max(p.length, q.length + 1);
  const sum = Array.from({ length }, (_, power) => factor * (p[power] ?? 0) + (q[power - 1] ?? 0));
  while (sum.length > 1 && sum.at(-1) === 0) sum.pop();
  return sum;
}
