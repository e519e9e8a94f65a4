// The format `core`: a JSON array of cases, each one operation or one list of steps.
import type { CaseFile } from './case-files.ts';
import type { GoldenCase } from './golden-case.ts';
import { type CoreCase, runCoreCase } from './run-core-case.ts';

export function coreCases({ path, content }: CaseFile): GoldenCase[] {
  return (content as readonly CoreCase[]).map((golden) => ({
    id: golden.id,
    run: () => runCoreCase(golden, path),
  }));
}
