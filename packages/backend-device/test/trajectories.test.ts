// Free-running trajectories, with spikes, noise and feedback, in which one wrong bit would change everything after it:
// the same bits as in plain JavaScript. They keep away from numbers below 2^-126, which a software GPU takes for zero.
import type { BackendPlugin } from '@rp/backend';
import { type DeviceBackendOptions, deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { FFUpDown, RecIAFBrian, RecRateEuler } from '@rp/layers-v1';
import { LIF } from '@rp/modules';
import { TSContinuous } from '@rp/timeseries';
import { describe, expect, it } from 'vitest';
import { gpu, noDevice, pooledGpu } from './gpu.ts';
import { filled, spiking, spikingBindings } from './programs.ts';

const pool = noDevice ? gpu : pooledGpu();
const kinds: Readonly<Record<string, DeviceBackendOptions>> = {
  'one workgroup': { schedule: 'workgroup' },
  'a grid': { schedule: 'grid' },
  'exact, one workgroup': { schedule: 'workgroup', exact: true },
};

function matrix(rows: number, columns: number, scale: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => scale * Math.sin(3 * row + 7 * column + row * column)),
  );
}

const steps = 600;
const wave = TSContinuous.fromClocked(
  Array.from({ length: steps }, (_, step) => [Math.sin(step / 20), Math.cos(step / 33) + 0.3]),
  { dt: 0.001 },
);

const part = { numTimesteps: steps / 2 };

/** Everything that comes of some evolutions, in two parts: the second goes on where the first stopped. */
const evolutions: Readonly<Record<string, (backend: BackendPlugin) => Promise<unknown>>> = {
  'spiking modules': async (backend) => {
    const lif = new LIF({
      shape: [20, 10],
      hasRec: true,
      wRec: matrix(10, 20, 0.6),
      noiseStd: 0.5,
      bias: 0.04,
      backend,
      dtype: 'float32',
      seed: 5,
    });
    const input = matrix(400, 20, 0.15);
    const results = [await lif.evolve(input, { record: true }), await lif.evolve(input, { record: true })];
    await lif.dispose();
    const spikes = results
      .flatMap(({ output }) => Array.from(output.data))
      .reduce((sum, count) => sum + count);
    expect(spikes).toBeGreaterThan(100);
    return results.map(({ output, state, record }) => ({ output, state, record }));
  },
  'rate neurons': async (backend) => {
    const layer = new RecRateEuler({
      weights: matrix(2, 2, 1.8),
      bias: [0.1, -0.2],
      tau: [0.02, 0.05],
      activationFunc: 'tanh',
      noiseStd: 0.3,
      dt: 0.001,
      backend,
      dtype: 'float32',
      seed: 6,
    });
    const results = [await layer.evolve(wave, part), await layer.evolve(wave, part)];
    await layer.dispose();
    return results;
  },
  'an up/down encoder': async (backend) => {
    const layer = new FFUpDown({
      weights: [2, 4],
      thrUp: [0.01, 0.03],
      thrDown: 0.02,
      tauDecay: 0.4,
      noiseStd: 0.01,
      dt: 0.001,
      backend,
      dtype: 'float32',
      seed: 7,
    });
    const results = [await layer.evolve(wave, part), await layer.evolve(wave, part)];
    await layer.dispose();
    return results;
  },
  'integrate-and-fire layers': async (backend) => {
    const layer = new RecIAFBrian({
      weights: matrix(2, 2, 0.02),
      bias: 0.015,
      noiseStd: 0.005,
      dt: 0.001,
      backend,
      dtype: 'float32',
      seed: 8,
    });
    const results = [await layer.evolve(wave, part), await layer.evolve(wave, part)];
    await layer.dispose();
    return results;
  },
  'a program with a batch': async (backend) => {
    const opened = await backend.open();
    const bindings = spikingBindings(70, { batch: 2 });
    const session = await (await opened.compile(spiking)).instantiate(bindings);
    const input = filled([2, 100, 70], (index) => Math.cos(index / 9) / 2);
    const results = [];
    for (let part = 0; part < 2; part++) {
      results.push(await session.run({ input }, { steps: 100, record: ['v', 'charged'] }));
    }
    await opened.dispose();
    expect(results[1]!.events.out!.units.length).toBeGreaterThan(200);
    return results;
  },
};

describe.skipIf(noDevice).each(Object.entries(kinds))('on a device, %s', (_, options) => {
  it.each(Object.entries(evolutions))('%s give the bits of JavaScript', async (__, evolve) => {
    const expected = await evolve(jsBackend());
    expect(await evolve(deviceBackend({ ...options, gpu: pool }))).toEqual(expected);
  });
});
