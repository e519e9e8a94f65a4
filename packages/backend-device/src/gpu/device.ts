// An opened device: its limits, buffers, pipelines and read-back, and what happens when it is lost.
/// <reference types="@webgpu/types" />
import { isRpError } from '@rp/errors';
import { fail } from '../error.ts';
import { describeAdapter, messageOf } from './find.ts';

/** Numbers of an adapter that a session has to keep to. */
const wanted = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;

type PipelineKey = { readonly wgsl: string; readonly entry: 'run' | 'grid'; readonly width: number };

interface Layouts {
  readonly session: GPUBindGroupLayout;
  readonly place: GPUBindGroupLayout;
  readonly run: GPUPipelineLayout;
  readonly grid: GPUPipelineLayout;
}

// They belong to the device, whoever holds it.
const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();
const layouts = new WeakMap<GPUDevice, Layouts>();

export class Device {
  readonly gpu: GPUDevice;
  /** What it is called, for people. */
  readonly label: string;
  /** Resolves when the device is gone. */
  readonly gone: Promise<'gone'>;
  private lost: GPUDeviceLostInfo | undefined;

  private constructor(gpu: GPUDevice, label: string) {
    this.gpu = gpu;
    this.label = label;
    this.gone = gpu.lost.then((info) => {
      this.lost = info;
      return 'gone' as const;
    });
  }

  /** @throws RuntimeError (code `no-device`) if the adapter gives none. */
  static async open(adapter: GPUAdapter): Promise<Device> {
    const label = describeAdapter(adapter);
    try {
      const requiredLimits = Object.fromEntries(wanted.map((name) => [name, adapter.limits[name]]));
      return new Device(await adapter.requestDevice({ requiredLimits }), label);
    } catch (cause) {
      throw fail('RuntimeError', 'no-device', `${label} gave no device: ${messageOf(cause)}`, { cause });
    }
  }

  get isLost(): boolean {
    return this.lost !== undefined;
  }

  get limits(): GPUSupportedLimits {
    return this.gpu.limits;
  }

  destroy(): void {
    this.gpu.destroy();
  }

  /** What to throw when the device is gone. */
  lostError(what: string, cause?: unknown): Error {
    const why = this.lost?.message || this.lost?.reason || 'no reason given';
    return fail(
      'RuntimeError',
      'device-lost',
      `${what}: the device (${this.label}) was lost: ${why}. State is as it was before; run again to go on on a new device`,
      { cause },
    );
  }

  /**
   * A zeroed buffer.
   * @param held Bytes that the session has already, for the message.
   * @throws RuntimeError for more than the device's limits (code `device-limit`) or than it has (code `device-memory`).
   */
  async buffer(what: string, bytes: number, usage: GPUBufferUsageFlags, held: number): Promise<GPUBuffer> {
    this.requireFits(what, bytes, usage);
    this.gpu.pushErrorScope('out-of-memory');
    this.gpu.pushErrorScope('validation');
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    const buffer = this.gpu.createBuffer({ label: what, size, usage });
    const [invalid, full] = await this.during(
      what,
      Promise.all([this.gpu.popErrorScope(), this.gpu.popErrorScope()]),
    );
    const error = full ?? invalid;
    if (error === null) return buffer;
    buffer.destroy();
    throw fail(
      'RuntimeError',
      'device-memory',
      `the buffer for ${what} takes ${inMiB(bytes)}, which ${this.label} doesn't have left: ${error.message}. ` +
        `The session holds ${inMiB(held)} beside it; ${this.label} allows up to ${inMiB(this.limitFor(usage).bytes)} for one buffer. ` +
        'Use a smaller batch or population, or dispose of sessions that are not needed',
    );
  }

  private requireFits(what: string, bytes: number, usage: GPUBufferUsageFlags): void {
    const limit = this.limitFor(usage);
    if (bytes <= limit.bytes) return;
    throw fail(
      'RuntimeError',
      'device-limit',
      `the buffer for ${what} takes ${inMiB(bytes)}; ${this.label} allows ${inMiB(limit.bytes)} (${limit.name}). Use a smaller batch or population, or another backend`,
    );
  }

