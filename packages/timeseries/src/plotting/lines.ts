// The lines of a panel, whether they come from a series or from a drawing.
import type { PlotLine } from '../plot.ts';
import type { TSContinuous } from '../ts-continuous.ts';

/** Values over time: value i is `values[i * stride + offset]` at `times[i]`. */
export interface Line {
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly stride: number;
  readonly offset: number;
  /** Whether each value holds until the next one, the last until `tStop`. Else they are joined by straight lines. */
  readonly holds: boolean;
  readonly tStop: number;
}

/** One line per channel. */
export function linesOfSeries(series: TSContinuous): Line[] {
  const { times, numChannels, tStop } = series;
  const values = series.samples.data;
  const holds = series.interpKind === 'previous';
  return Array.from({ length: numChannels }, (_, offset) => ({
    times,
    values,
    stride: numChannels,
    offset,
    holds,
    tStop,
  }));
}

export function lineOfDrawing({ x, y }: PlotLine): Line {
  const times = new Float64Array(x);
  return { times, values: new Float64Array(y), stride: 1, offset: 0, holds: false, tStop: Number.NaN };
}
