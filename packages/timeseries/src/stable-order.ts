// Stable sorting of long, nearly sorted keys: a merge sort over the ascending runs that are already there.

/** The order that sorts `keys` stably, or `null` when they are in order. */
export function stableOrder(keys: Float64Array | Int32Array): Int32Array | null {
  let bounds = ascendingRuns(keys);
  if (bounds.length <= 2) return null;
  let order: Int32Array = countUp(keys.length);
  let spare: Int32Array = new Int32Array(keys.length);
  while (bounds.length > 2) {
    const next = [0];
    for (let run = 0; run + 1 < bounds.length; run += 2) {
      const end = bounds[run + 2] ?? keys.length;
      mergeRuns(keys, order, spare, bounds[run]!, bounds[run + 1]!, end);
      next.push(end);
    }
    bounds = next;
    [order, spare] = [spare, order];
  }
  return order;
}

/** The numbers 0 to `count` - 1. */
export function countUp(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}

/** The numbers from 0 to `count` - 1 that pass a test. */
export function countUpIf(count: number, test: (i: number) => boolean): Int32Array {
  const numbers = new Int32Array(count);
  let kept = 0;
  for (let i = 0; i < count; i++) if (test(i)) numbers[kept++] = i;
  return numbers.subarray(0, kept);
}

/** The positions where an ascending run starts, and the end. */
function ascendingRuns(keys: Float64Array | Int32Array): number[] {
  const bounds = [0];
  for (let i = 1; i < keys.length; i++) if (keys[i]! < keys[i - 1]!) bounds.push(i);
  bounds.push(keys.length);
  return bounds;
}

function mergeRuns(
  keys: Float64Array | Int32Array,
  from: Int32Array,
  to: Int32Array,
  start: number,
  middle: number,
  end: number,
): void {
  let left = start;
  let right = middle;
  for (let target = start; target < end; target++) {
    const takeRight = right < end && (left >= middle || keys[from[right]!]! < keys[from[left]!]!);
    to[target] = takeRight ? from[right++]! : from[left++]!;
  }
}

/** The elements in another order. */
export function gather<A extends Float64Array | Int32Array>(values: A, order: Int32Array): A {
  const gathered = new (values.constructor as new (length: number) => A)(order.length);
  for (let i = 0; i < order.length; i++) gathered[i] = values[order[i]!]!;
  return gathered;
}
