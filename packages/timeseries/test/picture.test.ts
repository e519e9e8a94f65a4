// Pictures: what is in them, and that it stays in them however much else there is.
import { isRpError } from '@rp/errors';
import { describe, expect, it } from 'vitest';
import { TSContinuous, TSEvent } from '../src/index.ts';
import { renderFigure, toPNG, toSVG } from '../src/plotting/index.ts';

const spikes = new TSEvent({
  times: [1, 2, 2.5],
  channels: [0, 1, 3],
  tStart: 0,
  tStop: 10,
  name: 'unit <1>',
});
const signal = new TSContinuous({
  times: [0, 5, 10],
  samples: [
    [0, 3],
    [1, 2],
    [4, 1],
  ],
  units: 'mV',
  name: 'trace',
  interpKind: 'linear',
});

/** Left edge and width of each tick, in pixels. */
function ticksOf(svg: string): { x: number; y: number; width: number }[] {
  const ticks = svg.matchAll(/M([\d.]+) ([\d.]+)[hL]([\d.]+)(?: ([\d.]+))?/g);
  return [...ticks].map(([, x, y, next, isAbsolute]) => ({
    x: Number(x),
    y: Number(y),
    width: isAbsolute === undefined ? Number(next) : Number(next) - Number(x),
  }));
}

/** The ticks are filled shapes; nothing else in a raster of many channels is. */
function tickShapes(svg: string): string {
  return [...svg.matchAll(/<path d="([^"]*)"[^>]*fill="#1f2933"/g)].map(([, path]) => path).join('');
}

describe('an SVG picture', () => {
  it('of events is a raster with its names, and its texts are escaped', async () => {
    const svg = await toSVG(spikes);
    expect(svg).toMatch(/^<svg/);
    expect(svg).toContain('unit &lt;1&gt; (4 channels)');
    for (let channel = 0; channel < 4; channel++) expect(svg).toContain(`channel ${channel}`);
    expect(svg).toContain('time [s]');
  });

  it('of a signal has a line per channel, with units', async () => {
    const svg = await toSVG(signal, { title: 'headline', width: 800, height: 400 });
    expect(svg).toContain('headline');
    expect(svg).toContain('[mV]');
    expect(svg.match(/stroke="#0072B2"/g)).toHaveLength(1);
    expect(svg.match(/stroke="#D55E00"/g)).toHaveLength(1);
    expect(svg).toContain('width="800"');
  });

  it('of what plot() gives has all that was put into the drawing', async () => {
    const svg = await toSVG(spikes.plot({ target: signal.plot({ channels: [1] }) }));
    expect(svg).toContain('>trace</text>');
    expect(svg).toContain('unit &lt;1&gt;');
    expect(svg).toContain('>mV</text>');
    expect(svg.match(/stroke="#0072B2"/g)).toHaveLength(1);
    expect(svg).toContain('fill="#D55E00"');
  });

  it('of a drawing whose times go back and forth draws them as they are', async () => {
    const there = await toSVG(signal.plot({ times: [1, 2, 3], channels: 0 }));
    const back = await toSVG(signal.plot({ times: [1, 3, 2], channels: 0 }));
    expect(back).not.toBe(there);
    expect(back.match(/stroke="#0072B2"/g)).toHaveLength(1);
  });

  it('of nothing says so', async () => {
    expect(await toSVG(new TSEvent({ tStart: 1, tStop: 1 }))).toContain('no events in this window');
    expect(await toSVG(new TSContinuous())).toContain('no samples in this window');
    expect(await toSVG(new TSEvent({ tStart: 0, tStop: 1 }).plot())).toContain('nothing in this window');
  });
});

