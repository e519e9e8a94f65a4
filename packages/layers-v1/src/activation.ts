// Activation functions, as expressions of the step language: named ones, or a user's own.
import { defineDynamics, type Expr, Interpreter, type Ops, oncePer, type StepProgram } from '@rp/dynamics';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './error.ts';

/** An activation in the step language: `(x, op) => op.max(op.tanh(x), 0)`. It runs once, to build the program. */
export type ActivationFunction = (x: Expr, op: Ops) => Expr;

/** The activations that go by a name. */
export type ActivationName = 'relu' | 'tanh' | 'sigmoid' | 'linear';

export type Activation = ActivationName | ActivationFunction;

const named: Readonly<Record<ActivationName, ActivationFunction>> = {
  relu: (x, op) => op.relu(x),
  tanh: (x, op) => op.tanh(x),
  sigmoid: (x, op) => op.sigmoid(x),
  linear: (x) => x,
};

/** @throws ValueError for an unknown name; TypeError for anything that is neither a name nor a function. */
export function activationFunction(activation: Activation): ActivationFunction {
  if (typeof activation === 'function') return activation;
  if (typeof activation !== 'string') {
    throw fail(
      'TypeError',
      'activation',
      `an activation is a name or a function (x, op) => …, got ${typeof activation}`,
    );
  }
  if (Object.hasOwn(named, activation)) return named[activation];
  throw fail(
    'ValueError',
    'activation',
    `there is no activation ${activation}; there are ${Object.keys(named).join(', ')}`,
  );
}

/** The name of an activation, for graphs; a user's own function goes by its JavaScript name. */
export function activationName(activation: Activation): string {
  return typeof activation === 'string' ? activation : activation.name || 'custom';
}

/** The activation of each element of a vector. */
export function activated(activation: Activation, x: NdArray<Float64Array>): NdArray<Float64Array> {
  const [n] = x.shape as [number];
  const interpreter = new Interpreter(observer(activation, false), { dims: { n }, dt: 1, state: { x } });
  const { data } = interpreter.run({}, { steps: 0 }).outputs.activity!;
  return toNdArray({ data, shape: [n] });
}

/**
 * Keeps the programs that are built from an activation, so that layers with the same one share them.
 * The builder gets the function and whether there is noise.
 */
export function programsByActivation<P extends object>(
  build: (activation: ActivationFunction, noisy: boolean) => P,
): (activation: Activation, noisy: boolean) => P {
  const programs = oncePer((activation: ActivationFunction) =>
    oncePer((noisy: boolean) => build(activation, noisy)),
  );
  return (activation, noisy) => programs(activationFunction(activation))(noisy);
}

const observer = programsByActivation(
  (activation): StepProgram =>
    defineDynamics('activation', {
      dims: ['n'],
      state: { x: ['n'] },
      observe: ({ state, op }) => ({ activity: activation(state.x, op) }),
      step: ({ state }) => ({ state: { x: state.x } }),
    }),
);
