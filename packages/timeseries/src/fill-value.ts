// What a continuous series gives between the ends of its range and its outermost samples.
import { type ArrayInput, numericArrayOf, shapeOf } from '@rp/ndarray';
import { describe, fail } from './error.ts';
import type { Fill } from './interpolation/sampler.ts';

/** One value, or one for each channel. */
export type FillLevel = number | readonly number[];

/**
 * `'extrapolate'` continues by the rule of the interpolation kind; otherwise a fixed value, one per channel,
 * or different ones before and after the samples.
 */
export type FillValue = 'extrapolate' | FillLevel | { readonly below: FillLevel; readonly above: FillLevel };

/**
 * A fill value in its own form, not shared with the caller.
 * @throws ValueError for other texts and for a number of values that doesn't fit the channels.
 */
export function fillValueOf(value: unknown, numChannels: number): FillValue {
  if (value === 'extrapolate') return value;
  if (typeof value === 'string') {
    throw fail(
      'ValueError',
      'fill-value',
      `a fill value is a number, one number per channel, { below, above }, or 'extrapolate'; got ${describe(value)}`,
    );
  }
  if (typeof value === 'object' && value !== null && 'below' in value && 'above' in value) {
    return { below: levelOf(value.below, numChannels), above: levelOf(value.above, numChannels) };
  }
  return levelOf(value, numChannels);
}

/** A series without channels takes any number of values: its channels may still come. */
function levelOf(value: unknown, numChannels: number): FillLevel {
  const shape = shapeOf(value);
  const values = numericArrayOf(value as ArrayInput);
  if (shape.length === 0) return values[0]!;
  if (shape.length > 1 || (numChannels > 0 && values.length !== 1 && values.length !== numChannels)) {
    throw fail(
      'ValueError',
      'fill-value',
      `a fill value needs one number for each of the ${numChannels} channels, got an array of shape [${shape}]`,
    );
  }
  return [...values];
}

/** The fill value for each channel, or `null` to extrapolate. */
export function fillPerChannel(value: FillValue, numChannels: number): Fill | null {
  if (value === 'extrapolate') return null;
  const [below, above] =
    typeof value === 'object' && 'below' in value ? [value.below, value.above] : [value, value];
  return { below: spread(below, numChannels), above: spread(above, numChannels) };
}

function spread(level: FillLevel, numChannels: number): Float64Array {
  const values = typeof level === 'number' ? [level] : level;
  return Float64Array.from({ length: numChannels }, (_, c) => values[values.length === 1 ? 0 : c]!);
}

/** The fill value of chosen channels. */
export function fillOfColumns(value: FillValue, columns: Int32Array | null): FillValue {
  if (columns === null || typeof value === 'string' || typeof value === 'number') return value;
  const choose = (level: FillLevel): FillLevel =>
    typeof level === 'number' || level.length === 1 ? level : Array.from(columns, (c) => level[c]!);
  return 'below' in value ? { below: choose(value.below), above: choose(value.above) } : choose(value);
}
