// Series share memory, and nobody can tell: whatever is done to them and written into their arrays, in any order,
// they hold what series hold that never share anything.
import { setMessageHandlers } from '@rp/errors';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type InPlaceOption, TSContinuous, TSEvent } from '../src/index.ts';
import { continuous, events } from './arbitraries.ts';

beforeAll(() => setMessageHandlers({ warn: () => {} }));

type Series = TSContinuous | TSEvent;
type Step<S> = (all: readonly S[], a: number, b: number) => S | undefined;

/** Merging makes series longer and longer. */
const LONGEST = 100;

/** Arrays that were handed out are never shared, so this is how a series is made that shares nothing. */
function unshared<S extends Series>(series: S): S {
  touch(series);
  return series;
}

function touch(series: Series): (Float64Array | Int32Array)[] {
  return [series.times, series instanceof TSContinuous ? series.samples.data : series.channels];
}

const pick = <T>(all: readonly T[], n: number): T => all[n % all.length]!;

/** Limits within the range of a series. */
function within(series: Series, a: number, b: number): { tStart: number; tStop: number } {
  const at = (n: number) => series.tStart + ((n % 17) / 16) * series.duration;
  return { tStart: at(a), tStop: at(b) };
}

/** What both kinds of series can do. */
interface Combinable<S> {
  readonly length: number;
  copy(): S;
  delay(offset: number, options?: InPlaceOption): S;
  startAtZero(): S;
  merge(other: S, options?: InPlaceOption): S;
  appendT(other: S | S[], options?: InPlaceOption & { readonly offset?: number }): S;
}

const ofBoth = <S extends Combinable<S>>(): readonly Step<S>[] => [
  (all, a) => pick(all, a).copy(),
  (all, a, b) => pick(all, a).delay(b / 8),
  (all, a, b) => pick(all, a).delay(b / 8, { inplace: true }),
  (all, a) => pick(all, a).startAtZero(),
  (all, a, b) => pick(all, a).merge(pick(all, b)),
  (all, a, b) => pick(all, a).merge(pick(all, b), { inplace: pick(all, a).length < LONGEST }),
  (all, a, b) => pick(all, a).appendT(pick(all, b), { offset: 1 }),
  (all, a, b) => pick(all, a).appendT([], b % 2 ? { inplace: true } : {}),
];

const ofEvents: readonly Step<TSEvent>[] = [
  (all, a, b) => pick(all, a).clip(within(pick(all, a), a, b)),
  (all, a, b) => pick(all, a).clip(within(pick(all, a), b, a + 5)),
  (all, a, b) => pick(all, a).clip({ ...within(pick(all, a), a, b), inplace: true }),
  (all, a) => pick(all, a).clip({ channels: [0, 1] }),
  (all, a, b) => pick(all, a).at({ slice: [b % 3, null, null] }),
  (all, a, b) => pick(all, a).appendC(pick(all, b)),
  (all, a) => pick(all, a).remapChannels(Array.from({ length: pick(all, a).numChannels }, (_, c) => c)),
  (all, a, b) => {
    pick(all, a).channels = pick(all, b).length === pick(all, a).length ? pick(all, b).channels : [1];
    return undefined;
  },
];

const ofSignals: readonly Step<TSContinuous>[] = [
  (all, a) => pick(all, a).add(1),
  (all, a) => pick(all, a).neg({ inplace: true }),
  (all, a) => pick(all, a).clip({ sampleLimits: false }),
  (all, a, b) => pick(all, a).clip({ ...within(pick(all, a), a, b), sampleLimits: false }),
  (all, a) => pick(all, a).resample(pick(all, a).toJSON().times as number[]),
  (all, a, b) => {
    pick(all, a).samples = pick(all, b).length === pick(all, a).length ? pick(all, b).samples : [1, 2];
    return undefined;
  },
];

