// The colours of figures: Okabe and Ito's for lines and marks, a dark-to-bright scale for heat maps.
// Both can be told apart with every common colour vision deficiency.

/** The letters of figures; a picture may fall back on others like them. */
export const FONT = 'DejaVu Sans';

/** Ink and paper. */
export const INK = '#1f2933';
export const FAINT_INK = '#5f6b76';
export const RULE = '#e3e7eb';
export const NO_VALUE: Rgb = [226, 229, 233];

export type Rgb = readonly [number, number, number];

const categories = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000', '#A89F00'];

/** The colour of the channel, from eight that repeat. */
export function channelColour(channel: number): string {
  return categories[channel % categories.length]!;
}

const scale: readonly Rgb[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

/** The colour of a level between 0 (dark violet) and 1 (yellow). */
export function heatColour(level: number): Rgb {
  const place = Math.min(Math.max(level, 0), 1) * (scale.length - 1);
  const below = Math.min(Math.floor(place), scale.length - 2);
  const [a, b, part] = [scale[below]!, scale[below + 1]!, place - below];
  const mix = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * part);
  return [mix(0), mix(1), mix(2)];
}
