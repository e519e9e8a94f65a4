// Signals as lines over time, one colour per channel.
import type { Mark } from 'vega';
import type { Area, PanelContent, TimeSpan } from './figure.ts';
import { colours, DENSITY, palette } from './theme.ts';
import { type Point, visiblePoints } from './visible-points.ts';

/** How samples are joined. */
export type Join = 'linear' | 'step-after' | 'step-before';

export interface LineData {
  readonly times: Float64Array;
  /** Of channel `c` at sample `i`. */
  readonly value: (i: number, channel: number) => number;
  readonly channels: number;
  readonly join: Join;
}

export interface LineOptions {
  readonly span: TimeSpan;
  readonly yTitle: string;
  readonly strokeWidth?: number | undefined;
  readonly colour?: string | undefined;
  /** Numbers on the vertical axis. Default: about five. */
  readonly tickCount?: number | undefined;
  /** A part of the time to set off from the rest. */
  readonly highlight?: TimeSpan | undefined;
  /** Whether the samples are marked where they are few. Default: yes. */
  readonly dots?: boolean | undefined;
}

/** Up to how many samples each of them gets a dot. */
const DOTS = 60;

export function linePanel(data: LineData, options: LineOptions): (area: Area) => PanelContent {
  return (area) => {
    const window = { ...options.span, columns: Math.round(area.width * DENSITY) };
    const lines = Array.from({ length: data.channels }, (_, channel) =>
      visiblePoints(data.times, (i) => data.value(i, channel), window),
    );
    const several = data.channels > 1;
    return {
      scales: [
        { name: 'y', type: 'linear', domain: domainOf(lines), range: [area.height - 4, 4], nice: false },
        { name: 'channel', type: 'ordinal', domain: lines.map((_, c) => `channel ${c}`), range: [...palette] },
      ],
      axes: [
        {
          scale: 'y',
          orient: 'left',
          title: options.yTitle,
          titlePadding: 12,
          minExtent: 44,
          grid: (options.tickCount ?? 5) > 0,
          tickCount: options.tickCount ?? 5,
          labels: (options.tickCount ?? 5) > 0,
          ticks: false,
          domain: false,
        },
      ],
      marks: [
        ...(options.highlight ? [highlightMark(options.highlight, area)] : []),
        ...lines.flatMap((points, channel) => lineMarks(points, channel, data, options)),
      ],
      legends: several ? [{ stroke: 'channel', symbolType: 'stroke', symbolStrokeWidth: 3, offset: 14 }] : [],
    };
  };
}

function lineMarks(points: readonly Point[], channel: number, { join }: LineData, options: LineOptions): Mark[] {
  const colour = options.colour ?? palette[channel % palette.length]!;
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const name = `points-${channel}`;
  const line: Mark = {
    type: 'line',
    from: { data: name },
    encode: {
      enter: {
        ...place,
        defined: { signal: 'isValid(datum.y)' },
        interpolate: { value: join },
        stroke: { value: colour },
        strokeWidth: { value: options.strokeWidth ?? 1.8 },
        strokeJoin: { value: 'round' },
      },
    },
  };
  const dots: Mark = {
    type: 'symbol',
    from: { data: name },
    encode: {
      enter: {
        ...place,
        size: { value: 40 },
        fill: { value: colour },
        opacity: { signal: 'isValid(datum.y) ? 1 : 0' },
      },
    },
  };
  const marks = (options.dots ?? true) && points.length <= DOTS ? [line, dots] : [line];
  return [{ type: 'group', data: [{ name, values: [...points] }], marks }];
}

function highlightMark({ from, to }: TimeSpan, { height }: Area): Mark {
  return {
    type: 'rect',
    encode: {
      enter: {
        x: { scale: 'x', value: from },
        x2: { scale: 'x', value: to },
        y: { value: 0 },
        height: { value: height },
        fill: { value: colours.highlight },
      },
    },
  };
}

/** From the lowest to the highest value; something around it where there is only one. */
function domainOf(lines: readonly (readonly Point[])[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const points of lines) {
    for (const { y } of points) {
      if (y === null) continue;
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  if (low > high) return [0, 1];
  if (low === high) return [low - Math.max(1, Math.abs(low)) / 2, high + Math.max(1, Math.abs(high)) / 2];
  const room = (high - low) * 0.04;
  return [low - room, high + room];
}
