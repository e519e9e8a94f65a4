// A figure: panels above each other over one axis of seconds, drawn by ECharts, with or without a browser.
import { fail } from '../error.ts';
import { FONT, INK } from './colours.ts';
import { LEFT, placePanels } from './layout.ts';
import type { Panel } from './panel.ts';
import { panelParts } from './panel-parts.ts';

/** What {@link renderFigure} draws. */
export interface FigureOptions {
  title?: string;
  /** From top to bottom. */
  panels: Panel[];
  /** The seconds that are drawn. */
  tStart: number;
  tStop: number;
  /** In pixels. Default: 1600. */
  width?: number;
  /** In pixels. Default: 900. */
  height?: number;
}

/**
 * The figure as the text of an SVG file.
 *
 * @throws ValueError for an empty window, no panels, or a size that has no room for them; TypeError if a
 * panel's kind doesn't suit its series; RuntimeError where ECharts is not installed.
 */
export async function renderFigure(options: FigureOptions): Promise<string> {
  const { title, panels, tStart, tStop, width = 1600, height = 900 } = options;
  if (!(Number.isFinite(tStart) && Number.isFinite(tStop) && tStart < tStop)) {
    throw fail(
      'ValueError',
      'plot-window',
      `a figure needs tStart < tStop in seconds, got ${tStart} and ${tStop}`,
    );
  }
  const boxes = placePanels(panels, width, height, title !== undefined);
  const parts = panels.map((panel, index) =>
    panelParts(panel, {
      index,
      box: boxes[index]!,
      window: { tStart, tStop },
      isLast: index === panels.length - 1,
    }),
  );
  const { drawn } = await loadECharts();
  return drawn(width, height, {
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONT, color: INK },
    title: [
      ...(title === undefined
        ? []
        : [{ text: title, left: LEFT, top: 22, padding: 0, textStyle: headline(28) }]),
      ...parts.map((part) => part.title),
    ],
    grid: parts.map((part) => part.grid),
    xAxis: parts.map((part) => part.xAxis),
    yAxis: parts.map((part) => part.yAxis),
    series: parts.flatMap((part) => part.series),
    graphic: parts.flatMap((part) => part.graphic),
  });
}

function headline(fontSize: number) {
  return { fontFamily: FONT, fontSize, fontWeight: 'bold' as const, color: INK };
}

/** @throws RuntimeError where ECharts is not installed. */
async function loadECharts(): Promise<typeof import('./echarts.ts')> {
  try {
    return await import('./echarts.ts');
  } catch (cause) {
    throw fail(
      'RuntimeError',
      'no-echarts',
      'a figure needs the library echarts, which is not installed with @rp/timeseries; run: npm install echarts@6',
      { cause },
    );
  }
}
