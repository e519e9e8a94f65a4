// A population in several parts: neurons that know nothing of each other can be computed as k populations, neuron i in
// part i % k. So their output arrives as the k vectors that neurons with k synapses each take (see layout.ts).
import { type Expr, Network, oncePer, operations, type StepProgram, type Tensor } from '@rp/dynamics';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { Field, type Layout, mapLayout, splitParts } from './layout.ts';
import type { StepModel } from './step-model.ts';

/** The model with its output over `parts` vectors, or null if {@link whyWhole} says why not. */
export function inParts(model: StepModel, parts: number): StepModel | null {
  const copies = parts / model.outputs.length;
  if (whyWhole(model, parts) !== null) return null;
  const prefixes = Array.from({ length: copies }, (_, copy) => `p${copy}`);
  const each = (names: readonly string[]) =>
    prefixes.flatMap((prefix) => names.map((name) => `${prefix}_${name}`));
  const layout = (of: Layout) =>
    mapLayout(of, ({ parts, shape, keepsRank }) => new Field(each(parts), shape, keepsRank)) as Layout;
  const { fresh, inputs, outputs } = model;
  const size = model.dims.n! / copies;
  const usesDt = model.program.values.some(({ op }) => op === 'dt');
  return {
    ...model,
    program: programs(model.program)(JSON.stringify({ copies, size, inputs, outputs })),
    dims: {},
    params: dealt({ ...model.params, ...(usesDt ? { dt: model.dt } : {}) }, prefixes),
    inputs: each(inputs),
    outputs: each(outputs),
    state: layout(model.state),
    fresh: fresh && ((batches, steps) => dealt(fresh(batches, steps), prefixes) as Record<string, Tensor>),
    record: layout(model.record),
    always: layout(model.always),
  };
}

/** Why the output of a model can't be had over so many vectors, for people; null if it can. */
export function whyWhole({ program, dims, outputs }: StepModel, parts: number): string | null {
  const copies = parts / outputs.length;
  if (!Number.isInteger(copies) || (dims.n ?? 0) % copies !== 0) return 'its outputs are too few for that';
  if (program.values.some(({ op }) => op === 'uniform' || op === 'normal'))
    return 'its noise is drawn in one row';
  if (program.values.some(({ op }) => op === 'matvec')) return 'its neurons are connected among each other';
  return isElementwise(program) ? null : 'what it computes is more than one element at a time';
}

const LEAVES: ReadonlySet<string> = new Set(['const', 'dt', 'param', 'state', 'input']);

function isElementwise({ dims, lines, loop, values }: StepProgram): boolean {
  return (
    dims.join() === 'n' &&
    loop === undefined &&
    Object.keys(lines).length === 0 &&
    values.every(
      ({ op, shape }) => shape.length < 2 && (LEAVES.has(op) || operations[op].kind === 'elementwise'),
    )
  );
}

interface Copies {
  readonly copies: number;
  /** Elements of each. */
  readonly size: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The program of several copies side by side. */
const programs = oncePer((program: StepProgram) =>
  oncePer((key: string) => sideBySide(program, JSON.parse(key) as Copies)),
);

function sideBySide(program: StepProgram, { copies, size, inputs, outputs }: Copies): StepProgram {
  const network = new Network(program.name);
  const given: Record<string, Expr> = {};
  for (let copy = 0; copy < copies; copy++) {
    const prefix = `p${copy}`;
    const leads = inputs.map((name) => [name, network.input(`${prefix}_${name}`, [size])] as const);
    const placed = network.place(prefix, program, { n: size }, Object.fromEntries(leads));
    for (const name of outputs) given[`${prefix}_${name}`] = placed.outputs[name]!;
  }
  return network.finish({ outputs: given });
}

/** Vectors dealt out to the copies; numbers for each of them. */
function dealt(
  values: Readonly<Record<string, Tensor | number>>,
  prefixes: readonly string[],
): Record<string, Tensor | number> {
  const entries = Object.entries(values).flatMap(([name, value]) => {
    const shares = sharesOf(value, prefixes.length);
    return prefixes.map((prefix, copy) => [`${prefix}_${name}`, shares[copy]!] as const);
  });
  return Object.fromEntries(entries);
}

function sharesOf(value: Tensor | number, copies: number): readonly (Tensor | number)[] {
  if (typeof value === 'number' || value.shape.length === 0) return new Array(copies).fill(value);
  const { shape } = value;
  const share = [...shape.slice(0, -1), shape.at(-1)! / copies];
  return splitParts(toNdArray(value as NdArray), copies).map(({ data }) => ({ data, shape: share }));
}
