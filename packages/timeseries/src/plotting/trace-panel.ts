// A panel of signals: one line per channel.
import type { TSContinuous } from '../ts-continuous.ts';
import { axisName, type Content, emptyNote, labels, nameOf, type Part, type Place, text } from './axes.ts';
import { channelColour, FAINT_INK, RULE } from './colours.ts';
import { type Line, linesOfSeries } from './lines.ts';
import type { Box, SeriesPanel } from './panel.ts';
import { isStaircase, type TracePoint, tracePoints } from './trace-points.ts';

/** Lines that stop at gaps; a staircase for few samples of a series that holds its values. */
export function traceContent(panel: SeriesPanel, source: TSContinuous, place: Place): Content {
  const lines = linesOfSeries(source);
  const traced = traces(lines, place, channelColour);
  const unit = panel.unit ?? source.units;
  return {
    yAxis: {
      ...valueAxis(traced.isEmpty),
      ...limitsOf(traced.points),
      ...axisName(unit ? `[${unit}]` : ''),
    },
    series: traced.series,
    graphic: traced.isEmpty
      ? [emptyNote('no samples', place.box)]
      : legend(panel, source.numChannels, place.box),
  };
}

/** Lines as parts of an ECharts option, and the points that they were thinned to. */
export interface Traces {
  readonly series: Part[];
  readonly points: readonly TracePoint[][];
  readonly isEmpty: boolean;
}

export function traces(
  lines: readonly Line[],
  { index, box, window }: Place,
  colourOf: (number: number) => string,
): Traces {
  const points = lines.map((line) => tracePoints(line, window, box.width));
  return {
    points,
    isEmpty: points.every((line) => line.length === 0),
    series: points.map((line, number) => ({
      type: 'line',
      xAxisIndex: index,
      yAxisIndex: index,
      clip: true,
      symbol: 'none',
      showAllSymbol: true,
      step: isStaircase(lines[number]!, window, box.width) ? 'end' : false,
      lineStyle: { width: lines.length > 3 ? 1.5 : 2, color: colourOf(number), join: 'round' },
      itemStyle: { color: colourOf(number) },
      data: line.map((point, i) => {
        if (point === null) return { value: [Number.NaN, Number.NaN] };
        // A sample between two gaps has no line to be seen by.
        const isAlone = !line[i - 1] && !line[i + 1];
        return isAlone ? { value: point, symbol: 'circle', symbolSize: 7 } : { value: point };
      }),
    })),
  };
}

/** A vertical axis of values. */
export function valueAxis(isEmpty: boolean): Part {
  return {
    type: 'value',
    scale: true,
    splitNumber: 4,
    axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
    axisTick: { show: !isEmpty, lineStyle: { color: FAINT_INK } },
    axisLabel: { show: !isEmpty, ...labels() },
    splitLine: { show: !isEmpty, lineStyle: { color: RULE } },
  };
}

/** Limits where there is no range to derive them from: no value, or only one. */
function limitsOf(lines: readonly TracePoint[][]): Part {
  const values = new Set(lines.flat().map((point) => point?.[1]));
  values.delete(undefined);
  if (values.size > 1) return {};
  const [value = 0] = values as Set<number>;
  const margin = Math.abs(value) || 1;
  return { min: value - margin, max: value + margin };
}

/** Names of the channels beside the panel, each in its colour. */
function legend(panel: SeriesPanel, channels: number, box: Box): Part[] {
  if (channels < 2 && panel.channelNames === undefined) return [];
  const shown = Math.min(channels, Math.max(Math.floor(box.height / 24), 1));
  return Array.from({ length: shown }, (_, channel) => {
    const more = channel === shown - 1 && shown < channels;
    return text(more ? `… ${channels - channel} more` : nameOf(panel, channel), {
      x: box.x + box.width + 14,
      y: box.y + 10 + 24 * channel,
      fill: more ? FAINT_INK : channelColour(channel),
      fontWeight: 'bold',
      width: 100,
      overflow: 'truncate',
    });
  });
}
