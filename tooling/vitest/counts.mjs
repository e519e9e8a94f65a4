// A reporter that leaves how many tests passed, failed and were skipped in the file named by RP_COUNTS.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export default class Counts {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.RP_COUNTS;
    if (!file) return;
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'failed' : state]++;
      }
      // A file that could not even be loaded has no tests, and still failed.
      if (module.state() === 'failed' && counts.failed === before) counts.failed++;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(counts)}\n`);
  }
}
