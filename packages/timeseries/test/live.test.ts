import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveEvents, type LiveReader, LiveSignal, type TSContinuous, TSEvent } from '../src/index.ts';
import { content } from './arbitraries.ts';

async function rest<S>(reader: LiveReader<S>): Promise<S[]> {
  const pieces: S[] = [];
  for await (const piece of reader) pieces.push(piece);
  return pieces;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Steps of a writer: push a few events, tell of silence, or let readers have a turn. */
const steps = fc.array(
  fc.oneof(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 2 })), { maxLength: 5 }),
    fc.constant('advance' as const),
    fc.constant('turn' as const),
  ),
);

describe('events that come in while others read', () => {
  it('all pieces merged are the snapshot, however reading and writing alternate', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const live = new LiveEvents({ numChannels: 3 });
        const readers = [rest(live.read()), rest(live.read())];
        let now = 0;
        for (const step of script) {
          if (step === 'turn') await turn();
          else if (step === 'advance') {
            now = Math.ceil(live.tStop + 1);
            live.advance(now);
          } else {
            const times = step.map(([gap]) => (now += gap / 8));
            live.push(times, step.length === 0 ? [] : step.map(([, channel]) => channel));
          }
        }
        live.close();
        for (const pieces of await Promise.all(readers)) {
          const [first = live.snapshot(), ...others] = pieces;
          expect(content(first.merge(others))).toEqual(content(live.snapshot()));
        }
      }),
    );
  });

  it('a slow reader holds nobody up, and gets everything at once', async () => {
    const live = new LiveEvents({ numChannels: 1 });
    const reader = live.read();
    for (let i = 0; i < 1000; i++) live.push(i);
    const { value } = await reader.next();
    expect(value).toBeInstanceOf(TSEvent);
    expect((value as TSEvent).length).toBe(1000);
    live.close();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('silence is news: a piece without events', async () => {
    const live = new LiveEvents({ numChannels: 2, tStart: 1 });
    live.advance(3);
    const { value } = await live.read().next();
    expect(content(value as TSEvent)).toMatchObject({ times: [], tStart: 1, tStop: 3, numChannels: 2 });
  });

  it('a reader from now on does not see what was before', async () => {
    const live = new LiveEvents({ numChannels: 1 });
    live.push([1, 2]);
    const reader = live.read({ from: 'now' });
    const waiting = reader.next();
    live.push(3);
    expect([...(await waiting).value.times]).toEqual([3]);
  });

  it('memory is bounded, and readers that come too late are told what they missed', async () => {
    const live = new LiveEvents({ numChannels: 1, keepLength: 10 });
    const reader = live.read();
    for (let i = 0; i < 500; i++) live.push(i);
    expect(live.length).toBe(10);
    const { value } = await reader.next();
    expect(value.times).toEqual(Float64Array.from({ length: 10 }, (_, i) => 490 + i));
    expect(value.tStart).toBe(490);
    expect(reader.missed).toBe(490);
  });

  it('what is older than asked for is forgotten, also while nothing happens', () => {
    const live = new LiveEvents({ numChannels: 1, keepSeconds: 2 });
    live.push([0, 1, 2, 3]);
    expect([...live.snapshot().times]).toEqual([2, 3]);
    live.advance(10);
    expect(live.length).toBe(0);
  });

  it('pieces and snapshots are copies', async () => {
    const live = new LiveEvents({ numChannels: 1 });
    const times = Float64Array.of(1, 2);
    live.push(times);
    times[0] = 9;
    live.snapshot().times[1] = 7;
    expect([...live.snapshot().times]).toEqual([1, 2]);
  });

  it('wrong events are refused, and none of them is added', () => {
    const live = new LiveEvents({ numChannels: 2 });
    live.push([1, 2], [0, 1]);
    live.push(2); // at the time of the latest
    expect(() => live.push([3, 1])).toThrow('must not go back');
    expect(() => live.push([Number.NaN])).toThrow('must not go back');
    expect(() => live.push([3], [2])).toThrow('channel 2 is not below numChannels');
    live.advance(5);
    expect(() => live.push([4])).toThrow('known until 5');
    expect(() => live.advance(4)).toThrow('cannot advance');
    expect(live.length).toBe(3);
    live.close();
    expect(() => live.push([6])).toThrow('closed');
    expect(() => new LiveEvents({ numChannels: 0 })).toThrow('number of channels');
    expect(() => new LiveEvents({ numChannels: 1, keepSeconds: 0 })).toThrow('keepSeconds');
  });

  it('waiting can be given up', async () => {
    const live = new LiveEvents({ numChannels: 1 });
    const abort = new AbortController();
    const waiting = live.read({ signal: abort.signal }).next();
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('a signal that is sampled while others read', () => {
  it('gives all samples in pieces, of the kind and units it was told', async () => {
    const live = new LiveSignal({ numChannels: 2, interpKind: 'linear', units: 'mV', name: 'v' });
    const reading = rest(live.read());
    live.push(
      [0, 1],
      [
        [1, 2],
        [3, 4],
      ],
    );
    await turn();
    live.push(2, [5, 6]);
    live.advance(3);
    live.close();
    const pieces = await reading;
    expect(pieces.map(({ length }) => length)).toEqual([2, 1]);
    const [first, second] = pieces as [TSContinuous, TSContinuous];
    expect(content(first.merge(second))).toEqual(content(live.snapshot()));
    expect(live.snapshot().samples).toEqual({ data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] });
    expect([live.snapshot().units, live.snapshot().interpKind, live.tStop]).toEqual(['mV', 'linear', 3]);
  });

  it('keeps the latest samples in any order of pushing and dropping', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 })),
        fc.integer({ min: 1, max: 60 }),
        (sizes, keepLength) => {
          const live = new LiveSignal({ numChannels: 2, keepLength });
          const all: number[] = [];
          for (const size of sizes) {
            const times = Array.from({ length: size }, (_, i) => all.length + i);
            all.push(...times);
            live.push(times, { data: Float64Array.from(times.flatMap((t) => [t, -t])), shape: [size, 2] });
          }
          const kept = all.slice(-keepLength);
          expect([...live.snapshot().times]).toEqual(kept);
          expect([...live.snapshot().samples.data]).toEqual(kept.flatMap((t) => [t, -t]));
        },
      ),
    );
  });

  it('refuses samples that do not fit', () => {
    const live = new LiveSignal({ numChannels: 2 });
    expect(() => live.push([0, 1], [1, 2])).toThrow('2 channels');
    expect(() => live.push([0], [1, 2, 3])).toThrow('2 channels');
    expect(live.length).toBe(0);
  });
});
