// Numbers in JSON. It has no NaN, no infinities, and writers lose the sign of -0; those become texts.

/** A number, or the text of one that JSON doesn't have. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

const special = new Map<unknown, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0' : (String(value) as JsonNumber);
}

/** The number, or `undefined` if it is none. */
export function fromJsonNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : special.get(value);
}
