// The operations with a loop of their own, but for the product with a matrix.
import type { BasicOp, ElementwiseOp, Shape, Value } from '@rp/dynamics';
import { emitElementwise } from './emit.ts';
import type { Frame } from './frame.ts';
import { matvec } from './matvec.ts';
import { block, indent } from './text.ts';

type Leaf = 'const' | 'dt' | 'param' | 'state' | 'input' | 'index' | 'uniform';
type StructuralOp = Exclude<BasicOp, ElementwiseOp | Leaf>;
type Emit = (frame: Frame, id: number, value: Value) => string[];

/** Adding an operation to the language is a compile error here. */
const structural: Readonly<Record<StructuralOp, Emit>> = {
  matvec,
  delay,
  stack,
  row: part,
  column: part,
  sum: (frame, id, value) => reduction(frame, id, value, 'sum'),
  minOf: (frame, id, value) => reduction(frame, id, value, 'minOf'),
  maxOf: (frame, id, value) => reduction(frame, id, value, 'maxOf'),
  argmin: (frame, id, value) => reduction(frame, id, value, 'argmin'),
};

export function emitStructural(frame: Frame, id: number, value: Value): string[] {
  return structural[value.op as StructuralOp](frame, id, value);
}

/** Takes the oldest entry out of the line and puts the operand in its place. */
function delay(frame: Frame, id: number, { args, shape, name }: Value): string[] {
  const size = frame.size(shape);
  const length = frame.size([frame.program.lines[name!]!.shape[0]!]);
  const place = `lb_${name}`;
  const x = frame.at(args[0]!, 'i');
  // A scalar is a variable; a vector lies in memory.
  const scalar = shape.length === 0;
  const result = scalar ? `v${id}` : `t${id}[i]`;
  const each = (body: string[]) => (scalar ? body : frame.loop(shape, body));
  const entry = `l_${name}[${place}${scalar ? '' : ' + i'}]`;
  return [
    ...(scalar ? frame.declaration(id) : []),
    ...block(
      `if (${length} > 0) {`,
      [
        `const ${place} = (b * ${length} + h_${name}) * ${size};`,
        ...each([`${result} = ${entry};`, `${entry} = ${x};`]),
      ],
      '} else {',
    ),
    ...each([`${result} = ${x};`]).map(indent),
    '}',
  ];
}

function stack(frame: Frame, id: number, { args }: Value): string[] {
  return frame.loop(
    frame.program.values[args[0]!]!.shape,
    args.map((arg, place) => `t${id}[i * ${args.length} + ${place}] = ${frame.at(arg, 'i')};`),
  );
}

/** How the reductions begin, and what they do with each element `x`; the sum is rounded to the dtype. */
const reductions = {
  sum: { start: '0', each: '' },
  minOf: { start: 'Infinity', each: 'if (x < r) r = x;' },
  maxOf: { start: '-Infinity', each: 'if (r < x) r = x;' },
  argmin: { start: 'Infinity', each: 'if (x < r) { r = x; place = j; }' },
} as const;

/** One number for each row along the last axis, in ascending order. */
function reduction(
  frame: Frame,
  id: number,
  { args, shape }: Value,
  name: keyof typeof reductions,
): string[] {
  const x = args[0]!;
  const length = frame.size(frame.program.values[x]!.shape.slice(-1));
  const { start, each } = reductions[name];
  const element = frame.at(x, `i * ${length} + j`);
  const sum = name === 'sum' ? emitElementwise('add', false, frame.dtype, ['r', 'x']) : '';
  const result = name === 'argmin' ? 'place' : 'r';
  return filled(frame, id, shape, (put) => [
    `let r = ${start}${name === 'argmin' ? ', place = 0' : ''};`,
    `for (let j = 0; j < ${length}; j++) { const x = ${element}; ${each || `r = ${sum};`} }`,
    put(result),
  ]);
}

/** The part of an array at an index along its first or last axis. */
function part(frame: Frame, id: number, { op, args, shape }: Value): string[] {
  const [array, index] = args as [number, number];
  const whole = frame.program.values[array]!.shape;
  const count = frame.size(op === 'row' ? whole.slice(0, 1) : whole.slice(-1));
  const element = op === 'row' ? `k * ${frame.size(shape)} + i` : `i * ${count} + k`;
  return [
    ...(shape.length === 0 ? frame.declaration(id) : []),
    ...block(
      '{',
      [
        `const k = Math.floor(${frame.scalar(index)});`,
        `const inside = k >= 0 && k < ${count};`,
        ...filled(frame, id, shape, (put) => [put(`inside ? ${frame.at(array, element)} : 0`)], false),
      ],
      '}',
    ),
  ];
}

/** Code that puts every element of a value in its place: in memory, or in a variable if it is a scalar. */
function filled(
  frame: Frame,
  id: number,
  shape: Shape,
  body: (put: (expression: string) => string) => string[],
  declare = true,
): string[] {
  if (shape.length > 0)
    return frame.loop(
      shape,
      body((expression) => `t${id}[i] = ${expression};`),
    );
  const keep = frame.isPrelude(id) ? ` m.scalars[${id}] = v${id};` : '';
  return [
    ...(declare ? frame.declaration(id) : []),
    ...block('{', ['const i = 0;', ...body((expression) => `v${id} = ${expression};${keep}`)], '}'),
  ];
}
