// The operations of the language, in one table: what each means, exactly. A backend implements the basic ones;
// the others are lowered by this package to basic ones, the same way for every backend (see lower/).

export interface OperationInfo {
  /** Number of operands; `null` where it varies. */
  readonly arity: number | null;
  /**
   * `leaf`: no operands. `elementwise`: element by element, scalars broadcast. `structural`: has its own shape rule.
   */
  readonly kind: 'leaf' | 'elementwise' | 'structural';
  /** Whether backends implement it. The others are lowered before a backend sees them. */
  readonly basic: boolean;
  readonly operands: 'float' | 'bool' | 'any' | 'select';
  readonly result: 'float' | 'bool' | 'same';
  /** What the result may differ by from the exact value, rounded once to the run's dtype. */
  readonly bound: 'exact' | 'rounded' | '2 ulp' | '4 ulp';
  readonly meaning: string;
}

const leaf = (result: 'float' | 'same', meaning: string): OperationInfo => ({
  arity: 0,
  kind: 'leaf',
  basic: true,
  operands: 'any',
  result,
  bound: 'exact',
  meaning,
});

const float = (arity: number, bound: OperationInfo['bound'], meaning: string): OperationInfo => ({
  arity,
  kind: 'elementwise',
  basic: true,
  operands: 'float',
  result: 'float',
  bound,
  meaning,
});

const comparison = (meaning: string): OperationInfo => ({ ...float(2, 'exact', meaning), result: 'bool' });

/** On numbers that hold 32-bit integers. */
const integer = (meaning: string): OperationInfo =>
  float(
    2,
    'rounded',
    `${meaning}; of 32-bit integers: operands are truncated and limited to −2^31…2^31−1 (NaN is 0), k counts modulo 32, results wrap around`,
  );

const reduction = (bound: OperationInfo['bound'], meaning: string): OperationInfo => ({
  ...float(1, bound, meaning),
  kind: 'structural',
});

const composite = (info: OperationInfo): OperationInfo => ({ ...info, basic: false });

