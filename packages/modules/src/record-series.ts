// Recordings as time series, for timed modules: the first batch item, one channel per element.
import type { AttributeTree } from '@rp/module-core';
import { isNdArray, type NdArray, toNdArray } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';

export interface RecordClock {
  readonly dt: number;
  readonly tStart: number;
}

/** What is recorded of LIF neurons, under the names that plots show. */
const LIF_NAMES: Readonly<Record<string, string>> = {
  vmem: '$V_{mem}$',
  isyn: '$I_{syn}$',
  irec: '$I_{rec}$',
  iahp: '$I_{ahp}$',
};

/** The record of LIF neurons: currents and potentials as samples, spikes as events. */
export function lifSeries(record: AttributeTree, clock: RecordClock): AttributeTree {
  const entries = Object.entries(record).map(([name, value]) => {
    if (!isNdArray(value)) return [name, value] as const;
    const rows = firstItem(value);
    if (name === 'spikes') return [name, outputSeries(rows, 'Spikes', true, clock)] as const;
    return [name, outputSeries(rows, LIF_NAMES[name] ?? name, false, clock)] as const;
  });
  return Object.fromEntries(entries);
}

/** Rows of steps as a series: events of each count, or samples. */
export function outputSeries(
  rows: NdArray<Float64Array>,
  name: string,
  spiking: boolean,
  { dt, tStart }: RecordClock,
): TimeSeries {
  const [steps = 0, numChannels = 0] = rows.shape;
  if (spiking) {
    return steps === 0
      ? new TSEvent({ numChannels, tStart, tStop: tStart, name })
      : TSEvent.fromRaster(rows, { dt, tStart, name, numChannels });
  }
  return steps === 0
    ? new TSContinuous({ numChannels, tStart, tStop: tStart, name })
    : TSContinuous.fromClocked(rows, { dt, tStart, name });
}

/** (steps, channels) of (batches, steps, …), the first batch item; a matrix as it is. */
export function firstItem(array: NdArray): NdArray<Float64Array> {
  const { data, shape } = toNdArray(array);
  const [steps = 0, ...rest] = shape.length > 2 ? shape.slice(1) : shape;
  const width = rest.reduce((product, extent) => product * extent, 1);
  return { data: data.subarray(0, steps * width), shape: [steps, width] };
}
