// The operations with a loop of their own, but for the product with a matrix.
import type { BasicOp, ElementwiseOp, Shape, StepProgram, Value } from '@rp/dynamics';
import { float, get, i32, load, type Node, op, select, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import { emitMatvec } from './matvec.ts';
import { constant, laneOf, type Numbers, splat } from './numbers.ts';
import type { Place, Position } from './position.ts';

type Leaf = 'const' | 'dt' | 'param' | 'state' | 'input' | 'index' | 'uniform';
type StructuralOp = Exclude<BasicOp, ElementwiseOp | Leaf>;
type Emit = (frame: Frame, id: number, value: Value) => void;

/** Adding an operation to the language is a compile error here. */
const structural: Readonly<Record<StructuralOp, Emit>> = {
  matvec: emitMatvec,
  delay,
  stack,
  row,
  column,
  sum: (frame, id, value) => reduction(frame, id, value, 'sum'),
  minOf: (frame, id, value) => reduction(frame, id, value, 'minOf'),
  maxOf: (frame, id, value) => reduction(frame, id, value, 'maxOf'),
  argmin: (frame, id, value) => reduction(frame, id, value, 'argmin'),
};

export function emitStructural(frame: Frame, id: number, value: Value): void {
  structural[value.op as StructuralOp](frame, id, value);
}

/** Takes the oldest entry out of the line and puts the operand in its place. */
function delay(frame: Frame, id: number, { args, shape, name }: Value): void {
  const { fn } = frame;
  const x = args[0]!;
  const length = frame.size([frame.program.lines[name!]!.shape[0]!]);
  filled(frame, id, shape, (give) => {
    if (length === 0) {
      frame.loop(shape, (position) => give(position, frame.at(position, x)));
      return;
    }
    const line = frame.ofItem('line', name!);
    const distance = op('i32.mul', get(frame.places.get(`head:${name!}`)!), i32(frame.bytes('float', shape)));
    const oldest = { base: fn.keep('oldest', op('i32.add', line.base, distance)), offset: line.offset };
    frame.loop(shape, (position) => {
      const newest = fn.keep(`a${x}`, frame.at(position, x));
      give(position, position.load('float', oldest));
      fn.add(position.store('float', oldest, newest));
    });
  });
}

function stack(frame: Frame, id: number, { args, type }: Value): void {
  const name = type === 'bool' ? 'i32.store8' : (`${frame.numbers.scalar}.store` as const);
  const bytes = type === 'bool' ? 1 : frame.numbers.bytes;
  const parts = (position: Position) => {
    const { base, offset } = position.at(type, frame.pointer(id), args.length);
    args.forEach((arg, part) => {
      frame.fn.add(store(name, base, frame.at(position, arg), offset + part * bytes));
    });
  };
  frame.loop(frame.program.values[args[0]!]!.shape, parts, { vectors: false });
}

type Reduction = 'sum' | 'minOf' | 'maxOf' | 'argmin';

const starts = {
  sum: 0,
  minOf: Number.POSITIVE_INFINITY,
  maxOf: Number.NEGATIVE_INFINITY,
  argmin: Number.POSITIVE_INFINITY,
};

/** What a reduction makes of its result so far and one more element; NaN is less than nothing. */
const reduced: Readonly<Record<Reduction, (numbers: Numbers, result: Node, x: Node) => Node>> = {
  sum: ({ scalar }, result, x) => op(`${scalar}.add`, result, x),
  minOf: ({ scalar }, result, x) => select(x, result, op(`${scalar}.lt`, x, result)),
  maxOf: ({ scalar }, result, x) => select(x, result, op(`${scalar}.lt`, result, x)),
  argmin: ({ scalar }, result, x) => select(x, result, op(`${scalar}.lt`, x, result)),
};

/** One number for each row of elements along the last axis, which are taken in ascending order. */
function reduction(frame: Frame, id: number, { args, shape }: Value, name: Reduction): void {
  const { fn, numbers } = frame;
  const x = args[0]!;
  const rowShape = frame.program.values[x]!.shape.slice(-1);
  const next = fn.local('next', 'i32');
  const { base, offset } = frame.pointer(x);
  const row: Row = { start: { base: get(next), offset }, shape: rowShape, length: frame.size(rowShape) };
  fn.add(set(next, base));
  const body = (name === 'minOf' || name === 'maxOf') && frame.target.simd ? extremum : inOrder;
  filled(frame, id, shape, (give) =>
    frame.loop(
      shape,
      (position) => {
        give(position, body(frame, x, row, name as 'minOf' | 'maxOf'));
        fn.increase(next, row.length * numbers.bytes);
      },
      { vectors: false },
    ),
  );
}

/** What is reduced to a number. */
interface Row {
  readonly start: Place;
  readonly shape: Shape;
  readonly length: number;
}

function inOrder(frame: Frame, _x: number, { start, length }: Row, name: Reduction): Node {
  const { fn, numbers } = frame;
  const { scalar } = numbers;
  const [result, place] = [fn.local('result', scalar), fn.local('place', 'i32')];
  const [index, address] = [fn.local('index', 'i32'), fn.local('address', 'i32')];
  fn.add(set(result, constant(numbers, starts[name])), set(place, i32(0)));
  fn.add(set(index, i32(0)), set(address, start.base));
  fn.count('row', index, i32(length), 1, () => {
    const element = fn.keep('x', load(`${scalar}.load`, get(address), start.offset));
    if (name === 'argmin') {
      const isLess = op(`${scalar}.lt`, element, get(result));
      fn.add(set(place, select(get(index), get(place), isLess)));
    }
    fn.add(set(result, reduced[name](numbers, get(result), element)));
    fn.increase(address, numbers.bytes);
  });
  return name === 'argmin' ? op(`${scalar}.convert_i32_u`, get(place)) : get(result);
}

/** So many vectors are gone through side by side. */
const sideBySide = 4;

/**
 * The smallest or largest number, a vector at a time. The order matters for one thing only: which of 0 and −0 comes first.
 * Where that may be, it is found out in order.
 */
function extremum(frame: Frame, x: number, row: Row, name: 'minOf' | 'maxOf'): Node {
  const { fn, numbers } = frame;
  const { scalar, vector, lanes } = numbers;
  const pick = name === 'minOf' ? (`${vector}.pmin` as const) : (`${vector}.pmax` as const);
  const start = constant(numbers, starts[name]);
  const result = fn.local('result', scalar);
  const parts = Array.from({ length: sideBySide }, () => fn.local('part', 'v128'));
  fn.add(set(result, start), ...parts.map((part) => set(part, splat(numbers, start))));
  const take = (element: Node) => fn.add(set(result, reduced[name](numbers, get(result), element)));
  frame.passes(
    row.shape,
    (positions) =>
      positions.forEach((position, place) => {
        const element = position.load('float', row.start);
        if (position.isVector) fn.add(set(parts[place]!, op(pick, get(parts[place]!), element)));
        else take(fn.keep('x', element));
      }),
    { copies: sideBySide, whole: true },
  );
  const all = fn.keep(
    'all',
    parts.map((part) => get(part)).reduce((a, b) => op(pick, a, b)),
  );
  for (let lane = 0; lane < lanes; lane++) take(fn.keep('x', laneOf(numbers, all, lane)));
  if (!hasOneZero(frame.program, x)) {
    fn.when(op(`${scalar}.eq`, get(result), constant(numbers, 0)), () =>
      fn.add(set(result, inOrder(frame, x, row, name))),
    );
  }
  return get(result);
}

/** Whether a vector holds no −0: truth values as numbers. */
function hasOneZero({ values }: StepProgram, id: number): boolean {
  const { op: name, args } = values[id]!;
  return name === 'cast' && values[args[0]!]!.type === 'bool';
}

/** The part of an array at an index along its first axis. */
function row(frame: Frame, id: number, { args, shape }: Value): void {
  const [array, index] = args as [number, number];
  const { fn } = frame;
  const count = frame.size(frame.program.values[array]!.shape.slice(0, 1));
  const { isInside, whole } = placeOf(frame, index, count);
  filled(frame, id, shape, (give) => {
    fn.when(
      isInside,
      () => {
        const { base, offset } = frame.pointer(array);
        const distance = op('i32.mul', whole, i32(frame.bytes('float', shape)));
        const start = { base: fn.keep('row', op('i32.add', base, distance)), offset };
        frame.loop(shape, (position) => give(position, position.load('float', start)));
      },
      () => frame.loop(shape, (position) => give(position, zeroAt(frame, position))),
    );
  });
}

/** The part of an array at an index along its last axis. */
function column(frame: Frame, id: number, { args, shape }: Value): void {
  const [array, index] = args as [number, number];
  const { fn, numbers } = frame;
  const count = frame.size(frame.program.values[array]!.shape.slice(-1));
  const { isInside, whole } = placeOf(frame, index, count);
  const next = fn.local('next', 'i32');
  filled(frame, id, shape, (give) => {
    fn.when(
      isInside,
      () => {
        const { base, offset } = frame.pointer(array);
        fn.add(set(next, op('i32.add', base, op('i32.shl', whole, i32(numbers.shift)))));
        frame.loop(
          shape,
          (position) => {
            give(position, load(`${numbers.scalar}.load`, get(next), offset));
            fn.increase(next, count * numbers.bytes);
          },
          { vectors: false },
        );
      },
      () => frame.loop(shape, (position) => give(position, zeroAt(frame, position))),
    );
  });
}

/** A scalar index rounded down, and whether it is one of `count` places; NaN is none. */
function placeOf(frame: Frame, index: number, count: number): { isInside: Node; whole: Node } {
  const { fn, numbers } = frame;
  const value = frame.scalar(index);
  const wide = numbers.scalar === 'f32' ? op('f64.promote_f32', value) : value;
  const floor = fn.keep('floor', op('f64.floor', wide));
  const isInside = op(
    'i32.and',
    op('f64.ge', floor, float('f64', 0)),
    op('f64.lt', floor, float('f64', count)),
  );
  return { isInside: fn.keep('inside', isInside), whole: fn.keep('whole', op('i32.trunc_sat_f64_s', floor)) };
}

function zeroAt({ numbers }: Frame, position: Position): Node {
  const zero = constant(numbers, 0);
  return position.isVector ? splat(numbers, zero) : zero;
}

/** Code that gives every element of a value: into memory, or into a variable if it is a scalar. */
function filled(
  frame: Frame,
  id: number,
  shape: Shape,
  body: (give: (position: Position, node: Node) => void) => void,
): void {
  const { fn } = frame;
  if (shape.length > 0) {
    body((position, node) => fn.add(position.store('float', frame.pointer(id), node)));
    return;
  }
  const result = fn.local('result', frame.numbers.scalar);
  body((_, node) => fn.add(set(result, node)));
  frame.keepScalar(id, get(result));
}
