// What a layer author computes with: handles on values, and the operations on them.
import type { Declarations } from './declare.ts';
import { fail } from './error.ts';
import { buildLoop, type LoopSpec } from './loop.ts';
import {
  type Declaration,
  type Dim,
  type Shape,
  type Storage,
  shapesEqual,
  type ValueType,
} from './program.ts';
import type { ValueList } from './value-list.ts';

/** A value of the program being defined. Made by `op`, never by hand. */
export class Expr implements Declaration {
  readonly list: ValueList;
  readonly id: number;
  readonly shape: Shape;
  readonly type: ValueType;
  readonly storage: Storage | undefined;

  constructor(list: ValueList, id: number) {
    this.list = list;
    this.id = id;
    this.shape = list.get(id).shape;
    this.type = list.get(id).type;
    this.storage = list.get(id).storage;
  }
}

/** A delay line of the program being defined; see {@link Ops.delay}. */
export class Line {
  readonly name: string;
  readonly declaration: Declaration;

  constructor(name: string, declaration: Declaration) {
    this.name = name;
    this.declaration = declaration;
  }
}

/** An operand: a value, or a number or truth value that is the same for all. */
export type Operand = Expr | number | boolean;

/**
 * The operations of the language. Shapes must be equal, or scalar. The exact meaning of each is in the table
 * `operations`; what is written here as a shorthand says what it stands for.
 */
export class Ops {
  private readonly list: ValueList;
  private streams = 0;

  constructor(list: ValueList) {
    this.list = list;
  }

  add = (a: Operand, b: Operand): Expr => this.apply('add', a, b);
  sub = (a: Operand, b: Operand): Expr => this.apply('sub', a, b);
  mul = (a: Operand, b: Operand): Expr => this.apply('mul', a, b);
  div = (a: Operand, b: Operand): Expr => this.apply('div', a, b);
  /** `b < a ? b : a`. */
  min = (a: Operand, b: Operand): Expr => this.apply('min', a, b);
  /** `a < b ? b : a`. */
  max = (a: Operand, b: Operand): Expr => this.apply('max', a, b);
  floor = (x: Operand): Expr => this.apply('floor', x);
  abs = (x: Operand): Expr => this.apply('abs', x);
  sqrt = (x: Operand): Expr => this.apply('sqrt', x);
  exp = (x: Operand): Expr => this.apply('exp', x);
  log = (x: Operand): Expr => this.apply('log', x);
  /** 2 to a whole number, limited to the exponents of normal numbers. */
  pow2 = (x: Operand): Expr => this.apply('pow2', x);
  /** The whole number e with `2^e ≤ |x| < 2^(e+1)`. */
  exponent = (x: Operand): Expr => this.apply('exponent', x);
  /** The sum of 32-bit integers, which wraps around. */
  addInt32 = (a: Operand, b: Operand): Expr => this.apply('addInt32', a, b);
  /** A 32-bit integer with its bits moved up; what leaves the 32 bits is lost. */
  shiftLeft = (x: Operand, places: Operand): Expr => this.apply('shiftLeft', x, places);
  /** A 32-bit integer divided by 2^places and rounded down. */
  shiftRight = (x: Operand, places: Operand): Expr => this.apply('shiftRight', x, places);
  /** The bits that two 32-bit integers have in common. */
  andBits = (a: Operand, b: Operand): Expr => this.apply('andBits', a, b);
  tanh = (x: Operand): Expr => this.apply('tanh', x);
  gt = (a: Operand, b: Operand): Expr => this.apply('gt', a, b);
  ge = (a: Operand, b: Operand): Expr => this.apply('ge', a, b);
  eq = (a: Operand, b: Operand): Expr => this.apply('eq', a, b);
  /** `b > a`. */
  lt = (a: Operand, b: Operand): Expr => this.gt(b, a);
  /** `b ≥ a`. */
  le = (a: Operand, b: Operand): Expr => this.ge(b, a);
  /** `condition ? a : b`; both are computed. */
  select = (condition: Operand, a: Operand, b: Operand): Expr => this.apply('select', condition, a, b);
  and = (a: Operand, b: Operand): Expr => this.select(a, b, false);
  or = (a: Operand, b: Operand): Expr => this.select(a, true, b);
  not = (a: Operand): Expr => this.select(a, false, true);
  /** A truth value as 0 or 1. Numbers stay as they are. */
  toFloat = (x: Operand): Expr => this.converted(x, 'float');
  /** Whether a number is not zero. Truth values stay as they are. */
  toBool = (x: Operand): Expr => this.converted(x, 'bool');

