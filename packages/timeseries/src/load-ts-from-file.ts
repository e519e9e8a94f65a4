import type { NpzSource } from './npz/source.ts';
import { type SeriesTypeName, TimeSeries } from './time-series.ts';

/** The same as `TimeSeries.load`, under the name of the reference's function. */
export function loadTsFromFile(
  source: NpzSource,
  options: { readonly expectedType?: SeriesTypeName | null | undefined } = {},
): Promise<TimeSeries> {
  return TimeSeries.load(source, options);
}
