// The loops of a raster over all its events. They are hot, so there are three of them. In the first two `| 0` is the
// floor of what is not negative, which keeps all numbers integers; and a division is only done where an event may
// be in another row than the one before it.
import type { Bins, Columns } from './raster.ts';

/** Many roundings, as a share of the numbers that are rounded. */
const ROUNDING = 1e-14;

/**
 * Up to where times after one in this row are certain to be in it too: `floor((time - start) / dt)` never decreases,
 * and this is further below the next row than all roundings of it and of that together.
 */
function certainUntil(row: number, { dt, start, stop }: Bins): number {
  const nextRow = (row + 1) * dt;
  return Math.min(start + nextRow - ROUNDING * (Math.abs(start) + nextRow), stop);
}

/** Marks the cells of events, one column per channel; tells whether neighbouring events share one. */
export function mark(
  times: Float64Array,
  channels: Int32Array,
  bins: Bins,
  width: number,
  data: Uint8Array,
): boolean {
  const { dt, start, stop } = bins;
  const lastRow = bins.count - 1;
  const count = data.length === 0 ? 0 : times.length;
  let lastCell = -1;
  let crowded = false;
  for (let i = 0; i < count; ) {
    const time = times[i]!;
    if (!(time >= start && time < stop)) {
      i++;
      continue;
    }
    const row = Math.min(((time - start) / dt) | 0, lastRow);
    const firstCell = (row * width) | 0;
    const until = certainUntil(row, bins);
    let next = time;
    do {
      const cell = (firstCell + channels[i++]!) | 0;
      if (cell === lastCell) crowded = true;
      lastCell = cell;
      data[cell] = 1;
      next = i < count ? times[i]! : Number.NaN;
    } while (next >= time && next < until);
  }
  return crowded;
}

/** Counts the events of cells, one column per channel. */
export function tally(
  times: Float64Array,
  channels: Int32Array,
  bins: Bins,
  width: number,
  data: Int32Array,
): void {
  const { dt, start, stop } = bins;
  const lastRow = bins.count - 1;
  const count = data.length === 0 ? 0 : times.length;
  for (let i = 0; i < count; ) {
    const time = times[i]!;
    if (!(time >= start && time < stop)) {
      i++;
      continue;
    }
    const row = Math.min(((time - start) / dt) | 0, lastRow);
    const firstCell = (row * width) | 0;
    const until = certainUntil(row, bins);
    let next = time;
    do {
      data[(firstCell + channels[i++]!) | 0]!++;
      next = i < count ? times[i]! : Number.NaN;
    } while (next >= time && next < until);
  }
}

/** Marks or counts in any columns; tells whether neighbouring events share a cell. */
export function fillColumns(
  times: Float64Array,
  channels: Int32Array,
  { dt, start, stop, count }: Bins,
  { count: width, first, next }: Columns,
  data: Uint8Array | Int32Array,
  addEvents: boolean,
): boolean {
  let crowded = false;
  let lastRow = -1;
  let lastChannel = -1;
  if (data.length === 0) return false;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    const channel = channels[i]!;
    let column = first[channel]!;
    if (column < 0 || !(time >= start && time < stop)) continue;
    const row = Math.min(Math.floor((time - start) / dt), count - 1);
    if (row === lastRow && channel === lastChannel) crowded = true;
    lastRow = row;
    lastChannel = channel;
    do {
      const cell = row * width + column;
      data[cell] = addEvents ? data[cell]! + 1 : 1;
      column = next[column]!;
    } while (column >= 0);
  }
  return crowded;
}
