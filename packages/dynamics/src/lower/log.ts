// ln x = e ln 2 + ln m with √½ < m ≤ √2; with f = m − 1 and s = f / (2 + f), ln(1 + f) = f − s (f − R(s²)), where
// R(z) = z (2/3 + 2/5 z + 2/7 z² + …) comes from the series of the inverse hyperbolic tangent. f is exact.
import type { Expr } from '../expression.ts';
import type { Lowering } from './lower.ts';
import { ln2, polynomial } from './polynomial.ts';

const smallestNormal = { float64: 2 ** -1022, float32: 2 ** -126 } as const;
// s² ≤ 0.0295, so the terms fall by a factor of 34 each.
const terms = { float64: 11, float32: 5 } as const;

export function lowerLog({ op, dtype }: Lowering, x: Expr): Expr {
  const subnormal = op.lt(x, smallestNormal[dtype]);
  const normal = op.select(subnormal, op.mul(x, 2 ** 54), x);
  const e = op.exponent(normal);
  const half = op.floor(op.mul(e, 0.5));
  // 2^−e in two factors, because it may lie outside the normal numbers.
  const mantissa = op.mul(op.mul(normal, op.pow2(op.neg(half))), op.pow2(op.sub(half, e)));
  const large = op.gt(mantissa, Math.SQRT2);
  const m = op.select(large, op.mul(mantissa, 0.5), mantissa);
  const k = op.sub(op.select(large, op.add(e, 1), e), op.select(subnormal, 54, 0));

  const f = op.sub(m, 1);
  const s = op.div(f, op.add(2, f));
  const z = op.mul(s, s);
  const series = Array.from({ length: terms[dtype] }, (_, term) => 2 / (2 * term + 3));
  const rest = op.mul(z, polynomial(op, z, series));
  const tail = op.sub(op.mul(s, op.sub(f, rest)), op.mul(k, ln2[dtype].low));
  const finite = op.add(op.mul(k, ln2[dtype].high), op.sub(f, tail));

  const infinite = op.select(op.eq(x, Number.POSITIVE_INFINITY), x, finite);
  const atZero = op.select(op.eq(x, 0), Number.NEGATIVE_INFINITY, infinite);
  return op.select(op.ge(x, 0), atZero, Number.NaN);
}
