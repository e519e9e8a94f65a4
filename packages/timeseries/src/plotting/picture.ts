// A picture of one series or one drawing.
import { describe, fail } from '../error.ts';
import type { PlotData } from '../plot.ts';
import { TSContinuous } from '../ts-continuous.ts';
import { TSEvent } from '../ts-event.ts';
import { type FigureOptions, renderFigure } from './figure.ts';
import { panelsFor } from './panels-for.ts';
import { svgToPng } from './svg-to-png.ts';

export interface PictureOptions {
  /** A headline. Default: none; the panel is titled with the name of the series, or the title of the drawing. */
  readonly title?: string | undefined;
  /** The seconds that are drawn. Default: all that there is. */
  readonly tStart?: number | undefined;
  readonly tStop?: number | undefined;
  /** In pixels. Default: 1600. */
  readonly width?: number | undefined;
  /** In pixels. Default: 900. */
  readonly height?: number | undefined;
}

export interface PngOptions extends PictureOptions {
  /** Pixels of the file for each of the picture. Default: 1. */
  readonly scale?: number | undefined;
}

/**
 * Draws a series, or what its `plot` gives, as the text of an SVG file. Signals are traces (more than eight channels:
 * a heat map), events a raster. However many there are, nothing that is large enough to be seen goes missing: each
 * pixel with an event is marked, and lines keep their peaks.
 *
 * @throws TypeError for anything else; ValueError for a window that is none; RuntimeError where ECharts is not
 * installed.
 */
export async function toSVG(
  what: TSContinuous | TSEvent | PlotData,
  options: PictureOptions = {},
): Promise<string> {
  const figure = figureOf(what);
  const { title } = options;
  return renderFigure({
    panels: figure.panels,
    tStart: options.tStart ?? figure.tStart,
    tStop: options.tStop ?? figure.tStop,
    ...(title !== undefined && { title }),
    ...(options.width !== undefined && { width: options.width }),
    ...(options.height !== undefined && { height: options.height }),
  });
}

/**
 * The same as a PNG file, in Node.
 * @throws RuntimeError where what draws it is not installed, or outside Node; otherwise as {@link toSVG}.
 */
export async function toPNG(
  what: TSContinuous | TSEvent | PlotData,
  options: PngOptions = {},
): Promise<Uint8Array> {
  return svgToPng(await toSVG(what, options), options.scale);
}

function figureOf(what: unknown): FigureOptions {
  if (what instanceof TSContinuous || what instanceof TSEvent) {
    return { panels: panelsFor(what), ...windowOf(what.tStart, what.tStop) };
  }
  if (isDrawing(what)) {
    const [first, last] = what.xlim ?? extentOf(what);
    return {
      panels: [{ title: what.title, kind: 'drawing', drawing: what }],
      ...windowOf(first, last),
    };
  }
  throw fail(
    'TypeError',
    'plot-what',
    `a TSContinuous, a TSEvent or what plot() of them gives can be drawn, got ${describe(what)}`,
  );
}

function isDrawing(what: unknown): what is PlotData {
  return typeof what === 'object' && what !== null && 'lines' in what && 'points' in what;
}

/** A moment is shown in the middle of a second. */
function windowOf(tStart: number, tStop: number): { tStart: number; tStop: number } {
  return tStart === tStop ? { tStart: tStart - 0.5, tStop: tStop + 0.5 } : { tStart, tStop };
}

/** The first and last time of a drawing without limits. */
function extentOf({ lines, points }: PlotData): [first: number, last: number] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of [...lines, ...points]) {
    for (const time of x) {
      first = Math.min(first, time);
      last = Math.max(last, time);
    }
  }
  return first <= last ? [first, last] : [0, 0];
}
