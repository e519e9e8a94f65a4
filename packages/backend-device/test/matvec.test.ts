// matvec in its three forms on a device (all rows, the rows of active elements, sparse columns), at sizes around those in
// which vectors are cut into runs and matrices into slices. The bits are those of the interpreter.
import type { Session } from '@rp/backend';
import { type DeviceBackendOptions, deviceBackend } from '@rp/backend-device';
import { type Bindings, defineDynamics, Interpreter, type StepProgram, type Tensor } from '@rp/dynamics';
import { type CsrMatrix, csrFromTriples, isCsrMatrix } from '@rp/ndarray';
import { describe, expect, it } from 'vitest';
import { gpu, noDevice, pooledGpu } from './gpu.ts';
import { filled } from './programs.ts';

const pool = noDevice ? gpu : pooledGpu();
const schedules: readonly NonNullable<DeviceBackendOptions['schedule']>[] = ['workgroup', 'grid'];

/** A vector that is a row of the input, or one that surely has no zeros; events of what comes out. */
function projection(form: 'all rows' | 'active rows' | 'sparse columns'): StepProgram {
  return defineDynamics(form.replace(' ', '-'), {
    dims: ['pre', 'post'],
    params: {
      weights: { shape: ['pre', 'post'], storage: form === 'sparse columns' ? 'csr' : undefined },
      offset: [],
    },
    state: { before: ['post'] },
    inputs: { x: ['pre'] },
    step: ({ params, state, inputs, op }) => {
      // A sum with a parameter isn't taken for spikes.
      const x = form === 'all rows' ? op.add(inputs.x, params.offset) : inputs.x;
      const y = op.matvec(x, params.weights);
      return {
        state: { before: y },
        outputs: { y },
        events: { large: op.gt(op.add(y, state.before), 0.5), given: op.toFloat(op.gt(inputs.x, 0)) },
      };
    },
  });
}

/** Numbers in −1 … 1, the same every time. */
function numbers(seed: number): () => number {
  let word = seed;
  return () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return word / 2 ** 31 - 1;
  };
}

function sparseMatrix(pre: number, post: number, seed: number, perRow = 6): CsrMatrix {
  const next = numbers(seed);
  const places = new Set<number>();
  for (let entry = 0; post > 0 && entry < perRow * pre; entry++) {
    // Some columns are much longer than others.
    const column = Math.floor(post * next() ** 2);
    places.add((entry % pre) * post + Math.min(column, post - 1));
  }
  const list = [...places];
  return csrFromTriples([pre, post], {
    rows: list.map((place) => Math.floor(place / post)),
    columns: list.map((place) => place % post),
    values: list.map(next),
  });
}

function vectors(batch: number, steps: number, pre: number, density: number): Tensor {
  const next = numbers(pre + 7);
  return filled([batch, steps, pre], () => (Math.abs(next()) < density ? next() : 0));
}

async function pair(program: StepProgram, bindings: Bindings, options: DeviceBackendOptions) {
  const backend = await deviceBackend({ ...options, gpu: pool }).open();
  const session = await (await backend.compile(program)).instantiate({ ...bindings, dtype: 'float32' });
  const interpreter = new Interpreter(program, { ...bindings, dtype: 'float32' });
  return { backend, session, interpreter };
}

async function same(session: Session, interpreter: Interpreter, x: Tensor): Promise<void> {
  const steps = x.shape[1]!;
  expect(await session.run({ x }, { steps })).toEqual(interpreter.run({ x }, { steps }));
}

