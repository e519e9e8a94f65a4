// Activation functions of rate neurons, as expressions of the step language: named ones, or a user's own.
import type { Expr, Operand, Ops } from '@rp/dynamics';
import { fail } from './fail.ts';

/** `(state, threshold, op) => op.max(op.sub(state, threshold), 0)`. It runs once, to build the program. */
export type ActivationFunction = (state: Expr, threshold: Expr, op: Ops) => Operand;

/** Any case; the short forms stand for relu, tanh, sigmoid. */
export type ActivationName = 'relu' | 'r' | 'tanh' | 't' | 'sigmoid' | 'sig' | 's';

/** A name (`ReLU` is as good as `relu`), or a function. */
export type Activation = ActivationName | (string & Record<never, never>) | ActivationFunction;

const relu: ActivationFunction = (state, threshold, op) => {
  const above = op.sub(state, threshold);
  return op.mul(above, op.toFloat(op.gt(above, 0)));
};
const tanh: ActivationFunction = (state, threshold, op) => op.tanh(op.sub(state, threshold));
const sigmoid: ActivationFunction = (state, threshold, op) =>
  op.div(op.add(op.tanh(op.sub(state, threshold)), 1), 2);

const named: Readonly<Record<ActivationName, ActivationFunction>> = {
  relu,
  r: relu,
  tanh,
  t: tanh,
  sigmoid,
  sig: sigmoid,
  s: sigmoid,
};

/** @throws ValueError for anything that is neither a known name nor a function. */
export function activationFunction(activation: Activation): ActivationFunction {
  if (typeof activation === 'function') return activation;
  const name = String(activation).toLowerCase();
  if (Object.hasOwn(named, name)) return named[name as ActivationName];
  throw fail(
    'ValueError',
    'activation',
    `an activation is one of ${Object.keys(named).join(', ')}, or a function (state, threshold, op) => …; got ${String(activation)}`,
  );
}
