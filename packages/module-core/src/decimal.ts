// Exact decimal numbers: what the shortest text of a double says (0.1 is one tenth), as a scaled big integer.

import { fail, show } from './fail.ts';

/** digits · 10^-scale, scale ≥ 0. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/**
 * The decimal number that the shortest round-trip text of a double stands for.
 * @throws ValueError for NaN and infinities.
 */
export function dec(x: number): Decimal {
  if (!Number.isFinite(x))
    throw fail('ValueError', 'not-finite', `a time step must be a finite number, got ${show(x)}`);
  const [mantissa = '0', exponent = '0'] = String(x).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** The nearest double. */
export function toDouble({ digits, scale }: Decimal): number {
  return Number(`${digits}e-${scale}`);
}

/** Both numbers as integers of a common unit, 10^-scale. */
function aligned(a: Decimal, b: Decimal): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return {
    a: a.digits * 10n ** BigInt(scale - a.scale),
    b: b.digits * 10n ** BigInt(scale - b.scale),
    scale,
  };
}

export function add(x: Decimal, y: Decimal): Decimal {
  const { a, b, scale } = aligned(x, y);
  return { digits: a + b, scale };
}

export function subtract(x: Decimal, y: Decimal): Decimal {
  const { a, b, scale } = aligned(x, y);
  return { digits: a - b, scale };
}

export function multiply(x: Decimal, y: Decimal): Decimal {
  return { digits: x.digits * y.digits, scale: x.scale + y.scale };
}

/**
 * The remainder of the truncated quotient; its sign is that of x.
 * @throws ValueError if y is zero.
 */
export function remainder(x: Decimal, y: Decimal): Decimal {
  if (y.digits === 0n)
    throw fail('ValueError', 'zero-step', 'nothing is a multiple of zero; a time step must be positive');
  const { a, b, scale } = aligned(x, y);
  return { digits: a % b, scale };
}

/** Whether x < y. */
export function less(x: Decimal, y: Decimal): boolean {
  const { a, b } = aligned(x, y);
  return a < b;
}
