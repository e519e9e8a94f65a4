// Drawings as plain data, for any renderer.
import { describe, fail } from './error.ts';
import type { TimeSeries } from './time-series.ts';

/** One line, or one cloud of points. */
export interface PlotLine {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly label: string;
}

/** What to draw. Labels are empty where nothing was chosen. */
export interface PlotData {
  readonly lines: readonly PlotLine[];
  /** Clouds of points, not joined by lines. */
  readonly points: readonly PlotLine[];
  readonly xlabel: string;
  readonly ylabel: string;
  readonly title: string;
  readonly xlim?: readonly [number, number] | undefined;
  readonly ylim?: readonly [number, number] | undefined;
}

export interface PlotTarget {
  /** A drawing to add to; its labels are kept. Default: a new one. */
  readonly target?: PlotData | null | undefined;
}

/** Adds lines to a drawing, filling in what labels are still empty. */
export function drawOn(series: TimeSeries, target: PlotData | null | undefined, added: PlotData): PlotData {
  if (series.plottingBackend === null) {
    throw fail(
      'RuntimeError',
      'no-plotting-backend',
      'no plotting backend is chosen; call setGlobalTsPlottingBackend or setPlottingBackend',
    );
  }
  const base = checkedTarget(target);
  const limits = { xlim: added.xlim ?? base?.xlim, ylim: added.ylim ?? base?.ylim };
  return {
    lines: [...(base?.lines ?? []), ...added.lines],
    points: [...(base?.points ?? []), ...added.points],
    xlabel: base?.xlabel || added.xlabel,
    ylabel: base?.ylabel || added.ylabel,
    title: base?.title || added.title,
    ...(limits.xlim && { xlim: limits.xlim }),
    ...(limits.ylim && { ylim: limits.ylim }),
  };
}

function checkedTarget(target: unknown): PlotData | undefined {
  if (target === null || target === undefined) return undefined;
  if (typeof target === 'object' && 'lines' in target && 'points' in target) {
    return target as PlotData;
  }
  throw fail(
    'TypeError',
    'plot-target',
    `a plot target is the result of an earlier plot(), got ${describe(target)}`,
  );
}

/** The numbers as a list; many times as fast as spreading them. */
export function listOf(numbers: Float64Array | Int32Array): number[] {
  const list: number[] = [];
  for (let i = 0; i < numbers.length; i++) list.push(numbers[i]!);
  return list;
}

/** The title a series gives to a drawing: its name, if it has one. */
export function titleOf(series: TimeSeries): string {
  return series.name === 'unnamed' ? '' : series.name;
}
