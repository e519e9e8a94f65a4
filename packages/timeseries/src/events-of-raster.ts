// From a table of time bins and channels to its events.
import { type ArrayInput, isNdArray, type NdArray, type NumericArray, sizeOf, toNdArray } from '@rp/ndarray';
import { fail } from './error.ts';
import { checkElements } from './sample-shape.ts';

/** Events of a raster. */
export interface RasterEvents {
  readonly times: Float64Array;
  readonly channels: Int32Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * One event for each count in a T x C raster (a vector is one channel), by row, then column.
 * @throws ValueError for negative counts.
 */
export function eventsOfRaster(raster: ArrayInput, dt: number, tStart: number, shift: number): RasterEvents {
  const { data, shape } = countsOf(raster);
  const [rowCount, width] = [shape[0] ?? 1, shape[1] ?? 1];
  checkElements(raster, shape, sizeOf(shape));
  if (shape.length > 2) {
    throw fail('ValueError', 'raster-axes', `a raster has two axes, time and channel, got shape [${shape}]`);
  }
  const total = totalCount(data);
  const times = new Float64Array(total);
  const channels = new Int32Array(total);
  spreadCounts(data, width, (row) => row * dt + tStart + shift, times, channels);
  return { times, channels, rows: rowCount, columns: width };
}

function countsOf(raster: ArrayInput): NdArray<NumericArray> {
  return isNdArray(raster) ? raster : toNdArray(raster);
}

const MAX_EVENTS = 2 ** 31 - 1;

function totalCount(data: NumericArray): number {
  const total = (data instanceof Int32Array ? sumOfIntegers(data) : null) ?? checkedSum(data);
  if (total <= MAX_EVENTS) return total;
  throw fail(
    'ValueError',
    'raster-events',
    `a raster of ${total} events is too large (at most ${MAX_EVENTS})`,
  );
}

/** `null` if a number is negative. Four sums side by side, since an addition waits for the one before it. */
function sumOfIntegers(data: Int32Array): number | null {
  const fours = data.length & ~3;
  let [a, b, c, d] = [0, 0, 0, 0];
  let signs = 0;
  for (let i = 0; i < fours; i += 4) {
    signs |= data[i]! | data[i + 1]! | data[i + 2]! | data[i + 3]!;
    a += data[i]!;
    b += data[i + 1]!;
    c += data[i + 2]!;
    d += data[i + 3]!;
  }
  for (let i = fours; i < data.length; i++) {
    signs |= data[i]!;
    a += data[i]!;
  }
  return signs < 0 ? null : a + b + c + d;
}

function checkedSum(data: NumericArray): number {
  let total = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value < 0 || Number.isNaN(value)) {
      throw fail(
        'ValueError',
        'raster-entry',
        `a raster holds counts of events, 0 or more; entry ${i} is ${value}`,
      );
    }
    total += Math.trunc(value);
  }
  return total;
}

/** The loops below know one type of array only, so others are turned into it by the piece. */
const PIECE = 2 ** 16;

/** A number and its place for each count, as long as there is room in `times`. */
function spreadCounts(
  data: NumericArray,
  width: number,
  timeOfRow: (row: number) => number,
  times: Float64Array,
  channels: Int32Array,
): void {
  if (width === 0) return;
  const rowsAtOnce = data instanceof Int32Array ? Infinity : Math.ceil(PIECE / width);
  let target = 0;
  for (let row = 0; target < times.length; row += rowsAtOnce) {
    const part = data.subarray(row * width, Math.min((row + rowsAtOnce) * width, data.length));
    const counts = part instanceof Int32Array ? part : new Int32Array(part);
    target = spreadRows(counts, width, row, timeOfRow, times, channels, target);
  }
}

function spreadRows(
  counts: Int32Array,
  width: number,
  firstRow: number,
  timeOfRow: (row: number) => number,
  times: Float64Array,
  channels: Int32Array,
  from: number,
): number {
  const total = times.length;
  let first = from;
  for (let source = 0, row = firstRow; source < counts.length && first < total; source += width, row++) {
    const end = spreadRow(counts, source, width, channels, first);
    const time = timeOfRow(row);
    for (let i = first; i < end; i++) times[i] = time;
    first = end;
  }
  return first;
}

/**
 * The columns of a row, each as often as it counts; gives the end. The first two are written for empty cells too,
 * and then overwritten: cheaper than a branch that is hard to foresee.
 */
function spreadRow(
  counts: Int32Array,
  source: number,
  width: number,
  channels: Int32Array,
  from: number,
): number {
  const roomy = channels.length - 1;
  let target = from;
  let column = 0;
  for (; column < width && target < roomy; column++) {
    const count = counts[source + column]!;
    channels[target] = column;
    channels[target + 1] = column;
    for (let k = 2; k < count; k++) channels[target + k] = column;
    target = (target + count) | 0;
  }
  for (; column < width; column++) {
    for (const end = target + counts[source + column]!; target < end; target++) channels[target] = column;
  }
  return target;
}
