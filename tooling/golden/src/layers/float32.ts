// What float32 may differ by from the reference, which computes in float64. Every operation of a step rounds to 2^-24 of
// what it works on, and a leaky state keeps some of that for the steps to come. So a number of a list is allowed
// 4 · (8 + rows) · 2^-24 of the largest number of its list: four roundings that matter in each of the rows that the case
// evolves, and some for the parameters. A case's own tolerance holds where it is wider.
import type { RunOptions } from '../golden-case.ts';
import type { Tolerance } from './compare.ts';

const unit = 2 ** -24;

/** The tolerance of a case for a run; `content` is what tells how long the case evolves. */
export function toleranceFor(run: RunOptions, { abs, rel }: Tolerance, content: unknown): Tolerance {
  return run.dtype === 'float32' ? { abs, rel, rows: longest(content) } : { abs, rel };
}

/** The tolerance for one value of a result. */
export function scaled(tolerance: Tolerance, expected: unknown): Tolerance {
  const { abs, rel, rows } = tolerance;
  if (rows === undefined) return tolerance;
  const bound = 4 * (8 + rows) * unit;
  return { abs: Math.max(abs, bound * largest(expected)), rel: Math.max(rel, bound), rows };
}

function longest(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? value.length : 0;
  return Object.values(value).reduce((most: number, item) => Math.max(most, longest(item)), own);
}

function largest(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((most: number, item) => Math.max(most, largest(item)), 0);
  return typeof value === 'number' && Number.isFinite(value) ? Math.abs(value) : 0;
}
