// The random words of Philox 4x32-10, for single counters and for a vector of them: the same arithmetic twice.
import { i32, i64, type Node, op, shuffle, words } from '../asm/node.ts';
import { constant, type Numbers, splat } from './numbers.ts';

const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
const weyl = [0x9e3779b9, 0xbb67ae85] as const;
const rounds = 10;

/** Keeps a value in a variable, so that it is computed once. */
export type Keep = (name: string, value: Node) => Node;

interface Arithmetic {
  xor(a: Node, b: Node): Node;
  add(a: Node, constant: number): Node;
  low(a: Node, multiplier: number): Node;
  high(a: Node, multiplier: number): Node;
}

const single: Arithmetic = {
  xor: (a, b) => op('i32.xor', a, b),
  add: (a, b) => op('i32.add', a, i32(b)),
  low: (a, multiplier) => op('i32.mul', a, i32(multiplier)),
  high: (a, multiplier) => {
    const product = op('i64.mul', op('i64.extend_i32_u', a), i64(multiplier));
    return op('i32.wrap_i64', op('i64.shr_u', product, i64(32)));
  },
};

const four = (word: number) => words(word, word, word, word);

const vectors: Arithmetic = {
  xor: (a, b) => op('v128.xor', a, b),
  add: (a, b) => op('i32x4.add', a, four(b)),
  low: (a, multiplier) => op('i32x4.mul', a, four(multiplier)),
  high: (a, multiplier) =>
    shuffle(
      op('i64x2.extmul_low_i32x4_u', a, four(multiplier)),
      op('i64x2.extmul_high_i32x4_u', a, four(multiplier)),
      [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31],
    ),
};

type Four = readonly [Node, Node, Node, Node];

/** Four random words from a counter of four and a key of two, all of them single or all vectors. */
export function philox(keep: Keep, counter: Four, key: readonly [Node, Node]): Four {
  const { xor, add, low, high } = counter[0].type === 'v128' ? vectors : single;
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = high(c0, multipliers[0]);
    const high1 = high(c2, multipliers[1]);
    [c0, c1, c2, c3] = [
      keep('c0', xor(xor(high1, c1), k0)),
      keep('c1', low(c2, multipliers[1])),
      keep('c2', xor(xor(high0, c3), k1)),
      keep('c3', low(c0, multipliers[0])),
    ];
    if (round + 1 < rounds) [k0, k1] = [keep('k0', add(k0, weyl[0])), keep('k1', add(k1, weyl[1]))];
  }
  return [c0, c1, c2, c3];
}

/** The number in (0, 1) that stands for a random word: `(w + 0.5) / 2^32`. */
export function uniformOf(numbers: Numbers, word: Node): Node {
  const { scalar, vector } = numbers;
  const [half, unit] = [constant(numbers, 0.5), constant(numbers, 2 ** -32)];
  if (word.type !== 'v128') {
    return op(`${scalar}.mul`, op(`${scalar}.add`, op(`${scalar}.convert_i32_u`, word), half), unit);
  }
  const number = op(scalar === 'f32' ? 'f32x4.convert_i32x4_u' : 'f64x2.convert_low_i32x4_u', word);
  return op(`${vector}.mul`, op(`${vector}.add`, number, splat(numbers, half)), splat(numbers, unit));
}
