import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isRpError, type RpError, setMessageHandlers } from '@rp/errors';
import { toNested } from '@rp/ndarray';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromNpz, type SeriesDict, TimeSeries, TSContinuous, TSEvent, toNpz } from '../src/index.ts';
import { readArchive } from '../src/npz/archive.ts';
import { readNpy, writeNpy } from '../src/npz/npy.ts';
import { content, continuous, events } from './arbitraries.ts';

const core = fileURLToPath(new URL('../../../test-data/golden/core/', import.meta.url));
interface Member {
  readonly dtype: string;
  readonly shape: number[];
  readonly data: unknown;
}
const entries: Record<string, Record<string, Member>> = JSON.parse(
  readFileSync(join(core, 'npz/entries.json'), 'utf8'),
);

let folder: string;
beforeAll(() => {
  setMessageHandlers({ warn: () => {} });
  folder = mkdtempSync(join(tmpdir(), 'rp-npz-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers as the list of members writes them. */
function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

const asNumbers = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(asNumbers) : typeof value === 'boolean' ? Number(value) : value;

describe('files of the reference hold what the list of their members says', () => {
  test.each(Object.keys(entries))('%s', (name) => {
    const archive = readArchive(readFileSync(join(core, name)), name);
    const members = entries[name]!;
    expect([...archive.keys()]).toEqual(Object.keys(members).map((key) => `${key}.npy`));
    for (const [key, member] of Object.entries(members)) {
      const read = readNpy(archive.get(`${key}.npy`)!(), key);
      expect(read.shape).toEqual(member.shape);
      if ('texts' in read) expect(read.texts).toEqual([member.data].flat());
      else {
        expect(read.dtype).toBe(member.dtype);
        const nested = toNested({ data: read.values, shape: read.shape });
        expect(encode(nested)).toEqual(asNumbers(member.data));
      }
    }
  });
});

describe('what the reference wrote is written again member by member', () => {
  const asWritten = Object.keys(entries).filter((name) =>
    /npz\/(continuous|event)-(?!fortran|int-|f[24]|channels)/.test(name),
  );
  test.each(asWritten)('%s', async (name) => {
    const series = (await TimeSeries.load(join(core, name))) as TSContinuous | TSEvent;
    const dict: SeriesDict = series.toDict();
    const members = entries[name]!;
    expect(Object.keys(dict)).toEqual(Object.keys(members));
    for (const [key, { dtype, shape, values }] of Object.entries(dict)) {
      const nested = encode(toNested({ data: Float64Array.from(values), shape }));
      expect({ dtype, shape, data: nested }).toEqual({
        ...members[key],
        data: asNumbers(members[key]!.data),
      });
    }
  });
});

test('a saved series is the series again when it is loaded', () => {
  fc.assert(
    fc.property(continuous(), fc.string({ unit: 'grapheme' }), (series, name) => {
      series.name = name;
      const loaded = fromNpz(toNpz(series)) as TSContinuous;
      expect(content(loaded)).toEqual(content(series));
      expect(loaded.interpKind).toBe(series.interpKind);
    }),
  );
  fc.assert(
    fc.property(events(), fc.boolean(), (series, periodic) => {
      series.periodic = periodic;
      expect(content(fromNpz(toNpz(series)) as TSEvent)).toEqual(content(series));
    }),
  );
});

test('narrow types never make a file that cannot be loaded', () => {
  const type = fc.constantFrom('float16' as const, 'float32' as const, 'float64' as const);
  const time = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 10 }), type, (list, dtypeTimes) => {
      const times = list.sort((a, b) => a - b);
      const last = times[times.length - 1]!;
      const series = new TSEvent({ times, tStop: last + Math.max(1e-9, Math.abs(last) * 1e-15) });
      const loaded = fromNpz(toNpz(series, { dtypeTimes })) as TSEvent;
      expect(loaded).toHaveLength(times.length);
      expect(loaded.tStop).toBeGreaterThan(loaded.times[times.length - 1]!);
    }),
  );
});

