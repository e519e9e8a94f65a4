// A vector times a sparse matrix: the entries of the rows whose element isn't zero, row after row. The columns of all
// entries lie in one list, their numbers in another: two streams of memory are fetched ahead at a time. A column is kept
// as its place, an address counted from the result as if that lay at the session's header: adding an entry computes none.
import { get, i32, type Local, load, type Node, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import type { Place } from './position.ts';

/** How many entries are added in one pass, as long as there are so many. */
const entriesTogether = 4;

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
  const name = frame.program.values[weights]!.name!;
  const list = frame.fixed('active');
  const rows = frame.fixed(`rows:${name}`);
  const vector = frame.pointer(x);
  const [column, number] = [fn.local('column', 'i32'), fn.local('number', 'i32')];
  // Columns count from the header; a thread may have its result elsewhere.
  const away = frame.shared && fn.keep('away', op('i32.sub', result.base, fn.param(0)));
  fn.while('rows', op('i32.lt_u', get(place), end), () => {
    const pre = fn.keep('pre', load('i32.load', get(place), list.offset));
    const address = op('i32.add', vector.base, op('i32.shl', pre, i32(numbers.shift)));
    const factor = fn.keep('x', load(`${scalar}.load`, address, vector.offset));
    const row = fn.keep('row', op('i32.add', rows.base, op('i32.shl', pre, i32(2))));
    fn.add(set(column, load('i32.load', row, rows.offset)));
    const scaled = op('i32.shl', get(column), i32(numbers.shift - 2));
    fn.add(set(number, op('i32.add', scaled, frame.entry(`numbers:${name}`))));
    const stop = fn.keep('stop', load('i32.load', row, rows.offset + 4));
    // Columns come once in a row: entries of a pass don't meet, so all sums are read before any is written.
    const add = (count: number) => {
      const sums = Array.from({ length: count }, (_, k) => {
        const there = load('i32.load', get(column), 4 * k);
        const post = fn.keep('post', away === undefined ? there : op('i32.add', there, away));
        const weight = load(`${scalar}.load`, get(number), k * numbers.bytes);
        const former = load(`${scalar}.load`, post, result.offset);
        return {
          post,
          sum: fn.keep('sum', op(`${scalar}.add`, former, op(`${scalar}.mul`, factor, weight))),
        };
      });
      for (const { post, sum } of sums) fn.add(store(`${scalar}.store`, post, sum, result.offset));
      fn.increase(column, 4 * count);
      fn.increase(number, numbers.bytes * count);
    };
    const left = op('i32.sub', stop, get(column));
    fn.while('entries', op('i32.ge_u', left, i32(4 * entriesTogether)), () => add(entriesTogether));
    fn.while('rest', op('i32.lt_u', get(column), stop), () => add(1));
    fn.increase(place, 4);
  });
}
