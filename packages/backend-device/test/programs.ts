// Programs that the tests share.
import { type Bindings, defineDynamics, type StepProgram, type Tensor } from '@rp/dynamics';

/** Leaky integrate-and-fire neurons with recurrent spikes, noise and a refractory time. */
export const spiking: StepProgram = defineDynamics('test-spiking', {
  dims: ['n'],
  params: { weights: ['n', 'n'], bias: ['n'], tau: ['n'] },
  state: { v: ['n'], spikes: ['n'], rest: ['n'] },
  inputs: { input: ['n'] },
  prelude: ({ params, dt, op }) => ({ alpha: op.div(dt, params.tau) }),
  step: ({ params, state, inputs, pre, op }) => {
    const drive = op.add(op.add(inputs.input, params.bias), op.matvec(state.spikes, params.weights));
    const noisy = op.add(drive, op.mul(op.normal(['n']), 0.25));
    const charged = op.add(state.v, op.mul(op.sub(noisy, state.v), pre.alpha));
    const fires = op.and(op.ge(charged, 1), op.eq(state.rest, 0));
    return {
      state: {
        v: op.select(fires, 0, charged),
        spikes: op.toFloat(fires),
        rest: op.select(fires, 3, op.max(op.sub(state.rest, 1), 0)),
      },
      events: { out: fires },
      records: { charged },
    };
  },
});

export function spikingBindings(n: number, more: Partial<Bindings> = {}): Bindings {
  return {
    dims: { n },
    dt: 0.001,
    dtype: 'float32',
    seed: 11,
    params: {
      weights: filled([n, n], (index) => Math.sin(index) / 4),
      bias: filled([n], (index) => 1.2 + (index % 7) / 10),
      tau: filled([n], (index) => 0.01 + (index % 5) / 500),
    },
    ...more,
  };
}

export function filled(shape: readonly number[], value: (index: number) => number): Tensor {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return { data: Float32Array.from({ length }, (_, index) => value(index)), shape };
}
