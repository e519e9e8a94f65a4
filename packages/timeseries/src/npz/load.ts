// Reads series from .npz files.
import { fail } from '../error.ts';
import type { SeriesTypeName, TimeSeries } from '../time-series.ts';
import type { TSContinuous } from '../ts-continuous.ts';
import type { TSEvent } from '../ts-event.ts';
import type { NpzSource } from './source.ts';

export async function loadSeries(_source: NpzSource, _expected?: SeriesTypeName): Promise<TimeSeries> {
  throw fail('NotImplementedError', 'npz', 'reading files comes next');
}
export async function loadContinuous(source: NpzSource, expected?: SeriesTypeName): Promise<TSContinuous> {
  return (await loadSeries(source, expected)) as TSContinuous;
}
export async function loadEvents(source: NpzSource, expected?: SeriesTypeName): Promise<TSEvent> {
  return (await loadSeries(source, expected)) as TSEvent;
}
