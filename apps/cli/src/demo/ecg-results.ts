// What the demonstration writes: series, graph and picture.
import { join } from 'node:path';
import { connectModules, GraphHolder, graphToJSON, graphToMermaid } from '@rp/graph';
import type { Layer } from '@rp/layers-v1';
import type { TSContinuous, TSEvent } from '@rp/timeseries';
import { renderFigure, svgToPng } from '@rp/timeseries/plot';
import { writeJson, writeSeries, writeWhole } from '../output-file.ts';
import type { Comparison } from './compare-events.ts';

/** The part that the picture shows, seconds. */
const shown = { tStart: 21, tStop: 26 };

export interface Results {
  readonly encoder: Layer;
  /** What the encoder feeds: chains of layers. */
  readonly branches: readonly (readonly Layer[])[];
  readonly ecg: TSContinuous;
  readonly events: TSEvent;
  readonly spikes: TSEvent;
  readonly activity: TSContinuous;
  /** Of the encoder's events and the reservoir's spikes, with the reference's. */
  readonly compared: { readonly events: Comparison; readonly spikes: Comparison };
}

/** Writes everything to a folder. @returns the files. */
export async function writeResults(out: string, results: Results): Promise<string[]> {
  const graph = wholeGraph(results);
  const svg = await figure(results);
  const file = (name: string) => join(out, name);
  await writeSeries(file('spikes.npz'), results.events);
  await writeSeries(file('reservoir-spikes.npz'), results.spikes);
  await writeSeries(file('reservoir.npz'), results.activity);
  await writeJson(file('graph.json'), graphToJSON(graph));
  await writeWhole(file('graph.mmd'), `${graphToMermaid(graph)}\n`);
  await writeWhole(file('figure.svg'), svg);
  await writeWhole(file('figure.png'), svgToPng(svg));
  return [
    ...['spikes.npz', 'reservoir-spikes.npz', 'reservoir.npz'],
    ...['graph.json', 'graph.mmd', 'figure.svg', 'figure.png'],
  ].map(file);
}

function figure({ ecg, events, spikes, activity, compared }: Results): Promise<string> {
  return renderFigure({
    title: 'An electrocardiogram through an event encoder, a spiking and a rate reservoir',
    panels: [
      { title: 'ECG', series: ecg, kind: 'trace', unit: 'mV', share: 0.75 },
      {
        title: `Encoder: ${verdict(compared.events)}`,
        series: events,
        kind: 'raster',
        channelNames: ['up', 'down'],
      },
      {
        title: `Spiking reservoir, ${spikes.numChannels} neurons: ${verdict(compared.spikes)}`,
        series: spikes,
        kind: 'raster',
        share: 1.6,
      },
      {
        title: `Rate reservoir, ${activity.numChannels} neurons`,
        series: activity,
        kind: 'heatmap',
        share: 0.9,
      },
    ],
    ...shown,
    height: 1080,
  });
}

/** How many events of the whole recording are those of the reference. */
function verdict({ equal, total }: Comparison): string {
  const [same, all] = [equal, total].map((count) => count.toLocaleString('en'));
  return equal === total
    ? `all ${all} events in 60 s equal those of the Python reference`
    : `${same} of ${all} events equal those of the Python reference`;
}

/** The graphs of the layers, each connected with the next. */
function wholeGraph({ encoder, branches }: Results): GraphHolder {
  const source = encoder.asGraph();
  const ends = branches.map((layers) =>
    layers.reduce((before, layer) => {
      const next = layer.asGraph();
      connectModules(before, next);
      return next;
    }, source),
  );
  return new GraphHolder({
    inputNodes: source.inputNodes,
    outputNodes: ends.flatMap((end) => [...end.outputNodes]),
    name: 'ecg',
  });
}
