// Event entries of a run, gathered piece by piece as the steps are done.
import type { Dtype, EventList } from '@rp/dynamics';

type Floats = Float64Array | Float32Array;

interface Piece {
  readonly units: Int32Array;
  readonly counts: Floats;
  /** The number of entries after each row. */
  readonly ends: Uint32Array;
}

export class EventPieces {
  private readonly items: Piece[][];
  private readonly lengths: number[];
  private readonly dtype: Dtype;

  constructor(batch: number, dtype: Dtype) {
    this.items = Array.from({ length: batch }, () => []);
    this.lengths = new Array<number>(batch).fill(0);
    this.dtype = dtype;
  }

  add(item: number, piece: Piece): void {
    this.items[item]!.push(piece);
    this.lengths[item]! += piece.units.length;
  }

  /** The number of entries of the fullest batch item. */
  get fill(): number {
    return Math.max(0, ...this.lengths);
  }

  /** Everything as one list of some steps. */
  finish(steps: number): EventList {
    const total = this.lengths.reduce((sum, length) => sum + length, 0);
    const list = {
      offsets: new Uint32Array(this.items.length * steps + 1),
      units: new Int32Array(total),
      counts: this.dtype === 'float32' ? new Float32Array(total) : new Float64Array(total),
    };
    let entry = 0;
    let row = 0;
    for (const pieces of this.items) {
      for (const { units, counts, ends } of pieces) {
        list.units.set(units, entry);
        list.counts.set(counts, entry);
        for (const end of ends) list.offsets[++row] = entry + end;
        entry += units.length;
      }
    }
    return list;
  }
}
