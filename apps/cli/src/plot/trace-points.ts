// The points that draw one channel of a signal. Where pixel columns hold many samples, only the first, lowest,
// highest and last of each are kept: the drawn line covers the same pixels, and no peak is lost.
import type { TSContinuous } from '@rp/timeseries';
import { columnOf, countBefore, countUpTo, type Window } from './panel.ts';

/** A point of a line; `null` where the line is interrupted. */
export type TracePoint = readonly [time: number, value: number] | null;

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
  const from = Math.max(countBefore(times, window.tStart) - 1, 0);
  const to = Math.min(countUpTo(times, window.tStop) + 1, times.length);
  const thins = to - from > 4 * columns;
  const points: TracePoint[] = [];
  const run: number[] = [];
  const valueAt = (i: number) => data[i * width + channel]!;

  const flush = () => {
    for (const i of thins ? extremes(run, valueAt) : run) points.push([times[i]!, valueAt(i)]);
    run.length = 0;
  };

  let column = -1;
  for (let i = from; i < to; i++) {
    const next = columnOf(times[i]!, window, columns);
    if (next !== column) flush();
    column = next;
    if (Number.isFinite(valueAt(i))) run.push(i);
    else {
      flush();
      if (points.at(-1)) points.push(null);
    }
  }
  flush();
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
