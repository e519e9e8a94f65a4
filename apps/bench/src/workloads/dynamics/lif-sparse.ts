// Ten thousand leaky integrate-and-fire neurons in float32, each connected to a hundred others.
import type { CsrMatrix } from '@rp/ndarray';
import { seeded } from '../../harness/random.ts';
import { defineLif, makeData, plain, results } from './lif.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';

const neurons = 10_000;
const synapses = 100;
const steps = 1000;

/** Every neuron has one target in each of as many equal parts of the population. */
function connections(random: () => number): Pick<CsrMatrix, 'indptr' | 'indices'> {
  const part = neurons / synapses;
  return {
    indptr: Int32Array.from({ length: neurons + 1 }, (_, row) => row * synapses),
    indices: Int32Array.from(
      { length: neurons * synapses },
      (_, entry) => (entry % synapses) * part + Math.floor(random() * part),
    ),
  };
}

function addEntries({ indptr, indices, data }: CsrMatrix) {
  return (drive: Float32Array, active: Int32Array, count: number) => {
    for (let a = 0; a < count; a++) {
      const pre = active[a]!;
      for (let k = indptr[pre]!, end = indptr[pre + 1]!; k < end; k++) {
        const j = indices[k]!;
        drive[j] = drive[j]! + data[k]!;
      }
    }
  };
}

function sparseCase(): ProgramCase {
  const random = seeded(13);
  const data = makeData(random, neurons, { count: neurons * synapses, scale: 3200 });
  const { indptr, indices } = connections(random);
  const { input, weights, ...vectors } = data;
  const matrix: CsrMatrix = { shape: [neurons, neurons], indptr, indices, data: weights };
  return {
    program: defineLif('lif-rec-sparse', true, 'csr'),
    bindings: {
      dims: { n: neurons },
      dt: 0.001,
      params: {
        ...Object.fromEntries(
          Object.entries(vectors).map(([name, array]) => [name, { data: array, shape: [neurons] }]),
        ),
        weights: matrix,
      },
    },
    inputs: { input },
    steps,
    results,
    plain: () => plain(data, addEntries(matrix)),
    data: { ...vectors, weights, indptr, indices, offsets: input.offsets, units: input.units },
    settings: { n: neurons },
    neurons,
    // of each spike of the step before a row: weights, and where they lead
    weightsRead: ({ units }) => 2 * units!.length * synapses,
  };
}

export const lifSparse = [
  programWorkload(
    'lif-rec-sparse',
    '10,000 LIF neurons with 1,000,000 synapses, 1000 steps',
    'float32',
    { native: 0.8, 'Brian2 C++': 2.5 },
    sparseCase,
  ),
];
