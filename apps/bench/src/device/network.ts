// What is measured on a device: the neurons of `lif-rec` and `lif-rec-sparse`, of any number, in a batch. They are driven by
// their bias, so that nothing has to go to the device while they run; what comes back are their spikes.
import type { Bindings, RunInputs, StepProgram } from '@rp/dynamics';
import type { CsrMatrix } from '@rp/ndarray';
import { seeded } from '../harness/random.ts';
import { defineLif } from '../workloads/dynamics/lif.ts';

export const networkNames = ['lif-rec', 'lif-rec-sparse'] as const;
export type NetworkName = (typeof networkNames)[number];

export interface NetworkSize {
  readonly name: NetworkName;
  readonly neurons: number;
  readonly batch: number;
  /** Entries of a row of the sparse matrix. */
  readonly perRow: number;
}

export interface NetworkCase extends NetworkSize {
  readonly program: StepProgram;
  readonly bindings: Bindings;
  readonly inputs: RunInputs;
  /** Bytes that a step must read and write if nothing stays in a cache, when so many neurons fired in the step before. */
  bytesPerStep(spikes: number): number;
}

/** The bytes of the weights. */
export function bytesOfWeights({ name, neurons, perRow }: NetworkSize): number {
  return name === 'lif-rec' ? 4 * neurons ** 2 : 8 * neurons * Math.min(perRow, neurons);
}

/** Numbers are the same every time. Some neurons of a hundred fire in a step. */
export function makeNetwork(size: NetworkSize): NetworkCase {
  const { name, neurons: n, batch, perRow } = size;
  const random = seeded(31);
  const around = (middle: number, spread: number, length = n) =>
    Float32Array.from({ length }, () => middle + spread * (random() - 0.5));
  const vector = (data: Float32Array) => ({ data, shape: [n] });
  const params = {
    alpha: vector(around(0.95, 0.02)),
    beta: vector(around(0.9, 0.04)),
    threshold: vector(around(8, 0.8)),
    bias: vector(around(0.65, 0.2)),
  };
  const weights =
    name === 'lif-rec' ? { data: couplings(n * n, n, random), shape: [n, n] } : sparse(n, perRow, random);
  // One of the start states for each batch item, so that they don't fire together.
  const potential = { data: around(3, 6, batch * n), shape: [batch, n] };
  const entries = Math.min(perRow, n) * n;
  return {
    ...size,
    program: defineLif(name, true, name === 'lif-rec' ? undefined : 'csr'),
    bindings: {
      dims: { n },
      batch,
      dt: 0.001,
      dtype: 'float32',
      params: { ...params, weights },
      state: { potential },
    },
    inputs: {},
    bytesPerStep: (spikes) => {
      const states = 4 * batch * n * (2 * 3 + 4);
      const read = name === 'lif-rec' ? 4 * n * spikes : 8 * entries * batch;
      return states + read + 8 * spikes;
    },
  };
}

/** Multiples of 2^-14, so small that sums of them are exact: whoever adds them in another order gets the same. */
function couplings(count: number, perNeuron: number, random: () => number): Float32Array {
  const scale = Math.max(1, Math.round(320_000 / perNeuron));
  return Float32Array.from({ length: count }, () => Math.round(scale * (random() - 0.55)) / 2 ** 14);
}

/** As many entries in every row, each in its own part of the columns. */
function sparse(n: number, perRow: number, random: () => number): CsrMatrix {
  const count = Math.min(perRow, n);
  const indptr = Int32Array.from({ length: n + 1 }, (_, row) => row * count);
  const indices = new Int32Array(n * count);
  for (let row = 0; row < n; row++) {
    for (let entry = 0; entry < count; entry++) {
      const begin = Math.floor((entry * n) / count);
      const end = Math.floor(((entry + 1) * n) / count);
      indices[row * count + entry] = begin + Math.floor((end - begin) * random());
    }
  }
  return { shape: [n, n], indptr, indices, data: couplings(n * count, count * 20, random) };
}
