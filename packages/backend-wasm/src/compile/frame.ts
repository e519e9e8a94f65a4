// What the code of a function stands on: the header's entries as variables, sizes, where each value lies, and loops.
// It knows nothing of groups, sinks or steps. All parts of a function share one.
import { constantOf, type Dim, type Shape, type StepProgram, type ValueType } from '@rp/dynamics';
import type { FunctionBuilder } from '../asm/function.ts';
import type { ValType } from '../asm/instructions.ts';
import { get, i32, type Local, load, type Node, op, set, store, words } from '../asm/node.ts';
import type { Operand } from './emit-vector.ts';
import type { Header, HeaderKey } from './header.ts';
import { constant, type Numbers, splat, splatMask } from './numbers.ts';
import { Position } from './position.ts';

/** What all functions of a module have in common. */
export interface Target {
  readonly program: StepProgram;
  readonly numbers: Numbers;
  readonly header: Header;
  readonly simd: boolean;
}

export class Frame {
  readonly target: Target;
  readonly fn: FunctionBuilder;
  /** Scalars that the function has made or read so far. */
  readonly scalars = new Map<number, Node>();
  /** Where something of the current batch item and step lies. */
  readonly places = new Map<HeaderKey, Local>();
  /** Scalars that a loop carries: before an iteration, and after it. */
  readonly carried = new Map<string, { readonly now: Local; readonly next: Local }>();
  /** Entries that an event output has in the current batch item. */
  readonly fills = new Map<string, Local>();
  private readonly known = new Map<string, Node>();
  /** Splat values of the loop that is being written, and the statements that make them before it. */
  private splats = new Map<number, Node>();
  private beforeLoop: Node[] = [];

  constructor(target: Target, fn: FunctionBuilder) {
    this.target = target;
    this.fn = fn;
  }

  get program(): StepProgram {
    return this.target.program;
  }

  get numbers(): Numbers {
    return this.target.numbers;
  }

  /** An entry of the header. */
  entry(key: HeaderKey, type: ValType = 'i32'): Node {
    const name = type === 'v128' || type === 'i64' ? 'i32' : type;
    return this.once(key, () => load(`${name}.load`, this.fn.param(0), this.target.header.offset(key)));
  }

  /** The number of elements of a shape. */
  size(shape: Shape): Node {
    const extent = (dim: Dim) => (typeof dim === 'number' ? i32(dim) : this.entry(`extent:${dim}`));
    if (shape.length === 0) return i32(1);
    if (shape.length === 1) return extent(shape[0]!);
    return this.once(`size_${shape.join('_')}`, () =>
      shape.map(extent).reduce((a, b) => op('i32.mul', a, b)),
    );
  }

  /** The bytes of a vector of a shape. */
  bytes(type: ValueType, shape: Shape): Node {
    const size = this.size(shape);
    if (type === 'bool') return size;
    return this.once(`bytes_${shape.join('_')}`, () => op('i32.shl', size, i32(this.numbers.shift)));
  }

  /** Where the elements of a value lie. */
  pointer(id: number): Node {
    const { op: name, name: declared } = this.program.values[id]!;
    if (name === 'param') return this.entry(`param:${declared}`);
    if (name === 'state' || name === 'input') return this.place(`${name}:${declared!}`);
    if (name === 'carried' || name === 'final') return this.place(`carried:${declared!}`);
    return this.entry(`vector:${id}`);
  }

  place(key: HeaderKey): Node {
    return get(this.places.get(key)!);
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
    this.fn.add(store(name, this.fn.param(0), kept, this.target.header.offset(`scalar:${id}`)));
  }

  /** The one number at an address. */
  single(type: ValueType, pointer: Node): Node {
    return new Position(this.numbers, false, undefined).load(type, pointer);
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
   * done in one pass. `body` writes the code for one position.
   */
  loop(shape: Shape, body: (position: Position) => void, { copies = 1, vectors = true } = {}): void {
    const { fn, numbers } = this;
    if (shape.length === 0) {
      body(new Position(numbers, false, undefined));
      return;
    }
    const offset = fn.local('o', 'i32');
    const end = this.bytes('float', shape);
    const { splats, beforeLoop } = this;
    [this.splats, this.beforeLoop] = [new Map(), []];
    const loops = fn.captured(() => {
      fn.add(set(offset, i32(0)));
      for (const count of this.target.simd && vectors ? (copies > 1 ? [copies, 1] : [1]) : []) {
        const stop = this.wholeVectors(shape, end, 16 * count);
        fn.count('vectors', offset, stop, 16 * count, () => {
          for (let copy = 0; copy < count; copy++) body(new Position(numbers, true, offset, copy));
        });
      }
      fn.count('rest', offset, end, numbers.bytes, () => body(new Position(numbers, false, offset)));
    });
    fn.add(...this.beforeLoop, ...loops);
    [this.splats, this.beforeLoop] = [splats, beforeLoop];
  }

  /** The part of a number of bytes that whole passes cover. */
  wholeVectors(shape: Shape, end: Node, bytes: number): Node {
    return this.once(`whole${bytes}_${shape.join('_')}`, () => op('i32.and', end, i32(-bytes)));
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
      node = this.fn.keepAtEntry(key.replace(':', '_'), make());
      this.known.set(key, node);
    }
    return node;
  }
}
