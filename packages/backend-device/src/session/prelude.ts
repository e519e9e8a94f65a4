// The values of the prelude, computed on the host: once per change of parameters, and correctly rounded, which a device
// doesn't promise for division and square roots.
import { type Bound, constantOf, type ElementwiseOp, reference, type StepProgram } from '@rp/dynamics';
import type { CsrMatrix } from '@rp/ndarray';
import { fail } from '../error.ts';
import type { HostValues } from './host-values.ts';

type Numbers = ArrayLike<number>;

/** Some values of the prelude, by id. Truth values are 0 and 1. */
export function computePrelude(
  program: StepProgram,
  values: HostValues,
  wanted: readonly number[],
): Map<number, Numbers> {
  const made = new Map<number, Numbers>();
  for (const id of neededFor(program, wanted)) {
    made.set(id, compute(program, values, id, made));
  }
  return made;
}

/** Operands before their users. */
function neededFor(program: StepProgram, wanted: readonly number[]): number[] {
  const needed = new Set(wanted);
  for (let id = program.values.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const arg of program.values[id]!.args) needed.add(arg);
  }
  return [...needed].sort((a, b) => a - b);
}

function compute(
  program: StepProgram,
  { bound, params, sparse, dt }: HostValues,
  id: number,
  made: ReadonlyMap<number, Numbers>,
): Numbers {
  const value = program.values[id]!;
  const args = value.args.map((arg) => made.get(arg)!);
  const size = bound.size(value.shape);
  switch (value.op) {
    case 'const':
      return [Math.fround(Number(constantOf(value.value!)))];
    case 'dt':
      return [dt];
    case 'param':
      // A sparse one has no elements of its own; matvec asks for its rows.
      return params[value.name!] ?? [];
    case 'index':
      return Float32Array.from({ length: size }, (_, index) => index);
    case 'row':
    case 'column':
      return part(value.op, args[0]!, args[1]![0]!, size);
    case 'sum':
    case 'minOf':
    case 'maxOf':
    case 'argmin':
      return reduced(value.op, args[0]!, size);
    case 'matvec': {
      const matrix = sparse[program.values[value.args[1]!]!.name ?? ''];
      return matrix === undefined ? matvec(args[0]!, args[1]!, size) : sparseMatvec(args[0]!, matrix, size);
    }
    case 'stack':
      return Float32Array.from(
        { length: size },
        (_, index) => args[index % args.length]![Math.floor(index / args.length)]!,
      );
    case 'cast':
      return value.type === 'bool' ? Float32Array.from(args[0]!, (x) => Number(x !== 0)) : args[0]!;
    default:
      return elementwise(value.op as ElementwiseOp, args, size, bound);
  }
}

function elementwise(op: ElementwiseOp, args: readonly Numbers[], size: number, bound: Bound): Float32Array {
  const apply = reference[op];
  if (apply === undefined) {
    throw fail('NotImplementedError', 'operation', `${op} can't be computed outside of a step`);
  }
  const [a, b, c] = args.map((arg) => (index: number) => (arg.length === 1 ? arg[0]! : arg[index]!));
  const none = () => 0;
  const results = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    results[index] = apply(bound.dtype, a!(index), (b ?? none)(index), (c ?? none)(index));
  }
  return results;
}

function matvec(x: Numbers, weights: Numbers, posts: number): Float32Array {
  const sums = new Float32Array(posts);
  for (let pre = 0; pre < x.length; pre++) {
    if (x[pre] === 0) continue;
    for (let post = 0; post < posts; post++) {
      sums[post] = sums[post]! + Math.fround(x[pre]! * weights[pre * posts + post]!);
    }
  }
  return sums;
}

function sparseMatvec(x: Numbers, { indptr, indices, data }: CsrMatrix, posts: number): Float32Array {
  const sums = new Float32Array(posts);
  for (let pre = 0; pre < x.length; pre++) {
    if (x[pre] === 0) continue;
    for (let entry = indptr[pre]!; entry < indptr[pre + 1]!; entry++) {
      const post = indices[entry]!;
      sums[post] = sums[post]! + Math.fround(x[pre]! * data[entry]!);
    }
  }
  return sums;
}

const reductions = {
  sum: { start: 0, each: (result: number, x: number) => Math.fround(result + x) },
  minOf: { start: Infinity, each: (result: number, x: number) => (x < result ? x : result) },
  maxOf: { start: -Infinity, each: (result: number, x: number) => (result < x ? x : result) },
} as const;

/** One number for each of the rows along the last axis. */
function reduced(op: 'sum' | 'minOf' | 'maxOf' | 'argmin', x: Numbers, rows: number): Float32Array {
  const length = rows === 0 ? 0 : x.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    const elements = Array.from({ length }, (__, place) => x[row * length + place]!);
    if (op !== 'argmin') return elements.reduce(reductions[op].each, reductions[op].start);
    const least = elements.reduce(reductions.minOf.each, reductions.minOf.start);
    return Math.max(
      0,
      elements.findIndex((element) => element === least && element < Infinity),
    );
  });
}

/** `x[⌊at⌋, …]` or `x[…, ⌊at⌋]`, of `size` elements; zeros if there is no such part. */
function part(kind: 'row' | 'column', x: Numbers, at: number, size: number): Float32Array {
  const place = Math.floor(at);
  const count = size === 0 ? 0 : x.length / size;
  const inside = place >= 0 && place < count;
  return Float32Array.from({ length: size }, (_, k) =>
    inside ? x[kind === 'row' ? place * size + k : k * count + place]! : 0,
  );
}
