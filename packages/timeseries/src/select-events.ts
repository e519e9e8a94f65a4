// Choosing events by number, as Python's `series[…]` does.
import { type ArrayInput, isNdArray, isNumericArray, numericArrayOf } from '@rp/ndarray';
import { fail } from './error.ts';
import { isSlice, type Slice } from './slice.ts';
import { countUpIf, gather } from './stable-order.ts';
import type { SelectedEvents } from './ts-event-options.ts';

/** An event number, a list of numbers or of booleans (one for each event), or a {@link Slice}. */
export type EventIndex = ArrayInput | Slice;

/**
 * The numbers of the chosen events, in the order asked for. Negative numbers count from the end.
 * @throws IndexError for events that don't exist.
 */
export function eventNumbers(index: EventIndex, count: number): Int32Array {
  if (isSlice(index)) return sliceNumbers(index, count);
  if (isMask(index)) return maskNumbers(index, count);
  return Int32Array.from(numericArrayOf(index), (number) => {
    const position = number < 0 ? number + count : number;
    if (Number.isInteger(position) && position >= 0 && position < count) return position;
    throw fail('IndexError', 'event-index', `event ${number} was asked for, but there are ${count}`);
  });
}

function isMask(index: ArrayInput): index is readonly boolean[] {
  if (isNdArray(index) || isNumericArray(index) || !Array.isArray(index)) return false;
  return index.length > 0 && index.every((item) => typeof item === 'boolean');
}

function maskNumbers(mask: readonly boolean[], count: number): Int32Array {
  if (mask.length !== count) {
    throw fail('IndexError', 'event-mask', `${mask.length} booleans cannot choose among ${count} events`);
  }
  return Int32Array.from(mask.keys()).filter((i) => mask[i]);
}

function sliceNumbers(slice: Slice, count: number): Int32Array {
  const { from, width, length } = placesOfSlice(slice, count);
  return Int32Array.from({ length }, (_, i) => from + i * width);
}

/** The events of a slice as first and end, if they are one after another; `null` if not. */
export function stretchOf(index: EventIndex, count: number): [first: number, end: number] | null {
  if (!isSlice(index)) return null;
  const { from, width, length } = placesOfSlice(index, count);
  return width === 1 ? [from, from + length] : null;
}

/** Python's rules for slices of a list: negative limits count from the end, limits are cut to what is there. */
function placesOfSlice({ slice: [start, stop, step] }: Slice, count: number) {
  const width = step ?? 1;
  if (width === 0) throw fail('ValueError', 'slice-step', 'the step of a slice must not be 0');
  const [lowest, highest] = width > 0 ? [0, count] : [-1, count - 1];
  const limit = (value: number) => Math.min(Math.max(value < 0 ? value + count : value, lowest), highest);
  const from = start === null || start === undefined ? (width > 0 ? lowest : highest) : limit(start);
  const to = stop === null || stop === undefined ? (width > 0 ? highest : lowest) : limit(stop);
  return { from, width, length: Math.max(0, Math.ceil((to - from) / width)) };
}

/** The events with `from <= time < to` on wanted channels (`null`: all), in arrays of their own. */
export function chosen(
  { times, channels }: SelectedEvents,
  from: number,
  to: number,
  isWanted: Uint8Array | null,
): SelectedEvents {
  if (isWanted === null && areWithin(times, from, to)) {
    return { times: times.slice(), channels: channels.slice() };
  }
  const isChosen = (i: number) =>
    from <= times[i]! && times[i]! < to && (!isWanted || isWanted[channels[i]!] === 1);
  const numbers = countUpIf(times.length, isChosen);
  return { times: gather(times, numbers), channels: gather(channels, numbers) };
}

function areWithin(times: Float64Array, from: number, to: number): boolean {
  for (let i = 0; i < times.length; i++) if (!(times[i]! >= from && times[i]! < to)) return false;
  return true;
}
