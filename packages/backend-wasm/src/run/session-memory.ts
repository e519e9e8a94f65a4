// The memory of a session: one region, with its header at the beginning and everything else where the layout says.
import { type Bound, keyOf, loopLimitReached, type ValueType } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { bytesOfElement, type HeaderKey } from '../compile/header.ts';
import type { Layout, LayoutKey } from '../compile/layout.ts';
import type { Heap, Region } from './heap.ts';

export class SessionMemory {
  private readonly heap: Heap;
  private readonly layout: Layout;
  private readonly bound: Bound;
  private readonly region: Region;

  constructor(heap: Heap, layout: Layout, bound: Bound) {
    this.heap = heap;
    this.layout = layout;
    this.bound = bound;
    this.region = heap.allocate(layout.bytes, layout.program.name);
    const [low, high] = keyOf(bound.seed);
    this.put('count', bound.firstStep);
    this.put('seedLow', low);
    this.put('seedHigh', high);
    this.dt = bound.dt;
    for (const name of layout.buffered) {
      this.put(`state:${name}`, this.base + layout.offset(`state:${name}`));
      this.put(`next:${name}`, this.base + layout.offset(`next:${name}`));
    }
  }

  /** The address of the header. */
  get base(): number {
    return this.region.address;
  }

  get bytes(): number {
    return this.region.bytes;
  }

  /** An entry of the header. */
  at(key: HeaderKey): number {
    return this.heap.views.u32[(this.base + this.layout.header.offset(key)) >>> 2]!;
  }

  put(key: HeaderKey, value: number): void {
    this.heap.views.u32[(this.base + this.layout.header.offset(key)) >>> 2] = value;
  }

  /** Where an array is now. */
  addressOf(key: LayoutKey): number {
    return this.layout.header.has(key) ? this.at(key) : this.base + this.layout.offset(key);
  }

  get dt(): number {
    return this.heap.viewFor('float', this.bound.dtype)[this.placeOfDt]!;
  }

  set dt(value: number) {
    this.heap.viewFor('float', this.bound.dtype)[this.placeOfDt] = value;
  }

  /** A copy of the elements of an array. */
  read(key: LayoutKey, type: ValueType, length: number): NumericArray {
    return this.heap.slice(type, this.bound.dtype, this.addressOf(key), length);
  }

  write(key: LayoutKey, type: ValueType, elements: ArrayLike<number>): void {
    this.heap.set(type, this.bound.dtype, this.addressOf(key), elements);
  }

  /** After some steps: states and their second buffers have changed places, delay lines have moved on. */
  advance(steps: number): void {
    const { program, buffered } = this.layout;
    this.put('count', this.at('count') + steps);
    if (steps % 2 === 1) {
      for (const name of buffered) {
        const state = this.at(`state:${name}`);
        this.put(`state:${name}`, this.at(`next:${name}`));
        this.put(`next:${name}`, state);
      }
    }
    for (const [name, { shape }] of Object.entries(program.lines)) {
      const length = this.bound.size([shape[0]!]);
      if (length > 0) this.put(`head:${name}`, (this.at(`head:${name}`) + steps) % length);
    }
  }

  /** @throws RuntimeError (code `loop-limit`) if the loop of a step didn't end. */
  requireEnd(): void {
    const { program } = this.layout;
    if (program.loop === undefined || this.at('endless') === 0) return;
    this.put('endless', 0);
    throw loopLimitReached(program);
  }

  /** Copies what a run changes; the returned function puts it back. */
  save(): () => void {
    const { base } = this;
    const copy = this.heap.views.u8.slice(base, base + this.layout.changing);
    return () => this.heap.views.u8.set(copy, base);
  }

  release(): void {
    this.heap.release(this.region);
  }

  private get placeOfDt(): number {
    return (this.base + this.layout.header.offset('dt')) / bytesOfElement('float', this.bound.dtype);
  }
}