const table = {
  const: leaf('same', 'a number, rounded to the dtype of the run, or a truth value'),
  dt: leaf('float', 'the time step in seconds'),
  param: leaf('same', 'a parameter'),
  state: leaf('same', 'a state, as it was before this step'),
  input: leaf('same', 'this step’s row of an input'),
  index: leaf('float', '0, 1, 2, … along the one axis'),
  carried: leaf('same', 'in the loop: a carried value, as it was before this iteration'),
  final: leaf('same', 'after the loop: a carried value, as the last iteration left it'),

  add: float(2, 'rounded', 'a + b'),
  sub: float(2, 'rounded', 'a − b'),
  mul: float(2, 'rounded', 'a · b, never contracted with an addition'),
  div: float(2, 'rounded', 'a / b by IEEE 754: x/0 is an infinity, 0/0 is NaN'),
  min: float(2, 'exact', 'b < a ? b : a; so a NaN in a stays and a NaN in b is passed over'),
  max: float(2, 'exact', 'a < b ? b : a; so a NaN in a stays and a NaN in b is passed over'),
  floor: float(1, 'exact', 'the largest whole number that is not larger'),
  abs: float(1, 'exact', 'the magnitude'),
  sqrt: float(1, 'rounded', 'the square root; NaN for negative numbers'),
  pow2: float(
    1,
    'exact',
    '2 to a whole number x, which is first limited to the exponents of normal numbers (−1022…1023, −126…127); NaN for NaN',
  ),
  exponent: float(
    1,
    'exact',
    'the whole number e with 2^e ≤ |x| < 2^(e+1), for normal x; for 0 and subnormal x one less than the smallest normal exponent; one more than the largest for infinities and NaN',
  ),
  addInt32: integer('a + b'),
  shiftLeft: integer('a · 2^k, the bits of a moved up by k places'),
  shiftRight: integer('⌊a / 2^k⌋, the bits of a moved down by k places, its sign kept'),
  andBits: integer('the bits that both a and b have, in two’s complement'),
  gt: comparison('a > b'),
  ge: comparison('a ≥ b'),
  eq: comparison('a = b; 0 equals −0, NaN equals nothing'),
  select: {
    arity: 3,
    kind: 'elementwise',
    basic: true,
    operands: 'select',
    result: 'same',
    bound: 'exact',
    meaning: 'c ? a : b; both are computed',
  },
  cast: {
    arity: 1,
    kind: 'elementwise',
    basic: true,
    operands: 'any',
    result: 'same',
    bound: 'exact',
    meaning: 'true is 1, false is 0; a number is true unless it is zero (NaN is true)',
  },

  exp: composite(float(1, '2 ulp', 'e to the x')),
  log: composite(float(1, '2 ulp', 'the natural logarithm; NaN for negative numbers, −∞ for zero')),
  tanh: composite(float(1, '4 ulp', 'the hyperbolic tangent')),
  normal: composite({
    ...leaf('float', 'a standard normal number per element, batch item and step, from the run’s seed'),
    bound: '4 ulp',
  }),
  uniform: leaf(
    'float',
    '(w + 0.5) / 2^32 with w a random 32-bit word: Philox 4x32-10, counter [element, step, batch item, stream], key the seed',
  ),

  floorDiv: composite(
    float(
      2,
      'exact',
      'the largest whole number that is not larger than the exact quotient a / b, as Python’s //, for finite a, b and |a / b| up to 2^51 (2^22 in float32); only a / b is rounded down otherwise',
    ),
  ),

  sum: reduction(
    'rounded',
    'along the last axis: starts at 0 and adds in ascending order; every sum is rounded',
  ),
  minOf: reduction(
    'exact',
    'the smallest along the last axis; NaN is passed over, infinity if nothing is left',
  ),
  maxOf: reduction(
    'exact',
    'the largest along the last axis; NaN is passed over, −infinity if nothing is left',
  ),
  argmin: reduction(
    'exact',
    'where along the last axis the smallest number is, the first of equal ones; NaN is passed over, 0 if nothing below infinity is left',
  ),
  row: {
    arity: 2,
    kind: 'structural',
    basic: true,
    operands: 'float',
    result: 'float',
    bound: 'exact',
    meaning:
      'W[⌊i⌋, …], the part at a scalar index along the first axis; zeros if there is none (also for NaN)',
  },
  column: {
    arity: 2,
    kind: 'structural',
    basic: true,
    operands: 'float',
    result: 'float',
    bound: 'exact',
    meaning:
      'W[…, ⌊i⌋], the part at a scalar index along the last axis; zeros if there is none (also for NaN)',
  },
  matvec: {
    arity: 2,
    kind: 'structural',
    basic: true,
    operands: 'float',
    result: 'float',
    bound: 'rounded',
    meaning:
      'x[pre] · W[pre, post]: each result starts at 0 and adds x[i]·W[i, j] in ascending order of i, leaving out the i with x[i] = 0, and of a sparse W the entries that are not there; every product and every sum is rounded',
  },
  stack: {
    arity: null,
    kind: 'structural',
    basic: true,
    operands: 'any',
    result: 'same',
    bound: 'exact',
    meaning: 'values of one shape side by side along a new last axis',
  },
  delay: {
    arity: 1,
    kind: 'structural',
    basic: true,
    operands: 'float',
    result: 'float',
    bound: 'exact',
    meaning: 'puts x into a delay line and takes out what was put in as many steps ago as the line is long',
  },
} satisfies Record<string, OperationInfo>;

export type OpName = keyof typeof table;

/** Every operation of the language. */
export const operations: Readonly<Record<OpName, OperationInfo>> = table;

/** The operations that a backend never sees, because they are lowered. */
export type CompositeOp = 'exp' | 'log' | 'tanh' | 'normal' | 'floorDiv';

/** What only programs with a loop have. A backend that runs loops has these too; they are not declared one by one. */
export type LoopOp = 'carried' | 'final';

/** The operations that a backend implements. A backend's table of emitters is a `Record<BasicOp, …>`. */
export type BasicOp = Exclude<OpName, CompositeOp | LoopOp>;

export const basicOps = (Object.keys(table) as OpName[]).filter(
  (op): op is BasicOp => table[op].basic && !isLoopOp(op),
);

/** Whether an operation reads a value that a loop carries. */
export function isLoopOp(op: OpName): op is LoopOp {
  return op === 'carried' || op === 'final';
}

/** The elementwise basic operations. */
export type ElementwiseOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'floor'
  | 'abs'
  | 'sqrt'
  | 'pow2'
  | 'exponent'
  | 'addInt32'
  | 'shiftLeft'
  | 'shiftRight'
  | 'andBits'
  | 'gt'
  | 'ge'
  | 'eq'
  | 'select'
  | 'cast';
