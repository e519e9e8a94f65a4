// Lists of spikes: random ones as inputs, and a list that a loop by hand appends to.
import type { EventList } from '@rp/dynamics';

/** Spikes of some units in each row, each with a probability. */
export function randomSpikes(
  rows: number,
  units: number,
  probability: number,
  random: () => number,
): EventList {
  const offsets = new Uint32Array(rows + 1);
  const found: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) if (random() < probability) found.push(unit);
    offsets[row + 1] = found.length;
  }
  return { offsets, units: Int32Array.from(found), counts: new Float32Array(found.length).fill(1) };
}

/** A list that grows. */
export class SpikeList {
  readonly offsets: Uint32Array;
  private units = new Int32Array(1024);
  private length = 0;
  private row = 0;

  constructor(rows: number) {
    this.offsets = new Uint32Array(rows + 1);
  }

  push(unit: number): void {
    if (this.length === this.units.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.units);
      this.units = longer;
    }
    this.units[this.length++] = unit;
  }

  endRow(): void {
    this.offsets[++this.row] = this.length;
  }

  get list(): { offsets: Uint32Array; units: Int32Array } {
    return { offsets: this.offsets, units: this.units.slice(0, this.length) };
  }
}
