// Numbers as fields of text: what is written is read back to the same bits.

/** The shortest digits that give the same double; `-0`, `NaN`, `Infinity` and `-Infinity` for those. */
export function exactText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(inity)?$/i;
const MISSING = /^$|^[+-]?nan$/i;

/** The number in a field (an empty one is NaN), or `undefined` if there is something else. */
export function numberIn(field: string): number | undefined {
  const text = field.trim();
  if (DECIMAL.test(text)) return Number(text);
  if (MISSING.test(text)) return Number.NaN;
  const sign = INFINITE.exec(text)?.[1];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
