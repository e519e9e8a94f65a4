// A vector times a matrix [pre, post]. First a list of the elements of the vector that are not zero, in ascending order;
// then their rows, several in one pass, so that a result is loaded and stored once for all of them. Every product and
// every sum is rounded by itself, and sums are made in the order of the list: the bits don't depend on any of this.
import type { Value } from '@rp/dynamics';
import { get, i32, load, type Node, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import { bitmask, constant, splat } from './numbers.ts';
import type { Position } from './position.ts';
import { emitEntries } from './sparse-matvec.ts';

/** How many rows are done in one pass, as long as there are so many. */
const rowsTogether = [8, 4, 1] as const;

export function emitMatvec(frame: Frame, id: number, { args, shape }: Value): void {
  const [x, weights] = args as [number, number];
  const { fn, numbers } = frame;
  const result = frame.pointer(id);
  const zero = constant(numbers, 0);
  const end = activeElements(frame, x);
  frame.loop(
    shape,
    (position) => {
      fn.add(position.store('float', result, position.isVector ? splat(numbers, zero) : zero));
    },
    { copies: 4 },
  );

  const { base, offset } = frame.fixed('active');
  const place = fn.local('place', 'i32');
  fn.add(set(place, base));
  if (frame.program.values[weights]!.storage === 'csr') {
    emitEntries(frame, { x, weights, result, place, end });
    return;
  }
  const matrix = frame.pointer(weights);
  const vector = frame.pointer(x);
  for (const rows of rowsTogether) {
    const condition =
      rows === 1
        ? op('i32.lt_u', get(place), end)
        : op('i32.ge_u', op('i32.sub', end, get(place)), i32(4 * rows));
    fn.while('rows', condition, () => {
      const terms = Array.from({ length: rows }, (_, row) => {
        const pre = fn.keep('pre', load('i32.load', get(place), offset + 4 * row));
        const address = op('i32.add', vector.base, op('i32.shl', pre, i32(numbers.shift)));
        const factor = fn.keep('x', load(`${numbers.scalar}.load`, address, vector.offset));
        const distance = op('i32.mul', pre, i32(frame.bytes('float', shape)));
        return {
          factor,
          all: frame.target.simd ? fn.keep('xs', splat(numbers, factor)) : factor,
          row: { base: fn.keep('row', op('i32.add', matrix.base, distance)), offset: matrix.offset },
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

/**
 * Writes the list of the indices whose elements are not zero (NaN is not), from the beginning of the list on. Returns how
 * far the list goes, as the place that ends it would be counted from the header.
 */
function activeElements(frame: Frame, x: number): Node {
  const { fn, numbers } = frame;
  const { base, offset } = frame.fixed('active');
  const { shape } = frame.program.values[x]!;
  const end = fn.local('end', 'i32');
  const zero = constant(numbers, 0);
  fn.add(set(end, base));
  const count = (index: Node, bit: Node) => {
    fn.add(store('i32.store', get(end), index, offset));
    fn.increase(end, op('i32.shl', bit, i32(2)));
  };
  frame.passes(
    shape,
    (positions) => {
      const elements = positions.map((position) => fn.keep('x', position.load('float', frame.pointer(x))));
      if (!positions[0]!.isVector) {
        count(positions[0]!.index, op(`${numbers.scalar}.ne`, elements[0]!, zero));
        return;
      }
      // One look at all of them: most are zero in a network that spikes. (−0 has a bit; it isn't counted below.)
      fn.when(
        op(
          'v128.any_true',
          elements.reduce((a, b) => op('v128.or', a, b)),
        ),
        () => {
          elements.forEach((element, place) => {
            const bits = fn.keep(
              'bits',
              bitmask(numbers, op(`${numbers.vector}.ne`, element, splat(numbers, zero))),
            );
            for (let lane = 0; lane < numbers.lanes; lane++) {
              const index = op('i32.add', positions[place]!.index, i32(lane));
              count(index, op('i32.and', lane === 0 ? bits : op('i32.shr_u', bits, i32(lane)), i32(1)));
            }
          });
        },
      );
    },
    { copies: 4, whole: true },
  );
  return get(end);
}
