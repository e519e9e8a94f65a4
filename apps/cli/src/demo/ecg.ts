// The demonstration: an electrocardiogram is turned into events, the events into currents, and the currents drive a
// recurrent rate reservoir. Every stage is a v1 layer, wrapped as a timed module.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectModules, GraphHolder, type GraphModuleBase, graphToJSON, graphToMermaid } from '@rp/graph';
import { FFExpSyn, FFUpDown, type Layer, RecRateEuler } from '@rp/layers-v1';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { timed } from '../layer-file.ts';
import { writeJson, writeSeries, writeWhole } from '../output-file.ts';
import { renderFigure, svgToPng } from '../plot/index.ts';
import { progressBar } from '../progress.ts';
import { moveTo, type Target } from '../run-target.ts';
import { compareEvents } from './compare-events.ts';
import { makeReservoir } from './reservoir.ts';

/** 360 samples per second, as the recording. */
const dt = 1 / 360;
const size = 64;
/** The part that the picture shows, seconds. */
const shown = { tStart: 20, tStop: 26 };

export interface DemoOptions {
  readonly out: string;
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export async function ecgDemo({ out, target, signal, say }: DemoOptions) {
  const ecg = await TSContinuous.load(dataFile('ecg_60s.npz'));
  const recorded = await TSEvent.load(dataFile('events_multiplex.npz'));
  say(
    `ECG: ${ecg.duration.toFixed(0)} s, ${ecg.length} samples (MIT-BIH record 208; see data/ecg/README.md)`,
  );

  const layers = makeLayers();
  const stages: { layer: string; timesteps: number; seconds: number; output: string }[] = [];
  let series: TimeSeries = ecg;
  const outputs: TimeSeries[] = [];
  for (const layer of layers) {
    await moveTo(layer, target);
    await using module = timed<Layer>(layer);
    const bar = progressBar(layer.className);
    const started = performance.now();
    const { output } = await module.evolve(series, { signal, onProgress: bar.update }).finally(bar.stop);
    const seconds = (performance.now() - started) / 1000;
    stages.push({ layer: layer.className, timesteps: layer.timestep, seconds, output: describe(output) });
    say(
      `${layer.className.padEnd(13)}${layer.timestep} time steps in ${seconds.toFixed(2)} s → ${describe(output)}`,
    );
    outputs.push(output);
    series = output;
  }
  const [spikes, , activity] = outputs as [TSEvent, TSContinuous, TSContinuous];
  const comparison = compareEvents(spikes, recorded);
  say(
    `encoder: ${comparison.equal} of ${comparison.total} events equal those that the Python reference recorded`,
  );

  const files = await writeResults(out, { layers, ecg, spikes, activity });
  say(`wrote\n  ${files.join('\n  ')}`);
  if (comparison.equal !== comparison.total)
    throw new Error(`the encoder's events differ from the reference's: ${comparison.difference}`);
  return {
    stages,
    spikes: spikes.length,
    equalEvents: comparison.equal,
    referenceEvents: comparison.total,
    files,
  };
}

function makeLayers(): [FFUpDown, FFExpSyn, RecRateEuler] {
  const { input, recurrent, tau } = makeReservoir(size, 0.95, 7);
  return [
    // The encoder of the recorded reference run.
    new FFUpDown({ name: 'encoder', weights: 1, dt, thrUp: 0.103728191, thrDown: 0.097913477 }),
    new FFExpSyn({ name: 'synapses', weights: input, dt, tauSyn: 0.03 }),
    new RecRateEuler({ name: 'reservoir', weights: recurrent, tau, dt, activationFunc: 'tanh' }),
  ];
}

interface Results {
  readonly layers: readonly Layer[];
  readonly ecg: TSContinuous;
  readonly spikes: TSEvent;
  readonly activity: TSContinuous;
}

async function writeResults(out: string, { layers, ecg, spikes, activity }: Results): Promise<string[]> {
  const graph = chainGraph(layers);
  const svg = renderFigure({
    title: 'An electrocardiogram through an event encoder and a recurrent rate reservoir',
    panels: [
      { title: 'ECG', series: ecg, kind: 'trace', unit: 'mV' },
      { title: 'Up/down events', series: spikes, kind: 'raster', channelNames: ['up', 'down'] },
      { title: 'Reservoir activity', series: activity, kind: 'heatmap' },
    ],
    ...shown,
  });
  const file = (name: string) => join(out, name);
  await writeSeries(file('spikes.npz'), spikes);
  await writeSeries(file('reservoir.npz'), activity);
  await writeJson(file('graph.json'), graphToJSON(graph));
  await writeWhole(file('graph.mmd'), `${graphToMermaid(graph)}\n`);
  await writeWhole(file('figure.svg'), svg);
  await writeWhole(file('figure.png'), await svgToPng(svg));
  return ['spikes.npz', 'reservoir.npz', 'graph.json', 'graph.mmd', 'figure.svg', 'figure.png'].map(file);
}

/** The graphs of the layers, each connected with the next. */
function chainGraph(layers: readonly Layer[]): GraphHolder {
  const graphs: GraphModuleBase[] = layers.map((layer) => layer.asGraph());
  for (let place = 1; place < graphs.length; place++) connectModules(graphs[place - 1]!, graphs[place]!);
  return new GraphHolder({
    inputNodes: graphs[0]!.inputNodes,
    outputNodes: graphs.at(-1)!.outputNodes,
    name: 'ecg',
  });
}

function describe(series: TimeSeries): string {
  if (series instanceof TSEvent) return `${series.length} events on ${series.numChannels} channels`;
  return `${series.length} samples of ${(series as TSContinuous).numChannels} channels`;
}

function dataFile(name: string): string {
  // The sources lie one folder deeper than what is built from them.
  const up = import.meta.url.endsWith('.ts') ? '../../' : '../';
  return fileURLToPath(new URL(`${up}data/ecg/${name}`, import.meta.url));
}
