// A vector times a matrix [pre, post]: only the rows of elements that are not zero, in ascending order. Every product and
// every sum is rounded by itself, and sums are made in the order of the rows: the bits don't depend on how many go together.
import type { Value } from '@rp/dynamics';
import { emitElementwise } from './emit.ts';
import type { Frame } from './frame.ts';
import { block } from './text.ts';

export function matvec(frame: Frame, id: number, { args, shape }: Value): string[] {
  const [x, weights] = args as [number, number];
  const { storage, name } = frame.program.values[weights]!;
  return [
    ...activeElements(frame, x),
    `t${id}.fill(0);`,
    ...(storage === 'csr'
      ? sparseRows(frame, id, x, name!)
      : denseRows(frame, id, x, weights, frame.size(shape))),
  ];
}

/** Lists the elements that are not zero, unless that was the last that was listed. */
function activeElements(frame: Frame, x: number): string[] {
  if (frame.listed === x) return [];
  frame.listed = x;
  return [
    'count = 0;',
    ...frame.loop(frame.program.values[x]!.shape, [`if (${frame.at(x, 'i')} !== 0) active[count++] = i;`]),
  ];
}

/** Four rows at a time, so that a result is loaded and stored once per four. */
function denseRows(frame: Frame, id: number, x: number, weights: number, posts: string): string[] {
  const times = (row: string, k: number) =>
    emitElementwise('mul', false, frame.dtype, [`x${k}`, frame.at(weights, `${row} + j`)]);
  const plus = (sum: string, product: string) => emitElementwise('add', false, frame.dtype, [sum, product]);
  const four = [0, 1, 2, 3].reduce((sum, k) => plus(sum, times(`w${k}`, k)), `t${id}[j]`);
  const load = (k: number) =>
    `const i${k} = active[a + ${k}], x${k} = ${frame.at(x, `i${k}`)}, w${k} = i${k} * ${posts};`;
  const add = (sum: string) => `for (let j = 0; j < ${posts}; j++) t${id}[j] = ${sum};`;
  return block(
    '{',
    [
      `let a = 0;`,
      ...block('for (; a + 3 < count; a += 4) {', [...[0, 1, 2, 3].map(load), add(four)], '}'),
      ...block('for (; a < count; a++) {', [load(0), add(plus(`t${id}[j]`, times('w0', 0)))], '}'),
    ],
    '}',
  );
}

/** The entries of the rows, row after row. */
function sparseRows(frame: Frame, id: number, x: number, weights: string): string[] {
  const { dtype } = frame;
  const product = emitElementwise('mul', false, dtype, ['x', `p_${weights}[k]`]);
  const sum = emitElementwise('add', false, dtype, [`t${id}[j]`, product]);
  return block(
    'for (let a = 0; a < count; a++) {',
    [
      `const i = active[a], x = ${frame.at(x, 'i')};`,
      ...block(
        `for (let k = pr_${weights}[i], end = pr_${weights}[i + 1]; k < end; k++) {`,
        [`const j = pi_${weights}[k];`, `t${id}[j] = ${sum};`],
        '}',
      ),
    ],
    '}',
  );
}
