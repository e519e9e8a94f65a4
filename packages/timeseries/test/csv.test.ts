import { toNdArray } from '@rp/ndarray';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromCSV, TSContinuous, TSEvent, toCSV } from '../src/index.ts';
import { content, continuous, events } from './arbitraries.ts';

const number = fc.double();

describe('CSV', () => {
  it('has a header, a line for each time, and digits that give the same double', () => {
    const signal = new TSContinuous({
      times: [0, 0.1],
      samples: [
        [1, -0],
        [Number.NaN, 1 / 3],
      ],
    });
    expect(toCSV(signal)).toBe('time,ch0,ch1\n0,1,-0\n0.1,NaN,0.3333333333333333\n');
    expect(toCSV(signal, { channelNames: ['left, "l"', 'right'], delimiter: ';' })).toBe(
      'time;"left, ""l""";right\n0;1;-0\n0.1;NaN;0.3333333333333333\n',
    );
    const spikes = new TSEvent({ times: [0.5, 2], channels: [3, 0], tStop: 3 });
    expect(toCSV(spikes)).toBe('time,channel\n0.5,3\n2,0\n');
  });

  it('gives back every signal, with the options that are not in the text', () => {
    fc.assert(
      fc.property(continuous(), fc.constantFrom(',', ';', '\t'), (signal, delimiter) => {
        const { tStart, tStop, name, periodic, interpKind } = signal;
        const options = {
          type: 'TSContinuous',
          tStart,
          tStop,
          name,
          periodic,
          interpKind,
          delimiter,
        } as const;
        const again = fromCSV(toCSV(signal, { delimiter }), options);
        expect(content(again)).toEqual(content(signal));
      }),
    );
  });

  it('gives back every double, also those that are not finite', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), (samples) => {
        const signal = new TSContinuous({
          times: samples.map((_, i) => i),
          samples: samples.map((x) => [x]),
        });
        expect(fromCSV(toCSV(signal), { type: 'TSContinuous' }).samples).toEqual(signal.samples);
      }),
    );
  });

  it('gives back all events', () => {
    fc.assert(
      fc.property(events(), (spikes) => {
        const { tStart, tStop, numChannels } = spikes;
        const again = fromCSV(toCSV(spikes), { type: 'TSEvent', tStart, tStop, numChannels });
        expect(content(again)).toEqual(content(spikes));
      }),
    );
  });

  it('reads what other programs write: CRLF, a byte order mark, blanks, quotes, empty fields, inf', () => {
    const text = '\uFEFFTime,"a\nb"\r\n 0 ,+1e3\r\n"1",\r\n2,-inf\r\n';
    const signal = fromCSV(text, { type: 'TSContinuous' });
    expect(signal.times).toEqual(Float64Array.of(0, 1, 2));
    expect(signal.samples.data).toEqual(Float64Array.of(1000, Number.NaN, Number.NEGATIVE_INFINITY));
  });

  it('keeps series without channels or without times', () => {
    const bare = new TSContinuous({ times: [1, 2], samples: { data: new Float64Array(), shape: [2, 0] } });
    expect(fromCSV(toCSV(bare), { type: 'TSContinuous' }).times).toEqual(bare.times);
    const empty = fromCSV(toCSV(new TSContinuous({ numChannels: 2 })), { type: 'TSContinuous' });
    expect([empty.length, empty.numChannels]).toEqual([0, 2]);
  });

  const damaged: [string, string, string][] = [
    ['no header', '0,1\n1,2\n', 'starting with time'],
    ['nothing', '', 'starting with time'],
    ['a missing field', 'time,a\n0,1\n1\n', 'row 2 after the header has 1 fields'],
    ['a word', 'time,a\n0,one\n', 'row 1 after the header has "one" as a'],
    ['a hexadecimal number', 'time,a\n0,0x10\n', '"0x10"'],
    ['no time', 'time,a\n,1\n', '"" as time'],
    ['an open quote', 'time,"a\n0,1\n', 'never closed'],
  ];
  it.each(damaged)('refuses %s and says where', (_, text, reason) => {
    expect(() => fromCSV(text, { type: 'TSContinuous', label: 'my.csv' })).toThrow(reason);
    expect(() => fromCSV(text, { type: 'TSContinuous', label: 'my.csv' })).toThrow('my.csv cannot be read');
  });

  it('refuses events on fractions of a channel, other columns, and a missing stop', () => {
    expect(() => fromCSV('time,channel\n0,0.5\n', { type: 'TSEvent', tStop: 1 })).toThrow('no whole number');
    expect(() => fromCSV('time,ch0\n0,1\n', { type: 'TSEvent', tStop: 1 })).toThrow(
      'columns time and channel',
    );
    expect(() => fromCSV('time,channel\n0,1\n', { type: 'TSEvent' })).toThrow('tStop');
  });

  it('refuses names and delimiters that could not be read back', () => {
    const signal = new TSContinuous({ times: [0], samples: toNdArray([[1, 2]]) });
    for (const channelNames of [['a'], ['a', 'a'], ['time', 'b']]) {
      expect(() => toCSV(signal, { channelNames })).toThrow('different names');
    }
    for (const delimiter of ['', '"', 'e', '.', '\n', ',,']) {
      expect(() => toCSV(signal, { delimiter })).toThrow('a delimiter is one character');
    }
  });
});
