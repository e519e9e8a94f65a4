// Comparing results, also those of a page, which come as plain data.

/** Plain data as text, bit for bit: what is equal has equal text. */
export function bitsOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name}<${bytes.join()}>`;
  }
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  return `{${Object.entries(value).map(([name, item]) => `${name}:${bitsOf(item)}`)}}`;
}
