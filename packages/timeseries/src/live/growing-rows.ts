// Rows that are added at the end and may be dropped at the beginning. Rows keep their numbers: after 10 rows were
// dropped, the first one is still number 10.

/** Times with a row of `width` values each. */
export class GrowingRows<A extends Float64Array | Int32Array> {
  readonly width: number;
  private readonly make: (length: number) => A;
  private times: Float64Array;
  private values: A;
  /** The number of the row at the beginning of the arrays. */
  private base = 0;
  private firstRow = 0;
  private endRow = 0;

  constructor(width: number, make: (length: number) => A) {
    this.width = width;
    this.make = make;
    this.times = new Float64Array(FEWEST);
    this.values = make(FEWEST * width);
  }

  /** The number of the first row that is still there. */
  get first(): number {
    return this.firstRow;
  }

  /** The number that the next row will have. */
  get end(): number {
    return this.endRow;
  }

  timeOf(row: number): number {
    return this.times[row - this.base]!;
  }

  append(times: Float64Array, values: A): void {
    this.reserve(times.length);
    const at = this.endRow - this.base;
    this.times.set(times, at);
    this.values.set(values, at * this.width);
    this.endRow += times.length;
  }

  /** Forgets the rows before one. Their memory is used again when room is needed. */
  dropBefore(row: number): void {
    this.firstRow = Math.min(Math.max(this.firstRow, row), this.endRow);
  }

  /** Copies of the rows `from` up to `to`. */
  copy(from: number, to: number): { readonly times: Float64Array; readonly values: A } {
    const [start, stop] = [from - this.base, to - this.base];
    return {
      times: this.times.slice(start, stop),
      values: this.values.slice(start * this.width, stop * this.width) as A,
    };
  }

  /** Room for more rows: in the present arrays if half of them is free, else in larger ones. */
  private reserve(count: number): void {
    if (this.endRow - this.base + count <= this.times.length) return;
    const kept = this.endRow - this.firstRow;
    const { times, values } = this.copy(this.firstRow, this.endRow);
    if (2 * (kept + count) > this.times.length) {
      const capacity = Math.max(FEWEST, 2 * (kept + count));
      this.times = new Float64Array(capacity);
      this.values = this.make(capacity * this.width);
    }
    this.times.set(times);
    this.values.set(values);
    this.base = this.firstRow;
  }
}

const FEWEST = 64;
