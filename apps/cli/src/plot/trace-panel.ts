// A panel of signals: one line per channel.
import type { TSContinuous } from '@rp/timeseries';
import { axisName, type Content, emptyNote, labels, nameOf, type Part, type Place, text } from './axes.ts';
import { channelColour, FAINT_INK, RULE } from './colours.ts';
import type { Box, Panel } from './panel.ts';
import { isStaircase, type TracePoint, tracePoints } from './trace-points.ts';

/** Lines that stop at gaps; a staircase for few samples of a series that holds its values. */
export function traceContent(panel: Panel, source: TSContinuous, { index, box, window }: Place): Content {
  const lines = Array.from({ length: source.numChannels }, (_, c) =>
    tracePoints(source, c, window, box.width),
  );
  const isEmpty = lines.every((points) => points.length === 0);
  const unit = panel.unit ?? source.units;
  const staircase = isStaircase(source, window, box.width);
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
      width: 100,
      overflow: 'truncate',
    });
  });
}
