// Free-running trajectories: the same bits as in plain JavaScript and in WebAssembly, on both schedules.
import { type DeviceBackendOptions, deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { describe, expect, it } from 'vitest';
import { evolutions } from './evolutions.ts';
import { gpu, noDevice, pooledGpu } from './gpu.ts';

const pool = noDevice ? gpu : pooledGpu();
const kinds: Readonly<Record<string, DeviceBackendOptions>> = {
  'one workgroup': { schedule: 'workgroup' },
  'a grid': { schedule: 'grid' },
  'exact, one workgroup': { schedule: 'workgroup', exact: true },
};

describe.skipIf(noDevice).each(Object.entries(kinds))('on a device, %s', (_, options) => {
  it.each(Object.entries(evolutions))(
    '%s give the bits of JavaScript and WebAssembly',
    async (__, evolve) => {
      const expected = await evolve(jsBackend());
      expect(expected.activity).toBeGreaterThan(20);
      expect(await evolve(wasmBackend())).toEqual(expected);
      expect(await evolve(deviceBackend({ ...options, gpu: pool }))).toEqual(expected);
    },
  );
});
