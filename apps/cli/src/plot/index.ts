// Figures of time series as SVG and PNG: traces, event rasters and heat maps over one time axis.
export { type FigureOptions, renderFigure } from './figure.ts';
export type { Panel } from './panel.ts';
export { panelsFor } from './panels-for.ts';
export { svgToPng } from './svg-to-png.ts';
