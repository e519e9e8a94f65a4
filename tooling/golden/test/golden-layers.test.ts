// Runs all golden cases of layers, saved layers and real recordings. A file some of whose cases wait for something
// that does not exist yet is shown as skipped, with what it waits for; its other cases have run. On every backend that
// runs wherever Node does.
import { fileURLToPath } from 'node:url';
import { setMessageHandlers } from '@rp/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backends } from '../src/backends.ts';
import { findCaseFiles } from '../src/case-files.ts';
import { reportText, runPaths } from '../src/run-cases.ts';

const folder = fileURLToPath(new URL('../../../test-data/golden/layers', import.meta.url));

/**
 * A case that recorded a defect of the reference as if it were right: `parameters('taus')` of a LIF gives nothing, since
 * the reference finds families by the identity of their names. The core cases (MOD-01) hold that names are compared
 * by value. It goes on failing, in this way.
 */
const contradicted = {
  id: 'lif-p-setattr',
  failure: 'step 3 (parameters).parameters.tauMem: expected nothing, got 0.012',
};

describe.each(['js', 'wasm'])('golden layer cases give the results of the reference on %s', (name) => {
  let restore: () => void;
  // The cases warn a lot, on purpose; what is compared is what layers compute.
  beforeAll(() => {
    restore = setMessageHandlers({ warn: () => {}, notice: () => {} });
  });
  afterAll(() => restore());

  for (const { path } of findCaseFiles(folder)) {
    test(path.slice(folder.length + 1), async ({ skip }) => {
      const report = await runPaths([path], { backend: backends[name]!() });
      const waiting = [...report.waiting].reduce((sum, [, count]) => sum + count, 0);
      const known = report.failures.filter((text) =>
        text.endsWith(`:${contradicted.id}: ${contradicted.failure}`),
      );
      if (report.failed > waiting + known.length) expect.fail(reportText(report));
      if (waiting > 0) {
        const what = [...report.waiting].map(([name, count]) => `${count} wait for ${name}`).join(', ');
        skip(`${report.passed} passed, ${what}`);
      }
      expect(report.passed).toBeGreaterThan(0);
    });
  }
});
