// Pictures made of pixels inside a drawing, for what would be too many shapes.
import { encode } from 'fast-png';
import type { Mark } from 'vega';
import type { Area } from './figure.ts';
import { DENSITY } from './theme.ts';

/** RGBA pixels of a panel, {@link DENSITY} of them for each of its own in both directions. */
export class Bitmap {
  readonly width: number;
  readonly height: number;
  private readonly data: Uint8Array;

  constructor(area: Area) {
    this.width = Math.round(area.width * DENSITY);
    this.height = Math.round(area.height * DENSITY);
    this.data = new Uint8Array(this.width * this.height * 4);
  }

  /** Paints one pixel; what is not painted stays transparent. Pixels outside are left out. */
  paint(column: number, row: number, [red, green, blue]: Rgb): void {
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return;
    this.data.set([red, green, blue, 255], 4 * (row * this.width + column));
  }

  /** The bitmap as an image that fills its panel. */
  mark({ width, height }: Area): Mark {
    const { data } = this;
    const png = encode({ width: this.width, height: this.height, data, channels: 4, depth: 8 });
    return {
      type: 'image',
      encode: {
        enter: {
          url: { value: `data:image/png;base64,${Buffer.from(png).toString('base64')}` },
          x: { value: 0 },
          y: { value: 0 },
          width: { value: width },
          height: { value: height },
          aspect: { value: false },
          smooth: { value: false },
        },
      },
    };
  }
}

export type Rgb = readonly [number, number, number];

/** From `#0072B2` or `rgb(0, 114, 178)`. */
export function rgbOf(colour: string): Rgb {
  if (colour.startsWith('#')) {
    return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
  }
  return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number) as unknown as Rgb;
}
