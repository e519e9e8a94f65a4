// One expression per elementwise operation, for a vector of numbers. Truth values are masks: all bits of a lane, or none.
// The operands are variables or constants: an expression may use them more than once.
import { type ElementwiseOp, int32Of, rounding } from '@rp/dynamics';
import { extractLane, i32, type Node, op, replaceLane, shuffle, words } from '../asm/node.ts';
import { exponents } from './emit-scalar.ts';
import { constant, type Numbers, splat } from './numbers.ts';

/** What an operand is known to be, besides where its value lies. */
export interface Operand {
  readonly node: Node;
  readonly isBool: boolean;
  /** If it is a constant: its value. */
  readonly known: number | boolean | undefined;
}

type Emit = (numbers: Numbers, a: Operand, b: Operand, c: Operand) => Node;

const one = (numbers: Numbers) => splat(numbers, constant(numbers, 1));
const zero = words(0, 0, 0, 0);

/** Adding an operation to the language is a compile error here. */
export const vectorOperations = {
  add: ({ vector }, a, b) => op(`${vector}.add`, a.node, b.node),
  sub: ({ vector }, a, b) => op(`${vector}.sub`, a.node, b.node),
  mul: ({ vector }, a, b) => op(`${vector}.mul`, a.node, b.node),
  div: ({ vector }, a, b) => op(`${vector}.div`, a.node, b.node),
  // These are defined as the language defines them: `b < a ? b : a` and `a < b ? b : a`.
  min: ({ vector }, a, b) => op(`${vector}.pmin`, a.node, b.node),
  max: ({ vector }, a, b) => op(`${vector}.pmax`, a.node, b.node),
  floor: ({ vector }, a) => op(`${vector}.floor`, a.node),
  abs: ({ vector }, a) => op(`${vector}.abs`, a.node),
  sqrt: ({ vector }, a) => op(`${vector}.sqrt`, a.node),
  pow2: (numbers, a) => pow2(numbers, a.node),
  exponent: (numbers, a) =>
    numbers.scalar === 'f32' ? exponentSingle(numbers, a.node) : exponentDouble(numbers, a.node),
  addInt32: (numbers, a, b) => ofInt32(numbers, op('i32x4.add', int32(numbers, a), int32(numbers, b))),
  shiftLeft: (numbers, a, places) => ofInt32(numbers, shifted('shl', numbers, a, places)),
  shiftRight: (numbers, a, places) => ofInt32(numbers, shifted('shr_s', numbers, a, places)),
  andBits: (numbers, a, b) => ofInt32(numbers, op('v128.and', int32(numbers, a), int32(numbers, b))),
  gt: ({ vector }, a, b) => op(`${vector}.gt`, a.node, b.node),
  ge: ({ vector }, a, b) => op(`${vector}.ge`, a.node, b.node),
  eq: ({ vector }, a, b) => op(`${vector}.eq`, a.node, b.node),
  select: (_, c, a, b) => choose(c.node, a, b),
  cast: (numbers, a) =>
    a.isBool ? op('v128.and', a.node, one(numbers)) : op(`${numbers.vector}.ne`, a.node, zero),
} satisfies Record<ElementwiseOp, Emit>;

/** Alternatives whose bits are all 0 or all 1 need one instruction. */
function choose(mask: Node, a: Operand, b: Operand): Node {
  if (isAllBits(a)) return isZeroBits(b) ? mask : op('v128.or', mask, b.node);
  if (isZeroBits(a)) return isAllBits(b) ? op('v128.not', mask) : op('v128.andnot', b.node, mask);
  if (isZeroBits(b)) return op('v128.and', a.node, mask);
  return op('v128.bitselect', a.node, b.node, mask);
}

function isZeroBits({ known }: Operand): boolean {
  return known === false || Object.is(known, 0);
}

function isAllBits({ known }: Operand): boolean {
  return known === true;
}

/** 32-bit integers in the first lanes. */
function int32({ scalar }: Numbers, { node }: Operand): Node {
  return op(scalar === 'f32' ? 'i32x4.trunc_sat_f32x4_s' : 'i32x4.trunc_sat_f64x2_s_zero', node);
}

function ofInt32({ scalar }: Numbers, whole: Node): Node {
  return op(scalar === 'f32' ? 'f32x4.convert_i32x4_s' : 'f64x2.convert_low_i32x4_s', whole);
}

/** A vector is shifted as a whole by as many places; by different ones, lane by lane. */
function shifted(by: 'shl' | 'shr_s', numbers: Numbers, a: Operand, places: Operand): Node {
  const whole = int32(numbers, a);
  if (typeof places.known === 'number')
    return op(`i32x4.${by}`, whole, i32(int32Of(rounding(numbers.dtype)(places.known))));
  const counts = int32(numbers, places);
  const lane = (vector: Node, at: number) => extractLane('i32x4.extract_lane', vector, at);
  let result = whole;
  for (let at = 0; at < numbers.lanes; at++)
    result = replaceLane(result, at, op(`i32.${by}`, lane(whole, at), lane(counts, at)));
  return result;
}

function pow2(numbers: Numbers, x: Node): Node {
  const { vector, scalar } = numbers;
  const { low, high, bias } = exponents[scalar];
  const number = (value: number) => splat(numbers, constant(numbers, value));
  const limited = op(`${vector}.pmin`, op(`${vector}.pmax`, x, number(low)), number(high));
  const power =
    scalar === 'f64'
      ? op(
          'i64x2.shl',
          op(
            'i64x2.extend_low_i32x4_s',
            op('i32x4.trunc_sat_f64x2_s_zero', op('f64x2.add', limited, number(bias))),
          ),
          i32(52),
        )
      : op(
          'i32x4.shl',
          op(
            'i32x4.add',
            op('i32x4.trunc_sat_f32x4_s', wholePart(numbers, limited)),
            words(bias, bias, bias, bias),
          ),
          i32(23),
        );
  return op('v128.bitselect', power, x, op(`${vector}.eq`, x, x));
}

/** The largest whole number that isn't larger; but negative numbers that vanish beside the bias count as zero. */
function wholePart(numbers: Numbers, x: Node): Node {
  const number = (value: number) => splat(numbers, constant(numbers, value));
  const whole = op('f32x4.floor', x);
  const vanishes = op('f32x4.ge', x, number(-(2 ** -44)));
  return op('v128.bitselect', op('f32x4.pmax', whole, zero), whole, vanishes);
}

function exponentSingle(numbers: Numbers, x: Node): Node {
  const field = op('v128.and', op('i32x4.shr_u', x, i32(23)), words(0xff, 0xff, 0xff, 0xff));
  return op('f32x4.sub', op('f32x4.convert_i32x4_s', field), splat(numbers, constant(numbers, 127)));
}

function exponentDouble(numbers: Numbers, x: Node): Node {
  const field = op('v128.and', op('i64x2.shr_u', x, i32(52)), words(0x7ff, 0, 0x7ff, 0));
  const packed = shuffle(field, field, [0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
  return op('f64x2.sub', op('f64x2.convert_low_i32x4_s', packed), splat(numbers, constant(numbers, 1023)));
}
