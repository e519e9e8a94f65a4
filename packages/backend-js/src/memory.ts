// Everything that generated code works on: one object per session, typed arrays inside.
import {
  type Bound,
  bufferedStates,
  carriedInStates,
  type Dtype,
  int32Of,
  keyOf,
  loopLimitReached,
  philox4x32,
  reference,
  rounding,
  type StepProgram,
  storedIds,
  uniformOf,
  type ValueType,
} from '@rp/dynamics';
import type { CsrMatrix, NumericArray } from '@rp/ndarray';
import type { EventBuffer } from './event-buffer.ts';
import { firedOutputs } from './fired-outputs.ts';

/** An input of the current run: rows, or events to be spread over one row. */
export interface InputSource {
  data: NumericArray;
  /** Elements from one row to the next; 0 where one row of zeros serves all steps. */
  stride: number;
  events: { offsets: Uint32Array; units: Int32Array; counts: NumericArray } | undefined;
}

export interface Memory {
  readonly batch: number;
  readonly extents: Readonly<Record<string, number>>;
  dt: number;
  readonly params: Record<string, NumericArray>;
  /** The parameters that are stored as `csr`; a written one takes the place of the former. */
  readonly sparse: Record<string, CsrMatrix>;
  /** State; and of those states that can't be overwritten during a step, what comes after it: the two change places. */
  state: Record<string, NumericArray>;
  next: Record<string, NumericArray>;
  readonly lines: Record<string, NumericArray>;
  /** Where in its line the oldest entry is. */
  readonly heads: Record<string, number>;
  /** Vectors that a loop carries: before an iteration, and after it. Scalars are variables. */
  readonly carried: Record<string, { readonly now: NumericArray; readonly next: NumericArray }>;
  /** Vectors that one group makes and another uses, by id. */
  readonly temps: Record<number, NumericArray>;
  /** Scalars of the prelude, by id. */
  readonly scalars: Record<number, number>;
  /** Pre neurons that are not zero, for matvec. */
  readonly active: Int32Array;
  readonly inputs: Record<string, InputSource>;
  /** Rows that the current run gives out, by name. */
  rows: Record<string, NumericArray>;
  events: Record<string, EventBuffer>;
  /** Room for the places of one step's events, for the outputs of truth values. */
  readonly fired: Readonly<Record<string, Int32Array>>;
  /** Steps of the current run. */
  steps: number;
  /** Steps since the beginning: the counter of the random numbers. */
  count: number;
  readonly uniform: (element: number, step: number, item: number, stream: number, word: number) => number;
  /** Ends a run whose loop has reached its limit. */
  readonly loopLimit: () => never;
  readonly pow2: (x: number) => number;
  readonly exponent: (x: number) => number;
  readonly int32: (x: number) => number;
}

/** An array for values of a type; truth values are bytes. */
export function arrayFor(type: ValueType, dtype: Dtype, length: number): NumericArray {
  if (type === 'bool') return new Uint8Array(length);
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/** A copy of a sparse matrix, in the dtype. */
export function keptMatrix({ shape, indptr, indices, data }: CsrMatrix, dtype: Dtype): CsrMatrix {
  const numbers = dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data);
  return { shape: [...shape], indptr: indptr.slice(), indices: indices.slice(), data: numbers };
}

/** Zeroed memory for a program. */
export function allocate(program: StepProgram, bound: Bound): Memory {
  const { dtype, batch, seed } = bound;
  const each = <T>(names: object, make: (name: string) => T) =>
    Object.fromEntries(Object.keys(names).map((name) => [name, make(name)]));
  const stateArray = (name: string) => {
    const { shape, type } = program.state[name]!;
    return arrayFor(type, dtype, batch * bound.size(shape));
  };
  const largest = Math.max(
    0,
    ...program.values.map((value) =>
      value.op === 'matvec' ? bound.size(program.values[value.args[0]!]!.shape) : 0,
    ),
  );
  const inStates = carriedInStates(program);
  const key = keyOf(seed);
  const round = rounding(dtype);
  return {
    batch,
    extents: Object.fromEntries(program.dims.map((dim) => [dim, bound.extents([dim])[0]!])),
    dt: round(bound.dt),
    params: Object.fromEntries(
      Object.entries(program.params)
        .filter(([, { storage }]) => storage === undefined)
        .map(([name, { type, shape }]) => [name, arrayFor(type, dtype, bound.size(shape))]),
    ),
    sparse: {},
    state: each(program.state, stateArray),
    next: Object.fromEntries(bufferedStates(program).map((name) => [name, stateArray(name)])),
    lines: each(program.lines, (name) =>
      arrayFor('float', dtype, batch * bound.size(program.lines[name]!.shape)),
    ),
    heads: each(program.lines, () => 0),
    carried: Object.fromEntries(
      Object.entries(program.loop?.carried ?? {})
        .filter(([name]) => !inStates.has(name))
        .map(([name, { type, shape }]) => {
          const make = () => arrayFor(type, dtype, bound.size(shape));
          return [name, { now: make(), next: make() }];
        }),
    ),
    temps: Object.fromEntries(
      storedIds(program).map((id) => [
        id,
        arrayFor(program.values[id]!.type, dtype, bound.size(program.values[id]!.shape)),
      ]),
    ),
    scalars: {},
    active: new Int32Array(largest),
    inputs: each(program.inputs, (name) => ({
      data: arrayFor(program.inputs[name]!.type, dtype, bound.size(program.inputs[name]!.shape)),
      stride: 0,
      events: undefined,
    })),
    rows: {},
    events: {},
    fired: Object.fromEntries(
      firedOutputs(program).map((name) => [
        name,
        new Int32Array(bound.size(program.values[program.events[name]!]!.shape)),
      ]),
    ),
    steps: 0,
    count: bound.firstStep,
    uniform: (element, step, item, stream, word) =>
      uniformOf(philox4x32([element, step >>> 0, item, stream], key)[word]!, round),
    loopLimit: () => {
      throw loopLimitReached(program);
    },
    pow2: (x) => reference.pow2(dtype, x, 0, 0),
    exponent: (x) => reference.exponent(dtype, x, 0, 0),
    int32: int32Of,
  };
}

/** The bytes that a session holds. */
export function bytesOf(memory: Memory): number {
  const groups = [memory.params, memory.state, memory.next, memory.lines, memory.temps, memory.fired];
  const carried = Object.values(memory.carried).flatMap(({ now, next }) => [now, next]);
  const sparse = Object.values(memory.sparse).flatMap(({ indptr, indices, data }) => [indptr, indices, data]);
  const arrays = [...carried, ...sparse, ...groups.flatMap((group) => Object.values<NumericArray>(group))];
  return arrays.reduce((sum, array) => sum + array.byteLength, memory.active.byteLength);
}
