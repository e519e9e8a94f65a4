// Gathers what the chunks of a run give out, and makes the result of it.
import {
  type Bound,
  type Declaration,
  type EventList,
  entriesPerStep,
  eventOutputs,
  loopLimitReached,
  type RunResult,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import type { ProgramCode } from '../compile/program-code.ts';
import { type Elements, elementsFor } from './host-values.ts';
import type { ChunkLayout, ChunkRows } from './layout.ts';

/** The entries of one event output of one chunk, per batch item. */
interface EventChunk {
  readonly steps: number;
  /** Per item and step: where its entries end. */
  readonly ends: Uint32Array;
  readonly units: Int32Array[];
  readonly counts: Float32Array[];
}

/** What a chunk has given, as words: rows and ends of events, then the entries of one item. */
export interface ChunkWords {
  readonly layout: ChunkLayout;
  readonly steps: number;
  readonly fixed: Uint32Array<ArrayBuffer>;
  /** `length` words at a place in the part behind `fixed`. */
  entries(at: number, length: number): Uint32Array<ArrayBuffer>;
}

export class Results {
  private readonly program: StepProgram;
  private readonly bound: Bound;
  private readonly total: number;
  private readonly record: readonly string[];
  private readonly rows = new Map<string, Elements>();
  private readonly events = new Map<string, EventChunk[]>();
  private readonly fills = new Map<string, number[]>();
  steps = 0;

  constructor({ program }: ProgramCode, bound: Bound, total: number, record: readonly string[]) {
    this.program = program;
    this.bound = bound;
    this.total = total;
    this.record = record;
    for (const { name } of eventOutputs(program)) {
      this.events.set(name, []);
      this.fills.set(name, new Array<number>(bound.batch).fill(0));
    }
  }

  /** The steps that surely fit into what is left of a capacity. */
  stepsThatFit(capacity: number): number {
    const fits = eventOutputs(this.program).map((output) => {
      const most = entriesPerStep(this.bound, output);
      const fill = this.fills.get(output.name)!.reduce((fullest, own) => Math.max(fullest, own), 0);
      return most === 0 ? Number.POSITIVE_INFINITY : Math.floor((capacity - fill) / most);
    });
    return Math.min(Number.POSITIVE_INFINITY, ...fits);
  }

  /** Entries of a chunk's event output per batch item, from its fixed words. */
  static lengths(ends: Uint32Array, batch: number, steps: number): number[] {
    return Array.from({ length: batch }, (_, item) => (steps === 0 ? 0 : ends[(item + 1) * steps - 1]!));
  }

  /** @throws RuntimeError (code `loop-limit`) if the loop of some step did not end. */
  add(chunk: ChunkWords): void {
    const { layout, steps, fixed } = chunk;
    const tooLong = layout.fields.get('too_long');
    if (tooLong !== undefined && fixed.subarray(tooLong, tooLong + this.bound.batch).includes(1))
      throw loopLimitReached(this.program);
    for (const rows of layout.rows) this.addRows(rows, fixed, steps);
    for (const { name, ends: at, units, counts, most } of layout.events) {
      const ends = fixed.slice(at, at + this.bound.batch * steps);
      const lengths = Results.lengths(ends, this.bound.batch, steps);
      const of = (from: number) =>
        lengths.map((length, item) => chunk.entries(from + item * steps * most, length));
      this.events.get(name)!.push({
        steps,
        ends,
        units: of(units).map((words) => new Int32Array(words.buffer, words.byteOffset, words.length)),
        counts:
          counts === undefined
            ? lengths.map((length) => new Float32Array(length).fill(1))
            : of(counts).map((words) => new Float32Array(words.buffer, words.byteOffset, words.length)),
      });
      const fills = this.fills.get(name)!;
      lengths.forEach((length, item) => {
        fills[item] = fills[item]! + length;
      });
    }
    this.steps += steps;
  }

  private addRows({ name, type, size, extra, at }: ChunkRows, fixed: Uint32Array, steps: number): void {
    const { batch } = this.bound;
    const allocated = (this.total + extra) * size;
    let all = this.rows.get(name);
    if (all === undefined) {
      all = elementsFor({ type }, batch * allocated);
      this.rows.set(name, all);
    }
    const count = (steps + extra) * size;
    const numbers = type === 'bool' ? fixed : new Float32Array(fixed.buffer, fixed.byteOffset, fixed.length);
    for (let item = 0; item < batch; item++) {
      const from = at + item * count;
      all.set(numbers.subarray(from, from + count), item * allocated + this.steps * size);
    }
  }

  finish(state: Readonly<Record<string, Tensor>>): RunResult {
    const { program, steps } = this;
    const group = (ids: readonly (readonly [string, Declaration])[], extra: 0 | 1) =>
      ids.map(([name, declared]) => [name, this.tensor(name, declared, extra)] as const);
    const declared = (ids: Readonly<Record<string, number>>) =>
      Object.entries(ids).map(([name, id]) => [name, program.values[id]!] as const);
    const recorded = this.record.map((name) => {
      const id = program.records[name];
      return [name, id === undefined ? program.state[name]! : program.values[id]!] as const;
    });
    return {
      steps,
      outputs: Object.fromEntries([
        ...group(declared(program.observe), 1),
        ...group(declared(program.outputs), 0),
      ]),
      events: Object.fromEntries([...this.events].map(([name, chunks]) => [name, this.list(chunks)])),
      records: Object.fromEntries(group(recorded, 0)),
      state,
    };
  }

  private tensor(name: string, { shape, type }: Declaration, extra: 0 | 1): Tensor {
    const { batch } = this.bound;
    const size = this.bound.size(shape);
    const [count, allocated] = [(this.steps + extra) * size, (this.total + extra) * size];
    const all = this.rows.get(name) ?? elementsFor({ type }, batch * allocated);
    const full = [batch, this.steps + extra, ...this.bound.extents(shape)];
    if (count === allocated) return { data: all, shape: full };
    const data = all.slice(0, batch * count);
    for (let item = 1; item < batch; item++) {
      data.set(all.subarray(item * allocated, item * allocated + count), item * count);
    }
    return { data, shape: full };
  }

  private list(chunks: readonly EventChunk[]): EventList {
    const { batch } = this.bound;
    const total = chunks.flatMap(({ units }) => units).reduce((sum, { length }) => sum + length, 0);
    const list = {
      offsets: new Uint32Array(batch * this.steps + 1),
      units: new Int32Array(total),
      counts: new Float32Array(total),
    };
    let row = 0;
    let base = 0;
    for (let item = 0; item < batch; item++) {
      for (const { steps, ends, units, counts } of chunks) {
        for (let step = 0; step < steps; step++) list.offsets[++row] = base + ends[item * steps + step]!;
        list.units.set(units[item]!, base);
        list.counts.set(counts[item]!, base);
        base += units[item]!.length;
      }
    }
    return list;
  }
}
