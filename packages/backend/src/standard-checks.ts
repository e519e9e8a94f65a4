// Checks that every backend makes in the same way; an author may use them or not.
import { checkProgram, lowerProgram, type StepProgram } from '@rp/dynamics';
import type { Capabilities, Diagnostic } from './plugin.ts';

/** Malformed programs, and operations that the capabilities don't list. */
export function standardDiagnostics(program: StepProgram, capabilities: Capabilities): Diagnostic[] {
  const malformed = checkProgram(program);
  if (malformed.length > 0) return malformed.map((message) => ({ code: 'malformed', message }));
  const known = new Set<string>(capabilities.operations);
  const lacking = new Set<string>();
  for (const { op } of lowerProgram(program, capabilities.dtypes[0] ?? 'float64').values) {
    if (!known.has(op)) lacking.add(op);
  }
  return [...lacking].map((op) => ({ code: 'operation', message: `the operation ${op} is not implemented` }));
}
