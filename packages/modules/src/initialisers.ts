// Initial weights and biases: functions of a shape. Each module draws from its own seed.
import { keyOf, philox4x32 } from '@rp/dynamics';
import type { InitFunc } from '@rp/module-core';
import { type NdArray, sizeOf } from '@rp/ndarray';

/** Numbers from 0 (included) to 1. */
export type Random = () => number;

/** An endless row of random numbers from a seed. */
export function randomOf(seed: number): Random {
  const key = keyOf(seed);
  let count = 0;
  return () => philox4x32([count++, 0, 0, 0x57ea4d], key)[0] * 2 ** -32;
}

/** Equally likely from `−limit` to `limit`. */
function uniform(shape: readonly number[], limit: number, random: Random): NdArray | number {
  const draw = () => (2 * random() - 1) * limit;
  if (shape.length === 0) return draw();
  return { data: Float64Array.from({ length: sizeOf(shape) }, draw), shape: [...shape] };
}

/** Weights in ±√(6 / inputs): the default of `Linear` and `LIF`. */
export function kaiming(random: Random = Math.random): InitFunc {
  return (shape) => uniform(shape, Math.sqrt(6 / (shape[0] ?? 1)), random);
}

/** Weights in ±√(6 / (inputs + outputs)). */
export function xavier(random: Random = Math.random): InitFunc {
  return (shape) => uniform(shape, Math.sqrt(6 / shape.reduce((sum, extent) => sum + extent, 0)), random);
}

/** Values in ±√(1 / first extent): the default of biases. */
export function uniformSqrt(random: Random = Math.random): InitFunc {
  return (shape) => uniform(shape, Math.sqrt(1 / (shape[0] ?? 1)), random);
}

/** Normal values over √(first extent), for which the eigenvalues of a square matrix fill the unit circle. */
export function unitEigs(random: Random = Math.random): InitFunc {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return (shape) => ({
    data: Float64Array.from({ length: sizeOf(shape) }, () => normal() / Math.sqrt(shape[0] ?? 1)),
    shape: [...shape],
  });
}
