// What the picture of each layer shows: the input, recorded quantities and the output of its example, in this order.
import { createHash } from 'node:crypto';
import type { TSContinuous, TSEvent } from '@rp/timeseries';
import { renderFigure } from '@rp/timeseries/plot';

interface Shown {
  readonly title: string;
  readonly unit?: string;
}

interface Scene {
  readonly input: Shown;
  /** Recorded quantities by name. */
  readonly record?: Readonly<Record<string, Shown>>;
  readonly output: Shown;
}

const voltage = { title: 'Voltage', unit: 'V' };
const current = { title: 'Synaptic current', unit: 'A' };
const inputCurrent = { title: 'Current of the input synapses', unit: 'A' };
const recurrentCurrent = { title: 'Current of the recurrent synapses', unit: 'A' };
const [events, signal, spikes] = [{ title: 'Input events' }, { title: 'Input' }, { title: 'Spikes' }];

/** By the name of the page. */
export const scenes: Readonly<Record<string, Scene>> = {
  'ff-cliaf': { input: events, record: { state: { title: 'State' } }, output: spikes },
  'ff-exp-syn': { input: events, output: { title: 'Output' } },
  'ff-exp-syn-brian': { input: events, output: { title: 'Output' } },
  'ff-iaf-brian': { input: signal, record: { v: voltage }, output: spikes },
  'ff-iaf-spk-in-brian': { input: events, record: { iSyn: current, v: voltage }, output: spikes },
  'ff-iaf-spk-in-torch': { input: events, record: { synapseState: current, v: voltage }, output: spikes },
  'ff-iaf-torch': { input: signal, record: { v: voltage }, output: spikes },
  'ff-rate-euler': { input: signal, record: { state: { title: 'State' } }, output: { title: 'Activity' } },
  'ff-up-down': {
    input: signal,
    record: { analogValue: { title: 'Value that follows' } },
    output: { title: 'Events up and down' },
  },
  'pass-through': { input: signal, output: { title: 'Output' } },
  'pass-through-events': { input: events, output: { title: 'Output events' } },
  'rec-cliaf': { input: events, record: { state: { title: 'State' } }, output: spikes },
  'rec-diaf': { input: events, output: spikes },
  'rec-fs-spike-ads': {
    input: signal,
    record: { v: { title: 'Voltage' }, iSynOut: { title: 'Output trace' } },
    output: spikes,
  },
  'rec-fs-spike-euler-bt': {
    input: { title: 'Input', unit: 'A' },
    record: { iSynFast: { title: 'Fast synaptic current', unit: 'A' }, v: voltage },
    output: spikes,
  },
  'rec-iaf-brian': { input: signal, record: { iSyn: recurrentCurrent, v: voltage }, output: spikes },
  'rec-iaf-spk-in-brian': {
    input: events,
    record: { iSynInp: inputCurrent, iSynRec: recurrentCurrent, v: voltage },
    output: spikes,
  },
  'rec-iaf-spk-in-torch': {
    input: events,
    record: { synapseStateInp: inputCurrent, synapseState: recurrentCurrent, v: voltage },
    output: spikes,
  },
  'rec-iaf-torch': { input: signal, record: { synapseState: recurrentCurrent, v: voltage }, output: spikes },
  'rec-rate-euler': { input: signal, record: { state: { title: 'State' } }, output: { title: 'Activity' } },
};

type Series = TSContinuous | TSEvent;

/** What an example exports. */
export interface Example {
  readonly layer: { readonly className: string; toDict(): object };
  readonly input: Series;
  readonly output: Series;
  readonly record?: Readonly<Record<string, Series>> | undefined;
}

/** The example of a page, evolved. */
export async function exampleOf(page: string): Promise<Example> {
  return (await import(`./examples/${page}.ts`)) as Example;
}

/** What the picture of a page shows, in one word: another one for other series. It stands in the picture. */
export async function contentOf(page: string): Promise<string> {
  const { input, output, record = {} } = await exampleOf(page);
  const hash = createHash('sha256');
  for (const series of [input, ...Object.values(record), output]) {
    hash.update(Float64Array.from(series.times));
    hash.update(Float64Array.from('channels' in series ? series.channels : series.samples.data));
  }
  return `content-${hash.digest('hex').slice(0, 16)}`;
}

/** The picture of a page as SVG text. */
export async function pictureOf(page: string): Promise<string> {
  const { layer, input, output, record = {} } = await exampleOf(page);
  const { input: first, record: middle = {}, output: last } = scenes[page]!;
  const panels = [
    panel(first, input),
    ...Object.entries(middle).map(([name, shown]) => panel(shown, record[name]!)),
    panel(last, output),
  ];
  const { tStart, tStop } = output;
  const height = 170 + panels.reduce((sum, { kind }) => sum + (kind === 'raster' ? 120 : 190), 0);
  const svg = await renderFigure({ title: layer.className, panels, tStart, tStop, width: 1000, height });
  return asPicture(svg).replace('\n', `\n<!-- ${await contentOf(page)} -->\n`);
}

/** Without what is for a page with a mouse, and without names that count the figures drawn by this process. */
function asPicture(svg: string): string {
  const still = svg
    .replaceAll(/<style\b.*?<\/style>\s*/gs, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replaceAll(/\bzr\d+-/g, '')
    .replaceAll('font-family:DejaVu Sans;', 'font-family:DejaVu Sans,sans-serif;');
  return `${still}\n`;
}

function panel(shown: Shown, series: Series) {
  const kind: 'raster' | 'trace' = 'channels' in series ? 'raster' : 'trace';
  return { ...shown, series, kind };
}
