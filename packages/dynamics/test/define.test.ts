import { defineDynamics, type Operand, type Ops, programKey, type StepProgram } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { recRateEuler } from './programs.ts';

/** A program whose step makes one value. */
function one(
  make: (op: Ops, x: { vector: Operand; matrix: Operand; truth: Operand; scalar: Operand }) => Operand,
) {
  return () =>
    defineDynamics('my-layer', {
      dims: ['n', 'm'],
      params: { matrix: ['n', 'm'], truth: { shape: ['n'], type: 'bool' }, scalar: [] },
      inputs: { vector: ['n'] },
      step: ({ params, inputs, op }) => ({ state: {}, outputs: { y: make(op, { ...params, ...inputs }) } }),
    });
}

describe('a value that does not fit is refused, with program, operation and operand types', () => {
  it.each([
    [
      'shapes',
      one((op, { vector, matrix }) => op.add(vector, matrix)),
      'my-layer: add(float[n], float[n, m]) — shapes must be equal; only scalars broadcast',
    ],
    [
      'a truth value in arithmetic',
      one((op, { vector, truth }) => op.mul(vector, truth)),
      'my-layer: mul(float[n], bool[n]) — operand 2 must be float; use cast',
    ],
    [
      'a number as a condition',
      one((op, { vector }) => op.select(vector, 1, 2)),
      'my-layer: select(float[n], float[], float[]) — the condition must be bool',
    ],
    [
      'alternatives of two types',
      one((op, { truth }) => op.select(truth, 1, true)),
      'my-layer: select(bool[n], float[], bool[]) — both alternatives must have one type',
    ],
    [
      'a matrix and a vector the wrong way round',
      one((op, { vector, matrix }) => op.matvec(matrix, vector)),
      'my-layer: matvec(float[n, m], float[n]) — needs a vector and a matrix [pre, post]',
    ],
    [
      'a matrix with other rows',
      one((op, { vector }) => op.matvec(vector, op.stack(op.stack(1, 2), op.stack(3, 4)))),
      'my-layer: matvec(float[n], float[2, 2]) — the vector has n entries, the matrix 2 rows',
    ],
    [
      'parts of different shapes',
      one((op, { vector, scalar }) => op.stack(vector, scalar)),
      'my-layer: stack(float[n], float[]) — operands must have one shape and one type',
    ],
    ['no parts', one((op) => op.stack()), 'my-layer: stack() — needs at least one operand'],
  ])('%s', (_, define, message) => {
    expect(define).toThrowError(expect.objectContaining({ kind: 'TypeError', code: 'program-type' }));
    expect(define).toThrow(message);
  });
});

describe('a program that does not hang together is refused', () => {
  const x = { x: ['n'] } as const;
  const stateless = { dims: ['n'], inputs: x } as const;

  it.each<[string, () => StepProgram, string, string]>([
    [
      'one name for a state and an output',
      () =>
        defineDynamics('p', {
          dims: ['n'],
          state: x,
          step: ({ state }) => ({ state: { x: state.x }, outputs: { x: state.x } }),
        }),
      'program-invalid',
      'p: x is declared twice among the results and states',
    ],
    [
      'an observed value that uses a random number',
      () =>
        defineDynamics('p', {
          dims: ['n'],
          observe: ({ op }) => ({ noise: op.normal(['n']) }),
          step: () => ({ state: {} }),
        }),
      'program-stage',
      'p: observe value noise uses more than parameters and state',
    ],
    [
      'one name for a parameter and a state',
      () => defineDynamics('p', { dims: ['n'], params: x, state: x, step: ({ state }) => ({ state }) }),
      'program-invalid',
      'p: x is declared twice among the parameters, states, lines and inputs',
    ],
    [
      'the name dt',
      () => defineDynamics('p', { dims: [], params: { dt: [] }, step: () => ({ state: {} }) }),
      'program-invalid',
      'p: dt is declared twice',
    ],
    [
      'a name that is none',
      () =>
        defineDynamics('p', {
          ...stateless,
          step: ({ inputs }) => ({ state: {}, outputs: { 'a-b': inputs.x } }),
        }),
      'program-invalid',
      'p: "a-b" is not a name (letters, digits, _)',
    ],
    [
      'an unknown extent',
      () =>
        defineDynamics('p', {
          dims: ['n'],
          inputs: { x: ['k'] },
          step: ({ inputs }) => ({ state: {}, outputs: { y: inputs.x } }),
        }),
      'program-invalid',
      'p: x has the unknown extent "k" (dims: n)',
    ],
    [
      'a next state of another shape',
      () =>
        defineDynamics('p', {
          dims: ['n'],
          state: { s: [] },
          inputs: x,
          step: ({ inputs }) => ({ state: { s: inputs.x } }),
        }),
      'program-invalid',
      'p: next.s must be float[], is float[n]',
    ],
    [
      'a delay line that is not used',
      () => defineDynamics('p', { dims: ['n'], lines: { l: [2, 'n'] }, step: () => ({ state: {} }) }),
      'program-invalid',
      'p: delay line l must be used exactly once, is used 0 times',
    ],
    [
      'a delay line that is used twice',
      () =>
        defineDynamics('p', {
          ...stateless,
          lines: { l: [2, 'n'] },
          step: ({ inputs, lines, op }) => ({
            state: {},
            outputs: { a: op.delay(lines.l, inputs.x), b: op.delay(lines.l, op.neg(inputs.x)) },
          }),
        }),
      'program-invalid',
      'p: delay line l must be used exactly once, is used 2 times',
    ],
    [
      'a delay line for another shape',
      () =>
        defineDynamics('p', {
          ...stateless,
          lines: { l: [2] },
          step: ({ inputs, lines, op }) => ({ state: {}, outputs: { a: op.delay(lines.l, inputs.x) } }),
        }),
      'program-type',
      "p: delay line l[2] can't hold a value of shape [n]",
    ],
  ])('%s', (_, define, code, message) => {
    expect(define).toThrowError(expect.objectContaining({ code }));
    expect(define).toThrow(message);
  });

  it('a value of another program', () => {
    let foreign: Operand = 0;
    defineDynamics('first', {
      ...stateless,
      step: ({ inputs }) => {
        foreign = inputs.x;
        return { state: {} };
      },
    });
    const define = () =>
      defineDynamics('second', {
        ...stateless,
        step: ({ op }) => ({ state: {}, outputs: { y: op.add(foreign, 1) } }),
      });
    expect(define).toThrowError(expect.objectContaining({ code: 'program-foreign' }));
    expect(define).toThrow('second: a value of another program was used');
  });
});

