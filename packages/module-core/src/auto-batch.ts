// Input data and states of a low-level module, brought to one leading batch axis.
import { type ArrayInput, broadcastTo, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { shapeText } from './shapes.ts';

export interface Batch {
  /** The input, (batches, steps, inputs). */
  readonly data: NdArray<Float64Array>;
  /** The states, each with a leading batch axis. */
  readonly states: NdArray<Float64Array>[];
}

/** See {@link Module.autoBatch}. */
export function autoBatch(
  input: ArrayInput,
  sizeIn: number,
  states: readonly ArrayInput[],
  targetShapes: readonly (readonly number[] | null)[] | null,
): Batch {
  const data = toWidth(toThreeAxes(toNdArray(input)), sizeIn);
  const batches = data.shape[0]!;
  return {
    data,
    states: states.map((state, index) => {
      const array = toNdArray(state);
      return repeatState(array, [batches, ...(targetShapes?.[index] ?? array.shape)]);
    }),
  };
}

function toThreeAxes(data: NdArray<Float64Array>): NdArray<Float64Array> {
  const { shape } = data;
  if (shape.length === 1) return { data: data.data, shape: [1, shape[0]!, 1] };
  if (shape.length === 2) return { data: data.data, shape: [1, ...shape] };
  if (shape.length === 3) return data;
  throw fail(
    'ValueError',
    'input-rank',
    `input must be (steps,), (steps, channels) or (batches, steps, channels), got shape ${shapeText(shape)}`,
  );
}

function toWidth(data: NdArray<Float64Array>, sizeIn: number): NdArray<Float64Array> {
  const [batches = 0, steps = 0, width = 0] = data.shape;
  if (width === sizeIn) return data;
  if (width === 1) return broadcastTo(data, [batches, steps, sizeIn]);
  throw fail('ValueError', 'input-width', `the module has ${sizeIn} inputs, the data have ${width} channels`);
}

/** Multiplies ones of a shape by a state, by NumPy's broadcasting. */
function repeatState(state: NdArray<Float64Array>, ones: readonly number[]): NdArray<Float64Array> {
  const rank = Math.max(ones.length, state.shape.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const a = ones[axis - rank + ones.length] ?? 1;
    const b = state.shape[axis - rank + state.shape.length] ?? 1;
    return a === 1 ? b : a;
  });
  const repeated = broadcastTo(state, shape);
  return { data: repeated.data.slice(), shape };
}
