// A raster row by row, for series whose whole raster would not fit the memory.

import type { Bins, Columns } from './raster.ts';
import { crowdedNotice } from './raster.ts';

/** Yields the rows of the raster of events that are in the order of time. */
export function* rasterRows(
  times: Float64Array,
  channels: Int32Array,
  { dt, start, stop, count }: Bins,
  { count: width, first, next }: Columns,
  addEvents: boolean,
): Generator<Uint8Array | Int32Array> {
  let event = 0;
  let crowded = false;
  for (let row = 0; row < count; row++) {
    const cells = addEvents ? new Int32Array(width) : new Uint8Array(width);
    let lastChannel = -1;
    for (; event < times.length; event++) {
      const time = times[event]!;
      if (!(time >= start && time < stop)) continue;
      if (Math.min(Math.floor((time - start) / dt), count - 1) > row) break;
      const channel = channels[event]!;
      if (first[channel]! < 0) continue;
      crowded ||= channel === lastChannel;
      lastChannel = channel;
      for (let column = first[channel]!; column >= 0; column = next[column]!) {
        cells[column] = addEvents ? cells[column]! + 1 : 1;
      }
    }
    yield cells;
  }
  if (crowded && !addEvents) crowdedNotice();
}
