// One panel as parts of an ECharts option: its frame, its axes and what is drawn in it.
import { errorFactory } from '@rp/errors';
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { channelColour, FAINT_INK, INK, RULE } from './colours.ts';
import { heatCells, withLimits } from './heat-cells.ts';
import { colourBarImage, heatImage } from './heat-image.ts';
import { type Box, FEW_CHANNELS, type Panel, type Window } from './panel.ts';
import { rasterPaths } from './raster-marks.ts';
import { FONT } from './svg-to-png.ts';
import { roundTicks, shortNumber } from './ticks.ts';
import { type TracePoint, tracePoints } from './trace-points.ts';

const fail = errorFactory('cli');

type Part = Record<string, unknown>;

interface Place {
  readonly index: number;
  readonly box: Box;
  readonly window: Window;
  readonly isLast: boolean;
}

interface Content {
  readonly yAxis: Part;
  readonly series: Part[];
  readonly graphic: Part[];
}

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

function timeAxis({ index, window, isLast, box }: Place): Part {
  const ticks = roundTicks(window.tStart, window.tStop, Math.max(Math.round(box.width / 130), 2));
  return {
    gridIndex: index,
    type: 'value',
    min: window.tStart,
    max: window.tStop,
    name: isLast ? 'time [s]' : '',
    nameLocation: 'middle',
    nameGap: 40,
    nameTextStyle: { fontFamily: FONT, fontSize: 18, color: INK },
    axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
    axisTick: { show: isLast, length: 6, customValues: ticks, lineStyle: { color: FAINT_INK } },
    axisLabel: {
      show: isLast,
      ...labels(),
      customValues: ticks,
      formatter: (value: number) => String(value),
    },
    splitLine: { show: false },
  };
}

function labels(): Part {
  return { fontFamily: FONT, fontSize: 16, color: INK };
}

function axisName(name: string): Part {
  return {
    name,
    nameLocation: 'middle',
    nameRotate: 90,
    nameGap: 62,
    nameTextStyle: { fontFamily: FONT, fontSize: 16, color: INK, align: 'center' },
  };
}

