// Runs cases one after another and adds up.
import { withBackend } from './backends.ts';
import { type CaseFile, findCaseFiles } from './case-files.ts';
import { casesOf } from './formats.ts';
import type { GoldenCase, RunOptions } from './golden-case.ts';
import { runWithTwin } from './twin.ts';
import { Waiting } from './waiting.ts';

export interface Report {
  passed: number;
  /** Waiting cases included. */
  failed: number;
  /** `file:id: what was expected, what was got` */
  readonly failures: string[];
  /** What cases wait for, and how many. */
  readonly waiting: Map<string, number>;
}

/** Runs everything at the given paths; files or folders. */
export async function runPaths(paths: readonly string[], options: RunOptions = {}): Promise<Report> {
  const report: Report = { passed: 0, failed: 0, failures: [], waiting: new Map() };
  const files = paths.flatMap(findCaseFiles);
  await withBackend(options, async () => {
    for (const file of files) await runFile(file, options, report);
  });
  return report;
}

async function runFile(file: CaseFile, options: RunOptions, report: Report): Promise<void> {
  for (const golden of casesOf(file)) {
    const problem = await runCase(golden, options, report);
    if (problem === null) report.passed++;
    else {
      report.failed++;
      report.failures.push(`${file.path}:${golden.id}: ${problem}`);
    }
  }
}

/** What is wrong with a case, or `null`. */
async function runCase(golden: GoldenCase, options: RunOptions, report: Report): Promise<string | null> {
  try {
    const differences = await runWithTwin(golden, options);
    return differences.length > 0 ? differences.join('; ') : null;
  } catch (error) {
    if (error instanceof Waiting) {
      report.waiting.set(error.what, (report.waiting.get(error.what) ?? 0) + 1);
      return error.message;
    }
    return `the runner failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** The report as text; its last line is `N passed, N failed`. */
export function reportText({ passed, failed, failures, waiting }: Report): string {
  const waits = [...waiting].map(([what, count]) => `${count} cases wait for ${what}`);
  return [...failures, ...waits, `${passed} passed, ${failed} failed`].join('\n');
}
