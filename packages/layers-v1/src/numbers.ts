// Constructor arguments that are one number or one number per neuron.
import type { NdArray } from '@rp/ndarray';
import { describe, fail } from './error.ts';
import { scalarOf } from './scalar.ts';

/** @throws TypeError for null and for what isn't given. */
export function required<T>(value: T | null | undefined, name: string): T {
  if (value !== null && value !== undefined) return value;
  throw fail('TypeError', 'missing', `${name} must be given, got ${describe(value)}`);
}

/** @throws ValueError for NaN, which would spread through every result. */
export function withoutNaN(value: NdArray<Float64Array>, name: string): NdArray<Float64Array> {
  const place = value.data.findIndex(Number.isNaN);
  if (place < 0) return value;
  throw fail('ValueError', 'nan', `${name} must be numbers, element ${place} is NaN`);
}

export function smallest({ data }: NdArray<Float64Array>): number {
  return data.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

/** @throws ValueError unless more than zero. */
export function positive(value: number, name: string): number {
  if (value > 0) return value;
  throw fail('ValueError', 'not-positive', `${name} must be positive, got ${value}`);
}

/** @throws ValueError unless all are more than zero. */
export function allPositive(value: NdArray<Float64Array>, name: string): NdArray<Float64Array> {
  for (const element of value.data) positive(element, name);
  return value;
}

/** Seconds per time step. @throws TypeError unless a single number; ValueError unless positive and finite. */
export function timeStepOf(value: unknown, name: string): number {
  return finite(positive(scalarOf(value, name), name), name);
}

/** @throws ValueError for infinities and NaN. */
export function finite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw fail('ValueError', 'not-finite', `${name} must be finite, got ${value}`);
}

/** @throws TypeError unless a single number; ValueError for NaN. */
export function numberOf(value: unknown, name: string): number {
  const number = scalarOf(value, name);
  if (!Number.isNaN(number)) return number;
  throw fail('ValueError', 'nan', `${name} must be a number, got NaN`);
}

export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
