// The part of a step that is a thread's own: a block of the elements of each array, and barriers where it needs what the
// others have made.
import type { FunctionBuilder } from '../asm/function.ts';
import { atomic, get, i32, i64, type Node, op, select, set } from '../asm/node.ts';
import { places } from '../threads/control.ts';

/** Blocks begin at multiples of so many elements: so no two threads write to one cache line, whatever the type. */
const granule = 64;

export interface Block {
  /** From and to where it goes, in bytes from the beginning of an array of numbers. */
  readonly from: Node;
  readonly to: Node;
}

/** What a function knows of the thread that it runs in. */
export interface Thread {
  /** Which of those that take part it is, and how many these are. */
  readonly index: Node;
  readonly count: Node;
  /** How often it looks whether the others have come before it sleeps; 0: it may never sleep. */
  readonly patience: Node;
  /** Where the words are by which threads wait for each other. */
  readonly control: number;
}

export class Blocks {
  private readonly fn: FunctionBuilder;
  private readonly thread: Thread;
  private readonly known = new Map<number, Block>();
  /** What was made since the last barrier: others may not have it yet. */
  private readonly fresh = new Set<number>();

  constructor(fn: FunctionBuilder, thread: Thread) {
    this.fn = fn;
    this.thread = thread;
  }

  /** The own block of arrays of a size. */
  of(size: number, bytesPerElement: number): Block {
    let block = this.known.get(size);
    if (block === undefined) {
      const { index } = this.thread;
      block = {
        from: this.fn.keepAtEntry(`from_${size}`, this.boundary(size, bytesPerElement, index)),
        to: this.fn.keepAtEntry(
          `to_${size}`,
          this.boundary(size, bytesPerElement, op('i32.add', index, i32(1))),
        ),
      };
      this.known.set(size, block);
    }
    return block;
  }

  /** Where the block of a thread begins; where that of the last one ends, if there is no such thread. */
  private boundary(size: number, bytesPerElement: number, index: Node): Node {
    const granules = i32(Math.ceil(size / granule));
    const before = op('i32.div_u', op('i32.mul', granules, index), this.thread.count);
    const bytes = op('i32.mul', before, i32(granule * bytesPerElement));
    const end = i32(size * bytesPerElement);
    return select(bytes, end, op('i32.lt_u', bytes, end));
  }

  /** Code for one of the threads alone. */
  inFirst(body: () => void): void {
    this.fn.when(op('i32.eqz', this.thread.index), body);
  }

  /** The thread has made its blocks of these values. */
  made(ids: readonly number[]): void {
    for (const id of ids) this.fresh.add(id);
  }

  /** From here on these values are whole. */
  require(ids: readonly number[]): void {
    if (ids.some((id) => this.fresh.has(id))) this.barrier();
  }

  /** Waits for all others. */
  barrier(): void {
    const { fn, thread } = this;
    this.fresh.clear();
    const word = (place: number) => i32(thread.control + 4 * place);
    const generation = word(places.generation);
    fn.when(op('i32.ne', thread.count, i32(1)), () => {
      const former = fn.keep('generation', atomic('i32.atomic.load', generation));
      const arrived = fn.keep('arrived', atomic('i32.atomic.rmw.add', word(places.arrived), i32(1)));
      fn.when(
        op('i32.eq', op('i32.add', arrived, i32(1)), thread.count),
        () => {
          fn.add(atomic('i32.atomic.store', word(places.arrived), i32(0)));
          fn.keep('old', atomic('i32.atomic.rmw.add', generation, i32(1)));
          fn.when(atomic('i32.atomic.load', word(places.asleep)), () => {
            fn.keep('woken', atomic('memory.atomic.notify', generation, i32(-1)));
          });
        },
        () => this.wait(former, word),
      );
    });
  }

  /** Looks often, since the others mostly come soon; then sleeps. */
  private wait(former: Node, word: (place: number) => Node): void {
    const { fn, thread } = this;
    const generation = word(places.generation);
    const looks = fn.local('looks', 'i32');
    fn.add(set(looks, i32(0)));
    const isSame = op('i32.eq', atomic('i32.atomic.load', generation), former);
    const goesOn = op('i32.eqz', atomic('i32.atomic.load', word(places.failed)));
    fn.while('waiting', op('i32.and', isSame, goesOn), () => {
      fn.increase(looks, 1);
      fn.when(op('i32.eq', get(looks), thread.patience), () => {
        fn.keep('before', atomic('i32.atomic.rmw.add', word(places.asleep), i32(1)));
        fn.keep('why', atomic('memory.atomic.wait32', generation, former, i64(-1)));
        fn.keep('after', atomic('i32.atomic.rmw.sub', word(places.asleep), i32(1)));
        fn.add(set(looks, i32(0)));
      });
    });
  }
}
