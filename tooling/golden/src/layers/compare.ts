// The comparison rules of the layer cases: |a - b| <= abs + rel*|expected| for numbers, -0 equals 0, true equals 1.
// Counts, channels, lengths, names and flags must be the same.
import { show } from '../compare.ts';
import { scaled } from './float32.ts';

export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
  /** For what was computed in float32: over how many rows roundings may have added up. */
  readonly rows?: number | undefined;
}

/** What is compared without tolerance, by its key. */
const exactKeys = new Set(['channels', 'num_channels', 'num_timesteps', 'shape', '_timestep', 'delay_steps']);
const exact: Tolerance = { abs: 0, rel: 0 };

/**
 * The first difference, or `null`. Of a series, only what the case tells is compared; any other dictionary must have
 * the same keys.
 */
export function layerDifference(
  expected: unknown,
  got: unknown,
  tolerance: Tolerance,
  path: string,
): string | null {
  if (isNumber(expected) && isNumber(got)) {
    return closeTo(toNumber(expected), toNumber(got), tolerance) ? null : mismatch(path, expected, got);
  }
  if (Array.isArray(expected) && Array.isArray(got)) return listDifference(expected, got, tolerance, path);
  if (isDictionary(expected) && isDictionary(got)) return keyDifference(expected, got, tolerance, path);
  return expected === got ? null : mismatch(path, expected, got);
}

function listDifference(
  expected: readonly unknown[],
  got: readonly unknown[],
  tolerance: Tolerance,
  path: string,
): string | null {
  if (expected.length !== got.length) {
    return `${path}: expected ${expected.length} entries, got ${got.length}: ${show(expected)} | ${show(got)}`;
  }
  for (const [index, item] of expected.entries()) {
    const found = layerDifference(item, got[index], tolerance, `${path}[${index}]`);
    if (found !== null) return found;
  }
  return null;
}

function keyDifference(
  expected: Dictionary,
  got: Dictionary,
  tolerance: Tolerance,
  path: string,
): string | null {
  for (const [key, value] of Object.entries(expected)) {
    if (!Object.hasOwn(got, key)) return `${path}.${key}: expected ${show(value)}, got nothing`;
    const rule = exactKeys.has(key) ? exact : scaled(tolerance, value);
    const found = layerDifference(value, got[key], rule, `${path}.${key}`);
    if (found !== null) return found;
  }
  const extra =
    'type' in expected ? undefined : Object.keys(got).find((key) => !Object.hasOwn(expected, key));
  return extra === undefined ? null : `${path}.${extra}: expected nothing, got ${show(got[extra])}`;
}

function closeTo(expected: number, got: number, { abs, rel }: Tolerance): boolean {
  if (expected === got || (Number.isNaN(expected) && Number.isNaN(got))) return true;
  if (!Number.isFinite(expected) || !Number.isFinite(got)) return false;
  return Math.abs(expected - got) <= abs + rel * Math.abs(expected);
}

const special: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function isNumber(value: unknown): value is number | boolean | string {
  if (typeof value === 'string') return Object.hasOwn(special, value);
  return typeof value === 'number' || typeof value === 'boolean';
}

function toNumber(value: number | boolean | string): number {
  return typeof value === 'string' ? special[value]! : Number(value);
}

type Dictionary = Readonly<Record<string, unknown>>;

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(path: string, expected: unknown, got: unknown): string {
  return `${path}: expected ${show(expected)}, got ${show(got)}`;
}
