// How a backend is chosen: passed as a value, or set once as the default. A list means "the first that accepts".
// There is no silent fallback: if nobody accepts, one error lists every backend with every reason.
import type { StepProgram } from '@rp/dynamics';
import { fail } from './error.ts';
import type { BackendPlugin, Diagnostic } from './plugin.ts';
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
 * Opens (or joins) the first of the candidates that is available and accepts the program. The caller releases it.
 * @throws RuntimeError (code `no-backend`) that lists every candidate with its reasons.
 */
export async function chooseBackend(choice: BackendChoice, program: StepProgram): Promise<Lease> {
  const refusals: string[] = [];
  for (const plugin of pluginsOf(choice)) {
    requireContract(plugin);
    const probe = await plugin.probe();
    if (!probe.available) {
      refusals.push(`${plugin.name}: ${probe.reason} ${probe.remedy}`);
      continue;
    }
    const { backend, release } = await lease(plugin);
    const problems = backend.check(program);
    if (problems.length === 0) return { backend, release };
    refusals.push(`${plugin.name}: ${problems.map(describeDiagnostic).join('; ')}`);
    await release();
  }
  throw fail(
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
