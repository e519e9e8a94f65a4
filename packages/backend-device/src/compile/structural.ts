// The WGSL of operations that have a loop of their own, or that move elements. Each puts element `i` of its result, for
// batch item `b` and step `k`, into a variable.
import type { Shape, StepProgram, Value } from '@rp/dynamics';
import { fail } from '../error.ts';
import { emitElementwise } from './emit.ts';
import { activeOf, listOf } from './search.ts';
import { columnsOfSlice } from './sparse.ts';
import { block } from './text.ts';

/** Where values lie, and how arithmetic is written. */
export interface Surroundings {
  readonly program: StepProgram;
  readonly keep: boolean;
  /** A value at an index. */
  at(id: number, index: string): string;
  size(shape: Shape): string;
}

export function emitStructural(around: Surroundings, id: number, to: string): string[] {
  const value = around.program.values[id]!;
  switch (value.op) {
    case 'matvec':
      return matvec(around, id, to);
    case 'delay':
      return delay(around, value, to);
    case 'row':
    case 'column':
      return part(around, value, to);
    case 'sum':
    case 'minOf':
    case 'maxOf':
    case 'argmin':
      return reduction(around, value.op, value.args[0]!, to);
    case 'stack':
      return stack(around, value, to);
    default:
      throw fail('NotImplementedError', 'operation', `${value.op} has no form in WGSL`);
  }
}

/** Zeros are left out and NaN is not; ascending, every product and every sum rounded. */
function matvec(around: Surroundings, id: number, to: string): string[] {
  const [vector, matrix] = around.program.values[id]!.args as [number, number];
  if (around.program.values[matrix]!.storage === 'csr') return sumOfColumn(around, vector, matrix, to);
  return activeOf(around.program, id) === undefined
    ? sumOfAll(around, vector, matrix, to)
    : sumOfActive(around, vector, matrix, to);
}

/** Every row of a dense matrix is considered. */
function sumOfAll(around: Surroundings, vector: number, matrix: number, to: string): string[] {
  const rows = around.size(around.program.values[vector]!.shape);
  return severalAtOnce(around, to, {
    count: rows,
    row: (place) => place,
    x: (row) => around.at(vector, row),
    weight: (_, row) => around.at(matrix, element(around, matrix, row)),
    skips: true,
  });
}

/** Only the rows of the elements that were found not to be zero. */
function sumOfActive(around: Surroundings, vector: number, matrix: number, to: string): string[] {
  const key = listOf(around.program, vector);
  const rows = around.size(around.program.values[vector]!.shape);
  return [
    `let total = list[h.total_${key} + b];`,
    `let first = h.active_${key} + b * ${rows};`,
    ...severalAtOnce(around, to, {
      count: 'total',
      row: (place) => `list[first + ${place}]`,
      x: (row) => around.at(vector, row),
      weight: (_, row) => around.at(matrix, element(around, matrix, row)),
      skips: false,
    }),
  ];
}

/** The entries of a sparse matrix lie by columns; those of neighbouring columns side by side, so that a step reads them together. */
function sumOfColumn(around: Surroundings, vector: number, matrix: number, to: string): string[] {
  const { name } = around.program.values[matrix]!;
  const entry = (place: string) => `first + ${columnsOfSlice}u * (${place})`;
  return [
    `let column = h.columns_${name} + 2u * i;`,
    'let first = idx[column];',
    ...severalAtOnce(around, to, {
      count: 'idx[column + 1u]',
      row: (place) => `idx[h.rows_${name} + ${entry(place)}]`,
      x: (row) => around.at(vector, row),
      weight: (place) => around.at(matrix, entry(place)),
      skips: true,
    }),
  ];
}

/** A sum of products, as WGSL: what there is at each of some places. */
interface Products {
  readonly count: string;
  readonly row: (place: string) => string;
  readonly x: (row: string) => string;
  readonly weight: (place: string, row: string) => string;
  /** Some of `x` may be zero, and are to be left out. */
  readonly skips: boolean;
}

/** So many products are read before the first is added: reads take long, and then do so together. */
const atOnce = 4;

