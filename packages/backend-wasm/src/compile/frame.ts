// What the code of a function stands on: the header's entries as variables, sizes, where each value lies, and loops.
// It knows nothing of groups, sinks or steps. All parts of a function share one.
import { constantOf, type Shape, type StepProgram, type ValueType } from '@rp/dynamics';
import type { FunctionBuilder } from '../asm/function.ts';
import { get, i32, type Local, load, type Node, op, set, store, words } from '../asm/node.ts';
import type { Block, Blocks } from './blocks.ts';
import type { Operand } from './emit-vector.ts';
import { bytesOfElement, type HeaderKey } from './header.ts';
import type { Layout, LayoutKey } from './layout.ts';
import { constant, type Numbers, splat, splatMask } from './numbers.ts';
import { type Place, Position } from './position.ts';

/** What all functions of a module have in common. */
export interface Target {
  readonly layout: Layout;
  readonly numbers: Numbers;
  readonly simd: boolean;
  /** Where the words are by which threads wait for each other, if there are several. */
  readonly control: number;
}

/** A function that several threads do. */
export interface Shared {
  /** Where what this thread has for itself begins. */
  readonly own: Node;
  /** Its part of a step, if it doesn't do all of it. */
  readonly blocks: Blocks | undefined;
}

interface LoopOptions {
  readonly copies?: number;
  readonly vectors?: boolean;
  readonly whole?: boolean;
}

/** This many passes of a loop are written one after another instead. */
const fewPasses = 2;

export class Frame {
  readonly target: Target;
  readonly fn: FunctionBuilder;
  readonly program: StepProgram;
  readonly numbers: Numbers;
  readonly shared: Shared | undefined;
  /** Scalars that the function has made or read so far. */
  readonly scalars = new Map<number, Node>();
  /** Where something of the current batch item and step lies, if that isn't fixed. */
  readonly places = new Map<HeaderKey | LayoutKey, Local>();
  /** Scalars that a loop carries: before an iteration, and after it. */
  readonly carried = new Map<string, { readonly now: Local; readonly next: Local }>();
  /** Entries that an event output has in the current batch item. */
  readonly fills = new Map<string, Local>();
  private readonly known = new Map<string, Node>();
  /** Splat values of the loop that is being written, and the statements that make them before it. */
  private splats = new Map<number, Node>();
  private beforeLoop: Node[] = [];
  /** By bytes per item: the base of what the current batch item has. */
  private readonly itemBases = new Map<number, Local>();

  constructor(target: Target, fn: FunctionBuilder, shared?: Shared) {
    this.target = target;
    this.shared = shared;
    this.fn = fn;
    this.program = target.layout.program;
    this.numbers = target.numbers;
  }

  get batch(): number {
    return this.target.layout.sizes.batch;
  }

  /** An entry of the header. */
  entry(key: HeaderKey, type: 'i32' | 'f32' | 'f64' = 'i32'): Node {
    return this.once(key, () =>
      load(`${type}.load`, this.fn.param(0), this.target.layout.header.offset(key)),
    );
  }

  /** The number of elements of a shape. */
  size(shape: Shape): number {
    return this.target.layout.sizes.size(shape);
  }

  /** The bytes of a vector of a shape. */
  bytes(type: ValueType, shape: Shape): number {
    return this.size(shape) * bytesOfElement(type, this.numbers.dtype);
  }

  /** Has the current batch item begin: `item` is its number. */
  beginItem(item: Local): void {
    const { state, lines } = this.program;
    for (const { type, shape } of this.batch > 1 ? Object.values({ ...state, ...lines }) : []) {
      const bytes = this.bytes(type, shape);
      if (this.itemBases.has(bytes)) continue;
      const base = this.fn.local(`item_${bytes}`, 'i32');
      this.itemBases.set(bytes, base);
      this.fn.add(set(base, op('i32.add', this.fn.param(0), op('i32.mul', get(item), i32(bytes)))));
    }
  }

  /** Where the elements of a value lie. */
  pointer(id: number): Place {
    const { op: name, name: declared } = this.program.values[id]!;
    if (name === 'param') return this.fixed(`param:${declared}`);
    if (name === 'state') return this.ofItem('state', declared!);
    if (name === 'input') return this.place(`input:${declared}`);
    if (name === 'carried' || name === 'final') return this.place(`carried:${declared}`);
    return this.fixed(`vector:${id}`);
  }

