// Where the arrays that a module shows (states, records, inputs and outputs) lie among the names of its program.
// A program has vectors only; an array [units, k] of the module is k vectors of the program, interleaved.
import type { AttributeTree } from '@rp/module-core';
import { type ArrayInput, type NdArray, sameShape, sizeOf, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';

/** An array of a module: element i of it is element `floor(i / k)` of the program's vector `parts[i % k]`. */
export class Field {
  /** Names in the program; none for an array that is always zero. */
  readonly parts: readonly string[];
  /** Without axes for batch items and steps. */
  readonly shape: readonly number[];
  /** Whether the array has the leading axes of the module's input, instead of always batch and steps. */
  readonly keepsRank: boolean;
  /** The shape of each part in the program; a vector, if not said otherwise. */
  readonly partShape: readonly number[];

  constructor(
    parts: readonly string[],
    shape: readonly number[],
    keepsRank = false,
    partShape: readonly number[] = [sizeOf(shape) / parts.length],
  ) {
    this.parts = parts;
    this.shape = shape;
    this.keepsRank = keepsRank;
    this.partShape = partShape;
  }

  /** The same among names with a prefix. */
  prefixed(prefix: string): Field {
    return new Field(
      this.parts.map((part) => `${prefix}_${part}`),
      this.shape,
      this.keepsRank,
      this.partShape,
    );
  }
}

/** A dictionary of arrays, nested like `state()`. */
export interface Layout {
  readonly [name: string]: Field | Layout;
}

/** Every field of a layout. */
export function fieldsOf(layout: Layout): Field[] {
  return Object.values(layout).flatMap((entry) => (entry instanceof Field ? [entry] : fieldsOf(entry)));
}

/** The layout with another value in place of every field. */
export function mapLayout(layout: Layout, map: (field: Field) => unknown): AttributeTree {
  const entries = Object.entries(layout).map(
    ([name, entry]) => [name, entry instanceof Field ? map(entry) : mapLayout(entry, map)] as const,
  );
  return Object.fromEntries(entries);
}

/** The same among names with a prefix. */
export function prefixedLayout(layout: Layout, prefix: string): Layout {
  return mapLayout(layout, (field) => field.prefixed(prefix)) as Layout;
}

/** Takes an array apart into vectors: element i goes to part `i % count`. */
export function splitParts(array: NdArray, count: number): NdArray<Float64Array>[] {
  const { data } = toNdArray(array);
  if (count === 1) return [{ data, shape: [data.length] }];
  const length = data.length / count;
  return Array.from({ length: count }, (_, part) => ({
    data: Float64Array.from({ length }, (_, index) => data[index * count + part]!),
    shape: [length],
  }));
}

/** Puts vectors together, the opposite of {@link splitParts}. */
export function joinParts(parts: readonly NdArray[], shape: readonly number[]): NdArray<Float64Array> {
  const [first] = parts;
  if (first === undefined) return { data: new Float64Array(sizeOf(shape)), shape: [...shape] };
  if (parts.length === 1) return { data: toNdArray(first).data, shape: [...shape] };
  const data = new Float64Array(first.data.length * parts.length);
  parts.forEach((part, offset) => {
    for (let index = 0; index < part.data.length; index++)
      data[index * parts.length + offset] = part.data[index]!;
  });
  return { data, shape: [...shape] };
}

/**
 * The states of a program from a dictionary of states.
 * @throws ValueError for a state of another shape, KeyError for one that is missing.
 */
export function statesFrom(
  layout: Layout,
  tree: AttributeTree,
  batches: number,
): { readonly states: Record<string, NdArray<Float64Array>>; readonly perBatch: boolean } {
  const states: Record<string, NdArray<Float64Array>> = {};
  let perBatch = false;
  const visit = (entries: Layout, values: AttributeTree, path: string): void => {
    for (const [name, entry] of Object.entries(entries)) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (!(entry instanceof Field)) visit(entry, (value ?? {}) as AttributeTree, `${path}${name}.`);
      else {
        const array = stateArray(value, entry, batches, path + name);
        if (array.shape.length > entry.shape.length) perBatch = true;
        const lead = array.shape.slice(0, array.shape.length - entry.shape.length);
        splitParts(array, entry.parts.length).forEach((part, index) => {
          states[entry.parts[index]!] = { data: part.data, shape: [...lead, ...entry.partShape] };
        });
      }
    }
  };
  visit(layout, tree, '');
  return { states, perBatch };
}

function stateArray(value: unknown, { shape }: Field, batches: number, name: string): NdArray<Float64Array> {
  if (value === undefined || value === null) {
    throw fail('KeyError', 'state-missing', `the state \`${name}\` is missing; give all that state() shows`);
  }
  const array = toNdArray(value as ArrayInput);
  if (sameShape(array.shape, shape) || sameShape(array.shape, [batches, ...shape])) return array;
  throw fail(
    'ValueError',
    'state-shape',
    `the state \`${name}\` must have shape [${shape}], or [${batches},${shape}] for one per batch item; ` +
      `got [${array.shape}]`,
  );
}

/** A dictionary of states from the states of a program: those of the first batch item, or of all. */
export function statesTo(
  layout: Layout,
  states: Readonly<Record<string, NdArray>>,
  perBatch: boolean,
): AttributeTree {
  return mapLayout(layout, ({ parts, shape }) => {
    const batches = states[parts[0]!]!.shape[0]!;
    const all = joinParts(
      parts.map((part) => states[part]!),
      [batches, ...shape],
    );
    return perBatch ? all : { data: all.data.slice(0, sizeOf(shape)), shape: [...shape] };
  });
}
