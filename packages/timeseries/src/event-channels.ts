// Which channel each event is on, and how many channels there are.
import { type ArrayInput, isNdArray, isNumericArray, numericArrayOf, shapeOf } from '@rp/ndarray';
import { fail } from './error.ts';
import { takeOver } from './ownership.ts';

/** Channel numbers are stored as 32-bit integers. */
const MAX_CHANNELS = 2 ** 31 - 1;

export interface EventChannels {
  readonly channels: Int32Array;
  /** The fewest channels that hold all events. */
  readonly minimum: number;
}

/**
 * The channels of `count` events for a new series: all 0 if not given, one for all, or one for each.
 * @throws ValueError for another number of channels, and for negative ones.
 */
export function channelsForNew(value: ArrayInput | null | undefined, count: number): EventChannels {
  const given = value ?? [];
  const shape = shapeOf(given);
  if (shape.length === 1 && shape[0] === 0) {
    return { channels: new Int32Array(count), minimum: count > 0 ? 1 : 0 };
  }
  if (shape.length === 0) {
    const channel = wholeChannels(given)[0]!;
    return { channels: new Int32Array(count).fill(channel), minimum: channel + 1 };
  }
  return oneForEach(wholeChannels(given), count);
}

/** The channels of existing events: as above, but a list of one also counts for all. */
export function channelsForExisting(value: ArrayInput, count: number): EventChannels {
  const channels = wholeChannels(value);
  if (channels.length !== 1) return oneForEach(channels, count);
  const minimum = count > 0 ? channels[0]! + 1 : 0;
  return { channels: new Int32Array(count).fill(channels[0]!), minimum };
}

function oneForEach(channels: Int32Array, count: number): EventChannels {
  if (channels.length !== count) {
    throw fail(
      'ValueError',
      'channels-length',
      `${count} events need ${count} channels, or one for all; got ${channels.length}`,
    );
  }
  return { channels, minimum: largest(channels) + 1 };
}

/** The largest channel, -1 if there are none. */
export function largest(channels: Int32Array): number {
  let max = -1;
  for (let i = 0; i < channels.length; i++) if (channels[i]! > max) max = channels[i]!;
  return max;
}

/** Channel numbers as integers that belong to the caller; fractions are cut off. */
export function wholeChannels(value: ArrayInput): Int32Array {
  const elements = isNdArray(value) ? value.data : value;
  if (elements instanceof Int32Array) {
    if (takeOver(elements)) return elements; // made here, so there is nothing to refuse
    for (let i = 0; i < elements.length; i++) if (elements[i]! < 0) refuse(elements[i]!);
    return elements.slice();
  }
  const numbers = isNumericArray(elements) ? elements : numericArrayOf(elements);
  const channels = new Int32Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const channel = Math.trunc(numbers[i]!);
    channels[i] = channel >= 0 && channel < MAX_CHANNELS ? channel : refuse(numbers[i]!);
  }
  return channels;
}

function refuse(channel: number): never {
  throw fail(
    'ValueError',
    'channel-number',
    `a channel is a number from 0 to ${MAX_CHANNELS - 1}, got ${channel}`,
  );
}

/**
 * The number of channels to have: `minimum` if not given. Fractions are cut off.
 * @throws ValueError if that is fewer than are in use.
 */
export function channelCountOf(value: number | null | undefined, minimum: number): number {
  if (value === null || value === undefined) return minimum;
  if (value >= minimum && value >= 0 && value <= MAX_CHANNELS) return Math.trunc(value);
  throw fail(
    'ValueError',
    'num-channels',
    `numChannels must be from ${minimum} (the channels in use) to ${MAX_CHANNELS}, got ${value}`,
  );
}
