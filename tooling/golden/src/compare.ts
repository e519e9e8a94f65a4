// Compares a result with what a case expects, both in the notation of the case files. Numbers must be the same
// doubles (0 and -0 differ), unless the case allows a tolerance. The first difference is told with its place.

export interface CompareOptions {
  /** Numbers may differ by `tol * max(1, |a|, |b|)`. Default: not at all. */
  readonly tol?: number | undefined;
}

/** The first difference, or `null` if there is none. Dictionaries are compared without regard to key order. */
export function difference(
  expected: unknown,
  got: unknown,
  options: CompareOptions = {},
  path = 'result',
): string | null {
  if (typeof expected === 'number' && typeof got === 'number') {
    return sameNumber(expected, got, options.tol) ? null : mismatch(path, expected, got);
  }
  if (Array.isArray(expected) && Array.isArray(got)) return listDifference(expected, got, options, path);
  if (isDictionary(expected) && isDictionary(got)) return dictionaryDifference(expected, got, options, path);
  return Object.is(expected, got) ? null : mismatch(path, expected, got);
}

/** Infinite values and NaN are only equal to themselves, whatever the tolerance. */
export function sameNumber(a: number, b: number, tol?: number): boolean {
  if (Object.is(a, b)) return true;
  if (tol === undefined || !Number.isFinite(a) || !Number.isFinite(b)) return false;
  return Math.abs(a - b) <= tol * Math.max(1, Math.abs(a), Math.abs(b));
}

function listDifference(
  expected: readonly unknown[],
  got: readonly unknown[],
  options: CompareOptions,
  path: string,
): string | null {
  if (expected.length !== got.length) {
    return `${path}: expected ${expected.length} entries, got ${got.length}: ${show(expected)} | ${show(got)}`;
  }
  return firstOf(expected.keys(), (i) => difference(expected[i], got[i], options, `${path}[${i}]`));
}

function dictionaryDifference(
  expected: Dictionary,
  got: Dictionary,
  options: CompareOptions,
  path: string,
): string | null {
  const missing = Object.keys(expected).find((key) => !Object.hasOwn(got, key));
  if (missing !== undefined) return `${path}.${missing}: expected ${show(expected[missing])}, got nothing`;
  const extra = Object.keys(got).find((key) => !Object.hasOwn(expected, key));
  if (extra !== undefined) return `${path}.${extra}: expected nothing, got ${show(got[extra])}`;
  return firstOf(Object.keys(expected), (key) =>
    difference(expected[key], got[key], options, `${path}.${key}`),
  );
}

function firstOf<T>(items: Iterable<T>, look: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

type Dictionary = Readonly<Record<string, unknown>>;

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(path: string, expected: unknown, got: unknown): string {
  return `${path}: expected ${show(expected)}, got ${show(got)}`;
}

const SHOWN = 160;

/** A value on one line, cut if it is long. */
export function show(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
