// What goes wrong with a device loses nothing that was returned, and the next run goes on.
/// <reference types="@webgpu/types" />
import type { Session } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import type { RunResult } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { gpu, noDevice, withAdapters } from './gpu.ts';
import { spiking, spikingBindings } from './programs.ts';

/** A GPU whose devices can be killed: now, or at one of the calls to come. */
class Mortal {
  readonly gpu: GPU;
  readonly opened: GPUDevice[] = [];
  /** Calls until the latest device dies. */
  private left = Number.POSITIVE_INFINITY;
  private late = false;

  constructor() {
    this.gpu = withAdapters(gpu, (found) => ({
      requestDevice: async (descriptor) => {
        const device = await found.requestDevice(descriptor);
        this.opened.push(device);
        this.count(device, ['createBuffer', 'createCommandEncoder', 'createBindGroup']);
        this.count(device.queue, ['submit', 'writeBuffer'], device);
        return device;
      },
    }));
  }

  get latest(): GPUDevice {
    return this.opened.at(-1)!;
  }

  /** The latest device dies with its `call`th call from now: at once, or, if `late`, in a later turn of the loop. */
  dieAt(call: number, late: boolean): void {
    this.left = call;
    this.late = late;
  }

  private count<T extends object>(
    object: T,
    methods: readonly (keyof T & string)[],
    device?: GPUDevice,
  ): void {
    for (const name of methods) {
      const own = object[name] as (...args: readonly unknown[]) => unknown;
      const counted = (...args: readonly unknown[]) => {
        const result = Reflect.apply(own, object, args);
        if (--this.left === 0) this.kill(device ?? (object as unknown as GPUDevice));
        return result;
      };
      Object.defineProperty(object, name, { value: counted });
    }
  }

  private kill(device: GPUDevice): void {
    if (this.late) setImmediate(() => device.destroy());
    else device.destroy();
  }
}

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
  it('loses nothing that was returned, at twenty moments of a run, and the next run goes on', {
    timeout: 300_000,
  }, async () => {
    const mortal = new Mortal();
    const session = await open(mortal);
    const twin = await reference();
    let last = await twin.run({}, { steps: 0 });
    for (let moment = 0; moment < 20; moment++) {
      // At one of its first calls, or in a later chunk; every second time while the device works.
      mortal.dieAt(1 + Math.floor(40 * ((moment * 0.618) % 1)), moment % 2 === 1);
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
    const small = withAdapters(gpu, (found) => ({
      requestDevice: async (descriptor) => {
        const device = await found.requestDevice(descriptor);
        const { maxBufferSize, minUniformBufferOffsetAlignment } = device.limits;
        const limits = {
          maxBufferSize,
          minUniformBufferOffsetAlignment,
          maxStorageBufferBindingSize: 2 ** 20,
        };
        return Object.defineProperty(device, 'limits', { value: limits });
      },
    }));
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

  it('for the memory that is left is an error, and nothing is left behind', async () => {
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
    });
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
    full = false;
    const session = await executable.instantiate(spikingBindings(n));
    full = true;
    await expect(session.run({}, { steps: 3 })).rejects.toMatchObject({ code: 'device-memory' });
    full = false;
    expect((await session.run({}, { steps: 3 })).steps).toBe(3);
    await backend.dispose();
  });
});
