// SVG text to a PNG file, in Node. The letters come from a font that is installed for it, so that the picture is the
// same on machines without any.
import { fail } from '../error.ts';
import { nodeModule } from '../node-module.ts';
import { FONT } from './colours.ts';

/**
 * @param svg an SVG document.
 * @param scale pixels of the PNG for each unit of the SVG. Default: 1.
 * @returns the bytes of a PNG file.
 * @throws RuntimeError where what draws it is not installed, or outside Node.
 */
export function svgToPng(svg: string, scale = 1): Uint8Array {
  const { Resvg, fontFiles } = loadResvg();
  const picture = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: scale },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: FONT, sansSerifFamily: FONT },
  });
  return picture.render().asPng();
}

/** Required instead of imported: bundlers for browsers, where none of it works, need not find it. */
function loadResvg() {
  const { createRequire } = nodeModule(
    'node:module',
    'a PNG file',
    'use toSVG, and draw the SVG on a canvas',
  );
  const require = createRequire(import.meta.url);
  try {
    const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
    const fontFiles = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) =>
      require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
    );
    return { Resvg, fontFiles };
  } catch (cause) {
    throw fail(
      'RuntimeError',
      'no-resvg',
      'a PNG file needs @resvg/resvg-js and dejavu-fonts-ttf, which are not installed with @rp/timeseries; run: npm install @resvg/resvg-js dejavu-fonts-ttf',
      { cause },
    );
  }
}
