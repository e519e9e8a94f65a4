// Keeping a copy of the state while a run may still fail, and the order of delay lines in memory.
import type { Dtype } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { arrayFor, type Memory } from './memory.ts';

/** Copies what a run changes; the returned function puts it back. */
export function saveState(memory: Memory): () => void {
  const copies = (arrays: Readonly<Record<string, NumericArray>>) =>
    Object.entries(arrays).map(([name, array]) => [name, array.slice()] as const);
  const state = copies(memory.state);
  const lines = copies(memory.lines);
  const heads = { ...memory.heads };
  const { count } = memory;
  return () => {
    for (const [name, copy] of state) memory.state[name]!.set(copy);
    for (const [name, copy] of lines) memory.lines[name]!.set(copy);
    Object.assign(memory.heads, heads);
    memory.count = count;
    memory.rows = {};
    memory.events = {};
  };
}

/** A delay line's entries for all batch items: `[batch][length][size]`. */
export interface LineEntries {
  readonly elements: ArrayLike<number>;
  readonly length: number;
  readonly size: number;
  readonly batch: number;
  readonly dtype: Dtype;
}

/** The entries so that the one at place `by` comes first; a negative `by` undoes that. */
export function rotated({ elements, length, size, batch, dtype }: LineEntries, by: number): NumericArray {
  const turned = arrayFor('float', dtype, elements.length);
  for (let item = 0; item < batch; item++) {
    for (let entry = 0; entry < length; entry++) {
      const from = (item * length + ((((entry + by) % length) + length) % length)) * size;
      const to = (item * length + entry) * size;
      for (let k = 0; k < size; k++) turned[to + k] = elements[from + k]!;
    }
  }
  return turned;
}
