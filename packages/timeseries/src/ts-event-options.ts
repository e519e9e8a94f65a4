// What the methods of TSEvent can be told, and what they select.
import type { ArrayInput } from '@rp/ndarray';
import type { PlotTarget } from './plot.ts';
import type { InPlaceOption, TimeSeriesOptions } from './time-series.ts';

export interface TSEventOptions extends TimeSeriesOptions {
  /** The end of the range, later than the last event. Required if there are events. */
  readonly tStop?: number | null | undefined;
  /** A channel for each event, or one for all. Default: all 0. */
  readonly channels?: ArrayInput | null | undefined;
  /** Default: as many as are in use. */
  readonly numChannels?: number | null | undefined;
}

export interface FromRasterOptions {
  /** The width of a bin in seconds. Default: 1. */
  readonly dt?: number | undefined;
  /** Default: 0. */
  readonly tStart?: number | null | undefined;
  /** Default: the end of the last bin. */
  readonly tStop?: number | null | undefined;
  readonly name?: string | null | undefined;
  readonly periodic?: boolean | undefined;
  /** Default: the number of columns. */
  readonly numChannels?: number | null | undefined;
  /** Put events at the start of their bin instead of its middle. Default: false. */
  readonly spikesAtBinStart?: boolean | undefined;
}

export interface SelectOptions {
  /** Default: the start of the series. */
  readonly tStart?: number | null | undefined;
  /** Excluded. Default: the end of the series. */
  readonly tStop?: number | null | undefined;
  /** Default: all channels. */
  readonly channels?: ArrayInput | null | undefined;
}

export interface EventClipOptions extends SelectOptions, InPlaceOption {
  /** Number the channels anew, in ascending order of those asked for. Default: false. */
  readonly remapChannels?: boolean | undefined;
}

export interface EventPlotOptions extends PlotTarget {
  /** Start and stop; `null` stands for that of the series. */
  readonly timeLimits?: readonly (number | null)[] | null | undefined;
  readonly channels?: ArrayInput | null | undefined;
}

/** Events as plain arrays of equal length. */
export interface SelectedEvents {
  readonly times: Float64Array;
  readonly channels: Int32Array;
}
