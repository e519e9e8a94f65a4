// Random networks of excitatory and inhibitory neurons.
import { matrixOf, requireCount, scaledToRadius, type WeightMatrix } from './matrix.ts';
import { normal, type Random, shuffle } from './random.ts';

/** Magnitudes of weights: as many as asked for. */
export type WeightFunction = (count: number, random: Random) => ArrayLike<number>;

export interface SparseEiNetOptions {
  readonly size: number;
  /** The part of all possible connections that exist, from 0 to 1; others are limited to that. Default 1. */
  readonly connectivity?: number | undefined;
  /** Default: uniform from 0 to 1. */
  readonly weightFunction?: WeightFunction | undefined;
  /** Whether the first neurons excite and the others inhibit (true), or every connection has its own sign (default). */
  readonly partitioned?: boolean | undefined;
  /** The part that is excitatory, from 0 to 1; others are limited to that. Default 0.5. */
  readonly ratioExc?: number | undefined;
  /** Factor on inhibitory weights. Default 1. */
  readonly scaleInh?: number | undefined;
  /** The spectral radius of the result; null for weights as they were drawn. Default 0.95. */
  readonly normalization?: number | null | undefined;
  readonly random?: Random | undefined;
}

/**
 * A sparse random network with excitatory and inhibitory connections, `[size][size]`.
 * @throws ValueError for a size that isn't a whole number, and where there is nothing to scale.
 */
export function rndmSparseEiNet(options: SparseEiNetOptions): WeightMatrix {
  const { weightFunction = uniform, scaleInh = 1, normalization = 0.95, random = Math.random } = options;
  const size = requireCount(options.size, 'size');
  const [connectivity, ratioExc] = [limited(options.connectivity ?? 1), limited(options.ratioExc ?? 0.5)];
  const count = Math.floor(connectivity * size ** 2);
  const data = new Float64Array(size ** 2);
  data.set(Float64Array.from(weightFunction(count, random)));
  const inhibitory = options.partitioned ? 0 : Math.floor(count * (1 - ratioExc));
  for (let place = 0; place < inhibitory; place++) data[place]! *= -scaleInh;
  shuffle(data, random);
  if (options.partitioned) {
    for (let place = Math.floor(size * ratioExc) * size; place < data.length; place++)
      data[place]! *= -scaleInh;
  }
  const weights = { data, shape: [size, size] };
  return normalization === null ? weights : scaledToRadius(weights, normalization);
}

export interface EiNetOptions {
  readonly numExc: number;
  readonly numInh: number;
  /** How strong inhibition is compared with excitation. Default 1. */
  readonly ratioInhExc?: number | undefined;
  /** Signed weights; those of the wrong sign are removed. Default: normal, with the standard deviation 1/√n. */
  readonly weightFunction?: WeightFunction | undefined;
  readonly random?: Random | undefined;
}

/**
 * A random network whose first `numExc` neurons excite and whose others inhibit. Every neuron gets the excitation 1 and
 * the inhibition `|ratioInhExc|` in sum; where no weight of the wanted sign was drawn it gets none.
 */
export function rndmEiNet({ ratioInhExc = 1, random = Math.random, ...options }: EiNetOptions): WeightMatrix {
  const numExc = requireCount(options.numExc, 'numExc', 0);
  const size = requireCount(numExc + requireCount(options.numInh, 'numInh', 0), 'numExc + numInh');
  const draw: WeightFunction = options.weightFunction ?? scaledNormal(size);
  const drawn = Float64Array.from(draw(size ** 2, random));
  const signed = drawn.map((weight, place) =>
    place < numExc * size ? Math.max(weight, 0) : Math.min(weight, 0),
  );
  normaliseColumns(signed, size, [0, numExc], 1);
  normaliseColumns(signed, size, [numExc, size], Math.abs(ratioInhExc));
  return { data: signed, shape: [size, size] };
}

export interface WilsonCowanOptions {
  /** Pairs of one excitatory and one inhibitory neuron. */
  readonly numNodes: number;
  /** Weight of an excitatory neuron on itself, before the scaling. Default 1. */
  readonly selfExc?: number | undefined;
  /** The same of an inhibitory neuron. Default 1. */
  readonly selfInh?: number | undefined;
  /** Spread of the excitatory weights. Default 1. */
  readonly excSigma?: number | undefined;
  /** Spread of the inhibitory weights. Default 1. */
  readonly inhSigma?: number | undefined;
  readonly random?: Random | undefined;
}

/**
 * Wilson and Cowan's network: `numNodes` excitatory neurons followed by as many inhibitory ones. What a neuron sends out
 * to all others is `sigma · pdf(0; 0, sigma) + self` in sum, with the normal distribution's density.
 */
export function wilsonCowanNet(options: WilsonCowanOptions): WeightMatrix {
  const { selfExc = 1, selfInh = 1, excSigma = 1, inhSigma = 1, random = Math.random } = options;
  const nodes = requireCount(options.numNodes, 'numNodes');
  const weights = matrixOf(2 * nodes, 2 * nodes, (pre, post) => {
    const [sigma, self] = pre < nodes ? [excSigma, selfExc] : [inhSigma, selfInh];
    return Math.max(normal(random) * sigma, 0) + (pre === post ? self : 0);
  });
  for (let pre = 0; pre < 2 * nodes; pre++) {
    const row = weights.data.subarray(pre * 2 * nodes, (pre + 1) * 2 * nodes);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    // sigma · pdf(0; 0, sigma) is 1/√2π for every sigma.
    const wanted = 1 / Math.sqrt(2 * Math.PI) + (pre < nodes ? selfExc : selfInh);
    const factor = total === 0 ? 0 : wanted / total;
    row.forEach((weight, post) => {
      row[post] = weight * (pre < nodes ? factor : -factor);
    });
  }
  return weights;
}

function normaliseColumns(
  data: Float64Array,
  size: number,
  [from, to]: readonly [number, number],
  wanted: number,
): void {
  for (let column = 0; column < size; column++) {
    let total = 0;
    for (let row = from; row < to; row++) total += Math.abs(data[row * size + column]!);
    if (total === 0) continue;
    for (let row = from; row < to; row++) data[row * size + column]! *= wanted / total;
  }
}

const uniform: WeightFunction = (count, random) => Float64Array.from({ length: count }, random);

function scaledNormal(size: number): WeightFunction {
  return (count, random) => Float64Array.from({ length: count }, () => normal(random) / Math.sqrt(size));
}

function limited(part: number): number {
  return Math.min(Math.max(part, 0), 1);
}
