// A row of ticks as SVG path data.
import type { Box } from './panel.ts';

/** A tick in each marked column, of the size of the first one. Neighbouring ticks touch, so a run of them is one rectangle. */
export function tickPath(marked: Uint8Array, { x, y, width: tickWidth, height }: Box): string {
  let path = '';
  for (let column = 0; column < marked.length; column++) {
    if (marked[column] === 0) continue;
    const first = column;
    while (marked[column + 1] === 1) column++;
    const width = column - first + tickWidth;
    const left = x + first + 0.5 - tickWidth / 2;
    path += `M${left.toFixed(1)} ${y.toFixed(2)}h${width.toFixed(1)}v${height.toFixed(2)}h-${width.toFixed(1)}z`;
  }
  return path;
}
