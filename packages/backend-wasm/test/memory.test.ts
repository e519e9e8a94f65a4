import { serialize } from 'node:v8';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { defineDynamics, type RunInputs } from '@rp/dynamics';
import { csrFromDense, csrFromTriples } from '@rp/ndarray';
import { describe, expect, it } from 'vitest';
import { Heap } from '../src/run/heap.ts';

const spiking = defineDynamics('spiking', {
  dims: ['n'],
  params: { weights: ['n', 'n'], decay: ['n'] },
  state: { v: ['n'] },
  inputs: { input: ['n'] },
  observe: ({ state }) => ({ before: state.v }),
  step: ({ params, state, inputs, op }) => {
    const v = op.add(op.mul(state.v, params.decay), inputs.input);
    const spikes = op.gt(v, 1);
    const kick = op.matvec(op.toFloat(spikes), params.weights);
    return {
      state: { v: op.add(op.select(spikes, 0, v), kick) },
      outputs: { voltage: v, spikes },
      events: { spikes_out: spikes },
      records: { kick },
    };
  },
});

function bindings(n: number, batch: number) {
  const numbers = (length: number, scale: number) =>
    Float64Array.from({ length }, (_, index) => scale * Math.sin(1 + index * 7.3));
  const data = { weights: numbers(n * n, 0.1), decay: numbers(n, 0.9) };
  return {
    dims: { n },
    batch,
    dt: 0.001,
    params: { weights: { data: data.weights, shape: [n, n] }, decay: { data: data.decay, shape: [n] } },
  };
}

function input(n: number, batch: number, steps: number): RunInputs {
  const data = Float64Array.from({ length: batch * steps * n }, (_, index) => Math.cos(index * index));
  return { input: { data, shape: [batch, steps, n] } };
}

describe('memory', () => {
  it('holds the entries of a sparse matrix, however many a write brings, and frees them with the session', async () => {
    const sparse = defineDynamics('sparse', {
      dims: ['n'],
      params: { weights: { shape: ['n', 'n'], storage: 'csr' } },
      inputs: { x: ['n'] },
      step: ({ params, inputs, op }) => ({ state: {}, outputs: { y: op.matvec(inputs.x, params.weights) } }),
    });
    const n = 100;
    const identity = Array.from({ length: n }, (_, row) => row);
    const few = csrFromTriples([n, n], { rows: identity, columns: identity, values: identity });
    const all = csrFromDense({ data: new Float64Array(n * n).fill(0.5), shape: [n, n] });
    await using backend = await wasmBackend().open();
    const executable = await backend.compile(sparse);
    const session = await executable.instantiate({ dims: { n }, dt: 1, params: { weights: few } });
    const ones = { x: { data: new Float64Array(n).fill(1), shape: [1, 1, n] } };
    const last = async () => (await session.run(ones, { steps: 1 })).outputs.y?.data.at(-1);
    const before = backend.usage().bytes;
    expect(await last()).toBe(n - 1);
    await session.write('weights', all);
    expect(await last()).toBe(n / 2);
    expect(backend.usage().bytes - before).toBeGreaterThan(12 * (n * n - n) - 128);
    expect(backend.usage().bytes - before).toBeLessThan(12 * n * n + 128);
    await session.write('weights', few);
    expect(await last()).toBe(n - 1);
    await session.dispose();
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
  });

  it('a run much longer than what is staged at a time gives the bits of another backend', async () => {
    const [n, batch, steps] = [37, 3, 1500];
    const options = { steps, record: ['kick', 'v'] };
    const results = [];
    for (const plugin of [wasmBackend(), jsBackend()]) {
      await using backend = await plugin.open();
      const session = await (await backend.compile(spiking)).instantiate(bindings(n, batch));
      results.push(
        await session.run(input(n, batch, steps), options),
        session.runSync?.(input(n, batch, steps), options),
      );
    }
    const [ours, oursAtOnce, theirs, theirsAtOnce] = results.map((result) => serialize(result));
    expect(ours?.equals(theirs!)).toBe(true);
    expect(oursAtOnce?.equals(theirsAtOnce!)).toBe(true);
    expect(results[0]?.events.spikes_out?.units.length).toBeGreaterThan(500);
  });

  it('results stay as they are when the memory grows and other sessions run', async () => {
    await using backend = await wasmBackend().open();
    const executable = await backend.compile(spiking);
    const session = await executable.instantiate(bindings(4, 1));
    const result = await session.run(input(4, 1, 20), { steps: 20 });
    const before = structuredClone(result);
    for (const n of [50, 400, 900]) {
      const larger = await executable.instantiate(bindings(n, 2));
      await larger.run(input(n, 2, 5), { steps: 5 });
    }
    expect(result).toEqual(before);
    const { outputs } = await session.run(input(4, 1, 20), { steps: 20 });
    expect(outputs.voltage?.data).not.toEqual(before.outputs.voltage?.data);
  });

  it('sessions that are opened and closed again and again use the same memory', () => {
    const heap = new Heap();
    const first = heap.allocate(100_000, 'test');
    const size = heap.memory.buffer.byteLength;
    heap.release(first);
    for (let round = 0; round < 50; round++) {
      const [a, b] = [heap.allocate(40_000, 'test'), heap.allocate(50_000, 'test')];
      heap.views.u8.fill(1, a.address, a.address + a.bytes);
      heap.release(a);
      heap.release(b);
    }
    expect(heap.memory.buffer.byteLength).toBe(size);
    const again = heap.allocate(100_000, 'test');
    expect(heap.views.u8.slice(again.address, again.address + again.bytes).some((byte) => byte !== 0)).toBe(
      false,
    );
  });

  it('says so when there isn’t enough', async () => {
    await using backend = await wasmBackend().open();
    const vast = defineDynamics('vast', {
      dims: ['n'],
      state: { v: ['n', 'n'] },
      step: ({ state }) => ({ state: { v: state.v } }),
    });
    const executable = await backend.compile(vast);
    await expect(executable.instantiate({ dims: { n: 100_000 }, dt: 1 })).rejects.toMatchObject({
      kind: 'RuntimeError',
      code: 'out-of-memory',
      message: expect.stringContaining('vast needs 80000'),
    });
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
  });

  it('sessions that are opened at once share a memory', () => {
    const plugin = wasmBackend();
    const sessions = Array.from({ length: 200 }, () => plugin.openSync?.(spiking, bindings(3, 1)));
    const results = sessions.map((session) => session?.runSync?.(input(3, 1, 4), { steps: 4 }));
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
