// The buffers of a session on one device.
/// <reference types="@webgpu/types" />
import { type Device, bufferUsage as usage } from '../gpu/device.ts';

/** A buffer that is replaced by a larger one when it has to be. */
class Growing {
  private readonly device: Device;
  private readonly what: string;
  private readonly usage: number;
  /** Bytes of all buffers of the session. */
  private readonly held: () => number;
  private buffer: GPUBuffer | undefined;

  constructor(device: Device, what: string, bufferUse: number, held: () => number) {
    this.device = device;
    this.what = what;
    this.usage = bufferUse;
    this.held = held;
  }

  get bytes(): number {
    return this.buffer?.size ?? 0;
  }

  async atLeast(words: number): Promise<GPUBuffer> {
    if (this.buffer === undefined || this.buffer.size < 4 * words) {
      // What was submitted still has it until it is done.
      this.destroy();
      this.buffer = await this.device.buffer(this.what, 4 * words, this.usage, this.held());
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

/** Words of the buffers that a session has all the time. */
export interface SessionWords {
  readonly header: number;
  readonly memory: number;
  readonly lists: number;
  readonly parameters: number;
  readonly entries: number;
}

/** The buffers that stay. */
export type FixedBuffers = Readonly<Record<keyof SessionWords, GPUBuffer>>;

/** What comes back from one of the chunks under way. */
class Slot {
  readonly outputs: Growing;
  readonly staging: Growing;
  private bound: readonly GPUBuffer[] = [];
  private made: GPUBindGroup | undefined;

  constructor(device: Device, held: () => number) {
    this.outputs = new Growing(device, 'rows and events', usage.STORAGE | usage.COPY_SRC, held);
    this.staging = new Growing(device, 'the read-back', usage.MAP_READ | usage.COPY_DST, held);
  }

  /** The bind group of these buffers, made anew when one has been replaced. */
  group({ gpu, layouts }: Device, buffers: readonly GPUBuffer[]): GPUBindGroup {
    if (this.made === undefined || buffers.some((buffer, place) => buffer !== this.bound[place])) {
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      this.made = gpu.createBindGroup({ layout: layouts.session, entries });
      this.bound = buffers;
    }
    return this.made;
  }
}

/** Chunks that may be under way at the same time: one is computed while another is read. */
export const slotCount = 2;

export class SessionBuffers {
  readonly device: Device;
  private readonly fixed: Readonly<Record<keyof SessionWords, Growing>>;
  private readonly inputs: Growing;
  private readonly places: Growing;
  private readonly slots: readonly Slot[];
  private table: Places | undefined;

  private constructor(device: Device) {
    const held = () => this.bytes;
    const growing = (what: string, bufferUse: number) =>
      new Growing(device, what, bufferUse | usage.COPY_DST, held);
    this.device = device;
    this.fixed = {
      header: growing('the header', usage.UNIFORM),
      memory: growing('states, delay lines and values within a step', usage.STORAGE | usage.COPY_SRC),
      lists: growing('lists of active elements', usage.STORAGE),
      parameters: growing('parameters', usage.STORAGE),
      entries: growing('the places of sparse entries', usage.STORAGE),
    };
    this.inputs = growing('input rows', usage.STORAGE);
    this.places = growing('the places of a grid', usage.UNIFORM);
    this.slots = Array.from({ length: slotCount }, () => new Slot(device, held));
  }

  /** @throws RuntimeError, codes `device-limit`, `device-memory` and `device-lost`. */
  static async create(device: Device, words: SessionWords): Promise<SessionBuffers> {
    const buffers = new SessionBuffers(device);
    try {
      await buffers.reserve(words);
      return buffers;
    } catch (error) {
      buffers.destroy();
      throw error;
    }
  }

  get bytes(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The buffers that stay, as large as they have to be now. */
  async reserve(words: SessionWords): Promise<FixedBuffers> {
    const { header, memory, lists, parameters, entries } = this.fixed;
    return {
      header: await header.atLeast(Math.ceil(words.header / 4) * 4),
      parameters: await parameters.atLeast(words.parameters),
      memory: await memory.atLeast(words.memory),
      entries: await entries.atLeast(words.entries),
      lists: await lists.atLeast(words.lists),
    };
  }

  /** Buffers large enough for a chunk; `slot` is the number of a chunk that isn't under way any more. */
  async forChunk(
    slot: number,
    fixed: FixedBuffers,
    words: { readonly input: number; readonly output: number; readonly staging: number },
  ): Promise<ChunkBuffers> {
    const own = this.slots[slot]!;
    const inputs = await this.inputs.atLeast(words.input);
    const outputs = await own.outputs.atLeast(words.output);
    const staging = await own.staging.atLeast(words.staging);
    const { header, parameters, memory, entries, lists } = fixed;
    const group = own.group(this.device, [header, parameters, memory, inputs, outputs, entries, lists]);
    return { inputs, outputs, staging, group };
  }

  /** A larger read-back for a chunk that has been read. */
  staging(slot: number, words: number): Promise<GPUBuffer> {
    return this.slots[slot]!.staging.atLeast(words);
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
    for (const buffer of this.all) buffer.destroy();
  }

  private get all(): readonly Growing[] {
    const slots = this.slots.flatMap(({ outputs, staging }) => [outputs, staging]);
    return [...Object.values(this.fixed), this.inputs, this.places, ...slots];
  }
}
