import { setMessageHandlers } from '@rp/errors';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { slice, TSContinuous } from '../src/index.ts';
import { anyShift, content, continuous, plain, plainKinds, times } from './arbitraries.ts';

beforeAll(() => setMessageHandlers({ warn: () => {} }));

const stepKinds = plainKinds.filter((kind) => kind !== 'linear');

test('a delay there and back gives the same series', () => {
  fc.assert(
    fc.property(continuous(), anyShift, (series, shift) => {
      const before = content(series);
      expect(content(series.delay(shift).delay(-shift))).toEqual(before);
      expect(content(series)).toEqual(before);
    }),
  );
});

test('a series resampled at its own times has its own samples', () => {
  fc.assert(
    fc.property(continuous([...stepKinds, 'zero']), (series) => {
      expect([...series.resample(series.times).samples.data]).toEqual([...series.samples.data]);
    }),
  );
});

test('so it has with straight lines, up to rounding', () => {
  fc.assert(
    fc.property(continuous(['linear', 'slinear']), (series) => {
      series.resample(series.times).samples.data.forEach((value, i) => {
        expect(value).toBeCloseTo(series.samples.data[i]!, 11);
      });
    }),
  );
});

test('splines pass through their samples', () => {
  fc.assert(
    fc.property(times(4, 30), fc.constantFrom('quadratic', 'cubic'), (t, interpKind) => {
      const samples = t.map((time) => Math.sin(time));
      const values = new TSContinuous({ times: t, samples, interpKind }).call(t).data;
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(samples[i]!, 9);
      });
    }),
  );
});

test('appending and then clipping gives the parts back', () => {
  fc.assert(
    fc.property(continuous(stepKinds, 2), continuous(stepKinds, 2), (first, second) => {
      const joined = first.appendT(second, { offset: 1 });
      const limits = { sampleLimits: false };
      const head = joined.clip({ tStart: first.tStart, tStop: first.tStop, ...limits });
      expect([...head.times]).toEqual([...first.times]);
      expect([...head.samples.data]).toEqual([...first.samples.data]);
      const start = first.tStop + 1;
      const tail = joined.clip({ tStart: start, tStop: start + second.duration, ...limits });
      expect([...tail.startAt(second.tStart).times]).toEqual([...second.times]);
      expect([...tail.samples.data]).toEqual([...second.samples.data]);
    }),
  );
});

test('a periodic series reads like its periods laid side by side', () => {
  fc.assert(
    fc.property(continuous(['previous'], 1), fc.integer({ min: -5, max: 5 }), (series, period) => {
      fc.pre(series.duration > 0 && series.length > 1);
      series.tStart = series.times[0]!; // no gap before the first sample
      const queries = [...series.times, series.times[0]! + series.duration / 2].filter(
        (t) => t < series.tStop,
      );
      const once = series.call(queries);
      series.periodic = true;
      const shifted = queries.map((time) => time + period * series.duration);
      expect(plain(series.call(shifted))).toEqual(plain(once));
    }),
  );
});

test('a clipped periodic series never runs backwards', () => {
  const reach = fc.double({ min: 0.01, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), reach, (start, length) => {
      const series = new TSContinuous({
        times: [start, start + length],
        samples: [1, 2],
        periodic: true,
        interpKind: 'nearest',
      });
      fc.pre(series.duration > 0);
      series.beyondRangeException = false;
      const clipped = series.clip({ tStart: start - 3 * length, tStop: start + 3 * length });
      expect([...clipped.times]).toEqual([...clipped.times].sort((a, b) => a - b));
    }),
  );
});

test('the order of merging only matters for simultaneous samples', () => {
  fc.assert(
    fc.property(continuous(plainKinds, 1), continuous(plainKinds, 1), (a, b) => {
      const common = new Set(a.times);
      fc.pre(![...b.times].some((time) => common.has(time)));
      expect(content(a.merge(b))).toEqual({ ...content(b.merge(a)) });
    }),
  );
});

test('of duplicate times the earlier series keeps its sample, and without removal both are kept in order', () => {
  const a = new TSContinuous({ times: [0, 1, 2], samples: [1, 2, 3] });
  const b = new TSContinuous({ times: [1, 2, 3], samples: [20, 30, 40] });
  expect([...a.merge(b).samples.data]).toEqual([1, 2, 3, 40]);
  const all = a.merge(b, { removeDuplicates: false });
  expect([...all.times]).toEqual([0, 1, 1, 2, 2, 3]);
  expect([...all.samples.data]).toEqual([1, 2, 20, 3, 30, 40]);
});

test('reading in any order of times gives the same values', () => {
  const queries = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 40 });
  fc.assert(
    fc.property(continuous(stepKinds, 1), queries, (series, parts) => {
      const span = series.times[series.length - 1]! - series.times[0]!;
      const asked = parts.map((part) => series.times[0]! + (span * part) / 100);
      series.beyondRangeException = false;
      const together = [...series.call(asked).data];
      expect(together).toEqual(asked.map((time) => series.call(time).data[0]));
    }),
  );
});

test('fromClocked and toClocked undo each other for any step and start', () => {
  const step = fc.double({ min: 1e-4, max: 2, noNaN: true });
  const start = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), step, start, (count, dt, tStart) => {
      const samples = { data: Float64Array.from({ length: count }, (_, i) => i), shape: [count, 1] };
      const series = TSContinuous.fromClocked(samples, { dt, tStart });
      expect(plain(series.toClocked(dt))).toEqual(plain(samples));
    }),
  );
});

describe('at() is resample and clip in the notation of slices', () => {
  const series = new TSContinuous({
    times: [0, 1, 2, 3],
    samples: [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ],
    tStop: 4,
  });

  test('a slice without step clips, a slice with step resamples', () => {
    expect([...series.at(slice(1, 3)).times]).toEqual([1, 2]);
    expect([...series.at(slice(1)).times]).toEqual([1, 2, 3]);
    expect([...series.at(slice(null, null, 1.5)).times]).toEqual([0, 1.5, 3]);
  });

  test('channels are chosen in the order asked for', () => {
    expect([...series.at(1, [1, 0, -1]).samples.data]).toEqual([3, 2, 3]);
    expect(series.at(null, slice(null, null, -1)).samples.data.subarray(0, 2)).toEqual(Float64Array.of(1, 0));
  });
});

test('a fill value per channel follows the channels that are chosen', () => {
  const series = new TSContinuous({
    times: [1, 2],
    samples: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    tStart: 0,
    fillValue: [10, 20, 30],
  });
  series.beyondRangeException = false;
  const chosen = series.clip({ sampleLimits: false, channels: [2, 0] });
  expect(chosen.fillValue).toEqual([30, 10]);
  expect([...chosen.call(0.5).data]).toEqual([30, 10]);
});
