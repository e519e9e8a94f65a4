// Values of a program that is being made up, and how one more grows from those that are there.
import {
  type Declaration,
  type Expr,
  type Line,
  type Operand,
  type OpName,
  type Ops,
  type Shape,
  shapesEqual,
  type ValueType,
} from '@rp/dynamics';
import type { Random } from '../prng.ts';
import type { Style } from './style.ts';

/** What doesn't grow from other values, or has a place of its own. */
type Placed = 'const' | 'dt' | 'param' | 'state' | 'input' | 'carried' | 'final' | 'delay' | 'normal';
type Grown = Exclude<OpName, Placed>;
type Grow = (op: Ops, pool: Pool) => Expr | undefined;

const unary =
  (name: 'floor' | 'abs' | 'sqrt' | 'exponent' | 'exp' | 'log' | 'tanh'): Grow =>
  (op, pool) =>
    op[name](pool.any('float'));

type Binary =
  | ('add' | 'sub' | 'mul' | 'div' | 'floorDiv' | 'min' | 'max' | 'gt' | 'ge' | 'eq')
  | ('addInt32' | 'shiftLeft' | 'shiftRight' | 'andBits');

const binary =
  (name: Binary): Grow =>
  (op, pool) => {
    const a = pool.any('float');
    const b = pool.like(a);
    return pool.flip() ? op[name](a, b) : op[name](b, a);
  };

const reduction =
  (name: 'sum' | 'minOf' | 'maxOf' | 'argmin'): Grow =>
  (op, pool) => {
    const x = pool.find(({ shape, type }) => shape.length > 0 && type === 'float');
    return x && op[name](x);
  };

const part =
  (name: 'row' | 'column'): Grow =>
  (op, pool) => {
    const array = pool.find(({ shape, type }) => shape.length > 0 && type === 'float');
    return array && op[name](array, pool.like({ shape: [], type: 'float' }));
  };

const growers = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  floorDiv: binary('floorDiv'),
  min: binary('min'),
  max: binary('max'),
  floor: unary('floor'),
  abs: unary('abs'),
  sqrt: unary('sqrt'),
  // Of whole numbers only.
  pow2: (op, pool) => op.pow2(op.floor(pool.any('float'))),
  exponent: unary('exponent'),
  addInt32: binary('addInt32'),
  shiftLeft: binary('shiftLeft'),
  shiftRight: binary('shiftRight'),
  andBits: binary('andBits'),
  gt: binary('gt'),
  ge: binary('ge'),
  eq: binary('eq'),
  select: (op, pool) => {
    const condition = pool.condition();
    const type = pool.flip() ? 'float' : 'bool';
    const a = condition.shape.length > 0 ? pool.like({ shape: condition.shape, type }) : pool.any(type);
    const b = pool.like({ shape: shapeOf(a), type: typeOf(a) });
    if (type === 'bool') return op.select(condition, a, b);
    const shape = condition.shape.length > 0 ? condition.shape : shapeOf(a);
    const arm = (x: Operand) => (pool.flip() ? pool.costly(x, shape) : x);
    return op.select(condition, arm(a), arm(b));
  },
  cast: (op, pool) => {
    const x = pool.any();
    return x.type === 'bool' ? op.toFloat(x) : op.toBool(x);
  },
  exp: unary('exp'),
  log: unary('log'),
  tanh: unary('tanh'),
  // As normal numbers; the finished program may take their words as they are.
  uniform: (op, pool) => op.normal(pool.any().shape),
  matvec: (op, pool) => {
    const weights = pool.matrix();
    const x = pool.find(
      ({ shape, type }) => type === 'float' && shape.length === 1 && shape[0] === weights?.shape[0],
    );
    return weights && x && op.matvec(x, weights);
  },
  index: (op, pool) => {
    const like = pool.find(({ shape }) => shape.length > 0);
    return like && op.index(like.shape[0]!);
  },
  sum: reduction('sum'),
  minOf: reduction('minOf'),
  maxOf: reduction('maxOf'),
  argmin: reduction('argmin'),
  row: part('row'),
  column: part('column'),
  stack: (op, pool) => {
    const x = pool.any();
    if (x.shape.length > 2) return undefined;
    const other = pool.find(({ shape, type }) => type === x.type && shapesEqual(shape, x.shape));
    return pool.flip() ? op.stack(x, other ?? x) : op.stack(x);
  },
} satisfies Record<Grown, Grow>;

/** Whose results may leave the numbers of a style. */
const unsettling = new Set<Grown>([
  ...(['add', 'sub', 'mul', 'pow2', 'exponent', 'uniform', 'matvec'] as const),
  ...(['addInt32', 'shiftLeft'] as const),
  ...(['sum', 'minOf', 'maxOf'] as const),
]);

export class Pool {
  private readonly random: Random;
  private readonly style: Style;
  private readonly op: Ops;
  private readonly allowed: readonly Grown[];
  /** The values so far. */
  readonly exprs: Expr[];
  /** The sparse ones among the leaves; only `matvec` can use them. */
  private readonly sparse: readonly Expr[];

