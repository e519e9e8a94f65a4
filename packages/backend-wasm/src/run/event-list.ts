// Event entries of a run, gathered piece by piece as the steps are done.
import type { Dtype, EventList } from '@rp/dynamics';

type Floats = Float64Array | Float32Array;

export interface Piece {
  readonly units: Int32Array;
  readonly counts: Floats;
  /** The number of entries after each row. */
  readonly ends: Uint32Array;
}

/** The entries of several lists of the same rows as one: row by row, those of the first list first. */
export function joined(lists: readonly Piece[], rows: number): Piece {
  const ends = new Uint32Array(rows);
  for (const list of lists) for (let row = 0; row < rows; row++) ends[row]! += list.ends[row]!;
  const total = rows === 0 ? 0 : ends[rows - 1]!;
  const units = new Int32Array(total);
  const counts = lists[0]!.counts instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  for (let row = 0, entry = 0; row < rows; row++) {
    for (const list of lists) {
      for (let from = row === 0 ? 0 : list.ends[row - 1]!; from < list.ends[row]!; from++, entry++) {
        units[entry] = list.units[from]!;
        counts[entry] = list.counts[from]!;
      }
    }
  }
  return { units, counts, ends };
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
