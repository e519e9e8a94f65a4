// How events are drawn: points at times and channels.
import { describe, fail } from './error.ts';
import { drawOn, listOf, type PlotData, titleOf } from './plot.ts';
import type { TSEvent } from './ts-event.ts';
import type { EventPlotOptions } from './ts-event-options.ts';

export function plotEvents(series: TSEvent, options: EventPlotOptions): PlotData {
  const [tStart, tStop] = pairOf(options.timeLimits ?? [null, null]);
  const { times, channels } = series.call({ tStart, tStop, channels: options.channels });
  return drawOn(series, options.target, {
    lines: [],
    points: [{ x: listOf(times), y: listOf(channels), label: series.name }],
    xlabel: 'Time (s)',
    ylabel: 'Channels',
    title: titleOf(series),
    xlim: [series.tStart, series.tStop],
    ylim: [-1, series.numChannels],
  });
}

/** @throws TypeError for something that is not a list, ValueError for a list of another length. */
function pairOf(limits: unknown): [number | null, number | null] {
  if (!Array.isArray(limits)) {
    throw fail('TypeError', 'time-limits', `timeLimits must be a pair of times, got ${describe(limits)}`);
  }
  if (limits.length !== 2) {
    throw fail(
      'ValueError',
      'time-limits',
      `timeLimits must be a pair of times, got ${limits.length} of them`,
    );
  }
  return [limits[0], limits[1]];
}
