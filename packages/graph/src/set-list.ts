// An ordered collection without repetitions. Reads like an array (`list[0]`, `length`, iteration), but every
// way of writing keeps the rule; index assignment is refused by the compiler, `replaceAt` does it instead.
import { fail } from './error.ts';

/**
 * An ordered collection in which every element occurs once: the first occurrence wins.
 *
 * Objects are the same element if they are identical, primitives if they have the same value. Looking up,
 * adding and replacing take constant time; removing takes time proportional to what stands behind.
 */
export class SetList<T> implements Iterable<T> {
  readonly [index: number]: T;
  readonly #positions = new Map<T, number>();

  constructor(items: Iterable<T> = []) {
    this.extend(items);
  }

  /** The number of elements. */
  get length(): number {
    return this.#positions.size;
  }

  /** Adds an element at the end, unless it is contained. The same as {@link add}. */
  append(item: T): void {
    if (this.#positions.has(item)) return;
    this.#put(this.length, item);
  }

  /** Adds an element at the end, unless it is contained. The same as {@link append}. */
  add(item: T): void {
    this.append(item);
  }

  /** Adds each element in turn. Extending a list by itself changes nothing. */
  extend(items: Iterable<T>): void {
    for (const item of items) this.append(item);
  }

  /**
   * Removes an element.
   * @throws ValueError if it is not contained; {@link discard} doesn't mind.
   */
  remove(item: T): void {
    if (!this.discard(item)) {
      throw fail(
        'ValueError',
        'not-contained',
        `cannot remove an element that is not contained in this list of ${this.length}; use discard() where it may be absent`,
      );
    }
  }

  /** Removes an element if it is contained, and says whether it was. */
  discard(item: T): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    const last = this.length - 1;
    this.#positions.delete(item);
    for (let index = position; index < last; index++) this.#put(index, this[index + 1]!);
    this.#dropFrom(last, last + 1);
    return true;
  }

  /**
   * Puts another element at a place. If that element is contained elsewhere already, the place is removed
   * instead, so that nothing is repeated.
   * @param index from 0, or negative to count from the end
   * @throws IndexError if there is no such place.
   */
  replaceAt(index: number, item: T): void {
    const position = index < 0 ? index + this.length : index;
    if (!Number.isInteger(position) || position < 0 || position >= this.length) {
      throw fail(
        'IndexError',
        'index-out-of-range',
        `index ${index} is outside a list of ${this.length} elements`,
      );
    }
    const former = this[position]!;
    if (former === item) return;
    if (this.#positions.has(item)) {
      this.discard(former);
      return;
    }
    this.#positions.delete(former);
    this.#put(position, item);
  }

  /** Removes everything. */
  clear(): void {
    const length = this.length;
    this.#positions.clear();
    this.#dropFrom(0, length);
  }

  /** The element at a place; negative counts from the end; undefined outside. */
  at(index: number): T | undefined {
    return this[index < 0 ? index + this.length : index];
  }

  includes(item: T): boolean {
    return this.#positions.has(item);
  }

  /** The place of an element, or -1. */
  indexOf(item: T): number {
    return this.#positions.get(item) ?? -1;
  }

  /** The elements as a new array. */
  toArray(): T[] {
    return [...this];
  }

  /** Iterates as arrays do: elements that are added meanwhile are met, too. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = 0; index < this.length; index++) yield this[index]!;
  }

  /** The elements, so that `JSON.stringify` shows a list. */
  toJSON(): T[] {
    return this.toArray();
  }

  #put(index: number, item: T): void {
    (this as { [index: number]: T })[index] = item;
    this.#positions.set(item, index);
  }

  #dropFrom(start: number, end: number): void {
    for (let index = end - 1; index >= start; index--) delete (this as { [index: number]: T })[index];
  }
}
