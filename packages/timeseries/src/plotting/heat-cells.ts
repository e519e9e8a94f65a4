// The values of a heat map: for a signal the largest sample of each cell, for events their rate in it.
import { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import { columnOf, countBefore, countUpTo, type Window } from './panel.ts';

const RATE_BINS = 200;

/** Row 0 is channel 0; a cell without a value is NaN. */
export interface HeatCells {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly low: number;
  readonly high: number;
}

/** Cells of one channel and one of `columns` pixels (for rates: one of at most 200 bins). */
export function heatCells(series: TSContinuous | TSEvent, window: Window, columns: number): HeatCells {
  const rows = series.numChannels;
  if (series instanceof TSContinuous) {
    return { values: largestSamples(series, window, columns), rows, columns, ...NO_LIMITS };
  }
  const bins = Math.min(columns, RATE_BINS);
  return { values: eventRates(series, window, bins), rows, columns: bins, ...NO_LIMITS };
}

const NO_LIMITS = { low: Number.NaN, high: Number.NaN };

/** The same cells with the limits of their finite values. */
export function withLimits(cells: HeatCells): HeatCells {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of cells.values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? { ...cells, low, high } : cells;
}

function largestSamples(series: TSContinuous, window: Window, columns: number): Float64Array {
  const { times, numChannels } = series;
  const { data } = series.samples;
  const values = new Float64Array(numChannels * columns).fill(Number.NaN);
  const filled = new Uint8Array(columns);
  const put = (i: number, column: number) => {
    filled[column] = 1;
    for (let channel = 0; channel < numChannels; channel++) {
      const [value, cell] = [data[i * numChannels + channel]!, channel * columns + column];
      if (!(values[cell]! >= value)) values[cell] = value;
    }
  };
  const from = countBefore(times, window.tStart);
  const to = countUpTo(times, window.tStop);
  for (let i = from; i < to; i++) put(i, columnOf(times[i]!, window, columns));
  holdAcrossEmptyColumns(series, window, filled, put);
  return values;
}

/** Between samples a cell shows the sample before it, within the range of the series. */
function holdAcrossEmptyColumns(
  series: TSContinuous,
  { tStart, tStop }: Window,
  filled: Uint8Array,
  put: (i: number, column: number) => void,
): void {
  const step = (tStop - tStart) / filled.length;
  for (let column = 0; column < filled.length; column++) {
    const time = tStart + (column + 0.5) * step;
    const before = countUpTo(series.times, time) - 1;
    if (filled[column] === 0 && before >= 0 && time <= series.tStop) put(before, column);
  }
}

function eventRates(series: TSEvent, window: Window, columns: number): Float64Array {
  const { times, channels } = series;
  const values = new Float64Array(series.numChannels * columns);
  const perEvent = columns / (window.tStop - window.tStart);
  const to = countUpTo(times, window.tStop);
  for (let i = countBefore(times, window.tStart); i < to; i++) {
    values[channels[i]! * columns + columnOf(times[i]!, window, columns)]! += perEvent;
  }
  return values;
}
