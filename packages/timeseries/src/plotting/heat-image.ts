// Pictures of a heat map and of its colour bar.
import { heatColour, NO_VALUE } from './colours.ts';
import type { HeatCells } from './heat-cells.ts';
import { pngDataUrl } from './png-image.ts';

/** The cells as a picture of the given size, channel 0 at the bottom. */
export function heatImage(cells: HeatCells, width: number, height: number): string {
  const pixels = new Uint8Array(width * height * 3);
  const span = cells.high - cells.low || 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = valueAt(cells, x / width, 1 - (y + 0.5) / height);
      const colour = Number.isFinite(value) ? heatColour((value - cells.low) / span) : NO_VALUE;
      pixels.set(colour, (y * width + x) * 3);
    }
  }
  return pngDataUrl(pixels, width, height);
}

function valueAt({ values, rows, columns }: HeatCells, across: number, up: number): number {
  return values[Math.floor(up * rows) * columns + Math.floor(across * columns)]!;
}

/** The scale from the lowest level at the bottom to the highest at the top. */
export function colourBarImage(width: number, height: number): string {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const colour = heatColour(1 - y / Math.max(height - 1, 1));
    for (let x = 0; x < width; x++) pixels.set(colour, (y * width + x) * 3);
  }
  return pngDataUrl(pixels, width, height);
}