/** One addition after another, as the order asks, but with the reads of several together. */
function severalAtOnce({ keep }: Surroundings, to: string, products: Products): string[] {
  const { count, row, x, weight, skips } = products;
  const read = (place: string, n: number | '') => [
    `let row${n} = ${row(place)};`,
    `let x${n} = ${x(`row${n}`)};`,
    `let w${n} = ${weight(place, `row${n}`)};`,
  ];
  const add = (n: number | '') => {
    const product = emitElementwise('mul', false, keep, [`x${n}`, `w${n}`]);
    const sum = emitElementwise('add', false, keep, [to, keep ? product : `(${product})`]);
    return skips ? `${to} = select(${sum}, ${to}, x${n} == 0.0);` : `${to} = ${sum};`;
  };
  const numbers = Array.from({ length: atOnce }, (_, n) => n);
  const reads = numbers.map((n) => read(n === 0 ? 'p' : `p + ${n}u`, n));
  return [
    `let count = ${count};`,
    'var p = 0u;',
    ...block(
      `for (; p + ${atOnce - 1}u < count; p += ${atOnce}u) {`,
      [...reads.map(([own]) => own!), ...reads.flatMap(([, ...others]) => others), ...numbers.map(add)],
      '}',
    ),
    ...block('for (; p < count; p++) {', [...read('p', ''), add('')], '}'),
  ];
}

/** The place of element `i` of a row of a matrix. */
function element(around: Surroundings, matrix: number, row: string): string {
  return `${row} * ${around.size(around.program.values[matrix]!.shape.slice(1))} + i`;
}

function delay(around: Surroundings, { args, name, shape }: Value, to: string): string[] {
  const steps = around.program.lines[name!]!.shape[0]!;
  const length = around.size([steps]);
  const entry = `(b * ${length} + (h.head_${name} + k) % ${length}) * ${around.size(shape)} + i`;
  const exchange = [`let place = h.l_${name} + ${entry};`, `${to} = mem[place];`, 'mem[place] = given;'];
  return [
    `let given = ${around.at(args[0]!, 'i')};`,
    `${to} = given;`,
    // A fixed length of 0 would be a division by zero, which a compiler refuses to see.
    ...(steps === 0 ? [] : block(`if (${length} > 0u) {`, exchange, '}')),
  ];
}

/** Done for the elements of the result: which operand an element comes from is known by its place. */
function stack(around: Surroundings, { args }: Value, to: string): string[] {
  const cases = args.map(
    (arg, place) => `case ${place}u: { ${to} = ${around.at(arg, `(i / ${args.length}u)`)}; }`,
  );
  return block(`switch (i % ${args.length}u) {`, [...cases, 'default: {}'], '}');
}

const infinity = 'bitcast<f32>(h.infinity)';

/** How the reductions begin, and what they do with each element `x`; the sum is a rounded operation. */
const reductions = {
  sum: { start: '0.0', each: undefined },
  minOf: { start: infinity, each: 'if (x < result) { result = x; }' },
  maxOf: { start: 'bitcast<f32>(h.infinity ^ 0x80000000u)', each: 'if (result < x) { result = x; }' },
  argmin: { start: infinity, each: 'if (x < result) { result = x; place_of = j; }' },
} as const;

/** One number for each row along the last axis, in ascending order. */
function reduction(around: Surroundings, op: keyof typeof reductions, x: number, to: string): string[] {
  const length = around.size(around.program.values[x]!.shape.slice(-1));
  const { start, each } = reductions[op];
  const sum = emitElementwise('add', false, around.keep, ['result', 'x']);
  return [
    `var result = ${start};`,
    ...(op === 'argmin' ? ['var place_of = 0u;'] : []),
    ...block(
      `for (var j = 0u; j < ${length}; j++) {`,
      [`let x = ${around.at(x, `(i * ${length} + j)`)};`, each ?? `result = ${sum};`],
      '}',
    ),
    `${to} = ${op === 'argmin' ? 'number_of(place_of)' : 'result'};`,
  ];
}

/** The part of an array at an index along its first or last axis; zeros if there is none. */
function part(around: Surroundings, { op, args, shape }: Value, to: string): string[] {
  const [array, index] = args as [number, number];
  const whole = around.program.values[array]!.shape;
  const count = around.size(op === 'row' ? whole.slice(0, 1) : whole.slice(-1));
  const place = op === 'row' ? `(u32(place) * ${around.size(shape)} + i)` : `(i * ${count} + u32(place))`;
  return [
    `let place = floor(${around.at(index, '0u')});`,
    `if (place >= 0.0 && place < number_of(${count})) { ${to} = ${around.at(array, place)}; }`,
  ];
}
