// Matrices that are stored by their entries: the same numbers as dense ones give, with any number of entries.
import { type Dtype, defineDynamics, rounding } from '@rp/dynamics';
import { type CsrMatrix, csrFromDense, csrFromTriples, csrToDense } from '@rp/ndarray';
import { tensor } from '../arrays.ts';
import { type CaseContext, eachDtype, refusedAlike, same } from '../case.ts';
import { edges } from '../edges.ts';
import { Random } from '../prng.ts';
import { sparseSpiker, sparseSpikerBindings, sparseSpikerInputs } from '../programs.ts';
import { splitEverywhere } from './runs.ts';

const group = 'sparse';

const projection = (storage?: 'csr') =>
  defineDynamics(storage === undefined ? 'dense-projection' : 'sparse-projection', {
    dims: ['pre', 'post'],
    params: { weights: { shape: ['pre', 'post'], storage } },
    inputs: { x: ['pre'] },
    step: ({ params, inputs, op }) => ({
      state: {},
      outputs: { y: op.matvec(inputs.x, params.weights), z: op.matvec(op.mul(inputs.x, 2), params.weights) },
    }),
  });
const [sparse, dense] = [projection('csr'), projection()];

/** Rows of every length, the empty one too; every third entry of a kind of numbers that `number` gives. */
function matrix(pre: number, post: number, number: (index: number) => number): CsrMatrix {
  const random = new Random(100 * pre + post);
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < pre; row++) {
    const percent = random.pick([0, 20, 50, 100]);
    for (let column = 0; column < post; column++) {
      if (!random.chance(percent)) continue;
      rows.push(row);
      columns.push(column);
      values.push(number(values.length));
    }
  }
  return csrFromTriples([pre, post], { rows, columns, values });
}

const sizes = [0, 1, 2, 3, 5, 8, 9, 17, 33].flatMap((pre) =>
  [0, 1, 3, 4, 8, 19].map((post) => ({ pre, post })),
);

/** Numbers whose sums depend on their order, where bits are promised; else small whole ones. */
function numbersOf({ bitExact, dtype }: CaseContext): (index: number) => number {
  return bitExact ? (index) => rounding(dtype)(Math.sin(index + 1)) : (index) => (index % 7) - 3;
}

function vectors(pre: number, number: (index: number) => number, dtype: Dtype) {
  return tensor([1, 4, pre], (index) => (index % 3 === 0 ? 0 : number(7 * index + 1)), dtype);
}

