// One growing WebAssembly memory, from which sessions take regions and give them back. Growing replaces the buffer, so
// views are always asked for here and never kept. Threads may share it; what leaves it is always a copy, in memory of its
// own.
import type { Dtype, ValueType } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { mostPages } from '../asm/encode.ts';
import { fail } from '../error.ts';

const pageSize = 65536;
const alignment = 64;

interface Region {
  readonly address: number;
  readonly bytes: number;
}

export interface Views {
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Free regions, in ascending order of address; neighbours are one. */
  private free: Region[] = [];
  /** Everything from here on was never given out. Address 0 stays unused: it stands for "nothing". */
  private top = alignment;
  private current: Views | undefined;
  private scratch: Region = { address: 0, bytes: 0 };

  constructor(shared = false) {
    this.memory = shared ? sharedMemory() : new WebAssembly.Memory({ initial: 1 });
  }

  /** Arrays over the whole memory; good until the next allocation. */
  get views(): Views {
    if (this.current === undefined || this.current.u8.buffer !== this.memory.buffer) {
      const { buffer } = this.memory;
      this.current = {
        u8: new Uint8Array(buffer),
        i32: new Int32Array(buffer),
        u32: new Uint32Array(buffer),
        f32: new Float32Array(buffer),
        f64: new Float64Array(buffer),
      };
    }
    return this.current;
  }

  /** The elements from an address on. */
  slice(type: ValueType, dtype: Dtype, address: number, length: number): NumericArray {
    const view = this.viewFor(type, dtype);
    const first = address / view.BYTES_PER_ELEMENT;
    return view.slice(first, first + length);
  }

  /** Writes elements at an address; they are converted as typed arrays convert them. */
  set(type: ValueType, dtype: Dtype, address: number, elements: ArrayLike<number>): void {
    const view = this.viewFor(type, dtype);
    view.set(elements, address / view.BYTES_PER_ELEMENT);
  }

  viewFor(type: ValueType, dtype: Dtype): Uint8Array | Float32Array | Float64Array {
    if (type === 'bool') return this.views.u8;
    return dtype === 'float32' ? this.views.f32 : this.views.f64;
  }

  /** A region of zeros. @throws RuntimeError (code `out-of-memory`) if there is no room for it. */
  allocate(bytes: number, what: string): Region {
    const size = rounded(bytes);
    const place = this.free.findIndex((region) => region.bytes >= size);
    if (place < 0) return { address: this.extend(size, what), bytes: size };
    const { address, bytes: available } = this.free[place]!;
    const rest = available - size;
    this.free.splice(place, 1, ...(rest > 0 ? [{ address: address + size, bytes: rest }] : []));
    this.views.u8.fill(0, address, address + size);
    return { address, bytes: size };
  }

  release({ address, bytes }: Region): void {
    if (bytes === 0) return;
    const next = this.free.findIndex((region) => region.address > address);
    this.free.splice(next < 0 ? this.free.length : next, 0, { address, bytes });
    const merged: Region[] = [];
    for (const region of this.free) {
      const last = merged.at(-1);
      if (last === undefined || last.address + last.bytes < region.address) merged.push(region);
      else merged[merged.length - 1] = { address: last.address, bytes: last.bytes + region.bytes };
    }
    this.free = merged;
  }

  /** Where the shared region is; it moves when it grows. */
  get scratchAddress(): number {
    return this.scratch.address;
  }

  /**
   * A region for one piece of work that is done before anybody else gets to run: all sessions share it. What is in it is
   * anything.
   */
  scratchOf(bytes: number, what: string): number {
    if (bytes > this.scratch.bytes) {
      this.release(this.scratch);
      this.scratch = { address: 0, bytes: 0 };
      this.scratch = this.allocate(bytes, what);
    }
    return this.scratch.address;
  }

  private extend(size: number, what: string): number {
    const address = this.top;
    const missing = address + size - this.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / pageSize));
      } catch (cause) {
        throw fail(
          'RuntimeError',
          'out-of-memory',
          `${what} needs ${size} bytes, and WebAssembly's memory (${this.memory.buffer.byteLength} bytes now) can't grow so far; use smaller populations or batches, dispose sessions, or take float32`,
          { cause },
        );
      }
    }
    this.top = address + size;
    return address;
  }
}

/**
 * Shared memory reserves addresses for all that it may become, and places differ in how many they have.
 * @throws what WebAssembly throws if none can be had.
 */
export function sharedMemory(): WebAssembly.Memory {
  for (let maximum = mostPages; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    } catch (error) {
      if (maximum <= mostPages / 64) throw error;
    }
  }
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

export type { Region };
