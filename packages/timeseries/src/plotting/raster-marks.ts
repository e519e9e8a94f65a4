// The ticks of an event raster as SVG path data. Events of one channel on one pixel share a tick; every pixel
// with an event has one.
import type { TSEvent } from '../ts-event.ts';
import { type Box, columnOf, countBefore, countUpTo, FEW_CHANNELS, type Window } from './panel.ts';
import { tickPath } from './tick-path.ts';

/** Ticks of few rows are lines; those of many rows are as high as the row, and need width to be seen. */
const TICK_WIDTH = 1.6;
const DOT_WIDTH = 2.4;

/** One path per row of the raster, empty where a row has no event. Row 0 is channel 0. */
export function rasterPaths(series: TSEvent, window: Window, box: Box): string[] {
  // More channels than pixels: neighbours share a row of pixels.
  const rows = Math.max(Math.min(series.numChannels, box.height), 1);
  const marked = markedPixels(series, window, box.width, rows);
  const pitch = box.height / rows;
  const tick = Math.max(pitch * (rows <= FEW_CHANNELS ? 0.7 : 0.85), 1);
  return Array.from({ length: rows }, (_, row) => {
    const centre =
      rows <= FEW_CHANNELS ? box.y + (row + 0.5) * pitch : box.y + box.height - (row + 0.5) * pitch;
    const marks = marked.subarray(row * box.width, (row + 1) * box.width);
    const tickWidth = rows <= FEW_CHANNELS ? TICK_WIDTH : DOT_WIDTH;
    return tickPath(marks, { x: box.x, y: centre - tick / 2, width: tickWidth, height: tick });
  });
}

function markedPixels(series: TSEvent, window: Window, columns: number, rows: number): Uint8Array {
  const { times, channels, numChannels } = series;
  const marked = new Uint8Array(rows * columns);
  const firstPixels = Int32Array.from(
    { length: numChannels },
    (_, channel) => Math.floor((channel * rows) / numChannels) * columns,
  );
  const to = countUpTo(times, window.tStop);
  for (let i = countBefore(times, window.tStart); i < to; i++) {
    marked[firstPixels[channels[i]!]! + columnOf(times[i]!, window, columns)] = 1;
  }
  return marked;
}
