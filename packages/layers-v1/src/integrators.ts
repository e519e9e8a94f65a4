// How a time step of a leaky membrane with exponential synapses is integrated. The equations are linear: Runge-Kutta
// methods of order p are the Taylor series of the exact solution up to h^p, and every method comes down to a few
// factors, which are computed once per change of parameters. The time step itself only multiplies and adds.
import { type Expr, type Operand, type Ops, oncePer, type StepProgram } from '@rp/dynamics';
import { describe, fail } from './error.ts';

/** `rk4` (classical Runge-Kutta), `rk2` (midpoint), `euler` (forward), `exact` (for a drive that is constant in the step). */
export type IntegratorName = 'rk4' | 'rk2' | 'euler' | 'exact';

const orders: Readonly<Record<IntegratorName, number>> = {
  euler: 1,
  rk2: 2,
  rk4: 4,
  exact: Number.POSITIVE_INFINITY,
};

/** @throws ValueError for any other name. */
export function integratorOf(name: unknown): IntegratorName {
  if (typeof name === 'string' && Object.hasOwn(orders, name)) return name as IntegratorName;
  throw fail(
    'ValueError',
    'integrator',
    `there is no integrator ${describe(name)}; there are ${Object.keys(orders).join(', ')}`,
  );
}

/** What is left after a step of something that decays with `dx/dt = −x / tau`. */
export function decayFactor(integrator: IntegratorName, dt: Expr, tau: Expr, op: Ops): Expr {
  const h = op.div(dt, tau);
  const order = orders[integrator];
  if (order === Number.POSITIVE_INFINITY) return op.exp(op.neg(h));
  // 1 − h (1 − h/2 (1 − h/3 (…)))
  let sum: Operand = 1;
  for (let n = order; n >= 1; n--) sum = op.sub(1, op.mul(op.div(h, n), sum));
  return op.toFloat(sum);
}

/** What a synaptic current of 1 before the step adds to the membrane: `dv/dt = (s − v) / tauMem, ds/dt = −s / tauSyn`. */
export function currentFactor(
  integrator: IntegratorName,
  dt: Expr,
  { tauMem, tauSyn }: { readonly tauMem: Expr; readonly tauSyn: Expr },
  op: Ops,
): Expr {
  const [h, g] = [op.div(dt, tauMem), op.div(dt, tauSyn)];
  const order = orders[integrator];
  return op.mul(
    h,
    order === Number.POSITIVE_INFINITY ? dividedDifference(h, g, op) : truncated(h, g, order, op),
  );
}

/** `(e^−g − e^−h) / (h − g)`; where g is close to h, its series, which doesn't cancel. */
function dividedDifference(h: Expr, g: Expr, op: Ops): Expr {
  const distance = op.sub(g, h);
  const left = op.exp(op.neg(h));
  const direct = op.div(op.sub(left, op.exp(op.neg(g))), distance);
  let series: Operand = 1;
  for (let n = 4; n >= 2; n--) series = op.sub(1, op.mul(op.div(distance, n), series));
  return op.select(op.lt(op.abs(distance), 1e-3), op.mul(left, series), direct);
}

/** The same with exponentials cut off after `order` terms: `Σ (−1)^n (h^n + h^(n−1) g + … + g^n) / (n + 1)!`. */
function truncated(h: Expr, g: Expr, order: number, op: Ops): Expr {
  let sum: Operand = 1;
  let mixed: Operand = 1;
  let power: Operand = 1;
  let factorial = 1;
  for (let n = 1; n < order; n++) {
    power = op.mul(power, g);
    mixed = op.add(op.mul(h, mixed), power);
    factorial *= -(n + 1);
    sum = op.add(sum, op.div(mixed, factorial));
  }
  return op.toFloat(sum);
}

/**
 * What a change of the drive from this step to the next adds to the membrane, per unit: the last stage of `rk4` sees
 * the next step's drive. Null for the other methods.
 */
export function nextDriveFactor(integrator: IntegratorName, dt: Expr, tauMem: Expr, op: Ops): Expr | null {
  return integrator === 'rk4' ? op.div(op.div(dt, tauMem), 6) : null;
}

/** Keeps the programs for each integrator, with and without noise, so that layers share them. */
export function programsByIntegrator(
  build: (integrator: IntegratorName, noisy: boolean) => StepProgram,
): (integrator: IntegratorName, noisy: boolean) => StepProgram {
  const pairs = oncePer((integrator: IntegratorName) =>
    oncePer((noisy: boolean) => build(integrator, noisy)),
  );
  return (integrator, noisy) => pairs(integrator)(noisy);
}
