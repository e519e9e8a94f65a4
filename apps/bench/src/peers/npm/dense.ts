// Between lists of events and the dense tables that array libraries compute with. Not part of what is timed.
import type { NumericArray } from '@rp/ndarray';
import type { Arrays } from '../../harness/workload.ts';

/** One row of zeros and ones per step. */
export function rasterOf({ offsets, units }: Arrays, steps: number, n: number): Float32Array {
  const raster = new Float32Array(steps * n);
  for (let row = 0; row < steps; row++) {
    for (let e = offsets![row]!; e < offsets![row + 1]!; e++) raster[row * n + units![e]!] = 1;
  }
  return raster;
}

/** The other way. */
export function eventsOf(raster: NumericArray, steps: number): { offsets: Uint32Array; units: Int32Array } {
  const offsets = new Uint32Array(steps + 1);
  const n = raster.length / steps;
  const units: number[] = [];
  for (let row = 0; row < steps; row++) {
    for (let unit = 0; unit < n; unit++) if (raster[row * n + unit] !== 0) units.push(unit);
    offsets[row + 1] = units.length;
  }
  return { offsets, units: Int32Array.from(units) };
}
