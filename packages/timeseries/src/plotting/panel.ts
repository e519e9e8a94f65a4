// What a panel of a figure is, and where on the page it goes.
import type { PlotData } from '../plot.ts';
import type { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';

/** One row of a figure: a series, or the drawing that `plot` of a series makes. */
export type Panel = SeriesPanel | DrawingPanel;

interface AnyPanel {
  title: string;
  /** Its share of the height, in units of a usual panel. Default: 1, for rasters of few channels less. */
  share?: number;
}

export interface SeriesPanel extends AnyPanel {
  series: TSContinuous | TSEvent;
  /** A trace needs a continuous series, a raster an event series; a heat map takes either. */
  kind: 'trace' | 'raster' | 'heatmap';
  /** The unit of the values, for the axis or the colour bar. Default: that of the series. */
  unit?: string;
  /** One name per channel. */
  channelNames?: string[];
}

export interface DrawingPanel extends AnyPanel {
  drawing: PlotData;
  kind: 'drawing';
}

/** The seconds that are drawn. */
export interface Window {
  readonly tStart: number;
  readonly tStop: number;
}

/** Whole pixels of the page. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Up to this many channels a raster has one labelled row per channel, and traces one colour each. */
export const FEW_CHANNELS = 8;

/** The column of pixels of a time within the window. */
export function columnOf(time: number, { tStart, tStop }: Window, columns: number): number {
  const column = Math.floor(((time - tStart) / (tStop - tStart)) * columns);
  return Math.min(Math.max(column, 0), columns - 1);
}

/** The number of times before `limit`, in times that don't decrease. */
export function countBefore(times: Float64Array, limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of times up to and including `limit`, in times that don't decrease. */
export function countUpTo(times: Float64Array, limit: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
