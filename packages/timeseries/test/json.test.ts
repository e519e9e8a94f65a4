import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJSON, TSContinuous, TSEvent } from '../src/index.ts';
import { content, continuous, events, plainKinds } from './arbitraries.ts';

const level = (numChannels: number) =>
  fc.oneof(fc.double(), fc.array(fc.double(), { minLength: numChannels, maxLength: numChannels }));

const fill = (numChannels: number) =>
  fc.oneof(
    fc.constant('extrapolate' as const),
    level(numChannels),
    fc.record({ below: level(numChannels), above: level(numChannels) }),
  );

/** Signals with any doubles and everything that can be set. */
const anySignal = fc
  .tuple(
    continuous(plainKinds, 2),
    fc.boolean(),
    fc.boolean(),
    fc.option(fc.string()),
    fill(2),
    fc.infiniteStream(fc.double()),
  )
  .map(([signal, refuses, periodic, units, fillValue, doubles]) => {
    signal.samples = {
      data: signal.samples.data.map(() => doubles.next().value),
      shape: signal.samples.shape,
    };
    signal.beyondRangeException = refuses;
    signal.approxLimitTimes = !refuses;
    signal.periodic = periodic;
    signal.units = units;
    signal.fillValue = fillValue;
    signal.trialStartTimes = [0, 0.5];
    return signal;
  });

const members = (signal: TSContinuous) => {
  const { units, fillValue, interpKind, beyondRangeException, approxLimitTimes, trialStartTimes } = signal;
  const more = { units, fillValue, interpKind, beyondRangeException, approxLimitTimes };
  return { ...content(signal), ...more, trials: Array.from(trialStartTimes as ArrayLike<number>) };
};

describe('JSON', () => {
  it('keeps everything of a signal, to the bit, through text', () => {
    fc.assert(
      fc.property(anySignal, (signal) => {
        const again = fromJSON(JSON.stringify(signal));
        expect(again).toBeInstanceOf(TSContinuous);
        expect(members(again as TSContinuous)).toEqual(members(signal));
        expect(JSON.stringify(again)).toBe(JSON.stringify(signal));
      }),
    );
  });

  it('keeps everything of events, through text and as an object', () => {
    fc.assert(
      fc.property(events(), fc.string(), fc.boolean(), (spikes, name, periodic) => {
        spikes.name = name;
        spikes.periodic = periodic;
        expect(content(fromJSON(JSON.stringify(spikes)) as TSEvent)).toEqual(content(spikes));
        expect(content(fromJSON(spikes.toJSON()))).toEqual(content(spikes));
      }),
    );
  });

  it('is made of texts where JSON has no numbers', () => {
    const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0].map((x) => [x]);
    const { samples: written } = new TSContinuous({ times: [0, 1, 2, 3, 4], samples }).toJSON();
    expect(written).toEqual(['NaN', 'Infinity', '-Infinity', '-0', 0]);
  });

  it('keeps that nobody gave a start, and a stop that rounding put on the last event', () => {
    expect(String(fromJSON(JSON.stringify(new TSEvent())))).toBe(String(new TSEvent()));
    expect(String(fromJSON(JSON.stringify(new TSContinuous())))).toBe(String(new TSContinuous()));
    const rounded = new TSEvent({ times: [1], tStop: 1 + 1e-14 }).delay(1e6);
    expect(rounded.tStop).toBe(rounded.times[0]);
    expect(content(fromJSON(rounded.toJSON()))).toEqual(content(rounded));
  });

  it('shares nothing with the series', () => {
    const signal = new TSContinuous({ times: [0, 1], samples: [1, 2] });
    const json = signal.toJSON();
    signal.samples.data[0] = 9;
    expect(json.samples).toEqual([1, 2]);
  });

  const good = new TSContinuous({ times: [0, 1], samples: [1, 2] }).toJSON();
  const wrong: [string, unknown, string][] = [
    ['no JSON', '{', 'it is not JSON'],
    ['a list', [], 'not in the format'],
    ['null', null, 'expected an object'],
    ['a later version', { ...good, version: 2 }, 'its version is 2'],
    ['another type', { ...good, type: 'TSOther' }, 'its type is "TSOther"'],
    ['a missing member', { ...good, times: undefined }, '"times" must be a list of numbers'],
    ['a null among the samples', { ...good, samples: [1, null] }, '"samples[1]" must be a number, got null'],
    ['a sample too few', { ...good, samples: [1] }, 'needs 2 elements'],
    ['a wrong kind', { ...good, interpKind: 'round' }, 'unknown interpolation kind'],
    ['a wrong fill value', { ...good, fillValue: { below: 0 } }, '"fillValue" must be'],
    ['decreasing times', { ...good, times: [1, 0] }, 'times must not decrease'],
    ['a text for a truth', { ...good, periodic: 'false' }, '"periodic" must be true or false'],
  ];
  it.each(wrong)('%s is refused with the reason', (_, json, reason) => {
    expect(() => fromJSON(json)).toThrow(reason);
  });

  it('another class than expected is refused', () => {
    expect(() => fromJSON(good as unknown, { expectedType: 'TSEvent' })).toThrow('a TSEvent was expected');
  });
});
