// One panel as parts of an ECharts option: its frame, its time axis and its content.
import { fail } from '../error.ts';
import { TSContinuous } from '../ts-continuous.ts';
import { TSEvent } from '../ts-event.ts';
import { type Content, type Place, timeAxis } from './axes.ts';
import { FONT, INK } from './colours.ts';
import { drawingContent } from './drawing-panel.ts';
import { heatContent } from './heat-panel.ts';
import type { Panel } from './panel.ts';
import { rasterContent } from './raster-panel.ts';
import { traceContent } from './trace-panel.ts';

/** The parts of the option that draw the panel at its place. */
export function panelParts(panel: Panel, place: Place) {
  const { box, index } = place;
  const { yAxis, series, graphic } = contentOf(panel, place);
  return {
    title: {
      text: panel.title,
      left: box.x,
      top: box.y - 30,
      padding: 0,
      textStyle: { fontFamily: FONT, fontSize: 19, fontWeight: 'bold', color: INK },
    },
    grid: {
      left: box.x,
      top: box.y,
      width: box.width,
      height: box.height,
      containLabel: false,
      outerBoundsMode: 'none',
    },
    xAxis: timeAxis(place),
    yAxis: { gridIndex: index, ...yAxis },
    // An axis is drawn only if something belongs to it.
    series: [...series, { type: 'line', data: [], xAxisIndex: index, yAxisIndex: index }],
    graphic,
  };
}

function contentOf(panel: Panel, place: Place): Content {
  if (panel.kind === 'drawing') return drawingContent(panel.drawing, place);
  const { kind, series } = panel;
  if (kind === 'heatmap') return heatContent(panel, place);
  if (kind === 'trace' && series instanceof TSContinuous) return traceContent(panel, series, place);
  if (kind === 'raster' && series instanceof TSEvent) return rasterContent(panel, series, place);
  const needed = kind === 'trace' ? 'a TSContinuous' : 'a TSEvent';
  throw fail(
    'TypeError',
    'plot-kind',
    `panel '${panel.title}': a ${kind} draws ${needed}, got another kind of series`,
  );
}
