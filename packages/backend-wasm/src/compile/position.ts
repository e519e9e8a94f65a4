// One place in a loop: a single element or a vector of them, and how elements are read and written there.
import type { ValueType } from '@rp/dynamics';
import { get, i32, type Local, load, type Node, op, store, storeLane, words } from '../asm/node.ts';
import { bytesFromMask, maskFromBytes, type Numbers } from './numbers.ts';

export class Position {
  readonly numbers: Numbers;
  readonly isVector: boolean;
  /** Byte offset, for numbers, of the loop's current place; undefined for a scalar. */
  private readonly offset: Local | undefined;
  /** Which vector from there on. */
  private readonly copy: number;

  constructor(numbers: Numbers, isVector: boolean, offset: Local | undefined, copy = 0) {
    this.numbers = numbers;
    this.isVector = isVector;
    this.offset = offset;
    this.copy = copy;
  }

  /** The index of the element, or of the first of the vector. */
  get index(): Node {
    if (this.offset === undefined) return i32(0);
    const index = op('i32.shr_u', get(this.offset), i32(this.numbers.shift));
    return this.copy === 0 ? index : op('i32.add', index, i32(this.copy * this.numbers.lanes));
  }

  /** The indices of all elements of the vector. */
  get indices(): Node {
    return op('i32x4.add', op('i32x4.splat', this.index), words(0, 1, 2, 3));
  }

  /** The element of a vector that begins at an address. Truth values become 0 or 1, or a mask. */
  load(type: ValueType, pointer: Node): Node {
    const { numbers } = this;
    const address = this.address(type, pointer);
    const extra = this.extra(type);
    if (type === 'float') return load(this.isVector ? 'v128.load' : `${numbers.scalar}.load`, address, extra);
    if (!this.isVector) return op('i32.ne', load('i32.load8_u', address, extra), i32(0));
    const bytes = load(numbers.lanes === 4 ? 'v128.load32_splat' : 'v128.load16_splat', address, extra);
    return maskFromBytes(numbers, bytes);
  }

  store(type: ValueType, pointer: Node, value: Node): Node {
    const { numbers } = this;
    const address = this.address(type, pointer);
    const extra = this.extra(type);
    if (type === 'float') {
      return store(this.isVector ? 'v128.store' : `${numbers.scalar}.store`, address, value, extra);
    }
    if (!this.isVector) return store('i32.store8', address, value, extra);
    const name = numbers.lanes === 4 ? 'v128.store32_lane' : 'v128.store16_lane';
    return storeLane(name, address, bytesFromMask(numbers, value), extra);
  }

  /** Where the element of a list of parts is: `parts` numbers (or bytes) for each element. */
  addressOfParts(type: ValueType, pointer: Node, parts: number): Node {
    if (this.offset === undefined) return pointer;
    return op('i32.add', pointer, op('i32.mul', this.inBytes(type, this.offset), i32(parts)));
  }

  private address(type: ValueType, pointer: Node): Node {
    return this.offset === undefined ? pointer : op('i32.add', pointer, this.inBytes(type, this.offset));
  }

  private inBytes(type: ValueType, offset: Local): Node {
    return type === 'float' ? get(offset) : op('i32.shr_u', get(offset), i32(this.numbers.shift));
  }

  private extra(type: ValueType): number {
    return this.copy * (type === 'float' ? 16 : this.numbers.lanes);
  }
}
