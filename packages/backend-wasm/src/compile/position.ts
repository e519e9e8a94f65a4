// One place in a loop: a single element or a vector of them, and how elements are read and written there.
import type { ValueType } from '@rp/dynamics';
import { get, i32, type Local, load, type Node, op, store, storeLane, words } from '../asm/node.ts';
import { bytesFromMask, maskFromBytes, type Numbers } from './numbers.ts';

/** Where an array begins: at an address, and a fixed number of bytes, 0 or more, from there. */
export interface Place {
  readonly base: Node;
  readonly offset: number;
}

export class Position {
  readonly numbers: Numbers;
  readonly isVector: boolean;
  /** Byte offset, for numbers, of the loop's current place; undefined where there is no loop. */
  private readonly moving: Local | undefined;
  /** Bytes from there, for numbers. */
  private readonly fixed: number;

  constructor(numbers: Numbers, isVector: boolean, moving: Local | undefined, fixed = 0) {
    this.numbers = numbers;
    this.isVector = isVector;
    this.moving = moving;
    this.fixed = fixed;
  }

  /** The index of the element, or of the first of the vector. */
  get index(): Node {
    const { shift } = this.numbers;
    const fixed = this.fixed >> shift;
    if (this.moving === undefined) return i32(fixed);
    const index = op('i32.shr_u', get(this.moving), i32(shift));
    return fixed === 0 ? index : op('i32.add', index, i32(fixed));
  }

  /** The indices of all elements of the vector. */
  get indices(): Node {
    return op('i32x4.add', op('i32x4.splat', this.index), words(0, 1, 2, 3));
  }

  /** The element of an array. Truth values become 0 or 1, or a mask. */
  load(type: ValueType, place: Place): Node {
    const { numbers } = this;
    const { base, offset } = this.at(type, place, 1);
    if (type === 'float') return load(this.isVector ? 'v128.load' : `${numbers.scalar}.load`, base, offset);
    if (!this.isVector) return op('i32.ne', load('i32.load8_u', base, offset), i32(0));
    const bytes = load(numbers.lanes === 4 ? 'v128.load32_splat' : 'v128.load16_splat', base, offset);
    return maskFromBytes(numbers, bytes);
  }

  store(type: ValueType, place: Place, value: Node): Node {
    const { numbers } = this;
    const { base, offset } = this.at(type, place, 1);
    if (type === 'float') {
      return store(this.isVector ? 'v128.store' : `${numbers.scalar}.store`, base, value, offset);
    }
    if (!this.isVector) return store('i32.store8', base, value, offset);
    const name = numbers.lanes === 4 ? 'v128.store32_lane' : 'v128.store16_lane';
    return storeLane(name, base, bytesFromMask(numbers, value), offset);
  }

  /** Where this element is in an array with so many parts for each element. */
  at(type: ValueType, { base, offset }: Place, parts: number): Place {
    const bytes = type === 'float' ? this.fixed : this.fixed >> this.numbers.shift;
    return { base: this.moved(type, base, parts), offset: offset + bytes * parts };
  }

  private moved(type: ValueType, base: Node, parts: number): Node {
    if (this.moving === undefined) return base;
    const bytes =
      type === 'float' ? get(this.moving) : op('i32.shr_u', get(this.moving), i32(this.numbers.shift));
    return op('i32.add', base, parts === 1 ? bytes : op('i32.mul', bytes, i32(parts)));
  }
}
