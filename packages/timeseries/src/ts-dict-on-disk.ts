// A dictionary whose series live in files, so that many of them don't fill the memory.
import { fail } from './error.ts';
import { fromNpz } from './npz/load.ts';
import { npzOf } from './npz/write.ts';
import { type SeriesStore, temporaryFiles } from './series-store.ts';
import { TSContinuous } from './ts-continuous.ts';
import { TSEvent } from './ts-event.ts';

/** What a dictionary can be filled from. */
export type DictEntries = TSDictOnDisk | ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

/** A file that one or more dictionaries refer to; it goes with the last of them. */
interface StoredFile {
  readonly store: SeriesStore;
  readonly handle: number;
  holders: number;
}

/**
 * Keeps every continuous and event series in a file of its own and everything else in memory. A series is
 * loaded afresh each time it is asked for, so it has lost what files don't hold (units, fill value, …).
 */
export class TSDictOnDisk {
  private readonly inMemory = new Map<string, unknown>();
  private readonly stored = new Map<string, StoredFile>();
  private store: SeriesStore | undefined;

  /**
   * @param entries what to start with; every series is stored.
   * @param options `store`: where the files are kept. Default: temporary files (Node).
   */
  constructor(entries?: DictEntries, options: { readonly store?: SeriesStore | undefined } = {}) {
    this.store = options.store;
    if (entries) this.update(entries);
  }

  /** Stores a series in a file, or keeps another value in memory; replaces what the key had. */
  set(key: string, value: unknown): this {
    if (value instanceof TSContinuous || value instanceof TSEvent) {
      this.store ??= temporaryFiles();
      const handle = this.store.write(npzOf(value.toDict()));
      this.putFile(key, { store: this.store, handle, holders: 0 });
    } else {
      this.dropFile(key);
      this.inMemory.set(key, value);
    }
    return this;
  }

  /** @throws KeyError for an unknown key. */
  get(key: string): unknown {
    const file = this.stored.get(key);
    if (file) return fromNpz(file.store.read(file.handle), { label: `the entry ${JSON.stringify(key)}` });
    if (this.inMemory.has(key)) return this.inMemory.get(key);
    throw unknownKey(key);
  }

  /** @throws KeyError for an unknown key. */
  delete(key: string): void {
    if (!this.dropFile(key) && !this.inMemory.delete(key)) throw unknownKey(key);
  }

  has(key: string): boolean {
    return this.inMemory.has(key) || this.stored.has(key);
  }

  get size(): number {
    return this.inMemory.size + this.stored.size;
  }

  /** The keys of the values in memory, then those of the stored series, both in the order of their insertion. */
  *keys(): Generator<string> {
    yield* this.inMemory.keys();
    yield* this.stored.keys();
  }

  [Symbol.iterator](): Generator<string> {
    return this.keys();
  }

  /** Takes over all entries; every series is stored. */
  update(entries: DictEntries): this {
    for (const [key, value] of entriesOf(entries)) this.set(key, value);
    return this;
  }

  /** Takes over all entries as they are: series of a plain mapping stay in memory, files of another dictionary are shared. */
  insert(entries: DictEntries): this {
    if (entries instanceof TSDictOnDisk) {
      for (const [key, value] of entries.inMemory) this.keep(key, value);
      for (const [key, file] of entries.stored) this.putFile(key, file);
    } else {
      for (const [key, value] of entriesOf(entries)) this.keep(key, value);
    }
    return this;
  }

  /** Removes all entries and the files that no other dictionary needs. */
  clear(): void {
    for (const key of [...this.stored.keys()]) this.dropFile(key);
    this.inMemory.clear();
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  toString(): string {
    const [stored, other] = [this.stored, this.inMemory].map((part) => pythonList([...part.keys()]));
    return `TSDictOnDisk.\nKeys of stored TimeSeries objects:\n${stored}\nOther keys:\n${other}`;
  }

  private keep(key: string, value: unknown): void {
    this.dropFile(key);
    this.inMemory.set(key, value);
  }

  private putFile(key: string, file: StoredFile): void {
    file.holders++;
    const former = this.stored.get(key);
    this.inMemory.delete(key);
    this.stored.set(key, file);
    if (former) release(former);
  }

  private dropFile(key: string): boolean {
    const file = this.stored.get(key);
    if (file) release(file);
    return this.stored.delete(key);
  }
}

function release(file: StoredFile): void {
  if (--file.holders === 0) file.store.remove(file.handle);
}

function* entriesOf(entries: DictEntries): Generator<[string, unknown]> {
  if (entries instanceof Map) yield* entries;
  else if (entries instanceof TSDictOnDisk) for (const key of entries) yield [key, entries.get(key)];
  else yield* Object.entries(entries);
}

function unknownKey(key: string): Error {
  return fail('KeyError', 'unknown-key', `there is no entry ${JSON.stringify(key)}`);
}

/** A list of texts as Python prints it. */
function pythonList(texts: readonly string[]): string {
  return `[${texts.map(pythonText).join(', ')}]`;
}

function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\t/g, '\\t')
    .replace(/\r/g, '\\r');
  return quote + (quote === "'" ? escaped.replace(/'/g, "\\'") : escaped) + quote;
}
