// The entries of a sparse matrix in WebAssembly's memory: the places of their columns, then their numbers. What the code
// makes of them is in compile/sparse-matvec.ts.
import type { Dtype } from '@rp/dynamics';
import type { CsrMatrix } from '@rp/ndarray';
import { bytesOfElement } from '../compile/header.ts';
import type { Heap } from './heap.ts';

/** Where things are, in bytes. */
export interface EntryPlaces {
  readonly dtype: Dtype;
  /** The list of where the rows begin. */
  readonly rows: number;
  /** The first entry's column. */
  readonly columns: number;
  /** The place of column 0. */
  readonly base: number;
}

/** The bytes that so many entries take. */
export function bytesOfEntries(count: number, dtype: Dtype): number {
  return beforeNumbers(count) + count * bytesOfElement('float', dtype);
}

/** Numbers begin at a cache line. */
function beforeNumbers(count: number): number {
  return Math.ceil(count / 16) * 64;
}

/** What the header says of the numbers: how far they are from the columns, these scaled as numbers are. */
export function distanceToNumbers({ dtype, columns }: EntryPlaces, count: number): number {
  return columns + beforeNumbers(count) - (bytesOfElement('float', dtype) / 4) * columns;
}

/** Writes the rows' beginnings and the entries. */
export function writeEntries(heap: Heap, { indptr, indices, data }: CsrMatrix, places: EntryPlaces): void {
  const { dtype, rows, columns, base } = places;
  const { u32 } = heap.views;
  const bytes = bytesOfElement('float', dtype);
  indptr.forEach((entry, row) => {
    u32[(rows >>> 2) + row] = columns + 4 * entry;
  });
  indices.forEach((column, entry) => {
    u32[(columns >>> 2) + entry] = base + bytes * column;
  });
  heap.set('float', dtype, columns + beforeNumbers(indices.length), data);
}

/** Reads them back. */
export function readEntries(heap: Heap, shape: CsrMatrix['shape'], places: EntryPlaces): CsrMatrix {
  const { dtype, rows, columns, base } = places;
  const { u32 } = heap.views;
  const bytes = bytesOfElement('float', dtype);
  const words = (address: number, count: number) => u32.subarray(address >>> 2, (address >>> 2) + count);
  const indptr = Int32Array.from(words(rows, shape[0] + 1), (start) => (start - columns) >>> 2);
  const count = indptr[shape[0]]!;
  const indices = Int32Array.from(words(columns, count), (place) => (place - base) / bytes);
  const numbers = heap.slice('float', dtype, columns + beforeNumbers(count), count);
  return { shape: [...shape], indptr, indices, data: numbers as CsrMatrix['data'] };
}
