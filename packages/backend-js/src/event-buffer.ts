// Event entries of a run, gathered per batch item in arrays that grow.
import type { Dtype, EventList } from '@rp/dynamics';
import { arrayFor } from './memory.ts';

type Floats = Float64Array | Float32Array;

/** Room to begin with. V8 makes arrays of up to 64 bytes many times as fast as larger ones. */
const few = 8;

export class EventBuffer {
  private readonly dtype: Dtype;
  private readonly units: Int32Array[];
  private readonly counts: Floats[];
  private readonly lengths: Uint32Array;
  private readonly ends: Uint32Array[];

  constructor(batch: number, steps: number, dtype: Dtype) {
    this.dtype = dtype;
    this.units = Array.from({ length: batch }, () => new Int32Array(few));
    this.counts = Array.from({ length: batch }, () => floats(dtype, few));
    this.lengths = new Uint32Array(batch);
    this.ends = Array.from({ length: batch }, () => new Uint32Array(steps));
  }

  push(item: number, unit: number, count: number): void {
    const place = this.lengths[item]!;
    if (place === this.units[item]!.length) this.grow(item);
    this.units[item]![place] = unit;
    this.counts[item]![place] = count;
    this.lengths[item] = place + 1;
  }

  /** An entry of 1 for each of the first `count` units. */
  pushAll(item: number, units: Int32Array, count: number): void {
    for (let k = 0; k < count; k++) this.push(item, units[k]!, 1);
  }

  /** Closes the row of a step. */
  endRow(item: number, step: number): void {
    this.ends[item]![step] = this.lengths[item]!;
  }

  /** The number of entries of the fullest batch item. */
  get fill(): number {
    return this.lengths.reduce((most, length) => Math.max(most, length), 0);
  }

  /** Everything up to a step, as one list. */
  finish(steps: number): EventList {
    const total = this.lengths.reduce((sum, length) => sum + length, 0);
    const list = {
      offsets: new Uint32Array(this.units.length * steps + 1),
      units: new Int32Array(total),
      counts: floats(this.dtype, total),
    };
    let base = 0;
    this.lengths.forEach((length, item) => {
      list.units.set(this.units[item]!.subarray(0, length), base);
      list.counts.set(this.counts[item]!.subarray(0, length), base);
      for (let step = 0; step < steps; step++)
        list.offsets[item * steps + step + 1] = base + this.ends[item]![step]!;
      base += length;
    });
    return list;
  }

  private grow(item: number): void {
    const units = new Int32Array(2 * this.units[item]!.length);
    units.set(this.units[item]!);
    this.units[item] = units;
    const counts = floats(this.dtype, units.length);
    counts.set(this.counts[item]!);
    this.counts[item] = counts;
  }
}

function floats(dtype: Dtype, length: number): Floats {
  return arrayFor('float', dtype, length) as Floats;
}
