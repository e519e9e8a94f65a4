// The axes of panels, and the texts beside them, as parts of an ECharts option.
import { channelColour, FAINT_INK, FONT, INK } from './colours.ts';
import type { Box, SeriesPanel, Window } from './panel.ts';
import { roundTicks } from './ticks.ts';

/** A piece of an ECharts option. */
export type Part = Record<string, unknown>;

/** Where a panel is drawn: its number from the top, its pixels and its seconds. */
export interface Place {
  readonly index: number;
  readonly box: Box;
  readonly window: Window;
  /** The last panel has the labels of the time axis. */
  readonly isLast: boolean;
}

/** What a kind of panel adds to its frame and its time axis. */
export interface Content {
  readonly yAxis: Part;
  readonly series: Part[];
  readonly graphic: Part[];
}

/** Seconds, with labels under the last panel only. */
export function timeAxis({ index, window, isLast, box }: Place): Part {
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

/** Channel 0 at the bottom; a channel's label is at the middle of its row. */
export function channelAxis(channels: number, names?: string[]): Part {
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

/** One named and coloured row per channel, channel 0 at the top. */
export function namedRows(panel: SeriesPanel, channels: number): Part {
  return {
    type: 'category',
    inverse: true,
    data: Array.from({ length: channels }, (_, channel) => ({
      value: nameOf(panel, channel),
      textStyle: { color: channelColour(channel), fontWeight: 'bold' },
    })),
    axisLine: { show: true, onZero: false, lineStyle: { color: FAINT_INK } },
    axisTick: { show: false },
    axisLabel: { ...labels(), interval: 0, width: 84, overflow: 'truncate' },
    splitLine: { show: false },
  };
}

/** A name along the vertical axis. */
export function axisName(name: string): Part {
  return {
    name,
    nameLocation: 'middle',
    nameRotate: 90,
    nameGap: 62,
    nameTextStyle: { fontFamily: FONT, fontSize: 16, color: INK, align: 'center' },
  };
}

/** The letters of axis labels. */
export function labels(): Part {
  return { fontFamily: FONT, fontSize: 16, color: INK };
}

/** The name of a channel for readers. */
export function nameOf(panel: SeriesPanel, channel: number): string {
  return panel.channelNames?.[channel] ?? `channel ${channel}`;
}

/** Text at a place of the page. */
export function text(content: string, style: Part): Part {
  return {
    type: 'text',
    silent: true,
    style: { text: content, fontFamily: FONT, fontSize: 16, verticalAlign: 'middle', ...style },
  };
}

/** What an empty panel says. */
export function emptyNote(what: string, box: Box): Part {
  return text(`${what} in this window`, {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    align: 'center',
    fill: FAINT_INK,
  });
}

/** Shapes in pixels of the page, clipped to the panel. */
export function shapes(index: number, { tStart }: Window, children: Part[]): Part {
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
