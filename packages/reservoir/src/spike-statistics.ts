// How regular and how variable spike trains are.
import type { TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';

/**
 * The local variation of every channel: `3 · mean(((d₂ − d₁) / (d₂ + d₁))²)` over successive intervals d. About 0 for
 * regular events, 1 for a Poisson process, more for bursts; NaN with fewer than three events. Two intervals of length
 * zero count as equal.
 */
export function lv(events: TSEvent): Float64Array {
  const { times, channels, numChannels } = events;
  const byChannel = Array.from({ length: numChannels }, (): number[] => []);
  for (let event = 0; event < times.length; event++) byChannel[channels[event]!]!.push(times[event]!);
  return Float64Array.from(byChannel, localVariation);
}

function localVariation(times: readonly number[]): number {
  if (times.length < 3) return Number.NaN;
  let sum = 0;
  for (let place = 2; place < times.length; place++) {
    const [first, second] = [times[place - 1]! - times[place - 2]!, times[place]! - times[place - 1]!];
    const total = first + second;
    if (total !== 0) sum += ((second - first) / total) ** 2;
  }
  return (3 * sum) / (times.length - 2);
}

export interface FanoOptions {
  /** Width of the bins in seconds. Default 0.001. */
  readonly dt?: number | undefined;
}

/**
 * The Fano factor of the whole population: variance over mean of the number of events per bin, all channels together.
 * About 1 for a Poisson process; NaN without events.
 * @throws ValueError for bins that aren't positive, and for a series that is shorter than one.
 */
export function fanoFactor(events: TSEvent, { dt = 0.001 }: FanoOptions = {}): number {
  const counts = countsPerBin(events, dt);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
  return variance / mean;
}

/** The bins are those of the series' raster. */
function countsPerBin(events: TSEvent, dt: number): Float64Array {
  const bins = events.raster({ dt, channels: [], addEvents: true }).shape[0]!;
  if (bins === 0) {
    throw fail('ValueError', 'no-bins', `${events.duration} s of events hold no bin of ${dt} s`);
  }
  const counts = new Float64Array(bins);
  for (const time of events.times) {
    const bin = Math.floor((time - events.tStart) / dt);
    if (bin < bins) counts[bin]!++;
  }
  return counts;
}
