// The one error class of all @rp packages. Its `kind` is the Python class that the reference would raise,
// its `code` is stable and made for programs; the message is made for people.

/** The name of the Python exception that stands for this sort of mistake. */
export type ErrorKind =
  | 'ValueError'
  | 'TypeError'
  | 'IndexError'
  | 'KeyError'
  | 'AttributeError'
  | 'AssertionError'
  | 'NotImplementedError'
  | 'RuntimeError';

export interface RpErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * An error of one of the `@rp` packages.
 *
 * The message starts with the package in brackets (`[rp:timeseries] …`) and says what was asked, what was
 * got, what is allowed, and what to do. `name` equals `kind`.
 */
export class RpError extends Error {
  /** What sort of mistake it is, in the reference's own terms. */
  readonly kind: ErrorKind;
  /** A stable identifier in kebab-case, safe to branch on. */
  readonly code: string;

  constructor(kind: ErrorKind, code: string, message: string, options: RpErrorOptions = {}) {
    super(message, options);
    this.name = kind;
    this.kind = kind;
    this.code = code;
  }
}

/** Whether a caught value is an {@link RpError}, also one that another copy of this package made. */
export function isRpError(value: unknown): value is RpError {
  return value instanceof Error && 'kind' in value && 'code' in value && typeof value.code === 'string';
}

export type ErrorFactory = (
  kind: ErrorKind,
  code: string,
  message: string,
  options?: RpErrorOptions,
) => RpError;

/** Makes a package's error factory: `const fail = errorFactory('graph'); throw fail('ValueError', 'size', '…')`. */
export function errorFactory(packageName: string): ErrorFactory {
  return (kind, code, message, options) => new RpError(kind, code, `[rp:${packageName}] ${message}`, options);
}