  /** What doesn't depend on batch item or step. */
  fixed(key: LayoutKey): Place {
    const { layout } = this.target;
    const offset = layout.offset(key);
    return this.shared !== undefined && layout.isOwn(key)
      ? { base: this.shared.own, offset: offset - layout.own.start }
      : { base: this.fn.param(0), offset };
  }

  /** A state (or where it goes) or delay line of the current batch item. */
  ofItem(kind: 'state' | 'next' | 'line', name: string): Place {
    const key: LayoutKey = `${kind}:${name}`;
    if (this.places.has(key)) return this.place(key);
    const { type, shape } = this.program.state[name] ?? this.program.lines[name]!;
    const base = this.itemBases.get(this.bytes(type, shape));
    const place = this.fixed(key);
    return base === undefined ? place : { base: get(base), offset: place.offset };
  }

  place(key: HeaderKey | LayoutKey): Place {
    return { base: get(this.places.get(key)!), offset: 0 };
  }

  /** The variable for where something lies that isn't fixed. */
  placeOf(key: HeaderKey | LayoutKey): Local {
    let local = this.places.get(key);
    if (local === undefined) {
      local = this.fn.local(key.replace(':', '_'), 'i32');
      this.places.set(key, local);
    }
    return local;
  }

  /** A value of shape []. */
  scalar(id: number): Node {
    const value = this.program.values[id]!;
    const { scalar } = this.numbers;
    const made = this.scalars.get(id);
    if (made !== undefined) return made;
    switch (value.op) {
      case 'const': {
        const number = constantOf(value.value!);
        return typeof number === 'boolean' ? i32(Number(number)) : constant(this.numbers, number);
      }
      case 'dt':
        return this.entry('dt', scalar);
      case 'param':
        return this.once(`p_${value.name}`, () => this.single(value.type, this.pointer(id)));
      case 'input':
        return this.single(value.type, this.pointer(id));
      case 'carried':
      case 'final':
        return get(this.carried.get(value.name!)!.now);
      default:
        return this.entry(`scalar:${id}`, value.type === 'bool' ? 'i32' : scalar);
    }
  }

  /** Has a value of shape [] known from here on; one of the prelude is kept for the other functions. */
  keepScalar(id: number, node: Node): void {
    const kept = this.fn.keep(`v${id}`, node);
    this.scalars.set(id, kept);
    const { stage, type } = this.program.values[id]!;
    if (stage !== 'prelude') return;
    const name = type === 'bool' ? 'i32.store' : (`${this.numbers.scalar}.store` as const);
    this.fn.add(store(name, this.fn.param(0), kept, this.target.layout.header.offset(`scalar:${id}`)));
  }

  /** The one number at an address. */
  single(type: ValueType, place: Place): Node {
    return new Position(this.numbers, false, undefined).load(type, place);
  }

  /** A value at a position, from where it lies. */
  at(position: Position, id: number): Node {
    const { shape, type } = this.program.values[id]!;
    if (shape.length > 0) return position.load(type, this.pointer(id));
    return position.isVector ? this.splat(id) : this.scalar(id);
  }

  /** What is known of an operand, for the choice of instructions. */
  operand(id: number, node: Node): Operand {
    const { op: name, type, value } = this.program.values[id]!;
    return { node, isBool: type === 'bool', known: name === 'const' ? constantOf(value!) : undefined };
  }

  /**
   * A loop over the elements of a shape, vectors first, then what is left, one by one. With `copies`, as many vectors are
   * done in one pass. `body` writes the code for one position. Of a step that threads do in blocks, it is a loop over the
   * own block, unless `whole` is asked for.
   */
  loop(shape: Shape, body: (position: Position) => void, options: LoopOptions = {}): void {
    this.passes(shape, (positions) => positions.forEach(body), options);
  }

