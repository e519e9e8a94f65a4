// Runs all golden cases of the format `core`. A file some of whose cases wait for something that does not exist
// yet is shown as skipped, with what it waits for.
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findCaseFiles } from '../src/case-files.ts';
import { reportText, runPaths } from '../src/run-cases.ts';

const folder = fileURLToPath(new URL('../../../test-data/golden/core', import.meta.url));

describe('golden core cases give the results of the reference', () => {
  for (const { path } of findCaseFiles(folder)) {
    test(path.slice(folder.length + 1), async ({ skip }) => {
      const report = await runPaths([path]);
      const waiting = [...report.waiting].reduce((sum, [, count]) => sum + count, 0);
      if (report.failed > waiting) expect.fail(reportText(report));
      if (waiting > 0)
        skip([...report.waiting].map(([what, count]) => `${count} wait for ${what}`).join(', '));
      expect(report.passed).toBeGreaterThan(0);
    });
  }
});
