// How time grows with the number of neurons, of steps, and of batch items: the neurons of lif-rec in other sizes.
import type { BackendPlugin } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { measure } from '../harness/measure.ts';
import { seeded } from '../harness/random.ts';
import { defineLif, feedForwardLif } from '../workloads/dynamics/lif.ts';
import type { Chart, Line } from './log-chart.ts';

interface Size {
  readonly neurons: number;
  readonly steps: number;
  readonly batch: number;
}

const plugins: readonly BackendPlugin[] = [wasmBackend(), jsBackend()];

const sweeps: readonly { readonly title: string; readonly label: string; readonly sizes: readonly Size[] }[] =
  [
    {
      title: 'Neurons (200 steps, 1 item)',
      label: 'neurons',
      sizes: doubling(64, 2048).map((neurons) => ({ neurons, steps: 200, batch: 1 })),
    },
    {
      title: 'Steps (256 neurons, 1 item)',
      label: 'steps',
      sizes: doubling(50, 3200).map((steps) => ({ neurons: 256, steps, batch: 1 })),
    },
    {
      title: 'Batch items (256 neurons, 100 steps)',
      label: 'batch items',
      sizes: doubling(1, 64).map((batch) => ({ neurons: 256, steps: 100, batch })),
    },
  ];

function doubling(from: number, to: number): number[] {
  return from > to ? [] : [from, ...doubling(2 * from, to)];
}

/** A chart for each of the three, and `tell` for each point. */
export async function measureGrowth(tell: (line: string) => void): Promise<Chart[]> {
  const charts: Chart[] = [];
  for (const { title, label, sizes } of sweeps) {
    const lines: Line[] = [];
    for (const plugin of plugins) {
      const points: [number, number][] = [];
      for (const size of sizes) {
        const x = label === 'neurons' ? size.neurons : label === 'steps' ? size.steps : size.batch;
        const milliseconds = await timeOf(plugin, size);
        tell(`${plugin.name}  ${x} ${label}  ${milliseconds.toPrecision(3)} ms`);
        points.push([x, milliseconds]);
      }
      lines.push({ label: plugin.name, points });
    }
    charts.push({ title, xLabel: label, yLabel: 'ms', lines });
  }
  return charts;
}

async function timeOf(plugin: BackendPlugin, { neurons, steps, batch }: Size): Promise<number> {
  const { bindings, input } = feedForwardLif(neurons, batch * steps);
  const program = defineLif('lif-rec', true);
  const random = seeded(23);
  // as many excite as inhibit, so that activity stays about the same in every size
  const data = Float32Array.from({ length: neurons ** 2 }, () => (0.02 * (random() - 0.5) * 1000) / neurons);
  const backend = await plugin.open();
  try {
    const session = await (await backend.compile(program)).instantiate({
      ...bindings,
      params: { ...bindings.params, weights: { data, shape: [neurons, neurons] } },
      batch,
      dtype: 'float32',
    });
    const run = () => {
      session.runSync!({ input }, { steps });
      return {};
    };
    const rounds = { warmUp: 2, timed: 9, atLeast: 100 };
    // the least: a busy machine makes work longer, never shorter
    return Math.min(...(await measure({ inputs: {}, settings: {}, run }, rounds)).milliseconds);
  } finally {
    await backend.dispose();
  }
}
