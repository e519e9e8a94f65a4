// Checks that every backend makes in the same way; an author may use them or not.
import { checkProgram, type Dtype, isLoopOp, lowerProgram, type StepProgram } from '@rp/dynamics';
import { fail } from './error.ts';
import type { Capabilities, Diagnostic } from './plugin.ts';

/** Malformed programs, and operations, loops and storages that the capabilities don't list. */
export function standardDiagnostics(program: StepProgram, capabilities: Capabilities): Diagnostic[] {
  const malformed = checkProgram(program);
  if (malformed.length > 0) return malformed.map((message) => ({ code: 'malformed', message }));
  const known = new Set<string>(capabilities.operations);
  const lacking = new Set<string>();
  const basic = lowerProgram(program, capabilities.dtypes[0] ?? 'float64');
  for (const { op } of basic.values) {
    if (!known.has(op) && !isLoopOp(op)) lacking.add(op);
  }
  const loops = basic.loop !== undefined && !capabilities.boundedLoop;
  const sparse = capabilities.sparseParameters
    ? []
    : Object.entries(program.params).filter(([, { storage }]) => storage !== undefined);
  return [
    ...(loops ? [{ code: 'loop', message: 'it has a loop within a step, which is not implemented' }] : []),
    ...sparse.map(([name, { storage }]) => ({
      code: 'storage',
      message: `the parameter ${name} is stored as ${storage}, which is not implemented; declare it without storage`,
    })),
    ...[...lacking].map((op) => ({ code: 'operation', message: `the operation ${op} is not implemented` })),
  ];
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
