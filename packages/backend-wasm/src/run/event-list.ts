// Event entries of a run, gathered piece by piece as the steps are done.
import type { Dtype, EventList } from '@rp/dynamics';

type Floats = Float64Array | Float32Array;

/** The memory that entries are read from. */
interface EventViews {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly floats: Floats;
}

/** Where a list begins in these: its units, its counts, and the number of entries after each row. */
export interface EventPlaces {
  readonly units: number;
  readonly counts: number;
  readonly ends: number;
}

interface Item {
  units: Int32Array;
  counts: Floats;
  fill: number;
}

/** From so many entries on, copying them in one go is quicker. */
const many = 64;

export class EventPieces {
  private readonly items: Item[];
  /** The number of entries after each row, `[batch][steps]`. */
  private readonly ends: Uint32Array;
  private readonly steps: number;
  private readonly dtype: Dtype;

  constructor(batch: number, steps: number, dtype: Dtype) {
    this.items = Array.from({ length: batch }, () => ({
      units: new Int32Array(0),
      counts: floats(dtype, 0),
      fill: 0,
    }));
    this.ends = new Uint32Array(batch * steps);
    this.steps = steps;
    this.dtype = dtype;
  }

  /** Adds some rows of a batch item. If there are several lists, those of the first come first in every row. */
  add(item: number, from: number, rows: number, views: EventViews, lists: readonly EventPlaces[]): void {
    const { u32 } = views;
    const entries = this.items[item]!;
    const total = lists.reduce((sum, { ends }) => sum + u32[ends + rows - 1]!, 0);
    this.reserve(entries, total);
    if (lists.length === 1 && total >= many) this.addAtOnce(entries, views, lists[0]!, total);
    else addRows(entries, views, lists, rows);
    const before = entries.fill;
    const first = item * this.steps + from;
    for (let row = 0; row < rows; row++) {
      let end = before;
      for (const { ends } of lists) end += u32[ends + row]!;
      this.ends[first + row] = end;
    }
    entries.fill = before + total;
  }

  /** The number of entries of the fullest batch item. */
  get fill(): number {
    return this.items.reduce((most, { fill }) => Math.max(most, fill), 0);
  }

  /** Everything as one list of some steps. */
  finish(steps: number): EventList {
    const total = this.items.reduce((sum, { fill }) => sum + fill, 0);
    const list = {
      offsets: new Uint32Array(this.items.length * steps + 1),
      units: new Int32Array(total),
      counts: floats(this.dtype, total),
    };
    let entry = 0;
    let row = 0;
    this.items.forEach(({ units, counts, fill }, item) => {
      list.units.set(units.subarray(0, fill), entry);
      list.counts.set(counts.subarray(0, fill), entry);
      const first = item * this.steps;
      for (let step = 0; step < steps; step++) list.offsets[++row] = entry + this.ends[first + step]!;
      entry += fill;
    });
    return list;
  }

  private addAtOnce(entries: Item, { i32, floats }: EventViews, list: EventPlaces, total: number): void {
    entries.units.set(i32.subarray(list.units, list.units + total), entries.fill);
    entries.counts.set(floats.subarray(list.counts, list.counts + total), entries.fill);
  }

  private reserve(entries: Item, more: number): void {
    const needed = entries.fill + more;
    if (needed <= entries.units.length) return;
    const room = Math.max(needed, 2 * entries.units.length);
    const { units, counts } = entries;
    entries.units = new Int32Array(room);
    entries.units.set(units);
    entries.counts = floats(this.dtype, room);
    entries.counts.set(counts);
  }
}

function addRows(
  { units, counts, fill }: Item,
  { i32, u32, floats }: EventViews,
  lists: readonly EventPlaces[],
  rows: number,
): void {
  let place = fill;
  for (let row = 0; row < rows; row++) {
    for (const list of lists) {
      const end = u32[list.ends + row]!;
      for (let entry = row === 0 ? 0 : u32[list.ends + row - 1]!; entry < end; entry++, place++) {
        units[place] = i32[list.units + entry]!;
        counts[place] = floats[list.counts + entry]!;
      }
    }
  }
}

function floats(dtype: Dtype, length: number): Floats {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
