// Lines of code.

/** A block, its body indented. */
export function block(open: string, body: readonly string[], close: string): string[] {
  return [open, ...body.map((line) => `  ${line}`), close];
}
