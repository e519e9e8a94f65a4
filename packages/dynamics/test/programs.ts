// Programs that several tests use.
import { defineDynamics, type StepProgram } from '@rp/dynamics';

/** A recurrent rate population, as in the design of the language. */
export const recRateEuler: StepProgram = defineDynamics('rec-rate-euler', {
  dims: ['n'],
  params: { weights: ['n', 'n'], bias: ['n'], tau: ['n'] },
  state: { x: ['n'] },
  inputs: { input: ['n'] },
  prelude: ({ params, dt, op }) => ({ lambda: op.div(dt, params.tau) }),
  observe: ({ params, state, op }) => ({ activity: op.relu(op.add(state.x, params.bias)) }),
  step: ({ params, state, inputs, pre, observed, op }) => {
    const drive = op.add(op.sub(inputs.input, state.x), op.matvec(observed.activity, params.weights));
    return { state: { x: op.add(state.x, op.mul(drive, pre.lambda)) }, records: { drive } };
  },
});

/** One function of one input, per element. */
export function elementwise(name: 'exp' | 'log' | 'tanh'): StepProgram {
  return defineDynamics(name, {
    dims: ['n'],
    inputs: { x: ['n'] },
    step: ({ inputs, op }) => ({ state: {}, outputs: { y: op[name](inputs.x) } }),
  });
}
