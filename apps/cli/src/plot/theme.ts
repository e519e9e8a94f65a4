// Colours, type and sizes of all figures. The colours can be told apart with any kind of colour vision.

/** Okabe and Ito's palette without its yellow, which is too light for lines on white. */
export const palette = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

export const colours = {
  ink: '#1b1f24',
  muted: '#59626d',
  grid: '#e7eaee',
  frame: '#c3c9d1',
  up: palette[1],
  down: palette[0],
  highlight: '#f1f3f5',
} as const;

/** Text is set in Inter, which PNG files are drawn with; a viewer of an SVG file may have to take the next one. */
export const fontFamily = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** Sizes in pixels of a picture that is 1280 wide. */
export const fontSizes = { title: 28, subtitle: 17, panel: 17, axis: 15 } as const;

/** How many pixels of a PNG file make one of the drawing; bitmaps inside drawings are as fine. */
export const DENSITY = 2;
