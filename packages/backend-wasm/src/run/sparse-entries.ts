// The entries of a sparse matrix in WebAssembly's memory: for each the place of its column, then its number. What the code
// makes of them is in compile/sparse-matvec.ts.
import type { Dtype } from '@rp/dynamics';
import type { CsrMatrix } from '@rp/ndarray';
import { bytesOfElement } from '../compile/header.ts';
import { entryBytes } from '../compile/sparse-matvec.ts';

/** Where things are, in bytes. */
export interface EntryPlaces {
  readonly dtype: Dtype;
  /** The list of where the rows begin. */
  readonly rows: number;
  /** The first entry. */
  readonly entries: number;
  /** The place of the first column. */
  readonly base: number;
}

/** The bytes that so many entries take. */
export function bytesOfEntries(count: number, dtype: Dtype): number {
  return count * entryBytes({ bytes: bytesOfElement('float', dtype) === 4 ? 4 : 8 });
}

/** Writes the rows' beginnings and the entries; `words` is the whole memory. */
export function writeEntries(
  words: Uint32Array,
  { indptr, indices, data }: CsrMatrix,
  places: EntryPlaces,
): void {
  const { dtype, rows, entries, base } = places;
  const bytes = bytesOfElement('float', dtype);
  indptr.forEach((entry, row) => {
    words[(rows >>> 2) + row] = entries + bytesOfEntries(entry, dtype);
  });
  const numbers = wordsOf(data, dtype);
  const perNumber = bytes >>> 2;
  for (let entry = 0, at = entries >>> 2; entry < indices.length; entry++) {
    words[at++] = base + bytes * indices[entry]!;
    for (let word = 0; word < perNumber; word++) words[at++] = numbers[perNumber * entry + word]!;
  }
}

/** Reads them back. */
export function readEntries(words: Uint32Array, shape: CsrMatrix['shape'], places: EntryPlaces): CsrMatrix {
  const { dtype, rows, entries, base } = places;
  const bytes = bytesOfElement('float', dtype);
  const starts = words.subarray(rows >>> 2, (rows >>> 2) + shape[0] + 1);
  const indptr = Int32Array.from(starts, (start) => (start - entries) / bytesOfEntries(1, dtype));
  const count = indptr[shape[0]]!;
  const indices = new Int32Array(count);
  const numbers = new Uint32Array((count * bytes) / 4);
  const perNumber = bytes >>> 2;
  for (let entry = 0, at = entries >>> 2; entry < count; entry++) {
    indices[entry] = (words[at++]! - base) / bytes;
    for (let word = 0; word < perNumber; word++) numbers[perNumber * entry + word] = words[at++]!;
  }
  const data = dtype === 'float32' ? new Float32Array(numbers.buffer) : new Float64Array(numbers.buffer);
  return { shape: [...shape], indptr, indices, data };
}

/** The numbers in the dtype, as 32-bit words, the low one of a double first. */
function wordsOf(data: CsrMatrix['data'], dtype: Dtype): Uint32Array {
  const numbers = dtype === 'float32' ? Float32Array.from(data) : Float64Array.from(data);
  return new Uint32Array(numbers.buffer);
}