describe.skipIf(noDevice).each(schedules)('on a device, %s', (schedule) => {
  const sizes = [
    [0, 3],
    [3, 0],
    [1, 1],
    [31, 33],
    [65, 64],
    [300, 20],
    [2500, 40],
    [33, 2100],
  ] as const;

  it.each(['all rows', 'active rows', 'sparse columns'] as const)(
    '%s give the bits of the interpreter, at any size',
    async (form) => {
      const program = projection(form);
      for (const [pre, post] of sizes) {
        const matrix = sparseMatrix(pre, post, 3);
        const next = numbers(5);
        const weights = form === 'sparse columns' ? matrix : filled([pre, post], next);
        const batch = pre > 1000 || post > 1000 ? 2 : 3;
        const bindings = { dims: { pre, post }, dt: 1, batch, params: { weights, offset: scalar(0.25) } };
        const { backend, session, interpreter } = await pair(program, bindings, { schedule });
        await same(session, interpreter, vectors(batch, 2, pre, 0.3));
        await same(session, interpreter, vectors(batch, 1, pre, 1));
        await same(session, interpreter, vectors(batch, 1, pre, 0));
        await backend.dispose();
      }
    },
  );

  it('a zero that is left out can’t make NaN of an infinite weight; NaN is not zero', async () => {
    for (const form of ['all rows', 'active rows', 'sparse columns'] as const) {
      const weights = { data: Float32Array.of(Infinity, 1, Number.NaN, 2), shape: [2, 2] };
      const bindings = { dims: { pre: 2, post: 2 }, dt: 1, params: { weights, offset: scalar(0) } };
      const { backend, session, interpreter } = await pair(projection(form), bindings, { schedule });
      const x = { data: Float32Array.of(0, 1, -0, -0, Number.NaN, 0), shape: [1, 3, 2] };
      await same(session, interpreter, x);
      await backend.dispose();
    }
  });

  it('a sparse matrix may become another one, with more entries or none, and is read back as it is', async () => {
    const [pre, post] = [40, 50];
    const matrices = [2, 12, 0, 5].map((perRow, index) => sparseMatrix(pre, post, index + 1, perRow));
    const bindings = {
      dims: { pre, post },
      dt: 1,
      params: { weights: matrices[0]!, offset: scalar(0) },
    };
    const { backend, session, interpreter } = await pair(projection('sparse columns'), bindings, {
      schedule,
    });
    for (const weights of matrices) {
      await session.write('weights', weights);
      interpreter.write('weights', weights);
      await same(session, interpreter, vectors(1, 2, pre, 0.5));
      const read = await session.read('weights');
      expect(isCsrMatrix(read)).toBe(true);
      expect(read).toEqual(interpreter.read('weights'));
    }
    await session.dispose();
    expect(backend.usage()).toEqual({ sessions: 0, bytes: 0 });
    await backend.dispose();
  });

  it('a sparse matrix in the prelude is applied there', async () => {
    const program = defineDynamics('sparse-prelude', {
      dims: ['n'],
      params: { weights: { shape: ['n', 'n'], storage: 'csr' }, bias: ['n'] },
      state: { v: ['n'] },
      prelude: ({ params, op }) => ({ drive: op.matvec(params.bias, params.weights) }),
      step: ({ state, pre, op }) => ({
        state: { v: op.add(op.mul(state.v, 0.5), pre.drive) },
        outputs: { y: state.v },
      }),
    });
    const n = 20;
    const params = { weights: sparseMatrix(n, n, 9), bias: filled([n], (index) => (index % 3) - 1) };
    const { backend, session, interpreter } = await pair(
      program,
      { dims: { n }, dt: 1, params },
      { schedule },
    );
    expect(await session.run({}, { steps: 3 })).toEqual(interpreter.run({}, { steps: 3 }));
    await backend.dispose();
  });
});

describe.skipIf(noDevice)('what is read of a matrix', () => {
  it('are the rows of spikes, where a vector holds spikes; explain() shows which', async () => {
    const backend = await deviceBackend({ gpu: pool }).open();
    const listing = async (form: Parameters<typeof projection>[0]) =>
      (await backend.compile(projection(form))).explain();
    expect(await listing('active rows')).toContain('list[first + p]');
    expect(await listing('all rows')).not.toContain('list[first + p]');
    expect(await listing('sparse columns')).not.toContain('list[first + p]');
    await backend.dispose();
  });
});

function scalar(value: number): Tensor {
  return { data: Float32Array.of(value), shape: [] };
}