export const sparseCases = [
  eachDtype(group, 'sums of every length are made in ascending order', async (context) => {
    const number = numbersOf(context);
    for (const { pre, post } of sizes) {
      const bindings = { dims: { pre, post }, dt: 1, params: { weights: matrix(pre, post, number) } };
      const pair = await context.pair(sparse, bindings);
      await pair.run({ x: vectors(pre, number, context.dtype) }, { steps: 4 }, JSON.stringify({ pre, post }));
      await pair.session.dispose();
    }
  }),

  eachDtype(group, 'a sparse matrix gives what the dense one gives', async (context) => {
    const number = numbersOf(context);
    for (const [pre, post] of [
      [9, 17],
      [33, 4],
    ] as const) {
      const weights = matrix(pre, post, number);
      const bindings = { dims: { pre, post }, dt: 1 };
      const one = await context.session(sparse, { ...bindings, params: { weights } });
      const other = await context.session(dense, { ...bindings, params: { weights: csrToDense(weights) } });
      const inputs = { x: vectors(pre, number, context.dtype) };
      const expected = await other.run(inputs, { steps: 4 });
      same(await one.run(inputs, { steps: 4 }), expected, JSON.stringify({ pre, post }));
    }
  }),

  eachDtype(
    group,
    'entries of every kind are added, and what is not there adds nothing, even to an infinite number',
    async (context) => {
      if (!context.bitExact) return;
      const numbers = edges(context.dtype);
      const [pre, post] = [numbers.length, 5];
      const weights = matrix(pre, post, (index) => numbers[(index * 5) % numbers.length]!);
      const pair = await context.pair(sparse, { dims: { pre, post }, dt: 1, params: { weights } });
      const x = tensor([1, pre, pre], (index) => numbers[(index + Math.floor(index / pre)) % pre]!);
      await pair.run({ x }, { steps: pre });
      // One element at a time, so that an infinite one doesn't hide the others.
      const alone = tensor([1, pre, pre], (index) =>
        index % pre === Math.floor(index / pre) ? numbers[index % pre]! : 0,
      );
      await pair.run({ x: alone }, { steps: pre }, 'one at a time');
    },
  ),

  eachDtype(group, 'a dense matrix is taken too; both are read as sparse ones', async (context) => {
    const number = numbersOf(context);
    const weights = matrix(9, 5, number);
    for (const given of [weights, csrToDense(weights), tensor([9, 5], [0])]) {
      const pair = await context.pair(sparse, {
        dims: { pre: 9, post: 5 },
        dt: 1,
        params: { weights: given },
      });
      await pair.read('weights');
      await pair.run({ x: vectors(9, number, context.dtype) }, { steps: 4 });
    }
  }),

  eachDtype(
    group,
    'a written matrix holds from the next run on, with more entries, fewer, or none',
    async (context) => {
      const [n, m] = [11, 4];
      const pair = await context.pair(sparseSpiker, sparseSpikerBindings(n, m, { batch: 2 }));
      const inputs = sparseSpikerInputs(n, 6, 2);
      const record = ['v', 'arriving'];
      await pair.run(inputs, { steps: 6, record }, 'before');
      const full = csrFromDense(tensor([n, n], (index) => ((index % 5) + 1) / 4));
      const none = csrFromTriples([n, n], { rows: [], columns: [], values: [] });
      const corner = csrFromTriples([n, n], { rows: [n - 1], columns: [0], values: [1.5] });
      for (const written of [full, corner, none, full]) {
        const copy = structuredClone(written);
        await pair.write('weights', copy);
        // It is copied.
        copy.data.fill(77);
        copy.indices.fill(0);
        await pair.read('weights');
        await pair.run(inputs, { steps: 6, record }, `${written.data.length} entries`);
      }
      await pair.write(
        'out',
        tensor([n, m], (index) => Number(index % 3 === 0)),
      );
      await pair.run(inputs, { steps: 6, record }, 'the other matrix, and what the prelude makes of it');
      for (const name of ['weights', 'out', 'gain']) await pair.read(name);
    },
  ),

  eachDtype(group, 'a run with sparse matrices that is split gives the bits of one run', async (context) => {
    const bindings = sparseSpikerBindings(7, 3, { batch: 2 });
    await splitEverywhere(context, sparseSpiker, bindings, sparseSpikerInputs(7, 6, 2), 6, ['v', 'arriving']);
  }),

  eachDtype(group, 'sessions with other matrices live side by side', async (context) => {
    const pairs = [3, 12, 5].map((n) => context.pair(sparseSpiker, sparseSpikerBindings(n, 2)));
    const [one, two, three] = await Promise.all(pairs);
    for (let round = 0; round < 3; round++) {
      for (const pair of [one!, two!, three!]) await pair.run({}, { steps: 3 });
      await two!.write('weights', csrFromDense(tensor([12, 12], (index) => Number(index % 3 === round))));
    }
    await one!.session.dispose();
    await two!.run({}, { steps: 3 }, 'after another was disposed');
  }),

  eachDtype(group, 'a matrix that does not fit is refused and changes nothing', async (context) => {
    const [pre, post] = [3, 4];
    const good = matrix(pre, post, (index) => index);
    const bindings = (weights: CsrMatrix) => ({
      dims: { pre, post },
      dt: 1,
      dtype: context.dtype,
      params: { weights },
    });
    const pair = await context.pair(sparse, bindings(good));
    const bad: Readonly<Record<string, CsrMatrix>> = {
      'of another shape': matrix(post, pre, (index) => index),
      'with a column too far': csrWith({ indices: Int32Array.of(0, 4, 1) }),
      'with columns that descend': csrWith({ indices: Int32Array.of(2, 1, 1) }),
      'with a column twice': csrWith({ indices: Int32Array.of(2, 2, 1) }),
      'with decreasing rows': csrWith({ indptr: Int32Array.of(0, 2, 1, 3) }),
      'with too few numbers': csrWith({ data: Float64Array.of(1, 2) }),
    };
    const executable = await context.backend.compile(sparse);
    for (const [what, weights] of Object.entries(bad)) {
      const reference = () => pair.interpreter.write('weights', weights);
      await refusedAlike(() => pair.session.write('weights', weights), reference, `a matrix ${what}`);
      await refusedAlike(() => executable.instantiate(bindings(weights)), reference, `a matrix ${what}`);
    }
    await pair.read('weights');
    await pair.run({ x: tensor([1, 2, pre], [1]) }, { steps: 2 }, 'the run after it');

    const plain = await context.pair(dense, { ...bindings(good), params: { weights: csrToDense(good) } });
    await refusedAlike(
      () => plain.session.write('weights', good),
      () => plain.interpreter.write('weights', good),
      'a sparse matrix for a dense parameter',
    );
  }),
];

function csrWith(change: Partial<CsrMatrix>): CsrMatrix {
  return {
    shape: [3, 4],
    indptr: Int32Array.of(0, 2, 2, 3),
    indices: Int32Array.of(0, 3, 1),
    data: Float64Array.of(1, 2, 3),
    ...change,
  };
}