  /** `allowed` are the operations that may be used here. */
  constructor(
    random: Random,
    style: Style,
    op: Ops,
    leaves: readonly Expr[],
    allows: (op: OpName) => boolean,
  ) {
    this.random = random;
    this.style = style;
    this.op = op;
    this.exprs = leaves.filter(({ storage }) => storage === undefined);
    this.sparse = leaves.filter(({ storage }) => storage !== undefined);
    this.allowed = (Object.keys(growers) as Grown[]).filter((name) => style.uses(name) && allows(name));
  }

  /** All of them, as leaves of another pool. */
  get leaves(): readonly Expr[] {
    return [...this.exprs, ...this.sparse];
  }

  /** What can be the matrix of a `matvec`. */
  matrix(): Expr | undefined {
    if (this.sparse.length > 0 && this.random.chance(60)) return this.random.pick(this.sparse);
    return this.find(({ shape, type }) => shape.length === 2 && type === 'float');
  }

  grow(count: number): this {
    for (let k = 0; k < count && this.allowed.length > 0; k++) {
      this.growOne(this.random.pick(this.allowed));
      // Choices have much to go wrong.
      if (this.allows('select') && this.random.chance(12)) this.growOne('select');
    }
    return this;
  }

  private growOne(name: Grown): void {
    const grown = growers[name](this.op, this);
    if (grown !== undefined)
      this.exprs.push(unsettling.has(name) ? this.style.settle(this.op, grown) : grown);
  }

  /** Puts some value into a delay line. There must be one of its shape. */
  delay(line: Line): void {
    const shape = line.declaration.shape.slice(1);
    const x = this.find((expr) => expr.type === 'float' && shapesEqual(expr.shape, shape));
    if (x !== undefined) this.exprs.push(this.op.delay(line, x));
  }

  /** A truth value, often one for all elements; some hold never, and some always. */
  condition(): Expr {
    const { op, random } = this;
    const each = op.toBool(this.any());
    if (random.chance(40)) return each;
    const some = op.any(each);
    if (random.chance(50)) return some;
    return this.flip() ? op.gt(op.toFloat(some), 2) : op.ge(op.toFloat(some), 0);
  }

  /** What takes long to make from a value, and is used nowhere else: with several steps, or along the way to one number. */
  costly(from: Operand, shape: Shape): Operand {
    const { op, random } = this;
    const vector = shape.length === 0 && random.chance(40) && this.find((x) => isVector(x));
    const x = vector || this.like({ shape, type: 'float' });
    const product = this.allows('matvec') && random.chance(60) && growers.matvec(op, this);
    const made = product && (vector || shapesEqual(product.shape, shape)) ? product : this.slow(x, from);
    return vector && made.shape.length > 0 ? random.pick([op.minOf, op.maxOf]).call(op, made) : made;
  }

  private slow(x: Operand, y: Operand): Expr {
    const { op, random, style } = this;
    if (this.allows('div')) return op.div(op.add(x, y), random.chance(50) ? op.sqrt(op.abs(x)) : x);
    return style.settle(op, op.sub(style.settle(op, op.mul(x, y)), x));
  }

  private allows(name: Grown): boolean {
    return this.allowed.includes(name);
  }

  flip(): boolean {
    return this.random.chance(50);
  }

  find(fits: (expr: Expr) => boolean): Expr | undefined {
    const fitting = this.exprs.filter(fits);
    return fitting.length > 0 ? this.random.pick(fitting) : undefined;
  }

  /** Some value, the latest ones more often; of a type, if one is given, or made from a value of the other. */
  any(type?: ValueType): Expr {
    const fitting = this.exprs.filter((expr) => type === undefined || expr.type === type);
    if (fitting.length > 0) return this.random.pick(this.random.chance(60) ? fitting.slice(-5) : fitting);
    const other = this.random.pick(this.exprs);
    return type === 'bool' ? this.op.toBool(other) : this.op.toFloat(other);
  }

  /** A value of the same type that goes with a shape: of that shape, or a scalar, which may be a constant. */
  like({ shape, type }: Declaration): Operand {
    if (this.random.chance(12)) return type === 'bool' ? this.flip() : this.style.draw(this.random);
    const found = this.find(
      (expr) => expr.type === type && (expr.shape.length === 0 || shapesEqual(expr.shape, shape)),
    );
    return found ?? (type === 'bool' ? this.flip() : this.style.draw(this.random));
  }
}

function isVector({ shape, type }: Declaration): boolean {
  return shape.length === 1 && type === 'float';
}

function shapeOf(operand: Operand): Shape {
  return typeof operand === 'object' ? operand.shape : [];
}

function typeOf(operand: Operand): ValueType {
  return typeof operand === 'object' ? operand.type : typeof operand === 'boolean' ? 'bool' : 'float';
}
