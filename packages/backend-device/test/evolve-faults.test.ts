// Devices that die while a module or a layer evolves: what an evolution had returned stays, and the next one goes on.
import type { BackendPlugin } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { RecIAFBrian } from '@rp/layers-v1';
import { LIF } from '@rp/modules';
import { TSContinuous } from '@rp/timeseries';
import { describe, expect, it } from 'vitest';
import { noDevice } from './gpu.ts';
import { Mortal, moments } from './mortal.ts';

const channels = 3;
const rows = (steps: number) =>
  Array.from({ length: steps }, (_, step) =>
    Array.from({ length: channels }, (__, channel) => 0.02 + Math.sin(step / 7 + channel) / 20),
  );

/** Something that evolves for some steps, and what it is like afterwards. */
interface Evolving {
  evolve(steps: number): Promise<unknown>;
  held(): unknown;
  dispose(): Promise<void>;
}

const kinds: Readonly<Record<string, (backend: BackendPlugin) => Evolving>> = {
  'a module': (backend) => {
    const wRec = [0.1, -0.2, 0.3, -0.1, 0.2, 0.1, 0.3, -0.3, 0.2];
    const lif = new LIF({
      shape: channels,
      hasRec: true,
      wRec: { data: Float64Array.from(wRec), shape: [channels, channels] },
      noiseStd: 0.3,
      bias: 0.1,
      backend,
      dtype: 'float32',
      seed: 3,
    });
    return {
      evolve: async (steps) => {
        const { output, state } = await lif.evolve(rows(steps));
        return { output, state };
      },
      held: () => structuredClone({ vmem: lif.vmem, isyn: lif.isyn, spikes: lif.spikes }),
      dispose: () => lif.dispose(),
    };
  },
  'a layer': (backend) => {
    const layer = new RecIAFBrian({
      weights: [
        [0, 0.01, -0.01],
        [0.02, 0, 0.01],
        [-0.01, 0.01, 0],
      ],
      bias: 0.015,
      noiseStd: 0.004,
      dt: 0.001,
      backend,
      dtype: 'float32',
      seed: 4,
    });
    return {
      evolve: async (steps) => {
        const input = TSContinuous.fromClocked(rows(steps + 1), { dt: 0.001, tStart: layer.t });
        return layer.evolve(input, { numTimesteps: steps });
      },
      held: () => structuredClone({ t: layer.t, state: layer.state }),
      dispose: () => layer.dispose(),
    };
  },
};

describe.skipIf(noDevice).each(Object.entries(kinds))('while %s evolves', (_, make) => {
  it('its device dies at twenty random moments: it stays as it was, and the next evolution goes on', {
    timeout: 300_000,
  }, async () => {
    const mortal = new Mortal();
    const evolving = make(deviceBackend({ gpu: mortal.gpu }));
    const twin = make(jsBackend());
    expect(await evolving.evolve(5)).toEqual(await twin.evolve(5));
    for (const { call, late } of moments(20, 41, 30)) {
      const before = evolving.held();
      mortal.dieAt(call, late);
      await expect(evolving.evolve(20_000)).rejects.toMatchObject({
        kind: 'RuntimeError',
        code: 'device-lost',
      });
      expect(evolving.held()).toEqual(before);
      expect(await evolving.evolve(6)).toEqual(await twin.evolve(6));
      expect(evolving.held()).toEqual(twin.held());
    }
    expect(mortal.opened.length).toBeGreaterThan(20);
    await evolving.dispose();
    await twin.dispose();
  });
});
