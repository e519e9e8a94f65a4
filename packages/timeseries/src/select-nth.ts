// The n-th smallest of numbers without sorting them all (Hoare's selection, pivot from the middle).

/**
 * The number that would be at `place` if `values` were sorted, NaN last. Reorders `values`: what is left of the
 * place is then not larger.
 */
export function selected(values: Float64Array, place: number): number {
  let from = 0;
  let to = moveNaNsToEnd(values) - 1;
  if (place > to) return Number.NaN;
  while (from < to) {
    const pivot = values[(from + to) >>> 1]!;
    let left = from;
    let right = to;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left <= right) swap(values, left++, right--);
    }
    if (place <= right) to = right;
    else if (place >= left) from = left;
    else break;
  }
  return values[place]!;
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i]!;
  values[i] = values[j]!;
  values[j] = value;
}

/** The number of values before them. */
function moveNaNsToEnd(values: Float64Array): number {
  let count = values.length;
  for (let i = 0; i < count; ) {
    if (Number.isNaN(values[i]!)) swap(values, i, --count);
    else i++;
  }
  return count;
}
