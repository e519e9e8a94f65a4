// The same small piece of work for Node and for a page: a recording from a file drives a program on a backend.
import type { BackendPlugin } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { defineDynamics } from '@rp/dynamics';
import { toNdArray } from '@rp/ndarray';
import { TSContinuous } from '@rp/timeseries';

const neurons = 3;
const dt = 0.01;

const program = defineDynamics('leaky-rate', {
  dims: ['n', 'channels'],
  params: { weights: ['channels', 'n'], recurrent: ['n', 'n'], tau: ['n'] },
  state: { x: ['n'] },
  inputs: { input: ['channels'] },
  prelude: ({ params, dt: step, op }) => ({ keep: op.exp(op.neg(op.div(step, params.tau))) }),
  step: ({ params, state, inputs, pre, op }) => {
    const drive = op.add(op.matvec(inputs.input, params.weights), op.matvec(state.x, params.recurrent));
    const x = op.add(op.mul(state.x, pre.keep), op.tanh(drive));
    return { state: { x }, outputs: { activity: op.relu(x) } };
  },
});

/** Loads a recording of two channels, reads it step by step, and runs the program on it. */
export async function workload(file: Blob, dtype: 'float64' | 'float32' = 'float64'): Promise<number[]> {
  const recording = await TSContinuous.load(file);
  const { data, shape } = recording.toClocked(dt);
  const [steps, channels] = [shape[0]!, shape[1]!];
  await using backend = await jsBackend().open();
  const executable = await backend.compile(program);
  const session = await executable.instantiate({
    dims: { n: neurons, channels },
    dt,
    dtype,
    params: {
      weights: toNdArray([
        [0.5, -0.25, 0.1],
        [0.3, 0.7, -0.2],
      ]),
      recurrent: toNdArray([
        [0, 0.1, -0.3],
        [0.2, 0, 0.05],
        [-0.15, 0.4, 0],
      ]),
      tau: toNdArray([0.02, 0.05, 0.1]),
    },
  });
  const { outputs } = await session.run({ input: { data, shape: [1, steps, channels] } }, { steps });
  return Array.from((outputs.activity as { data: ArrayLike<number> }).data);
}

/** What the JavaScript backend says about the place where it is. */
export function probeHere(): ReturnType<BackendPlugin['probe']> {
  return jsBackend().probe();
}
