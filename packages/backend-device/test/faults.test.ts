// What goes wrong with a device loses nothing that was returned, and the next run goes on.
/// <reference types="@webgpu/types" />
import type { Session } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { defineDynamics, type RunResult } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { gpu, noDevice, withAdapters } from './gpu.ts';
import { Mortal, moments } from './mortal.ts';
import { filled, spiking, spikingBindings } from './programs.ts';

const n = 24;
const steps = 120;

async function open(mortal: { readonly gpu: GPU }, batch = 1): Promise<Session & { close(): Promise<void> }> {
  const backend = await deviceBackend({ gpu: mortal.gpu }).open();
  const session = await (await backend.compile(spiking)).instantiate(spikingBindings(n, { batch }));
  return Object.assign(session, { close: () => backend.dispose() });
}

/** The same session on another backend, which nothing happens to. */
async function reference(): Promise<Session> {
  const backend = await jsBackend().open();
  return (await backend.compile(spiking)).instantiate(spikingBindings(n));
}

function shown({ steps: done, events, state }: RunResult): unknown {
  return { done, events, state };
}

describe.skipIf(noDevice)('a lost device', () => {
  it('loses nothing that was returned, at twenty random moments of a run, and the next run goes on', {
    timeout: 300_000,
  }, async () => {
    const mortal = new Mortal();
    const session = await open(mortal);
    const twin = await reference();
    let last = await twin.run({}, { steps: 0 });
    for (const { call, late } of moments(20, 40, 60)) {
      mortal.dieAt(call, late);
      const doomed = session.run({}, { steps: 1_000_000 });
      await expect(doomed).rejects.toMatchObject({ kind: 'RuntimeError', code: 'device-lost' });
      for (const [name, value] of Object.entries(last.state)) expect(await session.read(name)).toEqual(value);
      last = await twin.run({}, { steps: 7 });
      expect(shown(await session.run({}, { steps: 7 }))).toEqual(shown(last));
    }
    expect(mortal.opened.length).toBeGreaterThan(20);
    await session.close();
  });

  it('between two runs is replaced before the next', async () => {
    const mortal = new Mortal();
    const session = await open(mortal);
    const twin = await reference();
    await session.run({}, { steps: 5 });
    await twin.run({}, { steps: 5 });
    mortal.latest.destroy();
    await mortal.latest.lost;
    expect(shown(await session.run({}, { steps: 5 }))).toEqual(shown(await twin.run({}, { steps: 5 })));
    expect(mortal.opened).toHaveLength(2);
    await session.close();
  });

  it('that can’t be replaced gives an error that says why, until it can', async () => {
    const mortal = new Mortal();
    let out = false;
    const session = await open({
      gpu: { requestAdapter: async () => (out ? null : mortal.gpu.requestAdapter()) } as GPU,
    });
    await session.run({}, { steps: 2 });
    mortal.latest.destroy();
    await mortal.latest.lost;
    out = true;
    await expect(session.run({}, { steps: 2 })).rejects.toMatchObject({ code: 'no-device' });
    await expect(session.run({}, { steps: 2 })).rejects.toThrow(/driver/);
    out = false;
    expect((await session.run({}, { steps: 2 })).steps).toBe(2);
    await session.close();
  });
});

describe.skipIf(noDevice)('two devices at once', () => {
  it('run side by side, and one goes on when the other dies', async () => {
    const [mortal, other] = [new Mortal(), new Mortal()];
    const [first, second] = [await open(mortal), await open(other)];
    const twin = await reference();
    const expected = shown(await twin.run({}, { steps }));
    const results = await Promise.all([first.run({}, { steps }), second.run({}, { steps })]);
    expect(results.map(shown)).toEqual([expected, expected]);
    const next = shown(await twin.run({}, { steps }));
    mortal.dieAt(3, true);
    const [doomed, fine] = await Promise.allSettled([first.run({}, { steps }), second.run({}, { steps })]);
    expect(doomed).toMatchObject({ status: 'rejected', reason: { code: 'device-lost' } });
    expect(fine.status === 'fulfilled' && shown(fine.value)).toEqual(next);
    await first.close();
    await second.close();
  });
});

