import {
  checkProgram,
  defineDynamics,
  Interpreter,
  lowerProgram,
  Network,
  type ParameterValue,
  printEquations,
  printProgram,
  programKey,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import { type CsrMatrix, csrFromDense, csrFromTriples, csrToDense, isCsrMatrix } from '@rp/ndarray';
import { describe, expect, it } from 'vitest';

const define = (storage?: 'csr') =>
  defineDynamics('projection', {
    dims: ['pre', 'post'],
    params: { weights: { shape: ['pre', 'post'], storage } },
    inputs: { x: ['pre'] },
    step: ({ params, inputs, op }) => ({ state: {}, outputs: { y: op.matvec(inputs.x, params.weights) } }),
  });
const sparse = define('csr');
const dense = define();

const array = (shape: number[], ...values: number[]): Tensor => ({ data: Float64Array.from(values), shape });
const random = (seed: number) => () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
};

/** y for one vector x. */
function product(program: StepProgram, weights: ParameterValue, x: number[], dtype?: 'float32'): number[] {
  const [pre, post] = weights.shape as [number, number];
  const session = new Interpreter(program, { dims: { pre, post }, dt: 1, dtype, params: { weights } });
  return [...session.run({ x: array([1, 1, pre], ...x) }, { steps: 1 }).outputs.y!.data];
}

describe('a sparse matrix gives what the dense one with its zeros gives', () => {
  it.each([undefined, 'float32'] as const)('bit for bit, in %s', (dtype) => {
    const next = random(3);
    for (const [pre, post] of [
      [17, 9],
      [1, 30],
      [30, 1],
      [4, 4],
    ] as const) {
      const weights = array(
        [pre, post],
        ...Array.from({ length: pre * post }, () => (next() < 0.7 ? 0 : next() - 0.5)),
      );
      const x = Array.from({ length: pre }, () => (next() < 0.3 ? 0 : next() - 0.5));
      const given = product(sparse, csrFromDense(weights), x, dtype);
      expect(given).toEqual(product(dense, weights, x, dtype));
      expect(given.some((y) => Object.is(y, -0))).toBe(false);
    }
  });

  it('with entries that are zero, of either sign', () => {
    const weights = csrFromTriples([2, 3], { rows: [0, 0, 1], columns: [0, 2, 2], values: [-0, 0, -0] });
    expect(product(sparse, weights, [-1, 5])).toEqual([0, 0, 0]);
    expect(product(dense, csrToDense(weights), [-1, 5])).toEqual([0, 0, 0]);
  });

  it('with weights that are infinite or not a number: these are entries', () => {
    const weights = array([2, 3], Infinity, 0, Number.NaN, -Infinity, 1, 0);
    expect(product(sparse, csrFromDense(weights), [1, 2])).toEqual([Number.NaN, 2, Number.NaN]);
    expect(product(dense, weights, [1, 2])).toEqual([Number.NaN, 2, Number.NaN]);
    expect(product(sparse, csrFromDense(weights), [0, 1])).toEqual([-Infinity, 1, 0]);
  });

  it('but what is not there adds nothing, even to an infinite x; there a zero gives NaN', () => {
    const weights = array([1, 2], 0, 2);
    expect(product(sparse, csrFromDense(weights), [Infinity])).toEqual([0, Infinity]);
    expect(product(dense, weights, [Infinity])).toEqual([Number.NaN, Infinity]);
    const kept = csrFromTriples([1, 2], { rows: [0, 0], columns: [0, 1], values: [0, 2] });
    expect(product(sparse, kept, [Infinity])).toEqual([Number.NaN, Infinity]);
  });
});

