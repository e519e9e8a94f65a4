// Reading a signal at many times.
import { type InterpKind, TSContinuous } from '@rp/timeseries';
import { ascendingTimes, seeded, values } from '../../harness/random.ts';
import type { Prepared, Workload } from '../../harness/workload.ts';

const SAMPLES = 1_000_000;
const CHANNELS = 16;
const QUERIES = 1_000_000;
const STOP = 1000;

export const sampling: readonly Workload[] = [
  workload('previous', 'ordered', 3),
  workload('linear', 'ordered', 18),
  workload('previous', 'random', 1.4),
  workload('linear', 'random', 4),
];

function workload(kind: InterpKind, order: 'ordered' | 'random', goal: number): Workload {
  const when = order === 'ordered' ? 'increasing' : 'random';
  return {
    name: `sample-${kind}-${order}`,
    title: `${kind} of 10⁶ × 16 samples at 10⁶ ${when} times`,
    subject: 'time series',
    goals: { reference: goal },
    prepare: () => prepare(kind, order === 'ordered'),
  };
}

function prepare(interpKind: InterpKind, ordered: boolean): Prepared {
  const random = seeded(3);
  const times = ascendingTimes(SAMPLES, 0, STOP, random);
  const samples = values(SAMPLES * CHANNELS, random);
  const [first, last] = [times[0]!, times[SAMPLES - 1]!];
  const queries = ascendingTimes(QUERIES, first, last, random);
  if (!ordered) for (let i = 0; i < QUERIES; i++) queries[i] = first + random() * (last - first);
  const shape = [SAMPLES, CHANNELS];
  const series = new TSContinuous({
    times,
    samples: { data: samples, shape },
    interpKind,
    tStart: 0,
    tStop: STOP,
  });
  return {
    inputs: { times, samples, queries },
    settings: { start: 0, stop: STOP, numChannels: CHANNELS, kind: interpKind },
    run: () => ({ samples: series.call(queries).data }),
  };
}
