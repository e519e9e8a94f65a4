// The buffers of a session on one device.
/// <reference types="@webgpu/types" />
import { type Device, bufferUsage as usage } from '../gpu/device.ts';

/** A buffer that is replaced by a larger one when it has to be. */
class Growing {
  private readonly device: Device;
  private readonly what: string;
  private readonly usage: number;
  private buffer: GPUBuffer | undefined;

  constructor(device: Device, what: string, bufferUse: number) {
    this.device = device;
    this.what = what;
    this.usage = bufferUse;
  }

  get bytes(): number {
    return this.buffer?.size ?? 0;
  }

  async atLeast(words: number): Promise<GPUBuffer> {
    if (this.buffer === undefined || this.buffer.size < 4 * words) {
      this.destroy();
      this.buffer = await this.device.buffer(this.what, 4 * words, this.usage);
    }
    return this.buffer;
  }

  destroy(): void {
    this.buffer?.destroy();
    this.buffer = undefined;
  }
}

/** What a chunk of steps works on. */
export interface ChunkBuffers {
  readonly inputs: GPUBuffer;
  readonly outputs: GPUBuffer;
  readonly staging: GPUBuffer;
  readonly group: GPUBindGroup;
}

/** Bind groups for all places of some steps; `stride` bytes lie from one to the next. */
export interface Places {
  readonly steps: number;
  readonly stride: number;
  readonly group: GPUBindGroup;
}

export class SessionBuffers {
  readonly device: Device;
  readonly header: GPUBuffer;
  readonly parameters: GPUBuffer;
  readonly memory: GPUBuffer;
  private readonly inputs: Growing;
  private readonly outputs: Growing;
  private readonly staging: Growing;
  private readonly places: Growing;
  private former: ChunkBuffers | undefined;
  private table: Places | undefined;

  private constructor(device: Device, header: GPUBuffer, parameters: GPUBuffer, memory: GPUBuffer) {
    this.device = device;
    this.header = header;
    this.parameters = parameters;
    this.memory = memory;
    this.inputs = new Growing(device, 'input rows', usage.STORAGE | usage.COPY_DST);
    this.outputs = new Growing(device, 'rows and events', usage.STORAGE | usage.COPY_SRC);
    this.staging = new Growing(device, 'the read-back', usage.MAP_READ | usage.COPY_DST);
    this.places = new Growing(device, 'the places of a grid', usage.UNIFORM | usage.COPY_DST);
  }

  /** @throws RuntimeError, codes `device-limit`, `device-memory` and `device-lost`. */
  static async create(
    device: Device,
    words: { readonly header: number; readonly parameters: number; readonly memory: number },
  ): Promise<SessionBuffers> {
    const made: GPUBuffer[] = [];
    const make = async (what: string, size: number, bufferUse: number) => {
      const buffer = await device.buffer(what, 4 * size, bufferUse | usage.COPY_DST);
      made.push(buffer);
      return buffer;
    };
    try {
      return new SessionBuffers(
        device,
        await make('the header', Math.ceil(words.header / 4) * 4, usage.UNIFORM),
        await make('parameters', words.parameters, usage.STORAGE),
        await make(
          'states, delay lines and values within a step',
          words.memory,
          usage.STORAGE | usage.COPY_SRC,
        ),
      );
    } catch (error) {
      for (const buffer of made) buffer.destroy();
      throw error;
    }
  }

  get bytes(): number {
    const fixed = this.header.size + this.parameters.size + this.memory.size;
    return [this.inputs, this.outputs, this.staging, this.places].reduce(
      (sum, { bytes }) => sum + bytes,
      fixed,
    );
  }

  /** Buffers large enough for a chunk. */
  async forChunk(words: { input: number; output: number; staging: number }): Promise<ChunkBuffers> {
    const inputs = await this.inputs.atLeast(words.input);
    const outputs = await this.outputs.atLeast(words.output);
    const staging = await this.staging.atLeast(words.staging);
    const { former } = this;
    const same = former?.inputs === inputs && former.outputs === outputs && former.staging === staging;
    if (former === undefined || !same) {
      const buffers = [this.header, this.parameters, this.memory, inputs, outputs];
      const group = this.device.gpu.createBindGroup({
        layout: this.device.layouts.session,
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      this.former = { inputs, outputs, staging, group };
    }
    return this.former!;
  }

  /** A table of all places (step, level) of a chunk, each where a binding may begin. */
  async forPlaces(steps: number, levels: number): Promise<Places> {
    if (this.table !== undefined && this.table.steps >= steps) return this.table;
    const { gpu, limits, layouts } = this.device;
    const stride = limits.minUniformBufferOffsetAlignment;
    const words = new Uint32Array(((steps + 1) * levels * stride) / 4);
    for (let step = 0; step <= steps; step++) {
      for (let level = 0; level < levels; level++)
        words.set([step, level], ((step * levels + level) * stride) / 4);
    }
    const buffer = await this.places.atLeast(words.length);
    gpu.queue.writeBuffer(buffer, 0, words);
    const entries = [{ binding: 0, resource: { buffer, size: 8 } }];
    this.table = { steps, stride, group: gpu.createBindGroup({ layout: layouts.place, entries }) };
    return this.table;
  }

  destroy(): void {
    for (const buffer of [
      this.header,
      this.parameters,
      this.memory,
      this.inputs,
      this.outputs,
      this.staging,
      this.places,
    ])
      buffer.destroy();
  }
}
