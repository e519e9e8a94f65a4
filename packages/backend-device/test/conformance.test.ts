import { conformanceCases, describeConformance } from '@rp/backend/conformance';
import { deviceBackend } from '@rp/backend-device';
import { describe, it } from 'vitest';
import { noDevice, pooledGpu } from './gpu.ts';

describe.skipIf(noDevice)('one workgroup per batch item', () => {
  const plugin = deviceBackend({ gpu: pooledGpu(), schedule: 'workgroup' });
  describeConformance(plugin, { describe, it }, { programs: 12 });
});

// What is refused, and by whom, is the same code for both schedules.
const other = new Set(['refusals', 'sync', 'lifetime']);

describe.skipIf(noDevice)('one dispatch per level and step', () => {
  const plugin = deviceBackend({ gpu: pooledGpu(), schedule: 'grid' });
  for (const { group, name, run } of conformanceCases({ programs: 8, seed: 1000 })) {
    if (!other.has(group)) it(`${group}: ${name}`, () => run(plugin));
  }
});
