// Keeping a copy of the state while a run may still fail, and the order of delay lines in memory.
import type { Dtype } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { arrayFor, type Memory } from './memory.ts';

/** What a run changes, as it was before. The same arrays serve all runs of a session: making new ones takes long. */
export class SavedState {
  private readonly memory: Memory;
  private readonly state: Record<string, NumericArray> = {};
  private readonly lines: Record<string, NumericArray> = {};
  private heads: Memory['heads'] = {};
  private count = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** Copies it, over what was copied before. */
  save(): void {
    const { memory } = this;
    copyAll(memory.state, this.state);
    copyAll(memory.lines, this.lines);
    this.heads = { ...memory.heads };
    this.count = memory.count;
  }

  /** Puts it back. */
  restore(): void {
    const { memory } = this;
    copyAll(this.state, memory.state);
    copyAll(this.lines, memory.lines);
    Object.assign(memory.heads, this.heads);
    memory.count = this.count;
    memory.rows = {};
    memory.events = {};
  }
}

function copyAll(from: Readonly<Record<string, NumericArray>>, to: Record<string, NumericArray>): void {
  for (const name in from) {
    const copy = to[name];
    if (copy === undefined) to[name] = from[name]!.slice();
    else copy.set(from[name]!);
  }
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
