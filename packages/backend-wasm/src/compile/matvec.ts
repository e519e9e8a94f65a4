// A vector times a matrix [pre, post]. First a list of the elements of the vector that are not zero, in ascending order;
// then their rows, several in one pass, so that a result is loaded and stored once for all of them. Every product and
// every sum is rounded by itself, and sums are made in the order of the list: the bits don't depend on any of this.
import type { Value } from '@rp/dynamics';
import { get, i32, load, type Node, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import { bitmask, constant, splat } from './numbers.ts';
import type { Position } from './position.ts';

/** How many rows are done in one pass, as long as there are so many. */
const rowsTogether = [8, 4, 1] as const;

export function emitMatvec(frame: Frame, id: number, { args, shape }: Value): void {
  const [x, weights] = args as [number, number];
  const { fn, numbers } = frame;
  const end = activeElements(frame, x);
  const result = frame.pointer(id);
  const zero = constant(numbers, 0);
  frame.loop(shape, (position) => {
    fn.add(position.store('float', result, position.isVector ? splat(numbers, zero) : zero));
  });

  const place = fn.local('place', 'i32');
  fn.add(set(place, frame.entry('active')));
  const rowBytes = frame.bytes('float', shape);
  for (const rows of rowsTogether) {
    const condition =
      rows === 1
        ? op('i32.lt_u', get(place), end)
        : op('i32.ge_u', op('i32.sub', end, get(place)), i32(4 * rows));
    fn.while('rows', condition, () => {
      const terms = Array.from({ length: rows }, (_, row) => {
        const pre = fn.keep('pre', load('i32.load', get(place), 4 * row));
        const address = op('i32.add', frame.pointer(x), op('i32.shl', pre, i32(numbers.shift)));
        const factor = fn.keep('x', load(`${numbers.scalar}.load`, address));
        return {
          factor,
          all: frame.target.simd ? fn.keep('xs', splat(numbers, factor)) : factor,
          row: fn.keep('row', op('i32.add', frame.pointer(weights), op('i32.mul', pre, rowBytes))),
        };
      });
      const addTerms = (position: Position) => {
        const prefix = position.isVector ? numbers.vector : numbers.scalar;
        const sum = terms.reduce<Node>(
          (former, { factor, all, row }) => {
            const product = op(
              `${prefix}.mul`,
              position.isVector ? all : factor,
              position.load('float', row),
            );
            return op(`${prefix}.add`, former, product);
          },
          position.load('float', result),
        );
        fn.add(position.store('float', result, sum));
      };
      frame.loop(shape, addTerms, { copies: 2 });
      fn.increase(place, 4 * rows);
    });
  }
}

/** Writes the list of the indices whose elements are not zero (NaN is not). Returns where the list ends. */
function activeElements(frame: Frame, x: number): Node {
  const { fn, numbers } = frame;
  const { shape } = frame.program.values[x]!;
  const end = fn.local('end', 'i32');
  fn.add(set(end, frame.entry('active')));
  frame.loop(shape, (position) => {
    const element = position.load('float', frame.pointer(x));
    const zero = constant(numbers, 0);
    if (!position.isVector) {
      fn.add(store('i32.store', get(end), position.index));
      fn.increase(end, op('i32.shl', op(`${numbers.scalar}.ne`, element, zero), i32(2)));
      return;
    }
    const bits = fn.keep('bits', bitmask(numbers, op(`${numbers.vector}.ne`, element, splat(numbers, zero))));
    fn.when(bits, () => {
      for (let lane = 0; lane < numbers.lanes; lane++) {
        const bit = op('i32.and', lane === 0 ? bits : op('i32.shr_u', bits, i32(lane)), i32(1));
        fn.add(store('i32.store', get(end), op('i32.add', position.index, i32(lane))));
        fn.increase(end, op('i32.shl', bit, i32(2)));
      }
    });
  });
  return get(end);
}
