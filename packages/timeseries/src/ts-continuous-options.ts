// What the methods of TSContinuous can be told.
import type { ArrayInput } from '@rp/ndarray';
import type { FillValue } from './fill-value.ts';
import type { InterpKind } from './interpolation/kinds.ts';
import type { PlotTarget } from './plot.ts';
import type { ChannelRequest } from './select-channels.ts';
import type { InPlaceOption, TimeSeriesOptions } from './time-series.ts';

export interface TSContinuousOptions extends TimeSeriesOptions {
  /** T x C values; see {@link TSContinuous.samples} for other shapes. Default: none. */
  readonly samples?: ArrayInput | null | undefined;
  /** Channels of a series without samples. Default: 0. */
  readonly numChannels?: number | undefined;
  /** The unit of the samples, for people. */
  readonly units?: string | null | undefined;
  /** How the series is read between samples; 0 to 3 are accepted for splines of that degree. Default: `'previous'`. */
  readonly interpKind?: InterpKind | 0 | 1 | 2 | 3 | undefined;
  /** What is read within the range but outside the samples. Default: `'extrapolate'`. */
  readonly fillValue?: FillValue | undefined;
}

export interface ClockedOptions {
  /** The time step in seconds. */
  readonly dt: number;
  /** Default: 0. */
  readonly tStart?: number | undefined;
  readonly periodic?: boolean | undefined;
  readonly name?: string | null | undefined;
  readonly interpKind?: TSContinuousOptions['interpKind'];
}

export interface ResampleOptions extends InPlaceOption {
  readonly channels?: ChannelRequest;
}

export interface ContinuousClipOptions extends InPlaceOption {
  /** Default: the start of the series. */
  readonly tStart?: number | null | undefined;
  /** Default: the end of the series, which is then included. */
  readonly tStop?: number | null | undefined;
  readonly channels?: ChannelRequest;
  /** Keep samples exactly at `tStop`. Default: true. */
  readonly includeStop?: boolean | undefined;
  /** Read additional samples at the limits. Default: true. */
  readonly sampleLimits?: boolean | undefined;
}

export interface ContinuousPlotOptions extends PlotTarget {
  /** Where to read the series. Default: at its own times. */
  readonly times?: ArrayInput | null | undefined;
  readonly channels?: ChannelRequest;
  /** Lifts channel k by k times this. */
  readonly stagger?: number | null | undefined;
  /** Draws only every that many channels. */
  readonly skip?: number | null | undefined;
  /** Reads the series in steps of this, where `times` is not given. */
  readonly dt?: number | null | undefined;
}
