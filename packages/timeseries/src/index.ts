// Time series of continuous signals and of events, with NumPy .npz files, CSV, JSON, and live data.
export type { AppendTOptions, MergeOptions } from './combine-continuous.ts';
export type { EventAppendTOptions, EventMergeOptions } from './combine-events.ts';
export {
  type ContinuousFromCsvOptions,
  type EventsFromCsvOptions,
  fromCSV,
} from './csv/from-csv.ts';
export { type ContinuousToCsvOptions, type ToCsvOptions, toCSV } from './csv/to-csv.ts';
export type { FillLevel, FillValue } from './fill-value.ts';
export { arange, fdiv, grid, mod, rows } from './float-rules.ts';
export type { InterpKind } from './interpolation/kinds.ts';
export { type FromJsonOptions, fromJSON } from './json/from-json.ts';
export type { JsonNumber } from './json/json-number.ts';
export type { ContinuousJson, EventsJson, FillJson, LevelJson, SeriesJson } from './json/schema.ts';
export { LiveEvents, type LiveEventsOptions } from './live/live-events.ts';
export { type LiveOptions, type LiveReader, LiveSeries, type ReadOptions } from './live/live-series.ts';
export { LiveSignal, type LiveSignalOptions } from './live/live-signal.ts';
export { loadTsFromFile } from './load-ts-from-file.ts';
export type { FloatName, IntegerName } from './npz/element-types.ts';
export { type FromNpzOptions, fromNpz } from './npz/load.ts';
export type {
  ContinuousStorage,
  EventStorage,
  SaveOptions,
  SeriesDict,
} from './npz/members.ts';
export type { NpyArray } from './npz/npy.ts';
export type { NpzSource } from './npz/source.ts';
export { toNpz } from './npz/to-npz.ts';
export { numpyRow, pythonFloat } from './number-text.ts';
export type { PlotData, PlotLine, PlotTarget } from './plot.ts';
export { getGlobalTsPlottingBackend, setGlobalTsPlottingBackend } from './plotting-backend.ts';
export type { RasterOptions } from './raster.ts';
export type { ChannelRequest } from './select-channels.ts';
export type { EventIndex } from './select-events.ts';
export { type SeriesStore, temporaryFiles } from './series-store.ts';
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
export { type Operand, TSContinuous } from './ts-continuous.ts';
export type {
  ClockedOptions,
  ContinuousClipOptions,
  ContinuousPlotOptions,
  ResampleOptions,
  TSContinuousOptions,
} from './ts-continuous-options.ts';
export { type DictEntries, TSDictOnDisk } from './ts-dict-on-disk.ts';
export { TSEvent } from './ts-event.ts';
export type {
  EventClipOptions,
  EventPlotOptions,
  FromRasterOptions,
  SelectedEvents,
  SelectOptions,
  TSEventOptions,
} from './ts-event-options.ts';
