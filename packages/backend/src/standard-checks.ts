// Checks that every backend makes in the same way; an author may use them or not.
import { checkProgram, type Dtype, lowerProgram, type StepProgram } from '@rp/dynamics';
import { fail } from './error.ts';
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

/** @throws ValueError (code `run-dtype`) for a dtype that the capabilities don't list; not given, it is float64. */
export function requireDtype(name: string, capabilities: Capabilities, dtype: Dtype = 'float64'): void {
  if (capabilities.dtypes.includes(dtype)) return;
  const known = capabilities.dtypes.map((one) => `'${one}'`).join(' or ');
  throw fail(
    'ValueError',
    'run-dtype',
    `${name} computes in ${known}, not in ${JSON.stringify(dtype)}; ask for that`,
  );
}
