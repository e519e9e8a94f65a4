// Putting series together, and cutting pieces out of them.
import { TSContinuous, TSEvent } from '@rp/timeseries';
import { ascendingTimes, integers, seeded, values } from '../../harness/random.ts';
import type { Prepared, Workload } from '../../harness/workload.ts';

const CHANNELS = 128;
const WIDTH = 16;
const STOP = 100;

export const combining: readonly Workload[] = [
  {
    name: 'merge-events',
    title: '2 series of 2.5 M events',
    subject: 'time series',
    goals: { reference: 10 },
    prepare: () => mergeEvents(eventParts(2, 2_500_000)),
  },
  {
    name: 'append-events',
    title: '10 series of 500 k events',
    subject: 'time series',
    goals: { reference: 10 },
    prepare: () => appendEvents(eventParts(10, 500_000)),
  },
  {
    name: 'clip-events',
    title: 'the middle half of 5 M events',
    subject: 'time series',
    goals: { reference: 40 },
    prepare: () => clipEvents(false),
  },
  {
    name: 'clip-events-arrays',
    title: 'the same, and reading the arrays of the result, which then have to be made',
    subject: 'time series',
    prepare: () => clipEvents(true),
  },
  {
    name: 'merge-continuous',
    title: '2 series of 500 k × 16 samples',
    subject: 'time series',
    goals: { reference: 3 },
    prepare: () => mergeContinuous(signalParts(2, 500_000)),
  },
  {
    name: 'append-continuous',
    title: '10 series of 100 k × 16 samples',
    subject: 'time series',
    goals: { reference: 10 },
    prepare: () => appendContinuous(signalParts(10, 100_000)),
  },
];

interface Parts<S> {
  readonly inputs: Prepared['inputs'];
  readonly series: readonly [S, ...S[]];
}

function eventParts(count: number, length: number): Parts<TSEvent> {
  const random = seeded(4);
  const times = new Float64Array(count * length);
  const channels = integers(count * length, CHANNELS, random);
  const series = Array.from({ length: count }, (_, i) => {
    const own = ascendingTimes(length, 0, STOP, random);
    times.set(own, i * length);
    const part = channels.subarray(i * length, (i + 1) * length);
    return new TSEvent({ times: own, channels: part, tStart: 0, tStop: STOP, numChannels: CHANNELS });
  });
  const counts = new Int32Array(count).fill(length);
  return { inputs: { times, channels, counts }, series: series as [TSEvent, ...TSEvent[]] };
}

function mergeEvents({ inputs, series: [first, ...others] }: Parts<TSEvent>): Prepared {
  return {
    inputs,
    settings: { start: 0, stop: STOP, numChannels: CHANNELS },
    run: () => eventsOf(first.merge(others)),
  };
}

function appendEvents({ inputs, series: [first, ...others] }: Parts<TSEvent>): Prepared {
  return {
    inputs,
    settings: { start: 0, stop: STOP, duration: STOP, numChannels: CHANNELS },
    run: () => eventsOf(first.appendT(others)),
  };
}

function clipEvents(andRead: boolean): Prepared {
  const { inputs, series } = eventParts(1, 5_000_000);
  const [from, to] = [STOP / 4, (3 * STOP) / 4];
  return {
    inputs,
    settings: { start: 0, stop: STOP, from, to, numChannels: CHANNELS },
    run: () => {
      const part = series[0].clip({ tStart: from, tStop: to });
      return andRead ? eventsOf(part) : () => eventsOf(part);
    },
  };
}

function eventsOf({ times, channels }: TSEvent) {
  return { times, channels };
}

function signalParts(count: number, length: number): Parts<TSContinuous> {
  const random = seeded(5);
  const times = new Float64Array(count * length);
  const samples = values(count * length * WIDTH, random);
  const series = Array.from({ length: count }, (_, i) => {
    const own = ascendingTimes(length, 0, STOP, random);
    times.set(own, i * length);
    const data = samples.subarray(i * length * WIDTH, (i + 1) * length * WIDTH);
    return new TSContinuous({
      times: own,
      samples: { data, shape: [length, WIDTH] },
      tStart: 0,
      tStop: STOP,
    });
  });
  const counts = new Int32Array(count).fill(length);
  return { inputs: { times, samples, counts }, series: series as [TSContinuous, ...TSContinuous[]] };
}

function mergeContinuous({ inputs, series: [first, ...others] }: Parts<TSContinuous>): Prepared {
  return {
    inputs,
    settings: { start: 0, stop: STOP, numChannels: WIDTH },
    run: () => samplesOf(first.merge(others)),
  };
}

function appendContinuous({ inputs, series: [first, ...others] }: Parts<TSContinuous>): Prepared {
  return {
    inputs,
    settings: { start: 0, stop: STOP, duration: STOP, numChannels: WIDTH },
    run: () => samplesOf(first.appendT(others)),
  };
}

function samplesOf({ times, samples }: TSContinuous) {
  return { times, samples: samples.data };
}
