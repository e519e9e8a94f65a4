// What was made fast gives what the plain rule gives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TSContinuous, TSEvent } from '../src/index.ts';
import { bucketsOf } from '../src/interpolation/buckets.ts';
import { inPieces } from '../src/interpolation/pieces.ts';
import { medianStep } from '../src/median-step.ts';
import { selected } from '../src/select-nth.ts';
import { content, continuous, events } from './arbitraries.ts';

const unlike = fc.oneof(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
);

function countBefore(points: Float64Array, queries: Float64Array, inclusive: boolean): number[] {
  const found = new Array<number>(queries.length).fill(-1);
  inPieces(points, queries, inclusive, (piece) => {
    piece.targets.forEach((target, i) => {
      // No expect() here: this runs half a million times.
      const isNew = Object.is(piece.queries[i], queries[target]) && found[target] === -1;
      found[target] = isNew ? piece.counts[i]! : Number.NaN;
    });
  });
  return found;
}

describe('finding times', () => {
  it('many queries in any order are counted as one by one, with repeated and very uneven times', () => {
    fc.assert(
      fc.property(
        fc.array(unlike, { minLength: 2, maxLength: 60 }),
        fc.array(fc.oneof(unlike, fc.constantFrom(Number.NaN, Infinity, -Infinity, -0)), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.boolean(),
        (numbers, some, inclusive) => {
          const points = Float64Array.from(numbers).sort();
          // Enough queries that the table is worth its cost.
          const pool = [...some, ...numbers];
          const queries = Float64Array.from({ length: 5000 }, (_, i) => pool[(i * 7919) % pool.length]!);
          const expected = Array.from(
            queries,
            (q) => points.filter((p) => (inclusive ? p <= q : p < q)).length,
          );
          expect(countBefore(points, queries, inclusive)).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('a table is used for queries without order, and not for ordered ones', () => {
    const points = Float64Array.from({ length: 100 }, (_, i) => i);
    const jumping = Float64Array.from({ length: 5000 }, (_, i) => (i * 37) % 100);
    expect(bucketsOf(points, jumping)).not.toBeNull();
    expect(bucketsOf(points, jumping.slice().sort())).toBeNull();
  });
});

it('the n-th number is that of the sorted numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double(), fc.integer({ min: 0, max: 3 })), { minLength: 1 }),
      fc.nat(),
      (list, n) => {
        const place = n % list.length;
        const expected = Float64Array.from(list).sort()[place]!;
        const found = selected(Float64Array.from(list), place);
        // 0 and -0 are equal here: no difference of times is -0.
        expect(found === expected || (Number.isNaN(found) && Number.isNaN(expected))).toBe(true);
      },
    ),
  );
});

it('the median distance of many times is that of the sorted distances', () => {
  const shapes: ((i: number) => number)[] = [
    () => 1,
    (i) => i % 2,
    (i) => 1 + ((i * 7919) % 1009),
    (i) => i,
    (i) => (i % 8 === 0 ? 1000 : 1), // every place of a sample with this stride has the rare distance
    (i) => (i === 5000 ? Number.NaN : ((i * 31) % 77) / 64),
  ];
  for (const shape of shapes) {
    for (const count of [1, 2, 3, 100, 8191, 8192, 16_384, 20_001]) {
      const times = new Float64Array(count + 1);
      for (let i = 0; i < count; i++) times[i + 1] = times[i]! + shape(i);
      const steps = Float64Array.from({ length: count }, (_, i) => times[i + 1]! - times[i]!).sort();
      const middle = count >> 1;
      const expected = count % 2 === 1 ? steps[middle]! : (steps[middle - 1]! + steps[middle]!) / 2;
      expect(medianStep(times)).toBe(expected);
    }
  }
});

describe('merging', () => {
  it('any number of event series give a stable sort of all events', () => {
    fc.assert(
      fc.property(
        fc.array(events(), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 64 }),
        (list, n) => {
          const [first, ...others] = list as [TSEvent, ...TSEvent[]];
          const delay = n / 64;
          const all = [...first, ...others.flatMap((series) => [...series.delay(delay)])];
          const expected = all
            .map((event, i) => ({ event, i }))
            .sort((a, b) => a.event[0] - b.event[0] || a.i - b.i);
          expect([...first.merge(others, { delay })]).toEqual(expected.map(({ event }) => event));
        },
      ),
    );
  });

  it('two long event series give a stable sort of all events, whatever the one starts and the other stops with', () => {
    const run = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1, maxLength: 300 }).map((numbers) =>
      Float64Array.from(
        numbers.sort((a, b) => a - b),
        (n) => (n === 0 ? -0 : n / 4),
      ),
    );
    fc.assert(
      fc.property(run, run, fc.constantFrom(null, 0, 0.25, -8, 30), (one, other, delay) => {
        const series = (times: Float64Array, first: number) =>
          new TSEvent({ times, channels: Int32Array.from(times, (_, i) => first + i), tStop: 99 });
        const [left, right] = [series(one, 0), series(other, 1000)];
        const later = delay === null ? [...right] : [...right.delay(delay)];
        const stacked = later.map(([time, channel]) => [time, channel + left.numChannels]);
        const expected = [...left, ...(delay === null ? stacked : later)].sort((a, b) => a[0]! - b[0]!);
        const joined = delay === null ? left.appendC(right) : left.merge(right, { delay });
        expect([...joined]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('without duplicates every pair of time and channel is there once, by time, then channel', () => {
    fc.assert(
      fc.property(events(), events(), (one, other) => {
        const pairs = new Map([...one, ...other].map((pair) => [String(pair), pair]));
        const expected = [...pairs.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect([...one.merge(other, { removeDuplicates: true })]).toEqual(expected);
      }),
    );
  });

  it('samples at a time that an earlier signal has are left out', () => {
    fc.assert(
      fc.property(fc.array(continuous(['previous'], 2), { minLength: 2, maxLength: 5 }), (list) => {
        const [first, ...others] = list as [TSContinuous, ...TSContinuous[]];
        const expected = new Map<number, number[]>();
        for (const series of list) {
          for (const [time, row] of series) if (!expected.has(time)) expected.set(time, [...row]);
        }
        const merged = [...first.merge(others)].map(([time, row]) => [time, [...row]]);
        expect(merged).toEqual([...expected].sort((a, b) => a[0] - b[0]));
      }),
    );
  });

  it('repetitions within one signal stay', () => {
    const one = new TSContinuous({ times: [0, 1, 1, 2], samples: [0, 1, 2, 3] });
    const other = new TSContinuous({ times: [1, 1, 3, 3], samples: [4, 5, 6, 7] });
    expect([...one.merge(other).samples.data]).toEqual([0, 1, 2, 3, 6, 7]);
    expect([...other.merge(one).samples.data]).toEqual([0, 4, 5, 3, 6, 7]);
  });

  it('leaves the series as they were', () => {
    fc.assert(
      fc.property(events(1), events(1), (one, other) => {
        const before = [content(one), content(other)];
        const merged = one.appendT(other);
        merged.times.fill(0);
        merged.channels.fill(0);
        expect([content(one), content(other)]).toEqual(before);
      }),
    );
  });
});

it('a raster of chosen columns has the columns of the whole raster', () => {
  fc.assert(
    fc.property(
      events(),
      fc.array(fc.integer({ min: 0, max: 3 })),
      fc.boolean(),
      (spikes, channels, addEvents) => {
        const whole = spikes.raster({ dt: 0.25, addEvents });
        const part = spikes.raster({ dt: 0.25, addEvents, channels });
        for (let row = 0; row < whole.shape[0]!; row++) {
          for (const [column, channel] of channels.entries()) {
            expect(part.data[row * channels.length + column]).toBe(whole.data[row * 4 + channel]);
          }
        }
      },
    ),
  );
});