  /** The least of the limits that hold for a buffer. */
  private limitFor(usage: GPUBufferUsageFlags): { readonly name: string; readonly bytes: number } {
    const bound = (usage & bufferUsage.STORAGE) !== 0 ? (['maxStorageBufferBindingSize'] as const) : [];
    const all = (['maxBufferSize', ...bound] as const).map((name) => ({ name, bytes: this.limits[name] }));
    return all.reduce((least, other) => (other.bytes <= least.bytes ? other : least));
  }

  /** Compiles a shader, once per device. */
  pipeline({ wgsl, entry, width }: PipelineKey): Promise<GPUComputePipeline> {
    let known = pipelines.get(this.gpu);
    if (known === undefined) {
      known = new Map();
      pipelines.set(this.gpu, known);
    }
    const key = `${entry} ${width}\n${wgsl}`;
    let pipeline = known.get(key);
    if (pipeline === undefined) {
      pipeline = this.during('compiling a shader', this.compile({ wgsl, entry, width }));
      known.set(key, pipeline);
    }
    return pipeline;
  }

  /** @throws RuntimeError (code `shader`) with what the compiler says. */
  private async compile({ wgsl, entry, width }: PipelineKey): Promise<GPUComputePipeline> {
    const module = this.gpu.createShaderModule({ code: wgsl });
    try {
      return await this.gpu.createComputePipelineAsync({
        layout: this.layouts[entry],
        compute: { module, entryPoint: entry, constants: { width } },
      });
    } catch (cause) {
      if (this.isLost) throw cause;
      const { messages } = await module.getCompilationInfo();
      const said = messages.map(({ lineNum, message }) => `line ${lineNum}: ${message}`).join('; ');
      const why = said || messageOf(cause) || 'no reason given';
      throw fail('RuntimeError', 'shader', `${this.label} refuses a shader: ${why}\n${wgsl}`, { cause });
    }
  }

  /** One layout for all programs: header, parameters, memory, inputs, outputs, sparse entries, lists; and the place in the grid. */
  get layouts(): Layouts {
    let own = layouts.get(this.gpu);
    if (own === undefined) {
      const entry = (binding: number, type: GPUBufferBindingType, hasDynamicOffset = false) => ({
        binding,
        visibility: 4,
        buffer: { type, hasDynamicOffset },
      });
      const read = 'read-only-storage';
      const types = ['uniform', read, 'storage', read, 'storage', read, 'storage'] as const;
      const session = this.gpu.createBindGroupLayout({
        entries: types.map((type, binding) => entry(binding, type)),
      });
      const place = this.gpu.createBindGroupLayout({ entries: [entry(0, 'uniform', true)] });
      own = {
        session,
        place,
        run: this.gpu.createPipelineLayout({ bindGroupLayouts: [session] }),
        grid: this.gpu.createPipelineLayout({ bindGroupLayouts: [session, place] }),
      };
      layouts.set(this.gpu, own);
    }
    return own;
  }

  /** Waits for the device, or for its end. @throws RuntimeError, code `device-lost`. */
  async during<T>(what: string, action: Promise<T>): Promise<T> {
    action.catch(() => {}); // It may fail after nobody waits for it any more.
    try {
      const outcome = await Promise.race([action.then((value) => ({ value })), this.gone]);
      if (outcome !== 'gone') return outcome.value;
    } catch (error) {
      if (isRpError(error)) throw error;
      // The news of the loss may come a moment after what failed because of it.
      await Promise.race([this.gone, soon()]);
      if (!this.isLost) throw error;
      throw this.lostError(what, error);
    }
    throw this.lostError(what);
  }
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}

/** As in WebGPU; Node has no such global. */
export const bufferUsage = {
  MAP_READ: 1,
  COPY_SRC: 4,
  COPY_DST: 8,
  UNIFORM: 64,
  STORAGE: 128,
} as const;

function inMiB(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes} bytes` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
