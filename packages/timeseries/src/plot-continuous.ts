// How a continuous series is drawn: one line per channel.
import { arange } from './float-rules.ts';
import type { Knots } from './interpolation/sampler.ts';
import { readDoubles } from './ownership.ts';
import { drawOn, listOf, type PlotData, titleOf } from './plot.ts';
import { columnsOf } from './select-channels.ts';
import type { TSContinuous } from './ts-continuous.ts';
import type { ContinuousPlotOptions } from './ts-continuous-options.ts';

export function plotContinuous(
  series: TSContinuous,
  own: Pick<Knots, 'times' | 'samples'>,
  options: ContinuousPlotOptions,
): PlotData {
  const chosen = timesToDraw(series, options);
  const x = chosen ?? own.times;
  const y = chosen === null ? own.samples : series.call(chosen).data;
  const stagger = options.stagger ?? 0;
  const times = listOf(x);
  const lines = channelsToDraw(series, options).map((channel, k) => ({
    x: times,
    y: columnOf(y, channel, series.numChannels, k * stagger),
    label: series.name,
  }));
  return drawOn(series, options.target, {
    lines,
    points: [],
    xlabel: 'Time (s)',
    ylabel: series.units ?? '',
    title: titleOf(series),
    xlim: x.length > 0 ? [x[0]!, x[x.length - 1]!] : undefined,
  });
}

/** One channel of samples, raised by `shift`; 0 leaves even a -0 as it is. */
function columnOf(samples: Float64Array, channel: number, width: number, shift: number): number[] {
  const column: number[] = [];
  for (let i = channel; i < samples.length; i += width) {
    column.push(shift === 0 ? samples[i]! : samples[i]! + shift);
  }
  return column;
}

/** `null`: its own times. */
function timesToDraw(
  series: TSContinuous,
  { times = null, dt = null }: ContinuousPlotOptions,
): Float64Array | null {
  if (times !== null) return readDoubles(times);
  return dt === null ? null : arange(series.tStart, series.tStop, dt);
}

function channelsToDraw({ numChannels }: TSContinuous, { channels, skip }: ContinuousPlotOptions): number[] {
  const all = Array.from({ length: numChannels }, (_, c) => c);
  const chosen = [...(columnsOf(channels, numChannels) ?? all)];
  return skip ? chosen.filter((_, k) => k % skip === 0) : chosen;
}
