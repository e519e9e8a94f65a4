// One time step that suits several modules. All comparisons are exact, in decimals (see decimal.ts).
import { add, type Decimal, dec, less, multiply, remainder, subtract, toDouble } from './decimal.ts';
import { fail } from './fail.ts';

const RELATIVE_TOLERANCE = 1e-5;
const ABSOLUTE_TOLERANCE = 1e-6;
const DECIMAL_BASE = 1e-7;
const GRID_TOLERANCE = 1e-5;

/**
 * Whether `a` is a whole multiple of `b`, up to `tolRel * b + tolAbs` (1e-5 and 1e-6).
 * Note that with the default tolerances every b below about 1e-6 divides everything.
 * @throws ValueError if b is zero.
 */
export function isMultiple(
  a: number,
  b: number,
  tolRel: number = RELATIVE_TOLERANCE,
  tolAbs: number = ABSOLUTE_TOLERANCE,
): boolean {
  const divisor = dec(b);
  const rest = remainder(dec(a), divisor);
  const missing = subtract(divisor, rest);
  const distance = less(rest, missing) ? rest : missing;
  return less(distance, add(multiply(dec(tolRel), divisor), dec(tolAbs)));
}

/** The greatest common divisor of two decimal numbers: `gcd(0.3, 0.2)` is 0.1. */
export function gcd(a: number, b: number): number {
  let x: Decimal = dec(a);
  let y: Decimal = dec(b);
  while (y.digits !== 0n) [x, y] = [y, remainder(x, y)];
  return toDouble(x);
}

/**
 * The least common multiple of two multiples of 1e-7: `lcm(0.1, 0.25)` is 0.5.
 * @throws ValueError for a value that is not on the 1e-7 grid, and if both are zero.
 */
export function lcm(a: number, b: number): number {
  const x = onGrid(a);
  const y = onGrid(b);
  let [divisor, rest] = [x, y];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  if (divisor === 0n)
    throw fail(
      'ValueError',
      'zero-step',
      'two steps of zero have no common multiple; a time step must be positive',
    );
  return toDouble({ digits: (x / divisor) * y, scale: 7 });
}

function onGrid(value: number): bigint {
  const scaled = value / DECIMAL_BASE;
  const rounded = roundHalfEven(scaled);
  if (!(Math.abs(rounded - scaled) <= GRID_TOLERANCE)) {
    throw fail(
      'ValueError',
      'off-grid',
      `the time step ${value} s is not a multiple of 1e-7 s, so it has no common multiple with a different step; ` +
        'round it to that grid, or give all modules the same step',
    );
  }
  return BigInt(rounded);
}

/** The nearest whole number; of two equally near ones the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const part = x - below;
  if (part !== 0.5) return part < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * The step of a parent over modules with these steps: their common value, or else their least common multiple.
 * @param maxFactor How many times the largest step the result may be.
 * @throws ValueError if the steps differ and one is off the 1e-7 grid, or if the result is too large.
 */
export function commonStep(steps: readonly number[], maxFactor: number): number {
  const [first = 0, ...others] = steps;
  if (others.every((step) => step === first)) return first;
  const common = steps.reduce(lcm);
  const largest = Math.max(...steps);
  if (less(multiply(dec(maxFactor), dec(largest)), dec(common))) {
    throw fail(
      'ValueError',
      'step-too-large',
      `the time steps ${steps.join(', ')} s have the common multiple ${common} s, more than ${maxFactor} times ` +
        'the largest of them; choose steps that fit each other, or allow a larger factor',
    );
  }
  const misfit = steps.find((step) => !isMultiple(common, step));
  if (misfit !== undefined) {
    throw fail(
      'ValueError',
      'step-misfit',
      `the common step ${common} s is no multiple of the step ${misfit} s`,
    );
  }
  return common;
}