test('a file can come from a path, a URL, a blob, a file of a form, a buffer, or bytes', async () => {
  const path = join(core, 'npz/continuous-basic.npz');
  const bytes = Uint8Array.from(readFileSync(path));
  const inside = new Uint8Array(bytes.length + 7);
  inside.set(bytes, 7);
  const sources = [
    path,
    pathToFileURL(path),
    new Blob([bytes]),
    new File([bytes], 'basic.npz'),
    bytes.buffer,
    bytes,
    inside.subarray(7),
  ];
  const [first, ...others] = await Promise.all(sources.map((source) => TSContinuous.load(source)));
  for (const other of others) expect(content(other)).toEqual(content(first!));
});

test('save appends .npz where it is missing, and says where it saved if asked', async () => {
  const notices: string[] = [];
  const restore = setMessageHandlers({ notice: (message) => notices.push(message) });
  const series = new TSContinuous({ times: [0, 1], samples: [1, 2], name: 'a/b ü' });
  await series.save(join(folder, 'plain'));
  await series.save(pathToFileURL(join(folder, 'url')), { verbose: true });
  restore();
  expect(notices).toHaveLength(1);
  for (const name of ['plain.npz', 'url.npz']) {
    expect(content(await TSContinuous.load(join(folder, name)))).toEqual(content(series));
  }
});

test('the same series gives the same bytes', () => {
  const series = new TSEvent({ times: [1], tStop: 2 });
  expect(toNpz(series)).toEqual(toNpz(series.copy()));
});

describe('without Node', () => {
  test('bytes can be loaded, and a path is refused with the way out', async () => {
    const bytes = toNpz(new TSEvent({ times: [1], tStop: 2 }));
    const { process } = globalThis;
    Reflect.deleteProperty(globalThis, 'process');
    try {
      expect(await TSEvent.load(new Blob([bytes as BlobPart]))).toHaveLength(1);
      await expect(TSEvent.load('x.npz')).rejects.toThrow(/needs Node.*pass a Blob or bytes/);
    } finally {
      globalThis.process = process;
    }
  });
});

