/** `x ** y` by the rules of C, where 1 to any power, and -1 to an infinite one, is 1. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}
