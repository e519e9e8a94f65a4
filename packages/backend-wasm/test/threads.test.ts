import { serialize } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import { type BackendPlugin, nextTurn, type RunOptions, type Session } from '@rp/backend';
import { conformanceCases, describeConformance } from '@rp/backend/conformance';
import { type WasmBackendOptions, wasmBackend } from '@rp/backend-wasm';
import {
  type Bindings,
  type Dtype,
  defineDynamics,
  type RunInputs,
  type RunResult,
  type StepProgram,
} from '@rp/dynamics';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { oneBackend } from './one-backend.ts';

afterEach(() => vi.unstubAllGlobals());

/** Spikes, a delay line, noise, a matrix and another population: all that can be divided into blocks. */
const spiking = defineDynamics('spiking', {
  dims: ['n', 'm'],
  params: { recurrent: ['n', 'n'], forward: ['n', 'm'] },
  state: { v: ['n'], rate: ['m'] },
  lines: { sent: [3, 'n'] },
  inputs: { input: ['n'] },
  observe: ({ state }) => ({ before: state.v }),
  step: ({ params, state, lines, inputs, op }) => {
    const v = op.add(op.mul(state.v, 0.9), op.add(inputs.input, op.mul(0.3, op.normal(['n']))));
    const spikes = op.gt(v, 1);
    const kick = op.matvec(op.delay(lines.sent, op.toFloat(spikes)), params.recurrent);
    const rate = op.add(op.mul(state.rate, 0.5), op.matvec(state.v, params.forward));
    return {
      state: { v: op.add(op.select(spikes, 0, v), kick), rate },
      outputs: { spikes, arriving: kick },
      events: { out: spikes, kicks: kick },
      records: { kick },
    };
  },
});

function bindings(n: number, batch: number, dtype: Dtype = 'float64'): Bindings {
  const m = 130;
  const weights = (rows: number, columns: number) => ({
    data: Float64Array.from({ length: rows * columns }, (_, index) => 0.1 * Math.sin(1 + index * 7.3)),
    shape: [rows, columns],
  });
  const params = { recurrent: weights(n, n), forward: weights(n, m) };
  return { dims: { n, m }, batch, dt: 0.001, dtype, params, seed: 7 };
}

function input(n: number, batch: number, steps: number): RunInputs {
  const data = Float64Array.from({ length: batch * steps * n }, (_, index) => Math.cos(index * index));
  return { input: { data, shape: [batch, steps, n] } };
}

async function withSession<R>(
  options: WasmBackendOptions,
  [program, bound]: readonly [StepProgram, Bindings],
  action: (session: Session) => Promise<R>,
): Promise<R> {
  await using backend = await wasmBackend(options).open();
  const session = await (await backend.compile(program)).instantiate(bound);
  // Awaited here, before the backend goes.
  return await action(session);
}

/** Every typed array in a result. */
function arraysOf(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysOf) : [];
}

describe('the conformance kit on two threads that divide blocks', () => {
  describeConformance(
    wasmBackend({ threads: 2, unstable_division: 'blocks' }),
    { describe, it },
    { programs: 5 },
  );
});

describe.each([
  [2, 'items'],
  [3, 'items'],
  [3, 'blocks'],
] as const)(
  'the conformance kit’s computations on %s threads that divide %s',
  (threads, unstable_division) => {
    const { plugin, end } = oneBackend(wasmBackend({ threads, unstable_division }));
    afterAll(end);
    const groups = ['operations', 'random programs'];
    for (const { group, name, run } of conformanceCases({ programs: 20 })) {
      if (groups.includes(group)) it(name, () => run(plugin));
    }
  },
);

