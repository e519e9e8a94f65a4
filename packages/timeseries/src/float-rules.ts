// The order of floating-point operations is part of this package's contract. What more than one place needs
// is written down here, once.

/** Times closer than this count as the same when a limit is checked. */
export const ABSOLUTE_TOLERANCE = 1e-9;
/** The same, relative to the duration of a series. */
export const RELATIVE_TOLERANCE = 1e-6;
/** An event series stops at least this much later than its last event. */
export const EVENT_RESOLUTION = 1e-15;

/** Floored modulo: the result has the sign of `b`. */
export function mod(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

/** Floor division of doubles, by way of the exact remainder. Division by zero gives `a / b`. */
export function fdiv(a: number, b: number): number {
  if (b === 0) return a / b;
  const remainder = a % b;
  let quotient = (a - remainder) / b;
  if (remainder !== 0 && b < 0 !== remainder < 0) quotient -= 1;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/**
 * The points `start, start + step, …` before `stop` (`step > 0`). From the third point on they are
 * `start + i * delta`, where `delta` is the rounded distance of the first two.
 */
export function arange(start: number, stop: number, step: number): Float64Array {
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const points = new Float64Array(Number.isNaN(count) ? 0 : count);
  const delta = start + step - start;
  for (let i = 0; i < points.length; i++) points[i] = start + i * delta;
  if (points.length > 1) points[1] = start + step;
  return points;
}

/** The clock grid `(k * dt) + start` for k = 0 … count - 1. */
export function grid(count: number, dt: number, start = 0): Float64Array {
  const points = new Float64Array(count);
  for (let k = 0; k < count; k++) points[k] = k * dt + start;
  return points;
}

/** The number of rows for a real quotient: the nearest whole number if within 1e-6 of it, else rounded up. */
export function rows(quotient: number): number {
  const nearest = Math.round(quotient);
  const count = Math.abs(quotient - nearest) <= 1e-6 ? nearest : Math.ceil(quotient);
  return count + 0; // no rows are 0, not -0
}

/** The next double above a finite number. */
export function nextUp(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const number = new Float64Array(bits.buffer);
  number[0] = value;
  bits[0]! += value > 0 ? 1n : -1n;
  return number[0]!;
}
