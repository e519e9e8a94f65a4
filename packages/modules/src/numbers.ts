// Values of attributes as the vectors that programs take.
import { type ArrayInput, type NdArray, sizeOf, toNdArray } from '@rp/ndarray';
import { splitParts } from './layout.ts';

/** A number for all, or one for each. */
export type Vector = number | NdArray;

/** A vector from a number for all or one for each; an array that fills the shape, or one row of it. */
export function expanded(value: ArrayInput, shape: readonly number[]): NdArray<Float64Array> {
  const { data } = toNdArray(value);
  const size = sizeOf(shape);
  if (data.length === size) return { data, shape: [...shape] };
  return {
    data: Float64Array.from({ length: size }, (_, index) => data[index % data.length]!),
    shape: [...shape],
  };
}

/** A vector of equal numbers. */
export function filled(shape: readonly number[], value: number): NdArray<Float64Array> {
  return { data: new Float64Array(sizeOf(shape)).fill(value), shape: [...shape] };
}

/** The parts of a vector as parameters `stem0`, `stem1`, …; element i goes to part `i % count`. */
export function splitVector(stem: string, value: NdArray, count: number): Record<string, NdArray> {
  return Object.fromEntries(splitParts(value, count).map((part, index) => [`${stem}${index}`, part]));
}

/** `stem0`, `stem1`, … */
export function numbered(stem: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${stem}${index}`);
}

/** A function of a number, or of every element. */
export function mapVector(value: Vector, of: (x: number) => number): Vector {
  if (typeof value === 'number') return of(value);
  return { data: Float64Array.from(value.data, of), shape: [...value.shape] };
}

/** A matrix with each column multiplied by a factor of its own. */
export function scaledColumns(
  { data, shape }: NdArray,
  factorOf: (column: number) => number,
): NdArray<Float64Array> {
  const width = shape[1] ?? 1;
  return { data: Float64Array.from(data, (value, index) => value * factorOf(index % width)), shape };
}
