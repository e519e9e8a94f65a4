// The memory of a session: one region with its header, states, delay lines, parameters and intermediate vectors.
// What a run changes comes first and in one piece, so that it can be saved and put back in one go.
import { type Bound, keyOf, loopLimitReached, type Shape, storedIds, type ValueType } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { bytesOfElement, type HeaderKey } from '../compile/header.ts';
import type { Lowered } from '../compiled-program.ts';
import type { Heap, Region } from './heap.ts';

interface Wanted {
  readonly key: HeaderKey;
  readonly bytes: number;
}

export class SessionMemory {
  private readonly heap: Heap;
  private readonly lowered: Lowered;
  private readonly bound: Bound;
  private readonly region: Region;
  /** Bytes from the beginning that a run changes. */
  private readonly changing: number;
  private readonly zeroRows = new Map<string, number>();

  constructor(heap: Heap, lowered: Lowered, bound: Bound) {
    this.heap = heap;
    this.lowered = lowered;
    this.bound = bound;
    const [changing, fixed] = [this.changingArrays(), this.fixedArrays()];
    const header = aligned(lowered.header.bytes);
    this.changing = header + total(changing);
    this.region = heap.allocate(this.changing + total(fixed), lowered.program.name);
    let address = this.base + header;
    for (const { key, bytes } of [...changing, ...fixed]) {
      this.put(key, address);
      address += aligned(bytes);
    }
    for (const name of Object.keys(lowered.program.inputs)) this.zeroRows.set(name, this.at(`input:${name}`));
    this.begin();
  }

  /** The address of a row of zeros for an input that isn't given, or is sparse. */
  zeroRow(input: string): number {
    return this.zeroRows.get(input)!;
  }

  /** The address of the header. */
  get base(): number {
    return this.region.address;
  }

  get bytes(): number {
    return this.region.bytes;
  }

  /** An address or number of the header. */
  at(key: HeaderKey): number {
    return this.heap.views.u32[(this.base + this.lowered.header.offset(key)) >>> 2]!;
  }

  put(key: HeaderKey, value: number): void {
    this.heap.views.u32[(this.base + this.lowered.header.offset(key)) >>> 2] = value;
  }

  get dt(): number {
    return this.heap.viewFor('float', this.bound.dtype)[this.placeOfDt]!;
  }

  set dt(value: number) {
    this.heap.viewFor('float', this.bound.dtype)[this.placeOfDt] = value;
  }

  /** A copy of the elements at the address that the header gives. */
  read(key: HeaderKey, type: ValueType, length: number): NumericArray {
    return this.heap.slice(type, this.bound.dtype, this.at(key), length);
  }

  write(key: HeaderKey, type: ValueType, elements: ArrayLike<number>): void {
    this.heap.set(type, this.bound.dtype, this.at(key), elements);
  }

  /** After some steps: states and their second buffers have changed places, delay lines have moved on. */
  advance(steps: number): void {
    const { program, buffered } = this.lowered;
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
    const { program } = this.lowered;
    if (program.loop === undefined || this.at('endless') === 0) return;
    this.put('endless', 0);
    throw loopLimitReached(program);
  }

  /** Copies what a run changes; the returned function puts it back. */
  save(): () => void {
    const { base, changing } = this;
    const copy = this.heap.views.u8.slice(base, base + changing);
    return () => this.heap.views.u8.set(copy, base);
  }

  release(): void {
    this.heap.release(this.region);
  }

  private get placeOfDt(): number {
    const { header } = this.lowered;
    return (this.base + header.offset('dt')) / bytesOfElement('float', this.bound.dtype);
  }

  private begin(): void {
    const { bound } = this;
    const [low, high] = keyOf(bound.seed);
    this.put('batch', bound.batch);
    this.put('count', bound.firstStep);
    this.put('seedLow', low);
    this.put('seedHigh', high);
    for (const dim of this.lowered.program.dims) this.put(`extent:${dim}`, bound.extents([dim])[0]!);
    this.dt = bound.dt;
  }

  private changingArrays(): Wanted[] {
    const { program, buffered } = this.lowered;
    const { batch } = this.bound;
    const arrays: Wanted[] = [];
    for (const [name, { type, shape }] of Object.entries(program.state)) {
      const bytes = batch * this.sizeOf(type, shape);
      arrays.push({ key: `state:${name}`, bytes });
      if (buffered.includes(name)) arrays.push({ key: `next:${name}`, bytes });
    }
    for (const [name, { type, shape }] of Object.entries(program.lines)) {
      arrays.push({ key: `line:${name}`, bytes: batch * this.sizeOf(type, shape) });
    }
    return arrays;
  }

  private fixedArrays(): Wanted[] {
    const { program } = this.lowered;
    const arrays: Wanted[] = [];
    for (const [name, { type, shape }] of Object.entries(program.params)) {
      arrays.push({ key: `param:${name}`, bytes: this.sizeOf(type, shape) });
    }
    for (const [name, { type, shape }] of Object.entries(program.inputs)) {
      arrays.push({ key: `input:${name}`, bytes: this.sizeOf(type, shape) });
    }
    for (const [name, { type, shape }] of Object.entries(program.loop?.carried ?? {})) {
      const bytes = this.sizeOf(type, shape);
      arrays.push({ key: `carried:${name}`, bytes }, { key: `carriedNext:${name}`, bytes });
    }
    for (const id of storedIds(program)) {
      const { type, shape } = program.values[id]!;
      arrays.push({ key: `vector:${id}`, bytes: this.sizeOf(type, shape) });
    }
    const longest = program.values.map(({ op, args }) =>
      op === 'matvec' ? this.bound.size(program.values[args[0]!]!.shape) : 0,
    );
    // Writing an index that is then not counted needs one place more; so does a whole vector of them.
    arrays.push({ key: 'active', bytes: 4 * (Math.max(0, ...longest) + 4) });
    return arrays;
  }

  private sizeOf(type: ValueType, shape: Shape): number {
    return bytesOfElement(type, this.bound.dtype) * this.bound.size(shape);
  }
}

function total(arrays: readonly Wanted[]): number {
  return arrays.reduce((sum, { bytes }) => sum + aligned(bytes), 0);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
