// Sparse weights compute the numbers of dense ones, in every module that has weights.
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { type CsrMatrix, csrFromDense, csrToDense, type NdArray } from '@rp/ndarray';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aLIFTorch,
  LIF,
  LIFTorch,
  Linear,
  LinearTorch,
  moduleFromGraph,
  Rate,
  RateEuler,
  Sequential,
} from '../src/index.ts';

const size = 6;

/** A third of the entries. */
function sparseMatrix(rows: number, columns: number, seed: number): CsrMatrix {
  const data = Float64Array.from({ length: rows * columns }, (_, k) =>
    (k * 7 + seed) % 3 === 0 ? Math.sin(k + seed) : 0,
  );
  return csrFromDense({ data, shape: [rows, columns] });
}

const input = {
  data: Float64Array.from({ length: 2 * 20 * size }, (_, k) => Math.max(0, Math.sin(k * k))),
  shape: [2, 20, size],
};

type Weighted = { readonly shape: readonly [number, number]; make: (weights: NdArray | CsrMatrix) => Sized };
type Sized = LIF | LIFTorch | Linear | Rate | RateEuler;

const kinds: Readonly<Record<string, Weighted>> = {
  Linear: {
    shape: [size, 4],
    make: (weight) => new Linear({ shape: [size, 4], weight, bias: [1, 2, 3, 4] }),
  },
  LinearTorch: { shape: [size, 4], make: (weight) => new LinearTorch({ shape: [size, 4], weight }) },
  LIF: { shape: [size, size], make: (wRec) => new LIF({ shape: size, hasRec: true, wRec, threshold: 0.7 }) },
  'LIF with two synapses': {
    shape: [size / 2, size],
    make: (wRec) => new LIF({ shape: [size, size / 2], hasRec: true, wRec, threshold: 0.7 }),
  },
  LIFTorch: {
    shape: [size / 2, size],
    make: (wRec) => new LIFTorch({ shape: [size, size / 2], hasRec: true, wRec, threshold: 0.7 }),
  },
  aLIFTorch: { shape: [size, size], make: (wRec) => new aLIFTorch({ shape: [size], hasRec: true, wRec }) },
  Rate: { shape: [size, size], make: (wRec) => new Rate({ shape: size, hasRec: true, wRec }) },
  RateEuler: { shape: [size, size], make: (wRec) => new RateEuler({ shape: size, hasRec: true, wRec }) },
};

describe.each(Object.entries(kinds))('%s', (_, { shape, make }) => {
  const sparse = sparseMatrix(...shape, 1);

  it.each([
    ['JavaScript', jsBackend()],
    ['WebAssembly', wasmBackend()],
  ])('gives the bits of its dense twin, in %s', async (_, backend) => {
    const [one, other] = [make(sparse), make(csrToDense(sparse))];
    for (const module of [one, other]) await module.to(backend);
    for (const options of [{ record: true }, {}]) {
      expect(await one.evolve(input, options)).toEqual(await other.evolve(input, options));
    }
  });

  it('runs within a network, as one program and module by module', async () => {
    const network = (weights: NdArray | CsrMatrix) =>
      new Sequential({ before: new LIF({ shape: size, threshold: 0.5 }), it: make(weights) });
    const expected = await network(csrToDense(sparse)).evolve(input);
    const one = network(sparse);
    expect(one.explain()).toMatch(/as one program/);
    expect(await one.evolve(input)).toEqual(expected);
    expect(await network(sparse).evolve(input, { fuse: false })).toEqual(expected);
  });

  it('takes other weights, of either form, but of its shape', async () => {
    const module = make(sparse);
    const name = 'weight' in module ? 'weight' : 'wRec';
    const others = [sparseMatrix(...shape, 2), csrToDense(sparseMatrix(...shape, 2)), sparse];
    const outputs = [];
    for (const weights of others) {
      module.setAttributes({ [name]: weights });
      module.resetState();
      outputs.push((await module.evolve(input)).output);
    }
    expect(outputs[0]).toEqual(outputs[1]);
    expect(outputs[2]).toEqual((await make(sparse).evolve(input)).output);
    expect(outputs[2]).not.toEqual(outputs[1]);
    expect(() => module.setAttributes({ [name]: sparseMatrix(shape[0] + 1, shape[1], 1) })).toThrow(/shape/);
    expect(() => make(sparseMatrix(shape[0], shape[1] + 1, 1))).toThrow(/shape/);
  });

  it('resets its weights to what it was made with, which nobody else can change', () => {
    const given = sparseMatrix(...shape, 1);
    const module = make(given);
    given.data.fill(9);
    module.resetParameters();
    expect(module.parameters('weights')).toMatchObject({
      ['weight' in module ? 'weight' : 'wRec']: sparse,
    });
  });

  it('has all weights in its graph, which makes a module of the same numbers', async () => {
    const module = make(sparse);
    const again = moduleFromGraph(module.asGraph());
    expect((await again.evolve(input)).output).toEqual((await make(csrToDense(sparse)).evolve(input)).output);
  });
});

it('any sparse matrix gives what its dense form gives, however it is split over synapses', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.oneof(fc.constant(0), fc.double({ min: -2, max: 2, noNaN: true }))),
      (neurons, synapses, numbers) => {
        const data = Float64Array.from({ length: neurons * neurons * synapses }, () => numbers.next().value!);
        const dense = { data, shape: [neurons, neurons * synapses] };
        const run = (wRec: NdArray | CsrMatrix) =>
          new LIF({ shape: [neurons * synapses, neurons], hasRec: true, wRec, bias: 0.3 }).evolveSync(
            { data: new Float64Array(30 * neurons * synapses), shape: [30, neurons * synapses] },
            { record: true },
          );
        expect(run(csrFromDense(dense))).toEqual(run(dense));
      },
    ),
    { numRuns: 30 },
  );
});
