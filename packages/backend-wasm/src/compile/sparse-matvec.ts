// A vector times a sparse matrix: the entries of the rows whose element isn't zero, row after row. An entry is the place of
// its column (an address, counted from the beginning of the result as if that lay at the session's header) and, right
// after it, its number; so a row is one stream of memory, and adding an entry computes no address.
import { get, i32, type Local, load, type Node, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import type { Numbers } from './numbers.ts';
import type { Place } from './position.ts';

/** How many entries are added in one pass, as long as there are so many. */
const entriesTogether = 4;

/** The bytes of an entry. */
export function entryBytes({ bytes }: Pick<Numbers, 'bytes'>): number {
  return 4 + bytes;
}

/** The product that is being made: of the elements whose indices are listed from `place` to `end`. */
interface Product {
  readonly x: number;
  readonly weights: number;
  readonly result: Place;
  readonly place: Local;
  readonly end: Node;
}

export function emitEntries(frame: Frame, { x, weights, result, place, end }: Product): void {
  const { fn, numbers } = frame;
  const { scalar } = numbers;
  const stride = entryBytes(numbers);
  const list = frame.fixed('active');
  const rows = frame.fixed(`rows:${frame.program.values[weights]!.name!}`);
  const vector = frame.pointer(x);
  const entry = fn.local('entry', 'i32');
  fn.while('rows', op('i32.lt_u', get(place), end), () => {
    const pre = fn.keep('pre', load('i32.load', get(place), list.offset));
    const address = op('i32.add', vector.base, op('i32.shl', pre, i32(numbers.shift)));
    const factor = fn.keep('x', load(`${scalar}.load`, address, vector.offset));
    const row = fn.keep('row', op('i32.add', rows.base, op('i32.shl', pre, i32(2))));
    fn.add(set(entry, load('i32.load', row, rows.offset)));
    const stop = fn.keep('stop', load('i32.load', row, rows.offset + 4));
    // Columns come once in a row: entries of a pass don't meet, so all sums are read before any is written.
    const add = (count: number) => {
      const sums = Array.from({ length: count }, (_, k) => {
        const post = fn.keep('post', load('i32.load', get(entry), k * stride));
        const product = op(`${scalar}.mul`, factor, load(`${scalar}.load`, get(entry), k * stride + 4));
        const former = load(`${scalar}.load`, post, result.offset);
        return { post, sum: fn.keep('sum', op(`${scalar}.add`, former, product)) };
      });
      for (const { post, sum } of sums) fn.add(store(`${scalar}.store`, post, sum, result.offset));
      fn.increase(entry, count * stride);
    };
    const left = op('i32.sub', stop, get(entry));
    fn.while('entries', op('i32.ge_u', left, i32(entriesTogether * stride)), () => add(entriesTogether));
    fn.while('rest', op('i32.lt_u', get(entry), stop), () => add(1));
    fn.increase(place, 4);
  });
}
