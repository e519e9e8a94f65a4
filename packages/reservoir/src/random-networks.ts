// Random networks without a structure.
import { fail } from './error.ts';
import { matrixOf, requireCount, type WeightMatrix } from './matrix.ts';
import { below, normal, type Random } from './random.ts';

export interface UnitLambdaOptions {
  readonly size: number;
  readonly random?: Random | undefined;
}

/** Normal weights with the standard deviation `1/√size`: a spectral radius of about 1. */
export function unitLambdaNet({ size, random = Math.random }: UnitLambdaOptions): WeightMatrix {
  const scale = 1 / Math.sqrt(requireCount(size, 'size'));
  return matrixOf(size, size, () => normal(random) * scale);
}

export interface IafSparseOptions {
  /** Default 100. */
  readonly size?: number | undefined;
  /** Mean of the weights, amperes. Default −0.0045 / density / size. */
  readonly mean?: number | undefined;
  /** Standard deviation of the weights, amperes. Default 0.0055 / √density. */
  readonly std?: number | undefined;
  /** The part of all neurons that each neuron connects to. Default 1. */
  readonly density?: number | undefined;
  readonly random?: Random | undefined;
}

/**
 * Recurrent weights for integrate-and-fire layers: every neuron connects to exactly `floor(density · size)` others.
 * @throws ValueError for a density that isn't between 0 and 1.
 */
export function iafSparseNet(options: IafSparseOptions = {}): WeightMatrix {
  const { density = 1, random = Math.random } = options;
  const size = requireCount(options.size ?? 100, 'size');
  if (!(density > 0 && density <= 1)) {
    throw fail('ValueError', 'density', `density must be more than 0 and at most 1, got ${density}`);
  }
  const { mean = -0.0045 / density / size, std = 0.0055 / Math.sqrt(density) } = options;
  const data = new Float64Array(size ** 2);
  for (let row = 0; row < size; row++) {
    for (const column of someOf(size, Math.floor(density * size), random)) {
      data[row * size + column] = mean + std * normal(random);
    }
  }
  return { data, shape: [size, size] };
}

/** `count` different numbers below `size`: the start of a shuffled list. */
function someOf(size: number, count: number, random: Random): Int32Array {
  const all = Int32Array.from({ length: size }, (_, place) => place);
  for (let place = 0; place < count; place++) {
    const other = place + below(size - place, random);
    [all[place], all[other]] = [all[other]!, all[place]!];
  }
  return all.subarray(0, count);
}
