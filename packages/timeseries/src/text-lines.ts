// The line-by-line listing of a long series, shortened in the middle.

export interface PrintOptions {
  /** Print every line. Default: false. */
  readonly full?: boolean | undefined;
  /** Lines at the beginning of a shortened listing. Default: 4. */
  readonly numFirst?: number | undefined;
  /** Lines at the end of a shortened listing. Default: 4. */
  readonly numLast?: number | undefined;
  /** Up to this many lines nothing is left out. Default: 10. */
  readonly limitShorten?: number | undefined;
}

/** The lines to print for `count` entries; `ending` follows a shortened listing. */
export function listing(
  count: number,
  lineOf: (i: number) => string,
  { full = false, numFirst = 4, numLast = 4, limitShorten = 10 }: PrintOptions,
  ending: readonly string[] = [],
): string {
  const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => lineOf(from + i));
  if (full || count <= limitShorten) return lines(0, count).join('\n');
  const head = Math.min(numFirst, count);
  const tail = Math.max(0, count - numLast);
  return [...lines(0, head), '\t...', ...lines(tail, count), ...ending].join('\n');
}
