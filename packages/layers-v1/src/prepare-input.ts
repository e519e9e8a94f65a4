// From a time series to rows: one row of input per time step.
import { warn } from '@rp/errors';
import { type ArrayInput, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import type { TSContinuous, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';

/** The steps of an evolution, and how many channels each row has. */
export interface Grid {
  /** The start of each step in seconds. */
  readonly timeBase: Float64Array;
  readonly tStart: number;
  readonly dt: number;
  readonly sizeIn: number;
}

/**
 * A signal sampled at the time base; one channel serves all columns. What is not known (NaN) counts as zero.
 * @throws AssertionError for another number of channels; ValueError where the signal cannot be read.
 */
export function continuousRows(input: TSContinuous, { timeBase, sizeIn }: Grid): NdArray<Float64Array> {
  if (timeBase.length === 0) return zeros([0, sizeIn]);
  if (!input.contains(timeBase)) {
    warn(
      'layers-v1',
      `the input reaches from ${input.tStart} to ${input.tStop} s, which does not cover the evolution from ${timeBase[0]} to ${timeBase[timeBase.length - 1]} s`,
    );
  }
  const samples = input.call(timeBase);
  const known = { ...samples, data: samples.data.map((value) => (Number.isNaN(value) ? 0 : value)) };
  return toWidth(known, sizeIn);
}

/**
 * Rows of the layer's width; a vector counts as one column, and one column is copied to all.
 * @throws AssertionError for another width.
 */
export function toWidth(rows: ArrayInput, sizeIn: number): NdArray<Float64Array> {
  const { data, shape } = toNdArray(rows);
  const [count = 1, width = 1] = shape;
  if (width === sizeIn && shape.length === 2) return { data, shape: [...shape] };
  if (width !== 1 || shape.length > 2) {
    throw fail(
      'AssertionError',
      'input-channels',
      `the input must have 1 or ${sizeIn} channels, got ${width}`,
    );
  }
  if (sizeIn > 1) warn('layers-v1', `the only channel of the input is used for all ${sizeIn} inputs`);
  const copied = new Float64Array(count * sizeIn);
  for (let row = 0; row < count; row++) copied.fill(data[row]!, row * sizeIn, (row + 1) * sizeIn);
  return { data: copied, shape: [count, sizeIn] };
}

/** Events as step numbers (from 0) and channels, in the order of the series. */
export interface StepEvents {
  readonly steps: Int32Array;
  readonly channels: Int32Array;
}

/**
 * The events within the steps of an evolution; those of channels that the layer doesn't have are left out.
 * An event belongs to step `floor((time - tStart) / dt)`; one that rounding puts behind the last step is dropped.
 */
export function binEvents(input: TSEvent, grid: Grid): StepEvents {
  const { tStart, dt, sizeIn } = grid;
  const count = grid.timeBase.length;
  if (input.numChannels !== sizeIn) {
    warn(
      'layers-v1',
      `the input has ${input.numChannels} channels and the layer ${sizeIn}; ${input.numChannels > sizeIn ? 'the surplus ones are ignored' : 'the missing ones are silent'}`,
    );
  }
  const { times, channels } = input.call({ tStart, tStop: tStart + count * dt });
  const steps = new Int32Array(times.length);
  const kept = new Int32Array(times.length);
  let length = 0;
  for (let i = 0; i < times.length; i++) {
    const step = Math.floor((times[i]! - tStart) / dt);
    if (step >= count || channels[i]! >= sizeIn) continue;
    steps[length] = step;
    kept[length++] = channels[i]!;
  }
  return { steps: steps.subarray(0, length), channels: kept.subarray(0, length) };
}

/** Events as rows: numbers of events (`addEvents`), or 1 where there are any. */
export function eventRows(input: TSEvent, grid: Grid, addEvents: boolean): NdArray<Float64Array> {
  const rows = zeros([grid.timeBase.length, grid.sizeIn]);
  const { steps, channels } = binEvents(input, grid);
  for (let i = 0; i < steps.length; i++) {
    const place = steps[i]! * grid.sizeIn + channels[i]!;
    rows.data[place] = addEvents ? rows.data[place]! + 1 : 1;
  }
  return rows;
}
