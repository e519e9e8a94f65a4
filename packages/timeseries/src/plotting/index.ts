// Pictures of time series as SVG and PNG: traces, event rasters and heat maps over one time axis. An entry of its own,
// `@rp/timeseries/plot`, since it needs a drawing library that those who only compute need not install.
export { type FigureOptions, renderFigure } from './figure.ts';
export type { DrawingPanel, Panel, SeriesPanel } from './panel.ts';
export { panelsFor } from './panels-for.ts';
export { type PictureOptions, type PngOptions, toPNG, toSVG } from './picture.ts';
export { svgToPng } from './svg-to-png.ts';