describe('what is defined', () => {
  const withUnused = (unused: boolean) =>
    defineDynamics('p', {
      dims: ['n'],
      params: { w: ['n'] },
      inputs: { x: ['n'] },
      prelude: ({ params, op }) => ({ twice: op.mul(params.w, 2) }),
      step: ({ inputs, params, op }) => {
        if (unused) op.exp(op.add(inputs.x, 17));
        return { state: {}, outputs: { y: op.add(inputs.x, params.w), z: op.add(inputs.x, params.w) } };
      },
    });

  it('holds what its results need, and nothing else', () => {
    expect(withUnused(true)).toEqual(withUnused(false));
    expect(withUnused(true).values.map(({ op }) => op)).toEqual(['param', 'input', 'add']);
  });

  it('holds equal values once', () => {
    const { outputs } = withUnused(false);
    expect(outputs.y).toBe(outputs.z);
  });

  it('keeps a delay line, even if nobody looks at what comes out', () => {
    const program = defineDynamics('p', {
      dims: [],
      lines: { l: [2] },
      step: ({ lines, op }) => {
        op.delay(lines.l, 1);
        return { state: {} };
      },
    });
    expect(program.values.map(({ op }) => op)).toEqual(['const', 'delay']);
  });

  it('is plain JSON, whatever its constants', () => {
    const program = defineDynamics('p', {
      dims: [],
      step: ({ op }) => ({
        state: {},
        outputs: {
          a: op.stack(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 0.1),
          b: true,
        },
      }),
    });
    expect(JSON.parse(JSON.stringify(program))).toEqual(program);
    expect(program.values.filter(({ op }) => op === 'const').map(({ value }) => value)).toEqual([
      'NaN',
      'Infinity',
      '-Infinity',
      '-0',
      0,
      0.1,
      true,
    ]);
  });
});

describe('the key of a program', () => {
  it('is the same for a copy, whatever the order of the fields of its values', () => {
    const values = recRateEuler.values.map((value) => Object.fromEntries(Object.entries(value).reverse()));
    expect(programKey(structuredClone(recRateEuler))).toBe(programKey(recRateEuler));
    expect(programKey({ ...recRateEuler, values } as unknown as StepProgram)).toBe(programKey(recRateEuler));
  });

  it.each<[string, Partial<StepProgram>]>([
    ['another name', { name: 'other' }],
    ['other results', { records: {} }],
    [
      'another operation',
      { values: recRateEuler.values.map((value) => (value.op === 'gt' ? { ...value, op: 'ge' } : value)) },
    ],
    [
      'another constant',
      {
        values: recRateEuler.values.map((value) =>
          value.op === 'const' ? { ...value, value: '-0' } : value,
        ),
      },
    ],
  ])('differs with %s', (_, change) => {
    expect(programKey({ ...recRateEuler, ...change })).not.toBe(programKey(recRateEuler));
  });
});
