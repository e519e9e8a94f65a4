// How a backend is chosen: passed as a value, or set once as the default. A list means "the first that accepts".
// There is no silent fallback: if nobody accepts, one error lists every backend with every reason.
import type { Bindings, Dtype, StepProgram } from '@rp/dynamics';
import { isRpError, type RpError } from '@rp/errors';
import { fail } from './error.ts';
import type { BackendPlugin, Capabilities, Diagnostic, Session } from './plugin.ts';
import { type Lease, lease } from './shared.ts';

/** A backend, or several in order of preference. */
export type BackendChoice = BackendPlugin | readonly BackendPlugin[];

let defaultChoice: BackendChoice | undefined;

/** Sets what modules and layers use that weren't given a backend. `undefined` takes the setting back. */
export function setDefaultBackend(choice: BackendChoice | undefined): void {
  for (const plugin of choice === undefined ? [] : pluginsOf(choice)) requireContract(plugin);
  defaultChoice = choice;
}

/** What was set with {@link setDefaultBackend}. */
export function getDefaultBackend(): BackendChoice | undefined {
  return defaultChoice;
}

/**
 * Opens (or joins) the first of the candidates that is available, accepts the program and, if one is given, has the
 * dtype. The caller releases it.
 * @throws RuntimeError (code `no-backend`) that lists every candidate with its reasons.
 */
export async function chooseBackend(
  choice: BackendChoice,
  program: StepProgram,
  dtype?: Dtype | undefined,
): Promise<Lease> {
  const refusals: string[] = [];
  for (const plugin of pluginsOf(choice)) {
    requireContract(plugin);
    const probe = await plugin.probe();
    if (!probe.available) {
      refusals.push(`${plugin.name}: ${probe.reason} ${probe.remedy}`);
      continue;
    }
    const { backend, release } = await lease(plugin);
    const problems = [...dtypeProblems(backend.capabilities, dtype), ...backend.check(program)];
    if (problems.length === 0) return { backend, release };
    refusals.push(`${plugin.name}: ${problems.map(describeDiagnostic).join('; ')}`);
    await release();
  }
  throw nobody(program, refusals);
}

/** A session that was opened at once, and with which backend. */
export interface SyncChoice {
  readonly name: string;
  readonly session: Session;
}

/**
 * The same at once: opens a session with the first of the candidates that can and accepts the program.
 * @throws RuntimeError: code `no-sync` if none can open anything at once, else `no-backend`, with every reason.
 */
export function openSyncFirst(choice: BackendChoice, program: StepProgram, bindings: Bindings): SyncChoice {
  const refusals: string[] = [];
  const able = pluginsOf(choice).filter(({ openSync }) => openSync !== undefined);
  if (able.length === 0) {
    const names = pluginsOf(choice).map(({ name }) => name);
    throw fail(
      'RuntimeError',
      'no-sync',
      `${program.name}: ${names.join(', ') || 'an empty list of backends'} can only be awaited; use evolve`,
    );
  }
  for (const plugin of pluginsOf(choice)) {
    requireContract(plugin);
    if (plugin.openSync === undefined) {
      refusals.push(`${plugin.name}: can only be awaited.`);
      continue;
    }
    try {
      return { name: plugin.name, session: plugin.openSync(program, bindings) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push(`${plugin.name}: ${error.message}`);
    }
  }
  throw nobody(program, refusals);
}

/** Whether an error speaks of the backend, so that another may do; other errors are the caller's. */
function isRefusal(error: unknown): error is RpError {
  return (
    isRpError(error) &&
    (error.kind === 'RuntimeError' || ['program-refused', 'run-dtype'].includes(error.code))
  );
}

function dtypeProblems({ dtypes }: Capabilities, dtype: Dtype | undefined): Diagnostic[] {
  if (dtype === undefined || dtypes.includes(dtype)) return [];
  return [{ code: 'dtype', message: `it computes in ${dtypes.join(' and ')}, not in ${dtype}` }];
}

function nobody(program: StepProgram, refusals: readonly string[]): Error {
  return fail(
    'RuntimeError',
    'no-backend',
    `no backend can run ${program.name}.\n  ${refusals.join('\n  ') || 'The list is empty.'}`,
  );
}

/** The error with which a backend's `compile` refuses what its `check` complains about. */
export function refusal(name: string, program: StepProgram, problems: readonly Diagnostic[]): Error {
  const reasons = problems.map(describeDiagnostic).join('; ');
  return fail('NotImplementedError', 'program-refused', `${name} can't run ${program.name}: ${reasons}`);
}

export function pluginsOf(choice: BackendChoice): readonly BackendPlugin[] {
  return 'open' in choice ? [choice] : choice;
}

function requireContract(plugin: BackendPlugin): void {
  if (plugin.contract !== 1) {
    throw fail(
      'TypeError',
      'contract',
      `backend ${plugin.name} speaks version ${plugin.contract} of the plugin interface, this is version 1; install matching versions`,
    );
  }
}

function describeDiagnostic({ message, code }: Diagnostic): string {
  return `${message} (${code})`;
}
