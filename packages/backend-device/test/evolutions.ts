// Free-running evolutions with spikes, noise and feedback, in which one wrong bit would change everything after it. They
// keep away from numbers below 2^-126, which a software GPU takes for zero. What they give is plain data, so that pages
// can compare it too.
import type { BackendPlugin } from '@rp/backend';
import { FFUpDown, RecFSSpikeEulerBT, RecIAFBrian, RecRateEuler } from '@rp/layers-v1';
import { LIF } from '@rp/modules';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { filled, spiking, spikingBindings } from './programs.ts';

/** What came of it, and how many spikes (or samples) there were, so that nothing silent passes. */
export interface Evolved {
  readonly results: unknown;
  readonly activity: number;
}

function matrix(rows: number, columns: number, scale: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => scale * Math.sin(3 * row + 7 * column + row * column)),
  );
}

const steps = 600;

function wave(dt: number, height = 1): TSContinuous {
  const rows = Array.from({ length: steps }, (_, step) => [
    height * Math.sin(step / 20),
    height * (Math.cos(step / 33) + 0.3),
  ]);
  return TSContinuous.fromClocked(rows, { dt });
}

interface Evolving {
  evolve(input: TSContinuous, options: { numTimesteps: number }): Promise<TSContinuous | TSEvent>;
  dispose(): Promise<void>;
  readonly state: unknown;
}

/** Two evolutions, of which the second goes on where the first stopped. */
async function inTwoParts(layer: Evolving, input: TSContinuous): Promise<Evolved> {
  const parts: unknown[] = [];
  let activity = 0;
  for (let part = 0; part < 2; part++) {
    const series = await layer.evolve(input, { numTimesteps: steps / 2 });
    activity += series.times.length;
    const rows = series instanceof TSEvent ? series.channels : series.samples.data;
    parts.push({ times: series.times, rows, state: layer.state });
  }
  await layer.dispose();
  return { results: parts, activity };
}

/** By what they are. */
export const evolutions: Readonly<Record<string, (backend: BackendPlugin) => Promise<Evolved>>> = {
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
    const parts = [await lif.evolve(input, { record: true }), await lif.evolve(input, { record: true })];
    await lif.dispose();
    const activity = parts.flatMap(({ output }) => Array.from(output.data)).reduce((sum, x) => sum + x);
    return { results: parts.map(({ output, state, record }) => ({ output, state, record })), activity };
  },
  'rate neurons': (backend) =>
    inTwoParts(
      new RecRateEuler({
        weights: matrix(2, 2, 1.8),
        bias: [0.1, -0.2],
        tau: [0.02, 0.05],
        activationFunc: 'tanh',
        noiseStd: 0.3,
        dt: 0.001,
        backend,
        dtype: 'float32',
        seed: 6,
      }),
      wave(0.001),
    ),
  'an up/down encoder': (backend) =>
    inTwoParts(
      new FFUpDown({
        weights: [2, 4],
        thrUp: [0.01, 0.03],
        thrDown: 0.02,
        tauDecay: 0.4,
        noiseStd: 0.01,
        dt: 0.001,
        backend,
        dtype: 'float32',
        seed: 7,
      }),
      wave(0.001),
    ),
  'integrate-and-fire layers': (backend) =>
    inTwoParts(
      new RecIAFBrian({
        weights: matrix(2, 2, 0.02),
        bias: 0.015,
        noiseStd: 0.005,
        dt: 0.001,
        backend,
        dtype: 'float32',
        seed: 8,
      }),
      wave(0.001),
    ),
  'the solver with exact spike times': (backend) =>
    inTwoParts(
      new RecFSSpikeEulerBT({
        weightsFast: matrix(2, 2, 0.05),
        weightsSlow: matrix(2, 2, 0.008),
        bias: 0.05,
        noiseStd: 0.002,
        dt: 1e-4,
        backend,
        dtype: 'float32',
        seed: 9,
      }),
      wave(1e-4, 0.05),
    ),
  'a program with a batch': async (backend) => {
    const opened = await backend.open();
    const session = await (await opened.compile(spiking)).instantiate(spikingBindings(70, { batch: 2 }));
    const input = filled([2, 100, 70], (index) => Math.cos(index / 9) / 2);
    const results = [];
    for (let part = 0; part < 2; part++)
      results.push(await session.run({ input }, { steps: 100, record: ['v', 'charged'] }));
    await opened.dispose();
    return { results, activity: results[1]!.events.out!.units.length };
  },
};