describe('damaged and hostile files are refused with the name of the file and of the field', () => {
  const label = 'trial.npz';
  const good = toNpz(new TSContinuous({ times: [0, 1, 2], samples: [1, 2, 3] }));

  function refusal(bytes: Uint8Array): RpError {
    try {
      fromNpz(bytes, { label });
    } catch (error) {
      if (isRpError(error)) return error;
      throw error;
    }
    throw new Error('the file was not refused');
  }

  /** A file like the good one, with another member. */
  function withMember(key: string, bytes: Uint8Array): Uint8Array {
    const archive = readArchive(good, label);
    const members = Object.fromEntries([...archive].map(([name, read]) => [name, read()]));
    return zipSync({ ...members, [`${key}.npy`]: bytes }, { level: 0 });
  }

  function header(literal: string, version = 1): Uint8Array {
    const text = new TextEncoder().encode(literal);
    return Uint8Array.of(
      0x93,
      ...new TextEncoder().encode('NUMPY'),
      version,
      0,
      text.length & 255,
      text.length >> 8,
      ...text,
    );
  }

  test('every truncation is refused, quickly', () => {
    for (let length = 0; length < good.length; length++) {
      expect(refusal(good.subarray(0, length)).message).toContain(label);
    }
  });

  test('no change of bytes hangs, exhausts memory, or ends in another error than ours', () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          fromNpz(bytes, { label });
        } catch (error) {
          if (!isRpError(error)) throw error;
          expect(error.message).toContain(label);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('a change of the data is found by the checksum', () => {
    const at = good.findIndex((_, i) => i > 200 && good[i] === 0xf0 && good[i + 1] === 0x3f);
    const bytes = good.slice();
    bytes[at] = 0xf1;
    expect(refusal(bytes).message).toMatch(/trial\.npz: member "\w+\.npy": its checksum is wrong/);
  });

  const literal = (shape: string, descr = "'<f8'") =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`;
  const members: [string, string, Uint8Array, string, RegExp][] = [
    [
      'a shape beyond memory',
      'times',
      header(literal('(1000000000000,)')),
      'ValueError',
      /member "times": the header promises 1000000000000 elements .* only 0 bytes/,
    ],
    [
      'a shape of huge factors',
      'samples',
      header(literal('(999999999999999, 999999999999999)')),
      'ValueError',
      /member "samples": the header promises/,
    ],
    [
      'channels beyond counting',
      'samples',
      header(literal('(0, 99999999999)')),
      'ValueError',
      /trial\.npz does not hold a valid TSContinuous/,
    ],
    [
      'a shape of thousands of axes',
      'times',
      header(literal(`(${'1,'.repeat(5000)})`)),
      'ValueError',
      /member "times": a shape of 5000 axes is too long/,
    ],
    ['a shape that is none', 'times', header(literal('(-3,)')), 'ValueError', /member "times": the shape/],
    [
      'an object array',
      'times',
      header(literal('(1,)', "'|O'")),
      'ValueError',
      /member "times": element type '\|O'/,
    ],
    [
      'a structured array',
      'times',
      header(literal('(1,)', "[('a', '<f8')]")),
      'ValueError',
      /does not describe a plain array/,
    ],
    ['complex numbers', 'times', header(literal('(0,)', "'<c16'")), 'ValueError', /element type '<c16'/],
    [
      'text instead of numbers',
      'times',
      writeText('abc'),
      'ValueError',
      /member "times" should hold numbers/,
    ],
    ['no header', 'times', new Uint8Array(3), 'ValueError', /member "times": this is no \.npy array/],
    [
      'a header that is cut off',
      'times',
      header(literal('(0,)')).subarray(0, 20),
      'ValueError',
      /header is cut off/,
    ],
    ['an unknown version', 'times', header(literal('(0,)'), 9), 'ValueError', /version 9/],
    [
      'a vector for a single number',
      't_start',
      writeNpy({ dtype: '<f8', shape: [2], values: [0, 1] }),
      'ValueError',
      /member "t_start" should hold one number, but holds 2/,
    ],
    [
      'fewer samples than times',
      'samples',
      writeNpy({ dtype: '<f8', shape: [2, 1], values: [0, 1] }),
      'ValueError',
      /trial\.npz does not hold a valid TSContinuous: samples need one row/,
    ],
    ['another kind of series', 'str_type', writeText('TSOther'), 'TypeError', /holds a "TSOther"/],
    ['an unknown kind', 'interp_kind', writeText('wavy'), 'NotImplementedError', /trial\.npz .*"wavy"/],
  ];

  function writeText(text: string): Uint8Array {
    const codes = new Uint8Array(Uint32Array.from(text, (character) => character.codePointAt(0)!).buffer);
    const head = header(literal('()', `'<U${text.length}'`));
    const bytes = new Uint8Array(head.length + codes.length);
    bytes.set(head);
    bytes.set(codes, head.length);
    return bytes;
  }

  test.each(members)('%s', (_, key, bytes, kind, message) => {
    const error = refusal(withMember(key, bytes));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(label);
    expect(error.message).toMatch(message);
  });

  test('a missing member is a KeyError that names it', () => {
    const archive = readArchive(good, label);
    const kept = [...archive].filter(([name]) => name !== 'samples.npy');
    const error = refusal(zipSync(Object.fromEntries(kept.map(([name, read]) => [name, read()]))));
    expect([error.kind, error.message]).toEqual([
      'KeyError',
      '[rp:timeseries] trial.npz has no member "samples"',
    ]);
  });

  test('a member that claims to unpack to far more than it can is refused before memory is taken', () => {
    const bomb = zipSync({ 'times.npy': new Uint8Array(1000) }, { level: 9 });
    const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.length);
    const entry = bomb.findIndex((_, i) => i + 4 <= bomb.length && view.getUint32(i, true) === 0x02014b50);
    view.setUint32(entry + 24, 0x7fffffff, true);
    const member = readArchive(bomb, label).get('times.npy')!;
    expect(member).toThrow(/member "times.npy": it claims to unpack/);
  });
});
