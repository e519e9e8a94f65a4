// The demonstration: an electrocardiogram is turned into events. They drive a spiking reservoir, and, as currents, a
// recurrent rate reservoir. Every stage is a v1 layer, wrapped as a timed module; what the Python reference recorded of
// the encoder and of the spiking reservoir is compared event by event.
import type { Layer } from '@rp/layers-v1';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { timed } from '../layer-file.ts';
import { progressBar } from '../progress.ts';
import { moveTo, type Target } from '../run-target.ts';
import { type Comparison, compareEvents } from './compare-events.ts';
import { dataFile, loadSpikingReservoir, makeEncoder, makeRateReservoir } from './ecg-layers.ts';
import { writeResults } from './ecg-results.ts';

export interface DemoOptions {
  readonly out: string;
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

interface Stage {
  readonly layer: string;
  readonly timesteps: number;
  readonly seconds: number;
  readonly output: string;
}

interface NamedComparison extends Comparison {
  readonly what: string;
}

export async function ecgDemo(options: DemoOptions) {
  const { out, say } = options;
  const ecg = await TSContinuous.load(dataFile('ecg_60s.npz'));
  say(
    `ECG: ${ecg.duration.toFixed(0)} s, ${ecg.length} samples (MIT-BIH record 208; see data/ecg/README.md)`,
  );

  const stages: Stage[] = [];
  const run = (layer: Layer, input: TimeSeries) => runStage(layer, input, options, stages);
  const [encoder, spiking, [synapses, rate]] = [
    makeEncoder(false),
    await loadSpikingReservoir(),
    makeRateReservoir(),
  ];
  const events = (await run(encoder, ecg)) as TSEvent;
  const spikes = (await run(spiking, events)) as TSEvent;
  const activity = (await run(rate, await run(synapses, events))) as TSContinuous;
  const multiplexed = (await run(makeEncoder(true), ecg)) as TSEvent;

  const compared = {
    events: await compareWith('events_single.npz', 'encoder', events),
    spikes: await compareWith('reservoir_events.npz', 'spiking reservoir', spikes),
    multiplexed: await compareWith('events_multiplex.npz', 'encoder with several events a step', multiplexed),
  };
  const comparisons = Object.values(compared);
  for (const { what, equal, total } of comparisons) {
    say(`${what}: ${equal} of ${total} events equal those that the Python reference recorded`);
  }

  const branches = [[spiking], [synapses, rate]];
  const files = await writeResults(out, { encoder, branches, ecg, events, spikes, activity, compared });
  say(`wrote\n  ${files.join('\n  ')}`);
  refuseDifferences(comparisons);
  return {
    stages,
    spikes: events.length,
    reservoirSpikes: spikes.length,
    comparisons: comparisons.map(({ what, equal, total }) => ({ what, equal, total })),
    equalEvents: comparisons.reduce((sum, { equal }) => sum + equal, 0),
    referenceEvents: comparisons.reduce((sum, { total }) => sum + total, 0),
    files,
  };
}

/** Evolves a layer as a timed module, and says what came of it. */
async function runStage(
  layer: Layer,
  input: TimeSeries,
  { target, signal, say }: DemoOptions,
  stages: Stage[],
): Promise<TimeSeries> {
  await moveTo(layer, target);
  await using module = timed<Layer>(layer);
  const bar = progressBar(layer.className);
  const started = performance.now();
  const { output } = await module.evolve(input, { signal, onProgress: bar.update }).finally(bar.stop);
  const seconds = (performance.now() - started) / 1000;
  stages.push({ layer: layer.className, timesteps: layer.timestep, seconds, output: describe(output) });
  say(
    `${layer.className.padEnd(17)}${layer.timestep} time steps in ${seconds.toFixed(2)} s → ${describe(output)}`,
  );
  return output;
}

async function compareWith(file: string, what: string, events: TSEvent): Promise<NamedComparison> {
  return { what, ...compareEvents(events, await TSEvent.load(dataFile(file))) };
}

function refuseDifferences(comparisons: readonly NamedComparison[]): void {
  const differing = comparisons.find(({ difference }) => difference !== undefined);
  if (differing === undefined) return;
  throw new Error(`events of the ${differing.what} differ from the reference’s: ${differing.difference}`);
}

function describe(series: TimeSeries): string {
  if (series instanceof TSEvent) return `${series.length} events on ${series.numChannels} channels`;
  return `${series.length} samples of ${(series as TSContinuous).numChannels} channels`;
}
