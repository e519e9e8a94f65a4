// How a command fails: one line, and an exit code that scripts can rely on.

/** A command that was called in a way that makes no sense; exit code 2. */
export class UsageError extends Error {}

/** 1 the work failed, 2 bad usage, 130 stopped by Ctrl-C. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return isAbort(error) ? 130 : 1;
}

export function explain(error: unknown, verbose: boolean): string {
  if (isAbort(error)) return 'rp: stopped';
  if (!(error instanceof Error)) return `rp: ${String(error)}`;
  return verbose ? (error.stack ?? error.message) : `rp: ${error.message.replace(/\s*\n\s*/g, ' ')}`;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
