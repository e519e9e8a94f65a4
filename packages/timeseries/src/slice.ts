// Python's `a:b:s` as a value.

/** A range of positions or times: start, stop (excluded) and step, each open when `null`. */
export interface Slice {
  readonly slice: readonly [start?: number | null, stop?: number | null, step?: number | null];
}

/** Makes a {@link Slice}: `slice(0, 2)`, `slice(null, null, 0.1)`. */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice {
  return { slice: [start ?? null, stop ?? null, step ?? null] };
}

export function isSlice(value: unknown): value is Slice {
  return typeof value === 'object' && value !== null && 'slice' in value && Array.isArray(value.slice);
}
