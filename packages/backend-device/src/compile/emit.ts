// One WGSL expression per elementwise operation. Adding an operation to the language is a compile error here.
import type { ElementwiseOp } from '@rp/dynamics';

type Emit = (a: string, b: string, c: string) => string;

/** Operations that round: compilers may contract or reorder these, unless they are kept from it. */
export const roundedOperations: ReadonlySet<string> = new Set<ElementwiseOp>([
  'add',
  'sub',
  'mul',
  'div',
  'sqrt',
]);

// `min`, `max` and `!=` of WGSL leave open what happens to NaN.
const expressions = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  min: (a, b) => `select(${a}, ${b}, ${b} < ${a})`,
  max: (a, b) => `select(${a}, ${b}, ${a} < ${b})`,
  floor: (a) => `floor(${a})`,
  abs: (a) => `abs(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  pow2: (a) => `power_of_two(${a})`,
  exponent: (a) => `exponent_of(${a})`,
  addInt32: (a, b) => `f32(int32_of(${a}) + int32_of(${b}))`,
  shiftLeft: (a, places) => `f32(int32_of(${a}) << (bitcast<u32>(int32_of(${places})) & 31u))`,
  shiftRight: (a, places) => `f32(int32_of(${a}) >> (bitcast<u32>(int32_of(${places})) & 31u))`,
  andBits: (a, b) => `f32(int32_of(${a}) & int32_of(${b}))`,
  gt: (a, b) => `(${a} > ${b})`,
  ge: (a, b) => `(${a} >= ${b})`,
  eq: (a, b) => `(${a} == ${b})`,
  select: (a, b, c) => `select(${c}, ${b}, ${a})`,
  cast: (a) => `select(0.0, 1.0, ${a})`,
} satisfies Record<ElementwiseOp, Emit>;

/** The expression for an operation on operands that are names, literals or calls. `keep` prevents contraction. */
export function emitElementwise(
  op: ElementwiseOp,
  toBool: boolean,
  keep: boolean,
  args: readonly string[],
): string {
  if (op === 'cast' && toBool) return `!(${args[0]} == 0.0)`;
  const expression = expressions[op](args[0]!, args[1]!, args[2]!);
  return keep && roundedOperations.has(op) ? `kept(${expression})` : expression;
}

/** A number as WGSL source; undefined for those that a literal can't be trusted with. */
export function literal(value: number): string | undefined {
  const number = Math.fround(value);
  const magnitude = Math.abs(number);
  if (!Number.isFinite(number) || Object.is(number, -0)) return undefined;
  if (magnitude !== 0 && magnitude < 2 ** -126) return undefined;
  const text = Number.isInteger(number) && magnitude < 1e9 ? `${number}.0f` : `${number}f`;
  return number < 0 ? `(${text})` : text;
}