describe.skipIf(noDevice)('what is too large', () => {
  it('for a limit of the adapter is refused, and the message names the limit', async () => {
    const small = limitedTo(2 ** 20);
    const backend = await deviceBackend({ gpu: small }).open();
    const executable = await backend.compile(spiking);
    const large = await executable.instantiate(spikingBindings(2000)).catch((error: unknown) => error);
    expect(large).toMatchObject({
      code: 'device-limit',
      message: expect.stringMatching(
        /parameters takes 16 MiB; .* allows 1 MiB \(maxStorageBufferBindingSize\)/,
      ),
    });
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
    await backend.dispose();
  });

  it('for a limit in one step of a run is refused before anything is done; the state stays, a smaller run goes on', async () => {
    const backend = await deviceBackend({ gpu: limitedTo(2 ** 17) }).open();
    const [size, batch] = [2000, 20];
    const session = await (await backend.compile(wide)).instantiate({
      dims: { n: size },
      batch,
      dt: 1,
      dtype: 'float32',
      params: { offset: filled([size], (index) => index) },
    });
    await session.run({}, { steps: 0 });
    await session.write('count', { data: Float32Array.of(7), shape: [] });
    const failure = session.run({}, { steps: 3, record: ['row'] });
    await expect(failure).rejects.toMatchObject({
      kind: 'RuntimeError',
      code: 'device-limit',
      message: expect.stringMatching(
        /rows and events takes \d+ (bytes|MiB); .* allows \d+ (bytes|MiB) \(max\w+\)/,
      ),
    });
    expect((await session.read('count')).data[0]).toBe(7);
    const { state } = await session.run({}, { steps: 3 });
    expect(new Set(state.count!.data)).toEqual(new Set([10]));
    await backend.dispose();
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
  });

  it('for one buffer is no obstacle to a long run: the device holds two pieces of it', {
    timeout: 240_000,
  }, async () => {
    const backend = await deviceBackend({ gpu }).open();
    const size = 20_000;
    const session = await (await backend.compile(wide)).instantiate({
      dims: { n: size },
      dt: 1,
      dtype: 'float32',
      params: { offset: filled([size], (index) => index) },
    });
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, backend.usage().bytes);
    };
    const { records } = await session.run({}, { steps: 2500, record: ['row'], onProgress });
    expect(records.row!.data[2499 * size + 5]).toBe(2499 + 5);
    // Two pieces of results, each on the device and on its way, and what stays; all results are more.
    const bound = 4 * 32 * 2 ** 20 + 2 ** 20;
    expect(most).toBeLessThanOrEqual(bound);
    expect(records.row!.data.byteLength).toBeGreaterThan(bound);
    await backend.dispose();
  });

  it('for the memory that is left is an error that tells sizes and limits, and nothing is left behind', async () => {
    let full = false;
    const sparse = withAdapters(gpu, (found) => ({
      requestDevice: async (descriptor) => {
        const device = await found.requestDevice(descriptor);
        const pop = device.popErrorScope.bind(device);
        Object.defineProperty(device, 'popErrorScope', {
          value: async () => (await pop()) ?? (full ? { message: 'no memory left' } : null),
        });
        return device;
      },
    }));
    const backend = await deviceBackend({ gpu: sparse }).open();
    const executable = await backend.compile(spiking);
    full = true;
    await expect(executable.instantiate(spikingBindings(n))).rejects.toMatchObject({
      kind: 'RuntimeError',
      code: 'device-memory',
      message: expect.stringMatching(
        /takes \d+ (bytes|MiB), .* no memory left.*session holds .* up to \d+ MiB/,
      ),
    });
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
    full = false;
    const session = await executable.instantiate(spikingBindings(n));
    const twin = await reference();
    expect(shown(await session.run({}, { steps: 2 }))).toEqual(shown(await twin.run({}, { steps: 2 })));
    full = true;
    // More is recorded than before, so that more room is needed.
    const larger = { steps: 300, record: ['v', 'charged'] };
    await expect(session.run({}, larger)).rejects.toMatchObject({ code: 'device-memory' });
    full = false;
    const { records, ...rest } = await session.run({}, larger);
    const { records: expected, ...others } = await twin.run({}, larger);
    expect(records).toEqual(expected);
    expect(shown(rest as RunResult)).toEqual(shown(others as RunResult));
    await backend.dispose();
  });
});

/** A GPU whose devices say that they bind so many bytes at most. */
function limitedTo(bytes: number): GPU {
  return withAdapters(gpu, (found) => ({
    requestDevice: async (descriptor) => {
      const device = await found.requestDevice(descriptor);
      const { maxBufferSize, minUniformBufferOffsetAlignment } = device.limits;
      const limits = { maxBufferSize, minUniformBufferOffsetAlignment, maxStorageBufferBindingSize: bytes };
      return Object.defineProperty(device, 'limits', { value: limits });
    },
  }));
}

/** Rows that are much larger than the state. */
const wide = defineDynamics('test-wide', {
  dims: ['n'],
  params: { offset: ['n'] },
  state: { count: [] },
  step: ({ params, state, op }) => ({
    state: { count: op.add(state.count, 1) },
    records: { row: op.add(params.offset, state.count) },
  }),
});
