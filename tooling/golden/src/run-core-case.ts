// Runs one case of the format `core` and tells what differs from its expectation: result or sort of error,
// warnings, notices.
import { isRpError, setMessageHandlers } from '@rp/errors';
import { difference, show } from './compare.ts';
import type { Step } from './core/scene.ts';
import { timeSeriesOperations } from './core/timeseries.ts';

/** The outcome of an operation or of a step: a result, or an error of some sort. */
export interface Outcome {
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly about?: string; readonly message?: string };
  readonly warns?: boolean | undefined;
}

export interface CoreCase {
  readonly id: string;
  readonly area: string;
  readonly op?: string;
  readonly scenario?: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expect: Outcome & { readonly results?: readonly Outcome[] };
  readonly warns?: boolean;
  readonly notice?: boolean;
  readonly tol?: number;
  /** Set where the reference misbehaves; what it warns about then doesn't count. */
  readonly defect?: string;
}

/** Carries out an operation and returns its result in the form of the case files, or throws. */
export type OperationHandler = (golden: CoreCase, file: string) => unknown | Promise<unknown>;

/** What differs; nothing if the case passes. */
export async function runCoreCase(golden: CoreCase, file: string): Promise<string[]> {
  const messages = { warns: false, notice: false };
  const restore = setMessageHandlers({
    warn: () => {
      messages.warns = true;
    },
    notice: () => {
      messages.notice = true;
    },
  });
  try {
    const differences =
      golden.op === undefined ? await runSteps(golden, messages) : await runOperation(golden, file);
    return [...differences, ...messageDifferences(golden, messages)];
  } finally {
    restore();
  }
}

async function runOperation(golden: CoreCase, file: string): Promise<string[]> {
  const handler = timeSeriesOperations[golden.op!] ?? (await otherOperations())[golden.op!];
  if (handler === undefined) return [`the runner doesn't know the operation \`${golden.op}\``];
  return outcomeDifferences(golden.expect, await outcomeOf(() => handler(golden, file)), golden);
}

async function otherOperations(): Promise<Readonly<Record<string, OperationHandler>>> {
  const { parameterOperations } = await import('./core/parameters.ts');
  return parameterOperations;
}

async function runSteps(golden: CoreCase, messages: { warns: boolean }): Promise<string[]> {
  const { runScenario } = await import('./core/scenario.ts');
  const steps = golden.args.steps as readonly Step[];
  const expected = golden.expect.results ?? [];
  const outcomes: readonly Outcome[] = await runScenario(steps);
  if (outcomes.some(({ warns }) => warns)) messages.warns = true;
  if (outcomes.length !== expected.length) {
    return [`expected the results of ${expected.length} steps, got ${outcomes.length}`];
  }
  return outcomes.flatMap((outcome, i) => {
    const differences = outcomeDifferences(expected[i]!, outcome, golden);
    const warnsAsExpected = golden.defect !== undefined || !outcome.warns === !expected[i]!.warns;
    const warning = warnsAsExpected ? [] : [`expected warns ${!outcome.warns}, got ${!!outcome.warns}`];
    return [...differences, ...warning].map((text) => `step ${i + 1} (${steps[i]!.do}): ${text}`);
  });
}

async function outcomeOf(work: () => unknown): Promise<Outcome> {
  try {
    return { result: await work() };
  } catch (error) {
    if (isRpError(error)) return { error: { type: error.kind, message: error.message } };
    if (error instanceof TypeError) return { error: { type: 'TypeError', message: String(error.stack) } };
    throw error;
  }
}

function outcomeDifferences(expected: Outcome, got: Outcome, { tol }: CoreCase): string[] {
  if (expected.error === undefined && got.error === undefined) {
    if (expected.result === null) return []; // the return value is not part of the contract
    const found = difference(expected.result, got.result, { tol });
    return found === null ? [] : [found];
  }
  if (expected.error?.type === got.error?.type) return [];
  const wanted = expected.error ? `${expected.error.type} (${expected.error.about})` : show(expected.result);
  const gotten = got.error ? `${got.error.type}: ${got.error.message}` : show(got.result);
  return [`expected ${wanted}, got ${gotten}`];
}

function messageDifferences(golden: CoreCase, messages: { warns: boolean; notice: boolean }): string[] {
  if (golden.defect !== undefined) return [];
  const differences: string[] = [];
  if ((golden.warns ?? false) !== messages.warns) {
    differences.push(`expected warns ${golden.warns ?? false}, got ${messages.warns}`);
  }
  // Scenarios record warnings only: their steps ran without a look at what was printed.
  if (golden.op !== undefined && (golden.notice ?? false) !== messages.notice) {
    differences.push(`expected notice ${golden.notice ?? false}, got ${messages.notice}`);
  }
  return differences;
}
