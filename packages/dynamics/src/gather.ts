// Collects event entries row by row into an EventList. The rows of one batch item must arrive in order of step.
import type { Dtype, EventList } from './run.ts';

export class EventGatherer {
  private readonly units: number[][];
  private readonly counts: number[][];
  private readonly ends: number[][];

  constructor(batch: number) {
    this.units = Array.from({ length: batch }, () => []);
    this.counts = Array.from({ length: batch }, () => []);
    this.ends = Array.from({ length: batch }, () => []);
  }

  /** Adds an entry to the row of the present step. */
  push(item: number, unit: number, count: number): void {
    this.units[item]!.push(unit);
    this.counts[item]!.push(count);
  }

  /** Ends the row of a step. */
  endRow(item: number): void {
    this.ends[item]!.push(this.units[item]!.length);
  }

  /** The number of entries of the fullest batch item. */
  get fill(): number {
    return Math.max(0, ...this.units.map((units) => units.length));
  }

  finish(dtype: Dtype): EventList {
    const offsets = [0];
    let base = 0;
    this.ends.forEach((ends, item) => {
      for (const end of ends) offsets.push(base + end);
      base += this.units[item]!.length;
    });
    const counts = this.counts.flat();
    return {
      offsets: Uint32Array.from(offsets),
      units: Int32Array.from(this.units.flat()),
      counts: dtype === 'float32' ? Float32Array.from(counts) : Float64Array.from(counts),
    };
  }
}
