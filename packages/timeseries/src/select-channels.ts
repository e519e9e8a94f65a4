// From what people ask for ("channel 2", "the last one", "every other") to column numbers.
import { type ArrayInput, numericArrayOf } from '@rp/ndarray';
import { fail } from './error.ts';
import { isSlice, type Slice } from './slice.ts';

/** One channel, a list of channels in any order, or a {@link Slice}. `null` and absent mean all. */
export type ChannelRequest = ArrayInput | Slice | null | undefined;

/**
 * The requested columns in the requested order; `null` for all. Negative numbers count from the end.
 * @throws IndexError for a channel that doesn't exist.
 */
export function columnsOf(request: ChannelRequest, numChannels: number): Int32Array | null {
  if (request === null || request === undefined) return null;
  const wanted = isSlice(request) ? sliceChannels(request, numChannels) : numericArrayOf(request);
  return Int32Array.from(wanted, (channel) => {
    const column = channel < 0 ? channel + numChannels : channel;
    if (!(Number.isInteger(column) && column >= 0 && column < numChannels)) {
      throw fail(
        'IndexError',
        'channel-index',
        `channel ${channel} was asked for, but there are ${numChannels} (0 to ${numChannels - 1}; negative numbers count from the end)`,
      );
    }
    return column;
  });
}

/** Ascending from `start`; a negative step turns the same list around. The stop is not cut at `numChannels`. */
function sliceChannels({ slice: [start, stop, step] }: Slice, numChannels: number): number[] {
  const width = Math.abs(step ?? 1);
  if (width === 0) throw fail('ValueError', 'slice-step', 'the step of a channel slice must not be 0');
  const channels: number[] = [];
  const end = stop ?? numChannels;
  for (let channel = start ?? 0; channel < end; channel += width) {
    channels.push(channel);
    if (channel >= numChannels) break; // one channel too far is enough for the error
  }
  return (step ?? 1) < 0 ? channels.reverse() : channels;
}

/** Copies the chosen columns of a row-major matrix. */
export function takeColumns(data: Float64Array, numChannels: number, columns: Int32Array): Float64Array {
  const numRows = numChannels === 0 ? 0 : data.length / numChannels;
  const width = columns.length;
  const taken = new Float64Array(numRows * width);
  for (let row = 0, target = 0; row < numRows; row++) {
    const start = row * numChannels;
    for (let j = 0; j < width; j++) taken[target++] = data[start + columns[j]!]!;
  }
  return taken;
}
