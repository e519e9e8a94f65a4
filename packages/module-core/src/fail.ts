import { errorFactory } from '@rp/errors';

/** The name under which this package speaks, in errors and warnings. */
export const PACKAGE = 'module-core';

export const fail = errorFactory(PACKAGE);

/** A short text of any value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(unnamed)'}`;
  if (typeof value === 'object' && value !== null)
    return `an object of class ${value.constructor?.name ?? 'Object'}`;
  return String(value);
}
