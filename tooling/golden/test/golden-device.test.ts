// Every golden layer case that passes in plain JavaScript passes on a device, in float32.
import { fileURLToPath } from 'node:url';
import { deviceBackend } from '@rp/backend-device';
import { setMessageHandlers } from '@rp/errors';
import { describe, expect, test } from 'vitest';
import { useSoftwareGpu } from '../../vitest/software-gpu.ts';
import { runPaths } from '../src/run-cases.ts';

useSoftwareGpu();
const probe = await deviceBackend().probe();
const skipped = !probe.available && process.env.RP_REQUIRE_DEVICE !== '1';
if (skipped) console.warn(`\n*** SKIPPED: golden cases on a device. ${probe.reason} ${probe.remedy} ***\n`);

const folder = fileURLToPath(new URL('../../../test-data/golden/layers', import.meta.url));
// The other real recording takes a minute on a software GPU: `pnpm golden test-data/golden/layers/real/ecg --backend device
// --dtype float32`.
const paths = ['layers', 'json-layers', 'real/photo'].map((name) => `${folder}/${name}`);

/** The cases without what is said about them. */
function ids(failures: readonly string[]): string[] {
  return failures.map((failure) => failure.split(': ', 1)[0]!);
}

describe.skipIf(skipped)('golden layer cases on a device', () => {
  test('that pass in JavaScript pass here, at the tolerance of float32', { timeout: 600_000 }, async () => {
    const restore = setMessageHandlers({ warn: () => {}, notice: () => {} });
    try {
      const js = await runPaths(paths);
      const device = await runPaths(paths, { backend: deviceBackend(), dtype: 'float32' });
      const known = new Set(ids(js.failures));
      expect(device.failures.filter((failure) => !known.has(ids([failure])[0]!))).toEqual([]);
      expect(device.passed).toBe(js.passed);
      expect(device.passed).toBeGreaterThan(90);
    } finally {
      restore();
    }
  });
});
