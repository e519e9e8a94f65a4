// Rate neurons with a rectifier, densely coupled, in float32; every activity is given out.
import { defineDynamics } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';

const neurons = 1000;
const steps = 1000;

const program = defineDynamics('rate-rec', {
  dims: ['n'],
  params: { weights: ['n', 'n'], bias: ['n'], lambda: ['n'] },
  state: { x: ['n'] },
  inputs: { input: ['n'] },
  step: ({ params, state, inputs, op }) => {
    const activity = op.relu(op.add(state.x, params.bias));
    const change = op.add(op.sub(inputs.input, state.x), op.matvec(activity, params.weights));
    return { state: { x: op.add(state.x, op.mul(change, params.lambda)) }, outputs: { activity } };
  },
});

/** As many neurons and steps. */
export function rateCase(n = neurons, rows = steps): ProgramCase {
  const random = seeded(13);
  const numbers = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * (random() - 0.5));
  const weights = numbers(n * n, 0.1);
  const bias = numbers(n, 0.1);
  const lambda = Float32Array.from({ length: n }, () => 0.05 + 0.05 * random());
  const input = numbers(rows * n, 1);
  return {
    program,
    bindings: {
      dims: { n },
      dt: 0.001,
      params: {
        weights: { data: weights, shape: [n, n] },
        bias: { data: bias, shape: [n] },
        lambda: { data: lambda, shape: [n] },
      },
    },
    inputs: { input: { data: input, shape: [1, rows, n] } },
    steps: rows,
    results: ({ outputs, state }) => ({ activity: outputs.activity!.data, x: state.x!.data }),
    plain: () => plain(weights, bias, lambda, input),
    data: { weights, bias, lambda, input },
    settings: { n },
    neurons: n,
    weightsRead: ({ activity }) => n * nonZero(activity!),
  };
}

function plain(weights: Float32Array, bias: Float32Array, lambda: Float32Array, input: Float32Array): Arrays {
  const f = Math.fround;
  const n = bias.length;
  const rows = input.length / n;
  const [x, sums] = [new Float32Array(n), new Float32Array(n)];
  const activity = new Float32Array(rows * n);
  for (let t = 0; t < rows; t++) {
    const row = t * n;
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      const sum = f(x[i]! + bias[i]!);
      activity[row + i] = sum < 0 ? 0 : sum;
    }
    for (let i = 0; i < n; i++) {
      const a = activity[row + i]!;
      if (a === 0) continue;
      const start = i * n;
      for (let j = 0; j < n; j++) sums[j] = sums[j]! + f(a * weights[start + j]!);
    }
    for (let i = 0; i < n; i++) {
      const change = f(f(input[row + i]! - x[i]!) + sums[i]!);
      x[i] = x[i]! + f(change * lambda[i]!);
    }
  }
  return { activity, x };
}

function nonZero(numbers: NumericArray): number {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) count++;
  return count;
}

export const rate = [
  programWorkload(
    'rate-rec',
    '1000 rate neurons, densely coupled, 1000 steps',
    'float32',
    { native: 0.8, Numba: 2 },
    () => rateCase(),
  ),
];
