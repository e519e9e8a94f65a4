// Points as ticks, one for each pixel that holds any: as many points as you like take no more ticks than there are
// pixels, and none that is within the limits goes missing.
import type { PlotLine } from '../plot.ts';
import { type Box, columnOf, type Window } from './panel.ts';
import { tickPath } from './tick-path.ts';

const TICK_WIDTH = 2;

/** Where points are drawn: pixels, seconds, and the values at the lower and upper edge. */
export interface Marks {
  readonly box: Box;
  readonly window: Window;
  readonly low: number;
  readonly high: number;
}

/** 1 for each pixel of the box with a point in it, row by row from the top. */
export function markedPixels({ x, y }: PlotLine, { box, window, low, high }: Marks): Uint8Array {
  const marked = new Uint8Array(box.width * box.height);
  for (let i = 0; i < x.length; i++) {
    const [time, value] = [x[i]!, y[i]!];
    const isInside = time >= window.tStart && time <= window.tStop && value >= low && value <= high;
    if (!isInside) continue;
    const row = Math.min(Math.floor(((high - value) / (high - low)) * box.height), box.height - 1);
    marked[row * box.width + columnOf(time, window, box.width)] = 1;
  }
  return marked;
}

/** All ticks as SVG path data; a tick is as high as 0.7 of a unit, within reason. */
export function pathOfMarks(marked: Uint8Array, { box, low, high }: Marks): string {
  const height = Math.min(Math.max((0.7 * box.height) / (high - low), 3), 40);
  const rows: string[] = [];
  for (let row = 0; row < box.height; row++) {
    const pixels = marked.subarray(row * box.width, (row + 1) * box.width);
    rows.push(tickPath(pixels, { x: box.x, y: box.y + row + 0.5 - height / 2, width: TICK_WIDTH, height }));
  }
  return rows.join('');
}
