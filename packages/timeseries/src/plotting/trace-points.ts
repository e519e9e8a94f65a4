// The points that draw one channel of a signal. Where pixel columns hold many samples, only the first, lowest,
// highest and last of each are kept: the drawn line covers the same pixels, and no peak is lost.
import type { Line } from './lines.ts';
import { columnOf, countBefore, countUpTo, type Window } from './panel.ts';

/** A point of a line; `null` where the line is interrupted. */
export type TracePoint = readonly [time: number, value: number] | null;

/** Whether values hold, and so few are visible that their steps are. */
export function isStaircase(line: Line, window: Window, columns: number): boolean {
  const [from, to] = visibleSamples(line, window);
  return line.holds && to - from < columns / 4;
}

/** The samples in the window, and one on either side for the lines across its limits. */
function visibleSamples({ times }: Line, { tStart, tStop }: Window): [from: number, to: number] {
  return [Math.max(countBefore(times, tStart) - 1, 0), Math.min(countUpTo(times, tStop) + 1, times.length)];
}

/**
 * Samples of the window and the one on either side of it, thinned to what `columns` pixels can show. All of them,
 * if their times don't ascend.
 */
export function tracePoints(line: Line, window: Window, columns: number): TracePoint[] {
  const { times, values, stride, offset } = line;
  const valueAt = (i: number) => values[i * stride + offset]!;
  if (!doAscend(times)) return Array.from(times, (time, i) => pointOf(time, valueAt(i)));
  const [from, to] = visibleSamples(line, window);
  const holds = isStaircase(line, window, columns);
  const thins = to - from > 4 * columns;
  const points: TracePoint[] = [];
  const run: number[] = [];

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
  if (to === times.length) holdUntil(line.tStop);
  return points;
}

function doAscend(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (!(times[i]! >= times[i - 1]!)) return false;
  return true;
}

function pointOf(time: number, value: number): TracePoint {
  return Number.isFinite(time) && Number.isFinite(value) ? [time, value] : null;
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
