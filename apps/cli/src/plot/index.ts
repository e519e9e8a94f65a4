// Figures of time series as SVG and PNG: traces, event rasters and heat maps over one time axis.
export { renderFigure } from './figure.ts';
export { panelsFor } from './panels-for.ts';
export { svgToPng } from './svg-to-png.ts';