describe('among millions of others', () => {
  const COUNT = 3_000_000;
  /** Channels 0 to 63 are full in the first half of the time, and one event is alone. */
  function crowd(count: number): TSEvent {
    const times = new Float64Array(count + 1);
    const channels = new Int32Array(count + 1);
    const lone = count / 2;
    for (let i = 0; i <= count; i++) {
      times[i] = (i / count) * 50;
      channels[i] = i === lone ? 100 : (i * 7919) % 64;
    }
    return new TSEvent({ times, channels, tStart: 0, tStop: 100, numChannels: 128 });
  }
  const big = crowd(COUNT);

  it('a lone event is drawn where it belongs', async () => {
    const ticks = ticksOf(tickShapes(await toSVG(big)));
    const lone = ticks.filter(({ width }) => width < 4);
    expect(lone).toHaveLength(1);
    expect(lone[0]!.x).toBeGreaterThan(120 + 0.24 * 1440);
    expect(lone[0]!.x).toBeLessThan(120 + 0.26 * 1440);
    expect(ticks).toHaveLength(65);
  });

  it('so is it in a drawing', async () => {
    const { points, ...rest } = big.plot();
    const svg = await toSVG({ ...rest, points });
    const [, path] = /<path d="([^"]*)"[^>]*fill="#0072B2"/.exec(svg)!;
    expect(ticksOf(path!).filter(({ width }) => width < 4)).toHaveLength(1);
  });

  it('a lone sample keeps its height in a trace', async () => {
    const samples = new Float64Array(COUNT).fill(1);
    samples[1_234_567] = 77;
    const times = Float64Array.from({ length: COUNT }, (_, i) => i / 1000);
    const points = await lineOf(new TSContinuous({ times, samples }));
    // The vertical axis ends at the highest value, so the line must come up to the upper edge of the panel.
    expect(Math.min(...points.map(({ y }) => y))).toBeLessThan(200);
    expect(points.length).toBeLessThan(4 * 1600);
  });

  it('ten times as many events take no more shapes', async () => {
    const few = tickShapes(await toSVG(crowd(COUNT / 10)));
    const many = tickShapes(await toSVG(big));
    expect(few).not.toBe('');
    expect(many.length).toBeLessThanOrEqual(few.length);
  });
});

async function lineOf(series: TSContinuous): Promise<{ x: number; y: number }[]> {
  const svg = await toSVG(series);
  const [, path] = /<path d="([^"]*)"[^>]*stroke="#0072B2"/.exec(svg)!;
  return [...path!.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

describe('a PNG picture', () => {
  it('is a PNG file of the asked size with colours in it', async () => {
    const small = await toPNG(spikes, { width: 400, height: 300 });
    expect([...small.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const view = new DataView(small.buffer, small.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([400, 300]);
    const large = await toPNG(spikes, { width: 400, height: 300, scale: 2 });
    expect(new DataView(large.buffer, large.byteOffset).getUint32(16)).toBe(800);
  });

  it('of many channels is a heat map, whose pixels are a picture of their own', async () => {
    const times = [0, 1, 2];
    const samples = times.map((time) => Array.from({ length: 20 }, (_, c) => time * c));
    expect(await toSVG(new TSContinuous({ times, samples }))).toContain('data:image/png;base64,iVBORw0KGgo');
  });
});

describe('what cannot be drawn is refused', () => {
  it.each([
    ['a number', () => toSVG(3 as never), 'TypeError', /got 3/],
    ['an empty window', () => toSVG(spikes, { tStart: 3, tStop: 2 }), 'ValueError', /tStart < tStop/],
    ['a page without room', () => toSVG(spikes, { width: 100 }), 'ValueError', /no room/],
    [
      'events as a trace',
      () =>
        renderFigure({
          panels: [{ title: 'p', series: spikes, kind: 'trace' }],
          tStart: 0,
          tStop: 1,
        }),
      'TypeError',
      /a trace draws a TSContinuous/,
    ],
  ] as const)('%s', async (_, draw, kind, message) => {
    const error = await draw().catch((caught: unknown) => caught);
    if (!isRpError(error)) throw error;
    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(message);
  });
});