function traceContent(panel: Panel, source: TSContinuous, { index, box, window }: Place): Content {
  const lines = Array.from({ length: source.numChannels }, (_, c) =>
    tracePoints(source, c, window, box.width),
  );
  const isEmpty = lines.every((points) => points.length === 0);
  const unit = panel.unit ?? source.units;
  const staircase =
    source.interpKind === 'previous' && lines.every((points) => points.length < box.width / 4);
  return {
    yAxis: {
      type: 'value',
      scale: true,
      splitNumber: 4,
      ...limitsOf(lines),
      ...axisName(unit ? `[${unit}]` : ''),
      axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
      axisTick: { show: !isEmpty, lineStyle: { color: FAINT_INK } },
      axisLabel: { show: !isEmpty, ...labels() },
      splitLine: { show: !isEmpty, lineStyle: { color: RULE } },
    },
    series: lines.map((points, channel) => ({
      type: 'line',
      xAxisIndex: index,
      yAxisIndex: index,
      clip: true,
      symbol: 'none',
      showAllSymbol: true,
      step: staircase ? 'end' : false,
      lineStyle: { width: lines.length > 3 ? 1.5 : 2, color: channelColour(channel), join: 'round' },
      itemStyle: { color: channelColour(channel) },
      data: points.map((point, i) => {
        if (point === null) return { value: [Number.NaN, Number.NaN] };
        // A sample between two gaps has no line to be seen by.
        const isAlone = !points[i - 1] && !points[i + 1];
        return isAlone ? { value: point, symbol: 'circle', symbolSize: 7 } : { value: point };
      }),
    })),
    graphic: isEmpty ? [emptyNote('no samples', box)] : legend(panel, source.numChannels, box),
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
function legend(panel: Panel, channels: number, box: Box): Part[] {
  if (channels < 2 && panel.channelNames === undefined) return [];
  const shown = Math.min(channels, Math.max(Math.floor(box.height / 24), 1));
  return Array.from({ length: shown }, (_, channel) => {
    const more = channel === shown - 1 && shown < channels;
    return text(more ? `… ${channels - channel} more` : nameOf(panel, channel), {
      x: box.x + box.width + 14,
      y: box.y + 10 + 24 * channel,
      fill: more ? FAINT_INK : channelColour(channel),
      fontWeight: 'bold',
    });
  });
}

function nameOf(panel: Panel, channel: number): string {
  return panel.channelNames?.[channel] ?? `channel ${channel}`;
}

function rasterContent(panel: Panel, source: TSEvent, { index, box, window }: Place): Content {
  const paths = rasterPaths(source, window, box);
  const few = source.numChannels <= FEW_CHANNELS;
  const isEmpty = paths.every((path) => path === '');
  return {
    yAxis: few ? namedRows(panel, source.numChannels) : channelAxis(source.numChannels),
    series: paths
      .map((path, row) =>
        shapes(index, window, [
          { type: 'path', shape: { pathData: path }, style: { fill: few ? channelColour(row) : INK } },
        ]),
      )
      .filter((_, row) => paths[row] !== ''),
    graphic: isEmpty ? [emptyNote('no events', box)] : [],
  };
}

function namedRows(panel: Panel, channels: number): Part {
  return {
    type: 'category',
    inverse: true,
    data: Array.from({ length: channels }, (_, channel) => ({
      value: nameOf(panel, channel),
      textStyle: { color: channelColour(channel), fontWeight: 'bold' },
    })),
    axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
    axisTick: { show: false },
    axisLabel: { ...labels(), interval: 0, width: 110, overflow: 'truncate' },
    splitLine: { show: false },
  };
}

/** Channel 0 at the bottom; a channel's label is at the middle of its row. */
function channelAxis(channels: number, names?: string[]): Part {
  const ticks =
    channels === 0
      ? []
      : roundTicks(0, Math.max(channels - 1, 1), 5).filter(
          (tick) => Number.isInteger(tick) && tick < channels,
        );
  return {
    type: 'value',
    min: -0.5,
    max: Math.max(channels, 1) - 0.5,
    ...axisName('channel'),
    axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
    axisTick: { show: true, customValues: ticks, lineStyle: { color: FAINT_INK } },
    axisLabel: {
      ...labels(),
      customValues: ticks,
      formatter: (value: number) => names?.[value] ?? String(value),
    },
    splitLine: { show: false },
  };
}

function heatContent(panel: Panel, { index, box, window }: Place): Content {
  const cells = withLimits(heatCells(panel.series, window, box.width));
  const isEmpty = Number.isNaN(cells.low);
  const image = () => ({ image: heatImage(cells, box.width, box.height), ...box });
  return {
    yAxis: channelAxis(panel.series.numChannels, panel.channelNames),
    series: isEmpty ? [] : [shapes(index, window, [{ type: 'image', style: image() }])],
    graphic: isEmpty ? [emptyNote('no values', box)] : colourBar(panel, cells.low, cells.high, box),
  };
}

function colourBar(panel: Panel, low: number, high: number, box: Box): Part[] {
  const { series } = panel;
  const unit = panel.unit ?? (series instanceof TSContinuous ? series.units : 'events/s');
  const x = box.x + box.width + 16;
  const label = (value: number, y: number) =>
    text(shortNumber(value, high - low), { x: x + 26, y, fill: INK });
  return [
    {
      type: 'image',
      style: { image: colourBarImage(18, box.height), x, y: box.y, width: 18, height: box.height },
    },
    label(high, box.y + 8),
    ...(box.height > 80 ? [label((low + high) / 2, box.y + box.height / 2)] : []),
    label(low, box.y + box.height - 8),
    ...(unit ? [text(`[${unit}]`, { x, y: box.y - 16, fill: INK })] : []),
  ];
}

function text(content: string, style: Part): Part {
  return {
    type: 'text',
    silent: true,
    style: { text: content, fontFamily: FONT, fontSize: 16, verticalAlign: 'middle', ...style },
  };
}

function emptyNote(what: string, box: Box): Part {
  return text(`${what} in this window`, {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    align: 'center',
    fill: FAINT_INK,
  });
}

/** Shapes in pixels of the page, clipped to the panel. */
function shapes(index: number, { tStart }: Window, children: Part[]): Part {
  return {
    type: 'custom',
    xAxisIndex: index,
    yAxisIndex: index,
    clip: true,
    silent: true,
    data: [[tStart, 0]],
    renderItem: () => ({ type: 'group', children }),
  };
}
