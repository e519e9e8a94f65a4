// Seeded random numbers, so that every run works on the same data (mulberry32: 32 bits of state, fast, and good
// enough to fill arrays; not for statistics).

/** A source of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` distinct ascending times within (from, to): one at a random place in each of `count` equal parts. */
export function ascendingTimes(count: number, from: number, to: number, random: () => number): Float64Array {
  const part = (to - from) / count;
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) times[i] = from + (i + 0.05 + 0.9 * random()) * part;
  return times;
}

/** Whole numbers from 0 to `below` - 1. */
export function integers(count: number, below: number, random: () => number): Int32Array {
  const numbers = new Int32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = Math.floor(random() * below);
  return numbers;
}

/** Numbers between -1 and 1. */
export function values(count: number, random: () => number): Float64Array {
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = 2 * random() - 1;
  return numbers;
}
