// What stands around a run of a step program: time series, records, and the call itself.

import type { Session } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import type { NumericArray } from '@rp/ndarray';
import { LayerToTimedModule } from '@rp/timed-adapter';
import { TSEvent } from '@rp/timeseries';
import { seeded } from '../../harness/random.ts';
import type { Arrays, Prepared, Workload } from '../../harness/workload.ts';
import { feedForwardLif } from '../dynamics/lif.ts';
import { LifLayer } from './lif-layer.ts';

const subject = 'around a run';
const dtype = 'float32';
const calls = 1000;
const few = 64;

type Case = ReturnType<typeof feedForwardLif>;

async function openOn(plugin: ReturnType<typeof wasmBackend>, { program, bindings }: Case) {
  const backend = await plugin.open();
  const session = await (await backend.compile(program)).instantiate({ ...bindings, dtype });
  return { session, dispose: () => backend.dispose() };
}

function bareRun(
  session: Session,
  { program, input, steps, bindings }: Case,
  record: readonly string[] = [],
) {
  const { n } = bindings.dims;
  const zero = { data: new Float32Array(n), shape: [1, n] };
  return () => {
    for (const state of Object.keys(program.state)) session.writeSync!(state, zero);
    return session.runSync!({ input }, { steps, record });
  };
}

/** Events in the middle of their steps, as a series. */
function seriesOf({ input: { offsets, units }, steps, bindings }: Case): TSEvent {
  const times = new Float64Array(units.length);
  for (let row = 0; row < steps; row++) times.fill((row + 0.5) * bindings.dt, offsets[row], offsets[row + 1]);
  const numChannels = bindings.dims.n;
  return new TSEvent({ times, channels: units, numChannels, tStart: 0, tStop: steps * bindings.dt });
}

async function prepareSeries(): Promise<Prepared> {
  const bare = feedForwardLif();
  const { n } = bare.bindings.dims;
  const { session, dispose } = await openOn(wasmBackend(), bare);
  const run = bareRun(session, bare);
  const layer = new LifLayer(
    {
      weights: { data: new Float64Array(n * n), shape: [n, n] },
      dt: bare.bindings.dt,
      backend: wasmBackend(),
      dtype,
    },
    bare.program,
    bare.bindings.params,
  );
  const module = new LayerToTimedModule(layer);
  const input = seriesOf(bare);
  return {
    inputs: {},
    settings: {},
    run: () => {
      module.resetAll();
      const { channels } = module.evolveSync(input).output as TSEvent;
      return { channels, potential: layer.potential.data };
    },
    others: {
      'bare run': () => {
        const { events, state } = run();
        return { channels: events.spikes_out!.units, potential: state.potential!.data };
      },
    },
    dispose: async () => {
      await dispose();
      await module.dispose();
    },
  };
}

async function prepareRecords(): Promise<Prepared> {
  const bare = feedForwardLif();
  const record = Object.keys(bare.program.state);
  const { session, dispose } = await openOn(wasmBackend(), bare);
  const [run, recording] = [bareRun(session, bare), bareRun(session, bare, record)];
  const records = (): Arrays =>
    Object.fromEntries(Object.entries(recording().records).map(([name, { data }]) => [name, data]));
  const known = records();
  return {
    inputs: {},
    settings: {},
    run: records,
    others: {
      'run and copy': () => {
        run();
        return Object.fromEntries(Object.entries(known).map(([name, array]) => [name, copyOf(array)]));
      },
    },
    dispose,
  };
}

function copyOf(array: NumericArray): NumericArray {
  const copy = new Float32Array(array.length);
  copy.set(array);
  return copy;
}

async function prepareCalls(): Promise<Prepared> {
  const bare = feedForwardLif(few, calls);
  const random = seeded(21);
  const rows = Array.from({ length: calls }, () => ({
    data: Float32Array.from({ length: few }, () => (random() < 0.05 ? 1 : 0)),
    shape: [1, 1, few],
  }));
  const zero = { data: new Float32Array(few), shape: [1, few] };
  const opened = await Promise.all([wasmBackend(), jsBackend()].map((plugin) => openOn(plugin, bare)));
  const [wasm, js] = opened.map(({ session }) => () => {
    for (const state of Object.keys(bare.program.state)) session.writeSync!(state, zero);
    let count = 0;
    let last: Arrays[string] = zero.data;
    for (const input of rows) {
      const { events, state } = session.runSync!({ input }, { steps: 1 });
      count += events.spikes_out!.units.length;
      last = state.potential!.data;
    }
    return { count: Int32Array.of(count), potential: last };
  });
  return {
    inputs: {},
    settings: {},
    run: wasm!,
    others: { 'js backend': js! },
    dispose: async () => {
      for (const { dispose } of opened) await dispose();
    },
  };
}

export const around: readonly Workload[] = [
  {
    name: 'lif-ff-series',
    title: 'lif-ff in LayerToTimedModule, with a TSEvent in and a TSEvent out',
    subject,
    dtype,
    goals: { 'bare run': 1 / 3 },
    prepare: prepareSeries,
  },
  {
    name: 'lif-ff-records',
    title: 'lif-ff, all states of every step recorded; beside a run without, and a copy of as many bytes',
    subject,
    dtype,
    goals: { 'run and copy': 1 },
    prepare: prepareRecords,
  },
  {
    name: 'calls',
    title: `${calls} calls, each a run of one step of ${few} neurons`,
    subject,
    dtype,
    limits: { here: calls * 3e-3, 'js backend': calls * 3e-3 },
    prepare: prepareCalls,
  },
];
