// Merging the events of two series a piece at a time: both parts of a piece are put into little memory that stays in
// the processor's cache, and merged from there into the result. So nothing large is made but the result.
import { merge, type NumberedTimes } from './merge-times.ts';

/** The events of one series, and what to add to their times and channels. */
export interface EventRun {
  readonly times: Float64Array;
  readonly channels: Int32Array;
  /** Seconds; -0 leaves every time as it is, even a -0. */
  readonly delay: number;
  readonly firstChannel: number;
}

/** The most events of either run in a piece. */
const PIECE = 2048;

/** Merges two runs in order, stably; neither is empty, and in both times ascend. */
export function mergeTwo(one: EventRun, other: EventRun): NumberedTimes {
  const length = one.times.length + other.times.length;
  const times = new Float64Array(length);
  const numbers = new Int32Array(length);
  const scratch = { times: new Float64Array(2 * PIECE), numbers: new Int32Array(2 * PIECE) };
  let [left, right] = [0, 0];
  while (left + right < length) {
    const [leftEnd, rightEnd] = pieceFrom(one, other, left, right);
    const [leftCount, rightCount] = [leftEnd - left, rightEnd - right];
    take(one, left, leftEnd, scratch, 0);
    take(other, right, rightEnd, scratch, leftCount);
    const start = left + right;
    const end = leftEnd + rightEnd;
    const to = { times: times.subarray(start, end), numbers: numbers.subarray(start, end) };
    merge(scratch, to, 0, leftCount, leftCount + rightCount);
    [left, right] = [leftEnd, rightEnd];
  }
  return { times, numbers };
}

/** Where a piece ends in both runs: whatever comes after it is not earlier than what is in it. */
function pieceFrom(one: EventRun, other: EventRun, left: number, right: number): [number, number] {
  const leftEnd = Math.min(left + PIECE, one.times.length);
  const rightEnd = Math.min(right + PIECE, other.times.length);
  if (left === leftEnd || right === rightEnd) return [leftEnd, rightEnd];
  const lastLeft = one.times[leftEnd - 1]! + one.delay;
  const lastRight = other.times[rightEnd - 1]! + other.delay;
  // Of equal times those of the left run come first.
  return lastRight < lastLeft
    ? [countBefore(one, lastRight, true, left, leftEnd), rightEnd]
    : [leftEnd, countBefore(other, lastLeft, false, right, rightEnd)];
}

/** The first place from `low` on whose delayed time is later than a time, or (not `inclusive`) not earlier. */
function countBefore(
  { times, delay }: EventRun,
  time: number,
  inclusive: boolean,
  low: number,
  high: number,
) {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const found = times[middle]! + delay;
    if (inclusive ? found <= time : found < time) from = middle + 1;
    else to = middle;
  }
  return from;
}

function take(
  { times, channels, delay, firstChannel }: EventRun,
  from: number,
  end: number,
  to: NumberedTimes,
  at: number,
) {
  const shift = at - from;
  for (let i = from; i < end; i++) to.times[i + shift] = times[i]! + delay;
  for (let i = from; i < end; i++) to.numbers[i + shift] = channels[i]! + firstChannel;
}
