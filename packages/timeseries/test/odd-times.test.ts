// Times that are NaN, and lists that come as typed arrays.
import { expect, test } from 'vitest';
import { TSContinuous, TSEvent } from '../src/index.ts';

const spikes = new TSEvent({ times: [0, Number.NaN, 1, 1.5], channels: [0, 1, 2, 3], tStop: 2 });

test('an event at NaN is not later than any stop, and is in no range', () => {
  expect([...spikes.clip({ tStart: 0.5, tStop: 1.2 }).channels]).toEqual([2]);
  expect([...spikes.call().channels]).toEqual([0, 2, 3]);
  expect([...spikes.raster({ dt: 1 }).data]).toEqual([1, 0, 0, 0, 0, 0, 1, 1]);
  expect(() => new TSEvent({ times: [5, Number.NaN, 1], tStop: 2 })).toThrow(
    /later than the last event \(5\)/,
  );
});

test('it makes no difference to that whether the arrays were asked for', () => {
  const series = spikes.copy();
  expect(series.times).toHaveLength(4);
  expect([...series.clip({ tStart: 0.5, tStop: 1.2 }).channels]).toEqual([2]);
});

test('offsets and delays may be typed arrays', () => {
  const series = new TSEvent({ times: [0, 0.25], tStop: 1 });
  const signal = new TSContinuous({ times: [0, 1], samples: [1, 2] });
  const offset = Float64Array.of(1, 2);
  expect([...series.appendT([series, series], { offset }).times]).toEqual([0, 0.25, 2, 2.25, 5, 5.25]);
  expect([...series.merge([series], { delay: Int32Array.of(1) }).times]).toEqual([0, 0.25, 1, 1.25]);
  expect([...signal.appendT([signal, signal], { offset }).times]).toEqual([0, 1, 2, 3, 5, 6]);
  expect([...signal.appendT([signal], { offset: { data: offset.subarray(1), shape: [1] } }).times]).toEqual([
    0, 1, 3, 4,
  ]);
});