describe('threads', () => {
  it.each([
    [{ threads: 2, unstable_division: 'blocks' }, 1, 'float32'],
    [{ threads: 3, unstable_division: 'blocks', simd: false }, 2, 'float64'],
    [{ threads: 3, unstable_division: 'items' }, 7, 'float32'],
    [{ threads: 2 }, 5, 'float64'],
  ] as const)(
    '%o, batch %s, %s: the bits of one thread, run in two parts, at once or not',
    async (options, batch, dtype) => {
      const [n, steps] = [333, 150];
      const bound = bindings(n, batch, dtype);
      const runs = async (session: Session) => {
        const run: RunOptions = { steps, record: ['kick', 'v'] };
        return [
          await session.run(input(n, batch, steps), run),
          session.runSync!(input(n, batch, steps), run),
        ];
      };
      const one = await withSession({}, [spiking, bound], runs);
      const several = await withSession(options, [spiking, bound], runs);
      expect(one[0]!.events.out!.units.length).toBeGreaterThan(100);
      expect(serialize(several).equals(serialize(one))).toBe(true);
    },
  );

  it('a population that is large enough is divided without being asked twice', async () => {
    const rates = defineDynamics('rates', {
      dims: ['n'],
      params: { weights: ['n', 'n'] },
      state: { x: ['n'] },
      step: ({ params, state, op }) => ({
        state: { x: op.tanh(op.add(0.1, op.matvec(state.x, params.weights))) },
        outputs: { before: state.x },
      }),
    });
    const n = 1500;
    const data = Float32Array.from({ length: n * n }, (_, index) => 0.05 * Math.sin(index * 1.7));
    const bound: Bindings = {
      dims: { n },
      dt: 1,
      dtype: 'float32',
      params: { weights: { data, shape: [n, n] } },
    };
    const run = (session: Session) => session.run({}, { steps: 60 });
    const [one, two] = [
      await withSession({}, [rates, bound], run),
      await withSession({ threads: 2 }, [rates, bound], run),
    ];
    expect(serialize(two).equals(serialize(one))).toBe(true);
  });

  it('events of an input reach every thread', async () => {
    const [n, steps] = [200, 40];
    const sparse: RunInputs = {
      input: {
        offsets: Uint32Array.from({ length: 2 * steps + 1 }, (_, row) => 3 * row),
        units: Int32Array.from({ length: 6 * steps }, (_, entry) => (entry % 3) * 66 + (entry % 50)),
        counts: new Float64Array(6 * steps).fill(1.5),
      },
    };
    const run = (session: Session) => session.run(sparse, { steps });
    const one = await withSession({}, [spiking, bindings(n, 2)], run);
    for (const unstable_division of ['items', 'blocks'] as const) {
      const two = await withSession({ threads: 2, unstable_division }, [spiking, bindings(n, 2)], run);
      expect(serialize(two).equals(serialize(one))).toBe(true);
    }
  });

  it('results are the caller’s: nothing of them is shared memory', async () => {
    const found = await withSession(
      { threads: 2, unstable_division: 'blocks' },
      [spiking, bindings(100, 2)],
      async (session) => {
        const result = await session.run(input(100, 2, 5), { steps: 5, record: ['kick'] });
        return [result, await session.read('v'), await session.read('recurrent')];
      },
    );
    const arrays = arraysOf(found);
    expect(arrays.length).toBeGreaterThan(10);
    for (const { buffer } of arrays) expect(buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('a run that is aborted leaves the state as it was, and the next one is right', async () => {
    const [n, batch, steps] = [300, 2, 400];
    const options = { threads: 2, unstable_division: 'items' } as const;
    const one = await withSession({}, [spiking, bindings(n, batch)], (session) =>
      session.run(input(n, batch, steps), { steps }),
    );
    const two = await withSession(options, [spiking, bindings(n, batch)], async (session) => {
      const abort = new AbortController();
      const onProgress = () => abort.abort(new Error('enough'));
      const run = session.run(input(n, batch, steps), { steps, signal: abort.signal, onProgress });
      await expect(run).rejects.toThrow('enough');
      return session.run(input(n, batch, steps), { steps });
    });
    expect(serialize(two).equals(serialize(one))).toBe(true);
  });

  const endless = defineDynamics('endless', {
    dims: ['n'],
    state: { x: ['n'] },
    inputs: { input: ['n'] },
    step: ({ state, inputs, op }) => {
      const { x } = op.loop({
        limit: 5,
        carried: { x: ['n'] },
        start: { x: op.add(state.x, inputs.input) },
        while: (now) => op.any(op.gt(now.x, 10)),
        body: (now) => ({ next: { x: op.sub(now.x, 1) } }),
      });
      return { state: { x }, outputs: { after: x } };
    },
  });

  it.each([1, 2])(
    'a loop that reaches its limit fails the run and leaves no input behind (%s threads)',
    async (threads) => {
      const entry = (count: number): RunInputs => ({
        input: {
          offsets: Uint32Array.of(0, 1, 1, 2, 2),
          units: Int32Array.of(0, 1),
          counts: Float64Array.of(1, count),
        },
      });
      const bound: Bindings = { dims: { n: 2 }, batch: 2, dt: 1 };
      const options = { threads, unstable_division: 'items' } as const;
      const outputs = await withSession(options, [endless, bound], async (session) => {
        await expect(session.run(entry(100), { steps: 2 })).rejects.toMatchObject({ code: 'loop-limit' });
        return (await session.run(entry(2), { steps: 2 })).outputs;
      });
      expect([...outputs.after!.data]).toEqual([1, 0, 1, 0, 0, 2, 0, 2]);
    },
  );
});

describe('worker threads', () => {
  /** Counts the workers that Node makes, from now on; it tells a turn later. */
  function counted(): { made: number; alive: number; stop(): void } {
    const counts = { made: 0, alive: 0, stop: () => void process.off('worker', count) };
    const count = (worker: Worker) => {
      counts.made++;
      counts.alive++;
      worker.once('exit', () => counts.alive--);
    };
    process.on('worker', count);
    return counts;
  }

  it('are made by the first run that is worth it, and end with the backend', async () => {
    const workers = counted();
    const backend = await wasmBackend({ threads: 3 }).open();
    const session = await (await backend.compile(spiking)).instantiate(bindings(400, 4));
    await session.run(input(400, 4, 0), { steps: 0 });
    await nextTurn();
    expect(workers.made).toBe(0);
    await session.run(input(400, 4, 50), { steps: 50 });
    await session.run(input(400, 4, 50), { steps: 50 });
    expect(workers).toMatchObject({ made: 2, alive: 2 });
    await session.dispose();
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
    await backend.dispose();
    expect(workers).toMatchObject({ made: 2, alive: 0 });
    workers.stop();
  });

  it('of sessions that are opened at once end with the last of these', async () => {
    const workers = counted();
    const plugin = wasmBackend({ threads: 2 });
    const sessions = [1, 2].map(() => plugin.openSync!(spiking, bindings(400, 4)));
    for (const session of sessions) session.runSync!(input(400, 4, 50), { steps: 50 });
    await nextTurn();
    expect(workers.made).toBe(1);
    for (const session of sessions) await session.dispose();
    await vi.waitUntil(() => workers.alive === 0, { timeout: 30_000 });
    workers.stop();
  });

  it('are not made for one thread, nor by small runs', async () => {
    const workers = counted();
    for (const threads of [1, 2]) {
      await withSession({ threads }, [spiking, bindings(10, 2)], (session) =>
        session.run(input(10, 2, 1), { steps: 1 }),
      );
    }
    await nextTurn();
    expect(workers.made).toBe(0);
    workers.stop();
  });
});

describe('what is said of threads', () => {
  const explained = async (plugin: BackendPlugin, program: StepProgram) => {
    await using backend = await plugin.open();
    return (await backend.compile(program)).explain();
  };

  it('probe tells how many there may be', async () => {
    expect(await wasmBackend({ threads: 2 }).probe()).toMatchObject({
      available: true,
      summary: expect.stringContaining('up to 2 threads'),
    });
    expect(await wasmBackend().probe()).toMatchObject({ summary: expect.stringContaining('one thread') });
  });

  it('explain tells how a program is divided, and what is in the way', async () => {
    const summing = defineDynamics('summing', {
      dims: ['n'],
      state: { x: ['n'] },
      step: ({ state, op }) => ({ state: { x: op.mul(state.x, op.sum(state.x)) } }),
    });
    const plugin = wasmBackend({ threads: 2 });
    expect(await explained(plugin, spiking)).toContain('by blocks of elements');
    expect(await explained(plugin, summing)).toContain('steps are not divided, because of sum');
    expect(await explained(wasmBackend(), summing)).not.toContain('threads');
    const forced = wasmBackend({ threads: 2, unstable_division: 'blocks' });
    expect(await explained(forced, spiking)).toContain('memory.atomic.wait32');
  });

  it('without SharedArrayBuffer there is one thread, probe says why, and everything works', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const plugin = wasmBackend({ threads: 2 });
    const probe = await plugin.probe();
    expect(probe).toMatchObject({ available: true, summary: expect.stringContaining('one thread') });
    expect(JSON.stringify(probe)).toContain('One thread only: there is no SharedArrayBuffer here.');
    const run = (session: Session): Promise<RunResult> => session.run(input(30, 2, 9), { steps: 9 });
    const here = await withSession({ threads: 2 }, [spiking, bindings(30, 2)], run);
    vi.unstubAllGlobals();
    expect(here).toEqual(await withSession({}, [spiking, bindings(30, 2)], run));
  });

  it.each([0, -1, 1.5, 65, Number.NaN])('%s is no number of threads', (threads) => {
    expect(() => wasmBackend({ threads })).toThrow(/threads is .*from 1 to 64, or 'auto'/);
  });

  it('auto is at least one', async () => {
    expect((await wasmBackend({ threads: 'auto' }).probe()).available).toBe(true);
  });
});
