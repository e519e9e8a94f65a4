// Events to tables of bins and back.
import { setMessageHandlers } from '@rp/errors';
import { TSEvent } from '@rp/timeseries';
import { ascendingTimes, integers, seeded } from '../../harness/random.ts';
import type { Prepared, Workload } from '../../harness/workload.ts';

const EVENTS = 5_000_000;
const CHANNELS = 128;
const BINS = 100_000;
const DT = 1e-3;
const STOP = BINS * DT;

export const rasters: readonly Workload[] = [
  {
    name: 'raster',
    title: '5 M events into 128 channels × 100 k bins',
    subject: 'time series',
    goals: { reference: 15 },
    prepare: () => rasterOf(false),
  },
  {
    name: 'raster-counts',
    title: 'the same with counts',
    subject: 'time series',
    goals: { reference: 80 },
    prepare: () => rasterOf(true),
  },
  {
    name: 'from-raster',
    title: '5 M events out of such a raster of counts',
    subject: 'time series',
    goals: { reference: 4 },
    prepare: prepareFromRaster,
  },
];

function spikes(): { readonly times: Float64Array; readonly channels: Int32Array } {
  const random = seeded(1);
  return { times: ascendingTimes(EVENTS, 0, STOP, random), channels: integers(EVENTS, CHANNELS, random) };
}

function rasterOf(addEvents: boolean): Prepared {
  const inputs = spikes();
  const series = new TSEvent({ ...inputs, tStart: 0, tStop: STOP, numChannels: CHANNELS });
  setMessageHandlers({ notice: () => {} }); // that events share a cell is known
  return {
    inputs,
    settings: { dt: DT, start: 0, stop: STOP, numChannels: CHANNELS },
    run: () => ({ raster: series.raster({ dt: DT, addEvents }).data }),
  };
}

function prepareFromRaster(): Prepared {
  const series = new TSEvent({ ...spikes(), tStart: 0, tStop: STOP, numChannels: CHANNELS });
  const counts = series.raster({ dt: DT, addEvents: true });
  return {
    inputs: { raster: counts.data },
    settings: { dt: DT, numChannels: CHANNELS },
    run: () => eventsOf(TSEvent.fromRaster(counts, { dt: DT })),
  };
}

function eventsOf({ times, channels }: TSEvent) {
  return { times, channels };
}
