// One JavaScript expression per elementwise operation. Adding an operation to the language is a compile error here.
import type { Dtype, ElementwiseOp } from '@rp/dynamics';

type Emit = (a: string, b: string, c: string) => string;

const integer = ['addInt32', 'shiftLeft', 'shiftRight', 'andBits'] as const;

/** Numbers that have to be rounded to the dtype after the operation; the others give such numbers by themselves. */
const rounded = new Set<ElementwiseOp>(['add', 'sub', 'mul', 'div', 'sqrt', ...integer]);

const expressions = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  min: (a, b) => `(${b} < ${a} ? ${b} : ${a})`,
  max: (a, b) => `(${a} < ${b} ? ${b} : ${a})`,
  floor: (a) => `Math.floor(${a})`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
  pow2: (a) => `pow2(${a})`,
  exponent: (a) => `exponent(${a})`,
  addInt32: (a, b) => `(int32(${a}) + int32(${b}) | 0)`,
  shiftLeft: (a, places) => `(int32(${a}) << int32(${places}))`,
  shiftRight: (a, places) => `(int32(${a}) >> int32(${places}))`,
  andBits: (a, b) => `(int32(${a}) & int32(${b}))`,
  gt: (a, b) => `(${a} > ${b})`,
  ge: (a, b) => `(${a} >= ${b})`,
  eq: (a, b) => `(${a} === ${b})`,
  select: (a, b, c) => `(${a} ? ${b} : ${c})`,
  cast: (a) => `(${a} ? 1 : 0)`,
} satisfies Record<ElementwiseOp, Emit>;

/** The expression for an operation on operands that are names or literals. */
export function emitElementwise(
  op: ElementwiseOp,
  toBool: boolean,
  dtype: Dtype,
  args: readonly string[],
): string {
  // A number is true unless it is zero; NaN is true here, and false to JavaScript.
  if (op === 'cast' && toBool) return `(${args[0]} !== 0)`;
  const expression = expressions[op](args[0]!, args[1]!, args[2]!);
  return dtype === 'float32' && rounded.has(op) ? `f(${expression})` : expression;
}

/** A number as JavaScript source, rounded to the dtype. */
export function literal(value: number | boolean, dtype: Dtype): string {
  if (typeof value === 'boolean') return String(value);
  const number = dtype === 'float32' ? Math.fround(value) : value;
  if (Object.is(number, -0)) return '(-0)';
  return number < 0 ? `(${number})` : String(number);
}