  /** The same, with the code for all positions of a pass. */
  passes(
    shape: Shape,
    body: (positions: readonly Position[]) => void,
    { copies = 1, vectors = true, whole = false }: LoopOptions = {},
  ): void {
    const { numbers } = this;
    const size = this.size(shape);
    const { splats, beforeLoop } = this;
    [this.splats, this.beforeLoop] = [new Map(), []];
    const most = vectors && this.target.simd ? copies : 0;
    const isDivided = shape.length > 0 && !whole;
    const block = isDivided ? this.shared?.blocks?.of(size, numbers.bytes) : undefined;
    const loops = this.fn.captured(() => {
      if (block === undefined) this.allPasses(size * numbers.bytes, most, body);
      else this.passesOfBlock(block, most, body);
    });
    this.fn.add(...this.beforeLoop, ...loops);
    [this.splats, this.beforeLoop] = [splats, beforeLoop];
  }

  /** From the beginning to an offset in bytes, with so many vectors in one pass. */
  private allPasses(end: number, vectors: number, body: (positions: readonly Position[]) => void): void {
    let done = 0;
    if (vectors > 1) done = this.repeat(done, end, 16, vectors, true, body);
    if (vectors > 0) done = this.repeat(done, end, 16, 1, true, body);
    this.repeat(done, end, this.numbers.bytes, 1, false, body);
  }

  /** The same for a block, whose bounds are known when the code runs. It begins at a multiple of what a pass does. */
  private passesOfBlock(
    { from, to }: Block,
    vectors: number,
    body: (positions: readonly Position[]) => void,
  ): void {
    const { fn, numbers } = this;
    const offset = fn.local('o', 'i32');
    fn.add(set(offset, from));
    const some = (bytes: number, copies: number, isVector: boolean) => {
      const whole = copies * bytes;
      const stop = isVector ? fn.keep('stop', op('i32.and', to, i32(-whole))) : to;
      fn.while(isVector ? 'vectors' : 'elements', op('i32.lt_u', get(offset), stop), () => {
        const position = (copy: number) => new Position(numbers, isVector, offset, copy * bytes);
        body(Array.from({ length: copies }, (_, copy) => position(copy)));
        fn.increase(offset, whole);
      });
    };
    if (vectors > 1) some(16, vectors, true);
    if (vectors > 0) some(16, 1, true);
    some(numbers.bytes, 1, false);
  }

  /** As many whole passes as there are between two offsets in bytes; returns where they end. */
  private repeat(
    from: number,
    to: number,
    bytes: number,
    copies: number,
    isVector: boolean,
    body: (positions: readonly Position[]) => void,
  ): number {
    const { fn, numbers } = this;
    const passes = Math.floor((to - from) / (bytes * copies));
    const stop = from + passes * bytes * copies;
    const positions = (moving: Local | undefined, first: number) =>
      Array.from(
        { length: copies },
        (_, copy) => new Position(numbers, isVector, moving, first + copy * bytes),
      );
    if (passes <= fewPasses) {
      for (let pass = 0; pass < passes; pass++) body(positions(undefined, from + pass * bytes * copies));
      return stop;
    }
    const offset = fn.local('o', 'i32');
    fn.add(set(offset, i32(from)));
    fn.repeat(isVector ? 'vectors' : 'elements', op('i32.lt_u', get(offset), i32(stop)), () => {
      body(positions(offset, 0));
      fn.increase(offset, bytes * copies);
    });
    return stop;
  }

  /** A scalar in all lanes, made once before the loop. */
  private splat(id: number): Node {
    let node = this.splats.get(id);
    if (node === undefined) {
      const value = this.program.values[id]!;
      const local = this.fn.local(`all${id}`, 'v128');
      const isZero = value.op === 'const' && Object.is(constantOf(value.value!), 0);
      const all = value.type === 'bool' ? splatMask(this.scalar(id)) : splat(this.numbers, this.scalar(id));
      this.beforeLoop.push(set(local, isZero ? words(0, 0, 0, 0) : all));
      node = get(local);
      this.splats.set(id, node);
    }
    return node;
  }

  /** A value that stays the same during the whole function. */
  private once(key: string, make: () => Node): Node {
    let node = this.known.get(key);
    if (node === undefined) {
      node = this.fn.keepAtEntry(key.replaceAll(':', '_'), make());
      this.known.set(key, node);
    }
    return node;
  }
}
