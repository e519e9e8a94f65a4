// ⌊a / b⌋ without the error that rounding a / b makes when the exact quotient is just below a whole number.
// The remainder a − q·b tells; it is exact, because q·b is had as the sum of two numbers: Dekker, "A floating-point
// technique for extending the available precision" (1971).
import type { Expr } from '../expression.ts';
import type { Lowering } from './lower.ts';

/** 2^⌈digits / 2⌉ + 1: cuts a number into two halves. */
const splitter = { float64: 2 ** 27 + 1, float32: 2 ** 12 + 1 } as const;

export function lowerFloorDiv(lowering: Lowering, a: Expr, b: Expr): Expr {
  const { op } = lowering;
  const quotient = op.floor(op.div(a, b));
  const [product, error] = exactProduct(lowering, quotient, b);
  const remainder = op.sub(op.sub(a, product), error);
  // Of the sign of b and below it in magnitude, or the quotient is one off.
  const along = op.select(op.lt(b, 0), op.neg(remainder), remainder);
  const tooLarge = op.lt(along, 0);
  const tooSmall = op.ge(along, op.abs(b));
  return op.select(tooLarge, op.sub(quotient, 1), op.select(tooSmall, op.add(quotient, 1), quotient));
}

/** x·y as the rounded product and what is missing. */
function exactProduct({ op, dtype }: Lowering, x: Expr, y: Expr): [Expr, Expr] {
  const halves = (z: Expr) => {
    const scaled = op.mul(z, splitter[dtype]);
    const high = op.sub(scaled, op.sub(scaled, z));
    return [high, op.sub(z, high)] as const;
  };
  const product = op.mul(x, y);
  const [xHigh, xLow] = halves(x);
  const [yHigh, yLow] = halves(y);
  const high = op.sub(op.mul(xHigh, yHigh), product);
  const middle = op.add(op.add(high, op.mul(xHigh, yLow)), op.mul(xLow, yHigh));
  return [product, op.add(middle, op.mul(xLow, yLow))];
}
