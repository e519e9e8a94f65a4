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

const noUnits = new Int32Array(0);
const noCounts = { float64: new Float64Array(0), float32: new Float32Array(0) } as const;

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
      units: noUnits,
      counts: noCounts[dtype],
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
    const { items, ends } = this;
    let total = 0;
    for (const { fill } of items) total += fill;
    const offsets = new Uint32Array(items.length * steps + 1);
    let base = 0;
    let row = 0;
    for (let item = 0; item < items.length; item++) {
      const first = item * this.steps;
      for (let step = 0; step < steps; step++) offsets[++row] = base + ends[first + step]!;
      base += items[item]!.fill;
    }
    const [only] = items;
    // What was gathered in one piece has just the room that it needs.
    if (items.length === 1 && total > 0 && only!.units.length === total)
      return { offsets, units: only!.units, counts: only!.counts };
    return { offsets, ...this.joined(total) };
  }

  private joined(total: number): Pick<EventList, 'units' | 'counts'> {
    const units = new Int32Array(total);
    const counts = floats(this.dtype, total);
    let base = 0;
    for (const item of this.items) {
      units.set(item.units.subarray(0, item.fill), base);
      counts.set(item.counts.subarray(0, item.fill), base);
      base += item.fill;
    }
    return { units, counts };
  }

  private addAtOnce(entries: Item, { i32, floats }: EventViews, list: EventPlaces, total: number): void {
    entries.units.set(i32.subarray(list.units, list.units + total), entries.fill);
    entries.counts.set(floats.subarray(list.counts, list.counts + total), entries.fill);
  }

  private reserve(entries: Item, more: number): void {
    const needed = entries.fill + more;
    if (needed <= entries.units.length) return;
    const { units, counts, fill } = entries;
    const room = Math.max(needed, 2 * units.length);
    entries.units = new Int32Array(room);
    entries.counts = floats(this.dtype, room);
    if (fill === 0) return;
    entries.units.set(units);
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
