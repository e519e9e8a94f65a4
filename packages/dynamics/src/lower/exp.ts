// e^x = 2^k · e^r with k whole and |r| ≤ ln 2 / 2, where the Taylor series of e^r converges fast.
import type { Expr } from '../expression.ts';
import type { Lowering } from './lower.ts';
import { factorials, ln2, polynomial } from './polynomial.ts';

// Beyond these the result is 0 or infinite whatever the argument; the limits keep k within two normal powers of two.
const limits = { float64: [-746, 710], float32: [-104, 89] } as const;
// The first omitted term, (ln 2 / 2)^(d + 1) / (d + 1)!, is below a tenth of an ulp.
const degree = { float64: 13, float32: 7 } as const;

export function lowerExp({ op, dtype }: Lowering, x: Expr): Expr {
  const [low, high] = limits[dtype];
  const limited = op.min(op.max(x, low), high);
  const k = op.floor(op.add(op.mul(limited, Math.LOG2E), 0.5));
  const r = op.sub(op.sub(limited, op.mul(k, ln2[dtype].high)), op.mul(k, ln2[dtype].low));
  const series = polynomial(
    op,
    r,
    factorials(degree[dtype]).map((factorial) => 1 / factorial),
  );
  // In two factors, because 2^k alone may be subnormal or too large.
  const half = op.floor(op.mul(k, 0.5));
  return op.mul(op.mul(series, op.pow2(half)), op.pow2(op.sub(k, half)));
}
