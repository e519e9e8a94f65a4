import { errorFactory } from '@rp/errors';

export const fail = errorFactory('layers-v1');

/** A value in a message: short, and never the whole array. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' && typeof value !== 'function') return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return `a ${value.constructor?.name ?? 'plain object'}`;
}
