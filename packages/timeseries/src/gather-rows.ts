// Copying rows of a matrix from anywhere. Where rows lie apart, waiting for memory is nearly all the time it
// takes; so some rows ahead are touched first, one number per cache line, and memory fetches them together.

/** Rows that are touched before they are read. */
export const BLOCK = 16;
/** Doubles in a cache line, of 64 bytes on nearly every processor. */
const LINE = 8;

/** `to` gets the chosen rows of `from`, one after another; for a negative number a row of NaN. */
export function gatherRows(from: Float64Array, rows: Int32Array, width: number, to: Float64Array): void {
  for (let start = 0; start < rows.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, rows.length);
    // Written where it is overwritten at once, or else a compiler would see that it is of no use.
    if (width > 0) to[start * width] = touchRows(from, rows, start, end, width, width);
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      if (row < 0) to.fill(Number.NaN, i * width, (i + 1) * width);
      else copyRow(from, row * width, to, i * width, width);
    }
  }
}

/** The sum of one number for each cache line of rows `start` to `end` of a list, each `extent` numbers long. */
export function touchRows(
  from: Float64Array,
  rows: Int32Array,
  start: number,
  end: number,
  width: number,
  extent: number,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const first = Math.max(rows[i]!, 0) * width;
    for (let k = 0; k < extent; k += LINE) sum += from[first + k]!;
  }
  return sum;
}

/** Four numbers a turn: such loops are mostly their own counting. */
export function copyRow(
  from: Float64Array,
  source: number,
  to: Float64Array,
  target: number,
  width: number,
): void {
  let c = 0;
  for (; c + 3 < width; c += 4) {
    to[target + c] = from[source + c]!;
    to[target + c + 1] = from[source + c + 1]!;
    to[target + c + 2] = from[source + c + 2]!;
    to[target + c + 3] = from[source + c + 3]!;
  }
  for (; c < width; c++) to[target + c] = from[source + c]!;
}
