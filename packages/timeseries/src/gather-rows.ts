// Copying rows of a matrix from anywhere to anywhere.

/** Row `targets[i]` of `to` gets row `rows[i]` of `from`; for a negative number, NaN. */
export function gatherRows(
  from: Float64Array,
  rows: Int32Array,
  width: number,
  to: Float64Array,
  targets: Int32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const target = targets[i]! * width;
    if (row < 0) to.fill(Number.NaN, target, target + width);
    else copyRow(from, row * width, to, target, width);
  }
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
