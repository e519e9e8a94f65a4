// Lines of source.

/** Lines between an opening and a closing one, indented. */
export function block(open: string, body: readonly string[], close: string): string[] {
  return [open, ...body.map(indent), close];
}

export function indent(line: string): string {
  return `  ${line}`;
}