describe('a parameter that is stored as csr', () => {
  const bindings = (weights: ParameterValue) => ({ dims: { pre: 2, post: 3 }, dt: 1, params: { weights } });
  const matrix = csrFromDense([
    [0, 1, 0],
    [2, 0, 3],
  ]);

  it('takes a dense matrix, and is read as a sparse one', () => {
    const session = new Interpreter(sparse, bindings(csrToDense(matrix)));
    expect(session.read('weights')).toEqual(matrix);
  });

  it('takes a matrix with more entries later on, and keeps a copy of it', () => {
    const session = new Interpreter(sparse, bindings(matrix));
    const full: CsrMatrix = csrFromDense([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    session.write('weights', full);
    full.data.fill(77);
    const y = session.run({ x: array([1, 1, 2], 1, 1) }, { steps: 1 }).outputs.y;
    expect([...y!.data]).toEqual([5, 7, 9]);
  });

  it('is rounded to the dtype', () => {
    const tenth = csrFromDense([[0.1]]);
    const session = new Interpreter(sparse, {
      dims: { pre: 1, post: 1 },
      dt: 1,
      dtype: 'float32',
      params: { weights: tenth },
    });
    const read = session.read('weights');
    expect(isCsrMatrix(read) && read.data).toEqual(Float32Array.of(0.1));
  });

  it.each<[string, ParameterValue, string]>([
    [
      'of another shape',
      csrFromDense([[1, 2, 3]]),
      'must have shape [2, 3], got a sparse matrix of shape [1, 3]',
    ],
    [
      'that is dense and of another shape',
      array([3, 2], 1, 2, 3, 4, 5, 6),
      'must have shape [2, 3], got [3, 2]',
    ],
    [
      'with columns that are not in order',
      { ...matrix, indices: Int32Array.of(1, 2, 0) },
      'row 1: columns must ascend, got 0 after 2',
    ],
    ['with a column too far', { ...matrix, indices: Int32Array.of(3, 0, 2) }, 'row 0: there is no column 3'],
    ['with too few numbers', { ...matrix, data: Float64Array.of(1) }, '3 indices and 1 numbers'],
  ])('refuses a matrix %s', (_, weights, message) => {
    expect(() => new Interpreter(sparse, bindings(weights))).toThrow(`projection: parameter weights`);
    expect(() => new Interpreter(sparse, bindings(weights))).toThrow(message);
  });

  it('is needed for a sparse matrix; a dense one says what to do, even if all elements are there', () => {
    const full = csrFromDense([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(() => new Interpreter(dense, bindings(full))).toThrow(
      "projection: parameter weights is dense, got a sparse matrix; declare it with storage 'csr', or give csrToDense of it",
    );
  });
});

describe('a program with such a parameter', () => {
  it('says so in its listing and in its text; it goes through JSON and lowering', () => {
    expect(printProgram(sparse)).toContain('params  weights: float[pre, post] csr');
    expect(printEquations(sparse)).toBe(printEquations(dense));
    expect(programKey(sparse)).not.toBe(programKey(dense));
    const copy: StepProgram = JSON.parse(JSON.stringify(sparse));
    expect([copy, checkProgram(copy)]).toEqual([sparse, []]);
    expect(lowerProgram(sparse, 'float32')).toEqual(sparse);
  });

  it('keeps it in a network', () => {
    const network = new Network('net');
    const { outputs } = network.place('a', sparse, { pre: 2, post: 1 }, { x: network.input('x', [2]) });
    const program = network.finish({ outputs: { y: outputs.y! } });
    expect(program.params.a_weights).toEqual({ shape: [2, 1], type: 'float', storage: 'csr' });
    const weights = csrFromDense([[2], [0]]);
    const session = new Interpreter(program, { dims: {}, dt: 1, params: { a_weights: weights } });
    expect(session.run({ x: array([1, 1, 2], 3, 4) }, { steps: 1 }).outputs.y!.data).toEqual(
      Float64Array.of(6),
    );
  });

  const square = { dims: ['n'], params: { w: { shape: ['n', 'n'], storage: 'csr' } } } as const;

  it.each<[string, () => StepProgram]>([
    [
      'in another operation',
      () =>
        defineDynamics('p', {
          ...square,
          step: ({ params, op }) => ({ state: {}, outputs: { y: op.add(params.w, 1) } }),
        }),
    ],
    [
      'as a vector of rows',
      () =>
        defineDynamics('p', {
          ...square,
          step: ({ params, op }) => ({ state: {}, outputs: { y: op.row(params.w, 0) } }),
        }),
    ],
    [
      'as an output',
      () =>
        defineDynamics('p', { ...square, step: ({ params }) => ({ state: {}, outputs: { y: params.w } }) }),
    ],
    [
      'as a state',
      () =>
        defineDynamics('p', {
          ...square,
          state: { s: ['n', 'n'] },
          step: ({ params }) => ({ state: { s: params.w } }),
        }),
    ],
    [
      'as what a loop carries',
      () =>
        defineDynamics('p', {
          ...square,
          step: ({ params, op }) => {
            const { c } = op.loop({
              limit: 1,
              carried: { c: ['n', 'n'] },
              start: { c: params.w },
              while: () => false,
              body: (now) => ({ next: now }),
            });
            return { state: {}, outputs: { c } };
          },
        }),
    ],
  ])('can use it %s nowhere: only as the matrix of matvec', (_, define) => {
    expect(define).toThrow(/the parameter w(,| is).* stored as csr: only matvec can use it/);
  });

  it.each<[string, (program: Record<string, Record<string, unknown>>) => void, string]>([
    [
      'an unknown storage',
      (raw) =>
        Object.assign(raw.params!, { weights: { shape: ['pre', 'post'], type: 'float', storage: 'coo' } }),
      'weights has the unknown storage "coo"; there is csr',
    ],
    [
      'a storage of a vector',
      (raw) => Object.assign(raw.params!, { v: { shape: ['pre'], type: 'float', storage: 'csr' } }),
      'v is stored as csr, so it must be float with two axes; it is float[pre]',
    ],
    [
      'a storage of truth values',
      (raw) => Object.assign(raw.params!, { v: { shape: ['pre', 'post'], type: 'bool', storage: 'csr' } }),
      'it is bool[pre, post]',
    ],
    [
      'a storage of an input',
      (raw) => Object.assign(raw.inputs!.x!, { storage: 'csr' }),
      'x has a storage; only parameters can',
    ],
    [
      'a parameter that its users take for dense',
      (raw) => Object.assign(raw.params!.weights!, { storage: undefined }),
      'weights is declared as float[pre, post], used as float[pre, post] csr',
    ],
    [
      'a storage of a result',
      (raw) => Object.assign((raw.values as unknown as object[]).at(-1)!, { storage: 'csr' }),
      'is written as float[post] csr',
    ],
  ])('from JSON, with %s, is told what is wrong', (_, change, problem) => {
    const raw = JSON.parse(JSON.stringify(sparse));
    change(raw);
    expect(checkProgram(raw).join('; ')).toContain(problem);
  });
});