  /** `x · −1`, which is exact. */
  neg = (x: Operand): Expr => this.mul(x, -1);
  /** `x < 0 ? 0 : x`; keeps NaN and −0. */
  relu = (x: Operand): Expr => this.select(this.lt(x, 0), 0, x);
  /** The logistic function `1 / (1 + e^−x)`. */
  sigmoid = (x: Operand): Expr => this.div(1, this.add(1, this.exp(this.neg(x))));

  /** The largest whole number that is not larger than the exact quotient; Python's `//`. */
  floorDiv = (a: Operand, b: Operand): Expr => this.apply('floorDiv', a, b);

  /** The sum along the last axis, in ascending order. */
  sum = (x: Operand): Expr => this.apply('sum', x);
  /** The smallest number along the last axis. */
  minOf = (x: Operand): Expr => this.apply('minOf', x);
  /** The largest number along the last axis. */
  maxOf = (x: Operand): Expr => this.apply('maxOf', x);
  /** Where along the last axis the smallest number is, the first of equal ones. */
  argmin = (x: Operand): Expr => this.apply('argmin', x);
  /** Whether any element is true (not zero): a scalar, whatever the shape. */
  any = (x: Operand): Expr => {
    let most = this.toFloat(this.toBool(x));
    while (most.shape.length > 0) most = this.maxOf(most);
    return this.gt(most, 0);
  };
  /** `W[⌊i⌋, …]`; zeros if there is no such row. */
  row = (array: Operand, index: Operand): Expr => this.apply('row', array, index);
  /** `W[…, ⌊i⌋]`; zeros if there is no such column. */
  column = (array: Operand, index: Operand): Expr => this.apply('column', array, index);
  /** 0, 1, 2, … up to an extent. */
  index = (extent: Dim): Expr => this.expr(this.list.index([extent]));

  /** A vector times a matrix `[pre, post]`, zeros of the vector left out, summed in ascending order of pre. */
  matvec = (x: Operand, weights: Operand): Expr => this.apply('matvec', x, weights);
  /** Values of one shape side by side along a new last axis. */
  stack = (...parts: readonly Operand[]): Expr => this.apply('stack', ...parts);
  /** Puts `x` into a delay line and takes out what was put in as many steps ago as the line is long. */
  delay = (line: Line, x: Operand): Expr => this.expr(this.list.delay(line.name, this.delayed(line, x)));
  /** A standard normal number per element, new in every step. Each call is a stream of its own. */
  normal = (shape: Shape): Expr => this.expr(this.list.random('normal', shape, this.streams++));
  /** A number per element, equally likely anywhere between 0 and 1, new in every step; a stream of its own. */
  uniform = (shape: Shape): Expr => this.expr(this.list.random('uniform', shape, this.streams++, 0));

  /**
   * The loop of the step, one at most: does iterations as long as its condition holds. What is computed from carried
   * values is computed again in each.
   * @returns the carried values at the end, for what comes after the loop.
   */
  loop = <const C extends Declarations>(spec: LoopSpec<C>): { readonly [K in keyof C]: Expr } =>
    buildLoop(this.list, spec, { idOf: (operand) => this.idOf(operand), expr: (id) => this.expr(id) });

  /** The id of an operand; numbers and truth values become constants. */
  idOf(operand: Operand): number {
    if (!(operand instanceof Expr)) return this.list.constant(operand);
    if (operand.list !== this.list) {
      throw fail('ValueError', 'program-foreign', `${this.list.where}: a value of another program was used`);
    }
    return operand.id;
  }

  private apply(name: Parameters<ValueList['apply']>[0], ...operands: readonly Operand[]): Expr {
    return this.expr(
      this.list.apply(
        name,
        operands.map((operand) => this.idOf(operand)),
      ),
    );
  }

  private converted(x: Operand, type: ValueType): Expr {
    const value = this.expr(this.idOf(x));
    return value.type === type ? value : this.apply('cast', value);
  }

  private delayed(line: Line, x: Operand): number {
    const id = this.idOf(x);
    const { shape } = this.list.get(id);
    if (!shapesEqual(shape, line.declaration.shape.slice(1))) {
      throw fail(
        'TypeError',
        'program-type',
        `${this.list.where}: delay line ${line.name}[${line.declaration.shape.join(', ')}] can't hold a value of shape [${shape.join(', ')}]`,
      );
    }
    return id;
  }

  private expr(id: number): Expr {
    return new Expr(this.list, id);
  }
}
