// The points that draw one channel of a signal. Where pixel columns hold many samples, only the first, lowest,
// highest and last of each are kept: the drawn line covers the same pixels, and no peak is lost.
import type { TSContinuous } from '@rp/timeseries';
import { columnOf, countBefore, countUpTo, type Window } from './panel.ts';

/** A point of a line; `null` where the line is interrupted. */
export type TracePoint = readonly [time: number, value: number] | null;

/** Whether the series holds its values and has few enough samples for the steps to be seen. */
export function isStaircase(series: TSContinuous, window: Window, columns: number): boolean {
  const [from, to] = visibleSamples(series, window);
  return series.interpKind === 'previous' && to - from < columns / 4;
}

/** The samples in the window, and one on either side for the lines across its limits. */
function visibleSamples({ times }: TSContinuous, { tStart, tStop }: Window): [from: number, to: number] {
  return [Math.max(countBefore(times, tStart) - 1, 0), Math.min(countUpTo(times, tStop) + 1, times.length)];
}

/** Samples of the window and the one on either side of it, thinned to what `columns` pixels can show. */
export function tracePoints(
  series: TSContinuous,
  channel: number,
  window: Window,
  columns: number,
): TracePoint[] {
  const { times } = series;
  const { data } = series.samples;
  const width = series.numChannels;
  const [from, to] = visibleSamples(series, window);
  const holds = isStaircase(series, window, columns);
  const thins = to - from > 4 * columns;
  const points: TracePoint[] = [];
  const run: number[] = [];
  const valueAt = (i: number) => data[i * width + channel]!;

  const flush = () => {
    for (const i of thins ? extremes(run, valueAt) : run) points.push([times[i]!, valueAt(i)]);
    run.length = 0;
  };

  // A held value reaches up to where the next sample, or the end of the series, takes over.
  const holdUntil = (time: number) => {
    const last = points.at(-1);
    if (holds && last && last[0] < time) points.push([time, last[1]]);
  };

  let column = -1;
  for (let i = from; i < to; i++) {
    const next = columnOf(times[i]!, window, columns);
    if (next !== column) flush();
    column = next;
    if (Number.isFinite(valueAt(i))) run.push(i);
    else {
      flush();
      holdUntil(times[i]!);
      if (points.at(-1)) points.push(null);
    }
  }
  flush();
  if (to === times.length) holdUntil(series.tStop);
  return points;
}

function extremes(run: readonly number[], valueAt: (i: number) => number): number[] {
  if (run.length <= 4) return [...run];
  let [low, high] = [run[0]!, run[0]!];
  for (const i of run) {
    if (valueAt(i) < valueAt(low)) low = i;
    if (valueAt(i) > valueAt(high)) high = i;
  }
  return [...new Set([run[0]!, Math.min(low, high), Math.max(low, high), run.at(-1)!])];
}
