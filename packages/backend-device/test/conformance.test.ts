import { describeConformance } from '@rp/backend/conformance';
import { deviceBackend } from '@rp/backend-device';
import { describe, it } from 'vitest';
import { noDevice, pooledGpu } from './gpu.ts';

describe.skipIf(noDevice)('one workgroup per batch item', () => {
  const plugin = deviceBackend({ gpu: pooledGpu(), schedule: 'workgroup' });
  describeConformance(plugin, { describe, it }, { programs: 12 });
});

describe.skipIf(noDevice)('one dispatch per level and step', () => {
  const plugin = deviceBackend({ gpu: pooledGpu(), schedule: 'grid' });
  describeConformance(plugin, { describe, it }, { programs: 8, seed: 1000 });
});
