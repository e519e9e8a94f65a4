// What the arithmetic of a device is like, found out by running programs on it and comparing with the interpreter.
import type { Session } from '@rp/backend';
import {
  type Bindings,
  defineDynamics,
  Interpreter,
  type RunInputs,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';

/** What holds on a device, in float32. */
export interface Numerics {
  /** Every product and every sum is rounded by itself. */
  readonly separate: boolean;
  readonly division: boolean;
  readonly squareRoot: boolean;
  /** Numbers below 2^-126 are kept. */
  readonly subnormals: boolean;
  /** NaN and infinities come out as IEEE 754 says. */
  readonly special: boolean;
}

const count = 2048;

const arithmetic: StepProgram = defineDynamics('device-arithmetic', {
  dims: ['n', 'm'],
  params: { weights: ['n', 'm'] },
  inputs: { a: ['n'], b: ['n'], c: ['n'], x: ['n'] },
  step: ({ params, inputs: { a, b, c, x }, op }) => ({
    state: {},
    outputs: {
      sum: op.add(op.mul(a, b), c),
      difference: op.sub(c, op.mul(a, b)),
      reverse: op.sub(op.mul(a, b), c),
      regrouped: op.sub(op.add(a, c), a),
      projected: op.matvec(a, params.weights),
      quotient: op.div(a, b),
      root: op.sqrt(op.abs(a)),
      tiny: op.mul(x, 0.5),
      tinySum: op.add(x, x),
      tinyTest: op.toFloat(op.toBool(x)),
      special: op.div(op.sub(a, a), op.mul(b, 0)),
      infinite: op.div(a, op.mul(b, 0)),
      notZero: op.toFloat(op.toBool(op.div(op.sub(a, a), op.mul(b, 0)))),
      least: op.min(op.div(op.sub(a, a), op.mul(b, 0)), c),
    },
  }),
});

/** Runs every operation that may differ. `open` makes a session of a program on the device. */
export async function measureNumerics(
  open: (program: StepProgram, fitting: Bindings) => Promise<Session>,
): Promise<Numerics> {
  const session = await open(arithmetic, bindings);
  try {
    const { outputs } = await session.run(inputs, { steps: 1 });
    const expected = new Interpreter(arithmetic, bindings).run(inputs, { steps: 1 }).outputs;
    const same = (...names: string[]) => names.every((name) => sameBits(outputs[name], expected[name]));
    return {
      separate: same('sum', 'difference', 'reverse', 'regrouped', 'projected'),
      division: same('quotient'),
      squareRoot: same('root'),
      subnormals: same('tiny', 'tinySum', 'tinyTest'),
      special: same('special', 'infinite', 'notZero', 'least'),
    };
  } finally {
    await session.dispose();
  }
}

/** Whether results equal those of the interpreter bit for bit, over runs of any length. */
export function isExact(numerics: Numerics): boolean {
  return Object.values(numerics).every(Boolean);
}

/** What doesn't hold, as sentences. */
export function describeNumerics(numerics: Numerics): string[] {
  const sentences: Readonly<Record<keyof Numerics, string>> = {
    separate:
      'Its compiler contracts or reorders sums and products; deviceBackend({ exact: true }) may prevent that.',
    division: 'Its division is not correctly rounded.',
    squareRoot: 'Its square root is not correctly rounded.',
    subnormals: 'It takes numbers below 2^-126 for zero.',
    special: 'It does not treat NaN and infinities as IEEE 754 says.',
  };
  return (Object.keys(sentences) as (keyof Numerics)[])
    .filter((key) => !numerics[key])
    .map((key) => sentences[key]);
}

function sameBits(a: Tensor | undefined, b: Tensor | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.data.length === b.data.length &&
    Array.prototype.every.call(a.data, (value, index) => Object.is(value, b.data[index]))
  );
}

/** Numbers between −2 and 2, the same every time. */
function numbers(length: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  let word = seed;
  return Float32Array.from({ length }, () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return (word / 2 ** 30 - 2) * scale;
  });
}

const columns = 16;
const vector = (data: Float32Array) => ({ data, shape: [1, 1, count] });
const inputs: RunInputs = {
  a: vector(numbers(count, 1)),
  b: vector(numbers(count, 2)),
  c: vector(numbers(count, 3)),
  x: vector(numbers(count, 4, 2 ** -127)),
};
const bindings = {
  dims: { n: count, m: columns },
  dt: 1,
  dtype: 'float32',
  params: { weights: { data: numbers(count * columns, 5), shape: [count, columns] } },
} as const;