/** Puts a number into an array: a value as it is, a time only so that times still ascend. */
function write(array: Float64Array | Int32Array, isTimes: boolean, place: number): void {
  if (array.length === 0) return;
  const i = place % array.length;
  if (!isTimes) array[i] = (array[i]! + 1) % 4;
  else array[i] = i + 1 < array.length ? (array[i]! + array[i + 1]!) / 2 : array[i]!;
}

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

/** Does the same with series that may share memory and with series that don't, and compares them all the time. */
function check<S extends Series>(first: readonly S[], steps: readonly Step<S>[], script: number[][]): void {
  const sharing = first.map((series) => series.copy() as S);
  const apart = first.map((series) => unshared(series.copy() as S));
  const arrays: { isTimes: boolean; shared: Float64Array | Int32Array; own: Float64Array | Int32Array }[] =
    [];
  for (const [action, a, b] of script as [number, number, number][]) {
    if (action % 3 === 0) {
      const kind = a % 2;
      const shared = touch(pick(sharing, b))[kind]!;
      arrays.push({ isTimes: kind === 0, shared, own: touch(pick(apart, b))[kind]! });
    } else if (action % 3 === 1 && arrays.length > 0) {
      const { isTimes, shared, own } = pick(arrays, a);
      write(shared, isTimes, b);
      write(own, isTimes, b);
    } else {
      const step = pick(steps, action);
      const result = attempt(() => step(sharing, a, b));
      const expected = attempt(() => step(apart, a, b));
      apart.forEach(unshared);
      if (typeof result === 'object' && typeof expected === 'object') {
        if (result.length > LONGEST) continue;
        sharing.push(result);
        apart.push(unshared(expected));
      } else expect(result).toBe(expected);
    }
    expect(sharing.map((series) => series.toJSON())).toEqual(apart.map((series) => series.toJSON()));
  }
}

const script = fc.array(fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }), { maxLength: 25 });

describe('writing into an array of one series never changes another', () => {
  test('events, whatever was done before and after', () => {
    const steps = [...ofBoth<TSEvent>(), ...ofEvents];
    fc.assert(
      fc.property(events(1), events(), script, (one, other, list) => check([one, other], steps, list)),
      { numRuns: 300 },
    );
  });

  test('signals, whatever was done before and after', () => {
    // The other kinds prepare reading once, and writing into an array does not make them do so again.
    const kinds = ['previous', 'next', 'linear'] as const;
    const steps = [...ofBoth<TSContinuous>(), ...ofSignals];
    fc.assert(
      fc.property(continuous(kinds, 2), continuous(kinds, 2), script, (one, other, list) =>
        check([one, other], steps, list),
      ),
      { numRuns: 300 },
    );
  });
});

test('a signal that got arrays of its own is read from them', () => {
  const signal = new TSContinuous({ times: [0, 1, 2], samples: [1, 2, 3], interpKind: 'linear' });
  expect(signal.call(0.5).data[0]).toBe(1.5);
  const copy = signal.copy();
  signal.samples.data[0] = 5;
  expect(signal.call(0.5).data[0]).toBe(3.5);
  expect(copy.call(0.5).data[0]).toBe(1.5);
});

const long = (length: number) => ({
  times: Float64Array.from({ length }, (_, i) => i),
  channels: new Int32Array(length),
  tStop: length,
});

/** The memory that an array lies in. It is the same array each time, so reading it does not copy. */
const bytes = (array: Float64Array | Int32Array) => array.buffer.byteLength;

test('a small part does not keep a long series in memory', () => {
  const part = new TSEvent(long(1000)).clip({ tStart: 10, tStop: 20 });
  expect(bytes(part.times)).toBe(80);
  expect(bytes(part.channels)).toBe(40);
});

test('a long part takes no memory until its arrays are asked for', () => {
  const series = new TSEvent(long(1_000_000));
  const before = process.memoryUsage().arrayBuffers;
  const parts = Array.from({ length: 20 }, (_, i) => series.clip({ tStart: i, tStop: 900_000 }));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  expect(bytes(parts[3]!.times)).toBe(8 * (900_000 - 3));
});
