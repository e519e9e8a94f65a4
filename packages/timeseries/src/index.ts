// Time series of continuous signals and of events, with NumPy .npz files.
export type { AppendTOptions, MergeOptions } from './combine-continuous.ts';
export type { EventAppendTOptions, EventMergeOptions } from './combine-events.ts';
export type { FillLevel, FillValue } from './fill-value.ts';
export { arange, fdiv, grid, mod, rows } from './float-rules.ts';
export type { InterpKind } from './interpolation/kinds.ts';
export { numpyRow, pythonFloat } from './number-text.ts';
export type { PlotData, PlotLine, PlotTarget } from './plot.ts';
export { getGlobalTsPlottingBackend, setGlobalTsPlottingBackend } from './plotting-backend.ts';
export type { RasterOptions } from './raster.ts';
export type { ChannelRequest } from './select-channels.ts';
export type { EventIndex } from './select-events.ts';
export { isSlice, type Slice, slice } from './slice.ts';
export type { PrintOptions } from './text-lines.ts';
export {
  type ConcatenateOptions,
  type InPlaceOption,
  type Offsets,
  type SeriesTypeName,
  TimeSeries,
  type TimeSeriesOptions,
} from './time-series.ts';
export {
  type ClockedOptions,
  type ContinuousClipOptions,
  type ContinuousPlotOptions,
  type Operand,
  type ResampleOptions,
  TSContinuous,
  type TSContinuousOptions,
} from './ts-continuous.ts';
export {
  type EventClipOptions,
  type EventPlotOptions,
  type FromRasterOptions,
  type SelectedEvents,
  type SelectOptions,
  TSEvent,
  type TSEventOptions,
} from './ts-event.ts';
