// The reservoir of the demo: seeded random weights with a given spectral radius, so that every run shows the same.

/** Numbers from 0 to 1: mulberry-style mixing of a 32-bit counter; good enough for pictures, the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}

export interface Reservoir {
  /** `[2][size]`, from the up and down events. */
  readonly input: number[][];
  /** `[size][size]`. */
  readonly recurrent: number[][];
  /** Seconds, from short to long. */
  readonly tau: number[];
}

export function makeReservoir(size: number, spectralRadius: number, seed: number): Reservoir {
  const random = generator(seed);
  const sign = () => (random() < 0.5 ? -1 : 1);
  const raw = matrix(size, size, () => (random() < 0.1 ? sign() * random() : 0));
  const scale = spectralRadius / spectralRadiusOf(raw);
  // What "up" does to a neuron, "down" about undoes, so that slow drifts don't drive it into saturation.
  const up = Array.from({ length: size }, () => sign() * (0.1 + 0.4 * random()));
  return {
    input: [up, up.map((weight) => -weight * (0.8 + 0.4 * random()))],
    recurrent: raw.map((row) => row.map((weight) => weight * scale)),
    tau: Array.from({ length: size }, (_, neuron) => 0.05 * 10 ** (neuron / (size - 1))),
  };
}

function matrix(rows: number, columns: number, entry: () => number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, entry));
}

/** The growth per step of repeated multiplication, averaged over many steps (also for complex leading pairs). */
function spectralRadiusOf(weights: readonly (readonly number[])[]): number {
  let vector = weights.map((_, place) => Math.cos(place));
  let logGrowth = 0;
  const [burnIn, steps] = [100, 400];
  for (let step = 0; step < burnIn + steps; step++) {
    const next = vector.map((_, post) => vector.reduce((sum, x, pre) => sum + x * weights[pre]![post]!, 0));
    const length = Math.hypot(...next);
    if (step >= burnIn) logGrowth += Math.log(length);
    vector = next.map((x) => x / length);
  }
  return Math.exp(logGrowth / steps);
}
