// The rate reservoir of the demo: seeded random weights with a given spectral radius, so that every run shows the same.
import type { NdArray } from '@rp/ndarray';
import { scaledToRadius, seededRandom } from '@rp/reservoir';

export interface Reservoir {
  /** `[2][size]`, from the up and down events. */
  readonly input: number[][];
  /** `[size][size]`. */
  readonly recurrent: NdArray<Float64Array>;
  /** Seconds, from short to long. */
  readonly tau: number[];
}

export function makeReservoir(size: number, spectralRadius: number, seed: number): Reservoir {
  const random = seededRandom(seed);
  const sign = () => (random() < 0.5 ? -1 : 1);
  const raw = Float64Array.from({ length: size * size }, () => (random() < 0.1 ? sign() * random() : 0));
  // What "up" does to a neuron, "down" about undoes, so that slow drifts don't drive it into saturation.
  const up = Array.from({ length: size }, () => sign() * (0.1 + 0.4 * random()));
  return {
    input: [up, up.map((weight) => -weight * (0.8 + 0.4 * random()))],
    recurrent: scaledToRadius({ data: raw, shape: [size, size] }, spectralRadius),
    tau: Array.from({ length: size }, (_, neuron) => 0.05 * 10 ** (neuron / (size - 1))),
  };
}
