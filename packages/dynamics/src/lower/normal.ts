// Box and Muller (1958): √(−2 ln u₁) cos(2π u₂), from two words of one Philox counter.
// The angle is reduced in quarter turns, which is exact, so cosine and sine are needed up to π/4 only.
import { Expr } from '../expression.ts';
import { lowerLog } from './log.ts';
import type { Lowering } from './lower.ts';
import { factorials, polynomial } from './polynomial.ts';

// The first omitted term, (π/4)^n / n!, is below a tenth of an ulp.
const terms = { float64: 9, float32: 5 } as const;

export function lowerNormal(lowering: Lowering): Expr {
  const { op, list, dtype, value } = lowering;
  const uniform = (word: number) => new Expr(list, list.random('uniform', value.shape, value.stream!, word));
  const radius = op.sqrt(op.mul(lowerLog(lowering, uniform(0)), -2));

  const turn = op.mul(uniform(1), 4);
  const quarter = op.floor(op.add(turn, 0.5));
  const angle = op.mul(op.sub(turn, quarter), Math.PI / 2);
  const z = op.mul(angle, angle);
  const alternating = (start: number) =>
    Array.from({ length: terms[dtype] }, (_, k) => (k % 2 === 0 ? 1 : -1) / factorials(18)[2 * k + start]!);
  const cosine = polynomial(op, z, alternating(0));
  const sine = op.mul(angle, polynomial(op, z, alternating(1)));

  const secondOrThird = op.select(op.eq(quarter, 1), op.neg(sine), op.neg(cosine));
  const direction = op.select(
    op.eq(quarter, 3),
    sine,
    op.select(op.or(op.eq(quarter, 0), op.eq(quarter, 4)), cosine, secondOrThird),
  );
  return op.mul(radius, direction);
}
