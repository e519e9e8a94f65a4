// Excitatory networks whose neurons connect to their neighbours, in a row or on a grid.
import type { ArrayInput } from '@rp/ndarray';
import { fail } from './error.ts';
import { matrixOf, requireCount, requireMatrix, type WeightMatrix } from './matrix.ts';
import { below, type Random } from './random.ts';

export interface OneDimOptions {
  readonly size: number;
  /** Both sides together; an odd number counts as the even one below. */
  readonly nNeighbour: number;
  /** Whether neurons don't connect to themselves. Default true. */
  readonly zeroDiagonal?: boolean | undefined;
}

/** Weight 1 between neurons that are at most `floor(nNeighbour / 2)` apart in their row. */
export function oneDimExcRes({ size, nNeighbour, zeroDiagonal = true }: OneDimOptions): WeightMatrix {
  requireCount(size, 'size');
  const reach = Math.floor(requireCount(nNeighbour, 'nNeighbour', 0) / 2);
  return matrixOf(size, size, (pre, post) => {
    const distance = Math.abs(pre - post);
    return distance <= reach && !(zeroDiagonal && distance === 0) ? 1 : 0;
  });
}

export interface TwoDimOptions {
  readonly size: number;
  /** How many connections every neuron gets. */
  readonly nNeighbour: number;
  /** How far neighbours reach in both directions of the grid, in neurons; one number for both. */
  readonly widthNeighbour: number | readonly [number, number];
  /** Rows and columns of the grid. Default: a square with as many places as neurons. */
  readonly gridDim?: readonly [number, number] | undefined;
  /** Whether a source may be drawn several times, which adds up (default), or once at most. */
  readonly multipleConn?: boolean | undefined;
  readonly random?: Random | undefined;
}

/**
 * Every neuron of a grid gets `nNeighbour` sources, drawn with the probability `exp(−((dx/wx)² + (dy/wy)²))`, and never
 * itself. The weights are numbers of connections.
 * @throws ValueError for a grid that doesn't have `size` places, and for more sources than there are.
 */
export function twoDimExcRes(options: TwoDimOptions): WeightMatrix {
  const { size, nNeighbour, widthNeighbour, multipleConn = true, random = Math.random } = options;
  requireCount(size, 'size', 2);
  requireSources(requireCount(nNeighbour, 'nNeighbour', 0), size, multipleConn);
  const [, columns] = gridOf(size, options.gridDim);
  const [wy, wx] = typeof widthNeighbour === 'number' ? [widthNeighbour, widthNeighbour] : widthNeighbour;
  const data = new Float64Array(size ** 2);
  for (let post = 0; post < size; post++) {
    const odds = Float64Array.from({ length: size }, (_, pre) => {
      const dx = (pre % columns) - (post % columns);
      const dy = Math.floor(pre / columns) - Math.floor(post / columns);
      return pre === post ? 0 : Math.exp(-((dx / wx) ** 2 + (dy / wy) ** 2));
    });
    for (let drawn = 0; drawn < nNeighbour; drawn++) {
      const pre = drawnBy(odds, random);
      data[pre * size + post]!++;
      if (!multipleConn) odds[pre] = 0;
    }
  }
  return { data, shape: [size, size] };
}

export interface LongRangeOptions {
  /** New connections per neuron. */
  readonly count: number;
  /** Whether only sources that a neuron doesn't have yet are taken. Default false. */
  readonly avoidExisting?: boolean | undefined;
  /** Whether a source may be drawn several times, which adds up (default), or once at most. */
  readonly multipleConn?: boolean | undefined;
  readonly random?: Random | undefined;
}

/**
 * The weights with `count` more connections of weight 1 to every neuron, from random others.
 * @throws ValueError where there are not enough sources; AssertionError unless the weights are square.
 */
export function addRandomLongRange(weights: ArrayInput, options: LongRangeOptions): WeightMatrix {
  const { avoidExisting = false, multipleConn = true, random = Math.random } = options;
  const { data, shape } = requireMatrix(weights, 'weights');
  const [size, columns] = shape as [number, number];
  if (size !== columns) throw fail('AssertionError', 'not-square', 'weights must be square');
  const count = requireCount(options.count, 'count', 0);
  for (let post = 0; post < size; post++) {
    const sources = Array.from({ length: size }, (_, pre) => pre).filter(
      (pre) => pre !== post && !(avoidExisting && data[pre * size + post] !== 0),
    );
    requireSources(count, sources.length + 1, multipleConn);
    for (let drawn = 0; drawn < count; drawn++) {
      const place = below(sources.length, random);
      data[sources[place]! * size + post]!++;
      if (!multipleConn) sources.splice(place, 1);
    }
  }
  return { data, shape };
}

function requireSources(count: number, size: number, multipleConn: boolean): void {
  const most = multipleConn && size > 1 ? Number.POSITIVE_INFINITY : size - 1;
  if (count <= most) return;
  throw fail(
    'ValueError',
    'sources',
    `${count} connections were asked for, but there are ${most} neurons to come from; allow multiple connections, or ask for fewer`,
  );
}

function gridOf(size: number, given: readonly [number, number] | undefined): readonly [number, number] {
  const side = Math.sqrt(size);
  const grid = given ?? ([side, side] as const);
  if (grid.every(Number.isInteger) && grid[0] * grid[1] === size) return grid;
  throw fail(
    'ValueError',
    'grid',
    `a grid for ${size} neurons must have as many places, got ${grid[0]} x ${grid[1]}; give gridDim, such as [1, ${size}]`,
  );
}

/** A place, drawn with the given odds. */
function drawnBy(odds: Float64Array, random: Random): number {
  const total = odds.reduce((sum, value) => sum + value, 0);
  let rest = random() * total;
  const place = odds.findIndex((value) => {
    rest -= value;
    return value > 0 && rest < 0;
  });
  // Rounding can leave a rest at the very end.
  return place >= 0 ? place : odds.reduce((last, value, index) => (value > 0 ? index : last), 0);
}
