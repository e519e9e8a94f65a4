import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type SeriesStore, TSContinuous, TSDictOnDisk, TSEvent } from '../src/index.ts';

/** A store in memory that tells how many files there are. */
function memoryStore(): SeriesStore & { readonly files: Map<number, Uint8Array> } {
  const files = new Map<number, Uint8Array>();
  let next = 0;
  return {
    files,
    write: (bytes) => {
      files.set(next, bytes);
      return next++;
    },
    read: (handle) => files.get(handle)!,
    remove: (handle) => files.delete(handle),
  };
}

const signal = () => new TSContinuous({ times: [0, 1], samples: [1, 2], units: 'mV', name: 'trace' });
const spikes = () => new TSEvent({ times: [1], tStop: 2 });

test('a series comes back from temporary files, without what files do not hold', () => {
  const dict = new TSDictOnDisk({ a: signal(), b: 5 });
  const loaded = dict.get('a') as TSContinuous;
  expect([...loaded.samples.data]).toEqual([1, 2]);
  expect([loaded.name, loaded.units]).toEqual(['trace', null]);
  expect(dict.get('a')).not.toBe(loaded);
  expect([...dict]).toEqual(['b', 'a']);
  dict.clear();
});

test('temporary files are there as long as a series needs them, and so is their folder', () => {
  const place = mkdtempSync(join(tmpdir(), 'rp-store-'));
  vi.stubEnv('TMPDIR', place);
  const dict = new TSDictOnDisk({ b: 5 });
  expect(readdirSync(place)).toEqual([]);
  for (const _ of ['first', 'again']) {
    dict.set('a', signal());
    dict.set('c', spikes());
    expect(readdirSync(place)).toHaveLength(1);
    dict.delete('a');
    expect(readdirSync(place)).toHaveLength(1);
    dict.clear();
    expect(readdirSync(place)).toEqual([]);
  }
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true });
});

test('a file goes with the last entry that needs it', () => {
  const store = memoryStore();
  const first = new TSDictOnDisk({ a: signal(), b: spikes() }, { store });
  const second = new TSDictOnDisk(undefined, { store });
  second.insert(first);
  expect(store.files.size).toBe(2);
  first.delete('a');
  expect(second.get('a')).toBeInstanceOf(TSContinuous);
  second.set('a', 1);
  expect(store.files.size).toBe(1);
  second.insert(second);
  first.set('b', spikes());
  expect(store.files.size).toBe(2);
  first.clear();
  second.clear();
  expect(store.files.size).toBe(0);
});

test('a changed series is not changed in the dictionary', () => {
  const series = signal();
  const dict = new TSDictOnDisk({ a: series });
  series.samples = [7, 8];
  expect([...(dict.get('a') as TSContinuous).samples.data]).toEqual([1, 2]);
  dict.clear();
});

test('the text lists keys as Python does', () => {
  const dict = new TSDictOnDisk(
    new Map<string, unknown>([
      ['a', spikes()],
      ["it's", 1],
      ['b"\'', 2],
    ]),
    { store: memoryStore() },
  );
  expect(dict.toString()).toBe(
    `TSDictOnDisk.\nKeys of stored TimeSeries objects:\n['a']\nOther keys:\n["it's", 'b"\\'']`,
  );
});
