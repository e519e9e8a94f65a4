import { setMessageHandlers } from '@rp/errors';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { TSEvent } from '../src/index.ts';
import { anyShift, content, events, plain, raster } from './arbitraries.ts';

beforeAll(() => setMessageHandlers({ notice: () => {} }));

test('the raster of fromRaster is the raster again', () => {
  const step = fc.double({ min: 1e-4, max: 2, noNaN: true });
  const start = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(raster, step, start, (counts, dt, tStart) => {
      const series = TSEvent.fromRaster(counts, { dt, tStart });
      expect(plain(series.raster({ dt, addEvents: true }))).toEqual(plain(counts));
      const flags = [...counts.data].map((count) => (count > 0 ? 1 : 0));
      expect([...series.raster({ dt }).data]).toEqual(flags);
    }),
  );
});

test('numTimesteps gives exactly that many rows', () => {
  const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(events(), fc.nat(300), double(1e-4, 1), double(-3, 3), (series, count, dt, tStart) => {
      expect(series.raster({ dt, tStart, numTimesteps: count }).shape).toEqual([count, 4]);
    }),
  );
});

test('no event before the stop is lost in a raster', () => {
  const step = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(events(1), step, (series, dt) => {
      const counts = series.raster({ dt, addEvents: true }).data;
      const rows = counts.length / 4;
      fc.pre(series.tStart + rows * dt >= series.tStop || Math.abs(series.duration / dt - rows) < 1e-6);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(series.length);
    }),
  );
});

test('xraster yields the rows of the raster', () => {
  const options = fc.record({
    dt: fc.double({ min: 0.05, max: 2, noNaN: true }),
    addEvents: fc.boolean(),
    channels: fc.option(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 })),
    periodic: fc.boolean(),
    tStart: fc.option(fc.double({ min: -40, max: -20, noNaN: true })),
  });
  fc.assert(
    fc.property(events(), options, (series, { periodic, ...rest }) => {
      series.periodic = periodic;
      const table = series.raster(rest);
      const rows = [...series.xraster(rest)];
      expect(rows).toHaveLength(table.shape[0]!);
      expect(rows.flatMap((row) => [...row])).toEqual([...table.data]);
    }),
  );
});

test('columns follow the requested channels, repetitions included', () => {
  fc.assert(
    fc.property(events(), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 }), (series, channels) => {
      const all = series.raster({ dt: 0.5, addEvents: true });
      const some = series.raster({ dt: 0.5, addEvents: true, channels });
      const expected = Array.from({ length: all.shape[0]! }, (_, row) =>
        channels.map((channel) => all.data[row * 4 + channel]),
      );
      expect([...some.data]).toEqual(expected.flat());
    }),
  );
});

test('a delay there and back gives the same series', () => {
  fc.assert(
    fc.property(events(), anyShift, (series, shift) => {
      expect(content(series.delay(shift).delay(-shift))).toEqual(content(series));
    }),
  );
});

test('appending and then clipping gives the parts back', () => {
  fc.assert(
    fc.property(events(1), events(1), (first, second) => {
      const joined = first.appendT(second);
      expect(content(joined.clip({ tStart: first.tStart, tStop: first.tStop }))).toEqual(content(first));
      const tail = joined.clip({ tStart: first.tStop, tStop: joined.tStop });
      expect(content(tail.startAt(second.tStart))).toEqual(content(second));
    }),
  );
});

test('merging keeps every event, sorted by time, simultaneous ones in the order of the series', () => {
  fc.assert(
    fc.property(fc.array(events(), { minLength: 1, maxLength: 5 }), (list) => {
      const [first, ...others] = list as [TSEvent, ...TSEvent[]];
      const expected = list
        .flatMap((series, s) => [...series].map(([time, channel]) => ({ time, channel, s })))
        .sort((a, b) => a.time - b.time || a.s - b.s);
      const merged = first.merge(others);
      expect([...merged]).toEqual(expected.map(({ time, channel }) => [time, channel]));
    }),
  );
});

test('removing duplicates leaves each pair of time and channel once', () => {
  fc.assert(
    fc.property(events(), events(), (a, b) => {
      const pairs = [...a.merge(b, { removeDuplicates: true })].map(String);
      expect(new Set(pairs)).toEqual(new Set([...a, ...b].map(String)));
      expect(pairs).toHaveLength(new Set(pairs).size);
    }),
  );
});

test('periodic selection repeats the events', () => {
  fc.assert(
    fc.property(events(1), fc.integer({ min: 1, max: 4 }), (series, periods) => {
      series.periodic = true;
      const { tStart, duration } = series;
      const { times, channels } = series.call({ tStart, tStop: tStart + periods * duration });
      expect(times).toHaveLength(periods * series.length);
      expect([...channels.subarray(0, series.length)]).toEqual([...series.channels]);
      expect([...times]).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});

test('chosen events stay in the order of time', () => {
  const series = new TSEvent({ times: [1, 2, 3], channels: [0, 1, 2], tStart: 0, tStop: 4 });
  expect([...series.at([2, 0, -2])]).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect([...series.at([true, false, true])]).toEqual([
    [1, 0],
    [3, 2],
  ]);
  expect([...series.at({ slice: [null, null, -1] })]).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
});
