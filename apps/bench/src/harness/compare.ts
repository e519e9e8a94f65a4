// Whether two results are the same, bit for bit (NaN equals NaN; 0 and -0 differ), or within a tolerance.
import type { NumericArray } from '@rp/ndarray';
import type { Arrays } from './workload.ts';

/** The first difference between two results in words, or `null` if they are the same. */
export function difference(ours: Arrays, theirs: Arrays, within = 0): string | null {
  const names = Object.keys(ours).sort();
  const others = Object.keys(theirs).sort();
  if (names.join() !== others.join()) return `results are [${names}] here and [${others}] there`;
  if (names.length === 0) return 'there is nothing to compare';
  for (const name of names) {
    const found = firstDifference(ours[name]!, theirs[name]!, within);
    if (found !== null) return `${name}: ${found}`;
  }
  return null;
}

function firstDifference(ours: NumericArray, theirs: NumericArray, within: number): string | null {
  if (ours.length !== theirs.length) return `${ours.length} elements here, ${theirs.length} there`;
  const tolerated = ours instanceof Float32Array || ours instanceof Float64Array ? within : 0; // not where spikes are
  for (let i = 0; i < ours.length; i++) {
    if (!isSame(ours[i]!, theirs[i]!, tolerated))
      return `element ${i} is ${text(ours[i]!)} here, ${text(theirs[i]!)} there`;
  }
  return null;
}

function isSame(a: number, b: number, within: number): boolean {
  return Object.is(a, b) || (within > 0 && Math.abs(a - b) <= within * Math.max(1, Math.abs(a)));
}

function text(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
