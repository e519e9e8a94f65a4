// The memory of a session: one region, with its header at the beginning and everything else where the layout says; and
// one for the entries of each sparse parameter, of which there may be any number.
import { type Bound, keyOf, loopLimitReached, type ValueType } from '@rp/dynamics';
import type { CsrMatrix, NumericArray } from '@rp/ndarray';
import { bytesOfElement, type HeaderKey } from '../compile/header.ts';
import type { Layout, LayoutKey } from '../compile/layout.ts';
import type { Heap, Region } from './heap.ts';
import {
  bytesOfEntries,
  distanceToNumbers,
  type EntryPlaces,
  readEntries,
  writeEntries,
} from './sparse-entries.ts';

export class SessionMemory {
  private readonly heap: Heap;
  private readonly layout: Layout;
  private readonly bound: Bound;
  private readonly region: Region;
  private readonly entries = new Map<string, Region>();
  private readonly count: number;
  /** Places in the header of a state's two buffers. */
  private readonly buffers: readonly { readonly state: number; readonly next: number }[];
  private readonly heads: readonly { readonly head: number; readonly length: number }[];
  /** Where `save` copies to; made when first needed. */
  private saved: Uint8Array | undefined;

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
    this.count = this.wordOf('count');
    this.buffers = layout.buffered.map((name) => ({
      state: this.wordOf(`state:${name}`),
      next: this.wordOf(`next:${name}`),
    }));
    this.heads = Object.entries(layout.program.lines)
      .map(([name, { shape }]) => ({ head: this.wordOf(`head:${name}`), length: bound.size([shape[0]!]) }))
      .filter(({ length }) => length > 0);
    for (const name of layout.buffered) {
      this.put(`state:${name}`, this.base + layout.offset(`state:${name}`));
      this.put(`next:${name}`, this.base + layout.offset(`next:${name}`));
    }
  }

  /** Who has last written to the header where rows and events are. */
  arrangedBy: object | undefined;

  /** The address of the header. */
  get base(): number {
    return this.region.address;
  }

  get bytes(): number {
    let bytes = this.region.bytes;
    for (const region of this.entries.values()) bytes += region.bytes;
    return bytes;
  }

  /** Which word of the whole memory an entry of the header is; for who needs it often. */
  wordOf(key: HeaderKey): number {
    return (this.base + this.layout.header.offset(key)) >>> 2;
  }

  /** An entry of the header. */
  at(key: HeaderKey): number {
    return this.heap.views.u32[this.wordOf(key)]!;
  }

  put(key: HeaderKey, value: number): void {
    this.heap.views.u32[this.wordOf(key)] = value;
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

  /** Replaces a parameter that is stored as `csr`. @throws RuntimeError (code `out-of-memory`); the former stays then. */
  writeSparse(name: string, matrix: CsrMatrix): void {
    const { heap, entries } = this;
    const bytes = bytesOfEntries(matrix.data.length, this.bound.dtype);
    const former = entries.get(name);
    if (former === undefined || former.bytes < bytes) {
      entries.set(name, heap.allocate(bytes, `${this.layout.program.name}: parameter ${name}`));
      if (former !== undefined) heap.release(former);
    }
    const places = this.placesOf(name);
    writeEntries(heap, matrix, places);
    this.put(`numbers:${name}`, distanceToNumbers(places, matrix.data.length));
  }

  readSparse(name: string): CsrMatrix {
    const [rows = 0, columns = 0] = this.bound.extents(this.layout.program.params[name]!.shape);
    return readEntries(this.heap, [rows, columns], this.placesOf(name));
  }

  private placesOf(name: string): EntryPlaces {
    const { base, layout, bound } = this;
    const columns = this.entries.get(name)!.address;
    return { dtype: bound.dtype, rows: base + layout.offset(`rows:${name}`), columns, base };
  }

  /** After some steps: states and their second buffers have changed places, delay lines have moved on. */
  advance(steps: number): void {
    const { u32 } = this.heap.views;
    u32[this.count] = u32[this.count]! + steps;
    for (const { state, next } of steps % 2 === 1 ? this.buffers : []) {
      const former = u32[state]!;
      u32[state] = u32[next]!;
      u32[next] = former;
    }
    for (const { head, length } of this.heads) u32[head] = (u32[head]! + steps) % length;
  }

  /** @throws RuntimeError (code `loop-limit`) if the loop of a step didn't end. */
  requireEnd(): void {
    const { program } = this.layout;
    if (program.loop === undefined || this.at('endless') === 0) return;
    this.put('endless', 0);
    throw loopLimitReached(program);
  }

  /** Copies what a run changes, over what was copied before. */
  save(): void {
    const { base } = this;
    this.saved ??= new Uint8Array(this.layout.changing);
    this.saved.set(this.heap.views.u8.subarray(base, base + this.layout.changing));
  }

  /** Puts back what was copied; rows of zeros may not be any more, if a step wasn't done to its end. */
  restore(): void {
    const { layout, base, bound } = this;
    this.arrangedBy = undefined;
    for (const [name, { type, shape }] of Object.entries(layout.program.inputs)) {
      const bytes = bound.size(shape) * bytesOfElement(type, bound.dtype);
      for (const offset of layout.everyOwn(`zeros:${name}`)) {
        this.heap.views.u8.fill(0, base + offset, base + offset + bytes);
      }
    }
    if (this.saved !== undefined) this.heap.views.u8.set(this.saved, this.base);
  }

  release(): void {
    this.heap.release(this.region);
    for (const region of this.entries.values()) this.heap.release(region);
  }

  private get placeOfDt(): number {
    return (this.base + this.layout.header.offset('dt')) / bytesOfElement('float', this.bound.dtype);
  }
}
