// An array of numbers that several series use at once, without any of them (or anybody else) noticing. That works
// since series never write into their arrays, and as long as nobody outside can: an array that was handed out is
// never shared from then on, and one that is shared is copied before it is handed out.

/** What is known of a piece of memory by all who use it. Both only ever turn true, and never both. */
interface Memory {
  isShared: boolean;
  /** Somebody outside has an array in this memory and may write to it. */
  isOut: boolean;
}

/** A part that is smaller than this share of its memory is copied, so that it doesn't keep all of it alive. */
const SMALLEST_SHARE = 1 / 4;

/** An array of a series. Each series has one of its own, whose memory may be that of others. */
export class SharedArray<A extends Float64Array | Int32Array> {
  private array: A;
  private memory: Memory;
  private order: boolean | undefined;

  /**
   * @param array belongs to the new one alone.
   * @param ascends whether its numbers ascend (equal ones allowed) and none is NaN, if that is known.
   */
  constructor(array: A, ascends?: boolean) {
    this.array = array;
    this.memory = { isShared: false, isOut: false };
    this.order = ascends;
  }

  /** The numbers, for reading, and not for keeping. */
  get data(): A {
    return this.array;
  }

  /** Whether somebody outside may change the numbers at any time. */
  get isOut(): boolean {
    return this.memory.isOut;
  }

  /** Whether the numbers ascend and none is NaN, as far as is known; what is outside may have changed since. */
  get ascends(): boolean | undefined {
    if (!this.isOut) this.order ??= isAscending(this.array);
    return this.order;
  }

  /** An array for those outside, who may write to it. */
  handOut(): A {
    if (this.memory.isShared) {
      this.array = this.array.slice() as A;
      this.memory = { isShared: false, isOut: true };
    }
    this.memory.isOut = true;
    return this.array;
  }

  /** The same numbers for another series. */
  share(): SharedArray<A> {
    return this.part(0, this.array.length);
  }

  /** The numbers from `first` up to `end`, for another series. */
  part(first: number, end: number): SharedArray<A> {
    const bytes = (end - first) * this.array.BYTES_PER_ELEMENT;
    const isWorthIt = bytes > 0 && bytes >= SMALLEST_SHARE * this.array.buffer.byteLength;
    const known = this.order && !this.isOut;
    if (this.isOut || !isWorthIt)
      return new SharedArray(this.array.slice(first, end) as A, known || undefined);
    const part = new SharedArray(this.array.subarray(first, end) as A, known || undefined);
    this.memory.isShared = true;
    part.memory = this.memory;
    return part;
  }
}

/** Whether numbers ascend (equal ones allowed) and none is NaN. */
export function isAscending(numbers: Float64Array | Int32Array): boolean {
  for (let i = 1; i < numbers.length; i++) if (!(numbers[i]! >= numbers[i - 1]!)) return false;
  return !Number.isNaN(numbers[0]);
}
