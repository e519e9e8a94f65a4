// SVG text to a PNG file. The letters come from a font that is installed with the package, so that the picture
// is the same on machines without any.
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

/** The font that figures ask for. */
export const FONT = 'DejaVu Sans';

const fontFile = (name: string) => createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);

/**
 * @param svg an SVG document.
 * @param scale pixels of the PNG for each unit of the SVG. Default: 1.
 * @returns the bytes of a PNG file.
 */
export function svgToPng(svg: string, scale = 1): Uint8Array {
  const picture = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontFiles: [fontFile('DejaVuSans'), fontFile('DejaVuSans-Bold')],
      loadSystemFonts: false,
      defaultFontFamily: FONT,
      sansSerifFamily: FONT,
    },
  });
  return picture.render().asPng();
}
