// The neurons that a saved layer was told to monitor. They have no effect: any run records what it is asked for.
import { type ArrayInput, toNdArray } from '@rp/ndarray';

export function monitorIds(value: ArrayInput | null | undefined): readonly number[] {
  if (value === null || value === undefined) return [];
  return [...toNdArray(value).data];
}
