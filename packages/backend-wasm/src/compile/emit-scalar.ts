// One expression per elementwise operation, for single numbers. Truth values are i32, 0 or 1.
// The operands are variables or constants: an expression may use them more than once.
import type { ElementwiseOp } from '@rp/dynamics';
import { i32, i64, type Node, op, select } from '../asm/node.ts';
import { constant, type Numbers } from './numbers.ts';

type Emit = (numbers: Numbers, a: Node, b: Node, c: Node) => Node;

/** Adding an operation to the language is a compile error here. */
export const scalarOperations = {
  add: ({ scalar }, a, b) => op(`${scalar}.add`, a, b),
  sub: ({ scalar }, a, b) => op(`${scalar}.sub`, a, b),
  mul: ({ scalar }, a, b) => op(`${scalar}.mul`, a, b),
  div: ({ scalar }, a, b) => op(`${scalar}.div`, a, b),
  min: ({ scalar }, a, b) => select(b, a, op(`${scalar}.lt`, b, a)),
  max: ({ scalar }, a, b) => select(b, a, op(`${scalar}.lt`, a, b)),
  floor: ({ scalar }, a) => op(`${scalar}.floor`, a),
  abs: ({ scalar }, a) => op(`${scalar}.abs`, a),
  sqrt: ({ scalar }, a) => op(`${scalar}.sqrt`, a),
  pow2: (numbers, a) => (numbers.scalar === 'f32' ? pow2Single(numbers, a) : pow2Double(numbers, a)),
  exponent: ({ scalar }, a) => (scalar === 'f32' ? exponentSingle(a) : exponentDouble(a)),
  addInt32: (numbers, a, b) => ofInt32(numbers, op('i32.add', int32(numbers, a), int32(numbers, b))),
  shiftLeft: (numbers, a, places) =>
    ofInt32(numbers, op('i32.shl', int32(numbers, a), int32(numbers, places))),
  shiftRight: (numbers, a, places) =>
    ofInt32(numbers, op('i32.shr_s', int32(numbers, a), int32(numbers, places))),
  andBits: (numbers, a, b) => ofInt32(numbers, op('i32.and', int32(numbers, a), int32(numbers, b))),
  gt: ({ scalar }, a, b) => op(`${scalar}.gt`, a, b),
  ge: ({ scalar }, a, b) => op(`${scalar}.ge`, a, b),
  eq: ({ scalar }, a, b) => op(`${scalar}.eq`, a, b),
  select: (_, c, a, b) => select(a, b, c),
  // From a truth value to a number, or the other way round; NaN is true.
  cast: (numbers, a) =>
    a.type === 'i32'
      ? op(`${numbers.scalar}.convert_i32_u`, a)
      : op(`${numbers.scalar}.ne`, a, constant(numbers, 0)),
} satisfies Record<ElementwiseOp, Emit>;

function int32({ scalar }: Numbers, x: Node): Node {
  return op('i32.trunc_sat_f64_s', scalar === 'f32' ? op('f64.promote_f32', x) : x);
}

function ofInt32({ scalar }: Numbers, whole: Node): Node {
  return op(`${scalar}.convert_i32_s`, whole);
}

/** The exponents of normal numbers, and the bias with which they are written. */
export const exponents = {
  f32: { low: -126, high: 127, bias: 127 },
  f64: { low: -1022, high: 1023, bias: 1023 },
} as const;

function limited(numbers: Numbers, x: Node): Node {
  const { low, high } = exponents[numbers.scalar];
  const bounded = select(constant(numbers, low), x, op(`${numbers.scalar}.lt`, x, constant(numbers, low)));
  return select(constant(numbers, high), bounded, op(`${numbers.scalar}.gt`, x, constant(numbers, high)));
}

function pow2Double(numbers: Numbers, x: Node): Node {
  const biased = op('i32.trunc_sat_f64_s', op('f64.add', limited(numbers, x), constant(numbers, 1023)));
  const power = op('f64.reinterpret_i64', op('i64.shl', op('i64.extend_i32_u', biased), i64(52)));
  return select(power, x, op('f64.eq', x, x));
}

function pow2Single(numbers: Numbers, x: Node): Node {
  // As the double does it: there the sum with the bias is rounded, so that a tiny negative number counts as zero.
  const wide = op('f64.add', op('f64.promote_f32', limited(numbers, x)), {
    kind: 'const',
    type: 'f64',
    value: 1023,
  });
  const biased = op('i32.sub', op('i32.trunc_sat_f64_s', wide), i32(1023 - 127));
  const power = op('f32.reinterpret_i32', op('i32.shl', biased, i32(23)));
  return select(power, x, op('f32.eq', x, x));
}

function exponentSingle(x: Node): Node {
  const field = op('i32.and', op('i32.shr_u', op('i32.reinterpret_f32', x), i32(23)), i32(0xff));
  return op('f32.convert_i32_s', op('i32.sub', field, i32(127)));
}

function exponentDouble(x: Node): Node {
  const field = op('i64.and', op('i64.shr_u', op('i64.reinterpret_f64', x), i64(52)), i64(0x7ff));
  return op('f64.convert_i32_s', op('i32.sub', op('i32.wrap_i64', field), i32(1023)));
}
