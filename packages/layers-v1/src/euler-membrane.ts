// One forward Euler step of integrate-and-fire neurons, as a part of step programs. Refractory steps are counted down.
import type { Expr, Ops } from '@rp/dynamics';
import { noiseScale } from './membrane.ts';

/** The parameters that every program with an Euler membrane declares. */
export const eulerParams = {
  bias: ['n'],
  tauMem: ['n'],
  vThresh: ['n'],
  vReset: ['n'],
  vRest: ['n'],
  refractorySteps: [],
  noiseStd: [],
} as const;

/** And the state. `stepsToWait` is 0 for neurons that aren't refractory. */
export const eulerState = { v: ['n'], stepsToWait: ['n'] } as const;

type EulerParams = Readonly<Record<keyof typeof eulerParams, Expr>>;

/** Values that are the same in all steps. */
export function eulerPrelude({ params, dt, op }: { params: EulerParams; dt: Expr; op: Ops }) {
  return {
    rest: op.add(params.vRest, params.bias),
    step: op.div(dt, params.tauMem),
    noiseScale: noiseScale(params, dt, op),
  };
}

interface StepParts {
  readonly params: EulerParams;
  readonly state: Readonly<Record<keyof typeof eulerState, Expr>>;
  readonly pre: { readonly [K in keyof ReturnType<typeof eulerPrelude>]: Expr };
  readonly op: Ops;
}

/** Adds the currents to the membrane, and fires. */
export function eulerFire({ params, state, pre, op }: StepParts, currents: readonly Expr[], noisy: boolean) {
  let target = pre.rest;
  for (const current of currents) target = op.add(target, current);
  if (noisy) target = op.add(target, op.mul(op.normal(['n']), pre.noiseScale));
  const isFree = op.eq(state.stepsToWait, 0);
  const moved = op.add(state.v, op.mul(pre.step, op.sub(target, state.v)));
  const v = op.select(isFree, moved, state.v);
  const spikes = op.gt(v, params.vThresh);
  const waiting = op.max(op.sub(state.stepsToWait, 1), 0);
  return {
    spikes,
    state: {
      v: op.select(spikes, params.vReset, v),
      stepsToWait: op.select(spikes, op.add(waiting, params.refractorySteps), waiting),
    },
  };
}

/** What a synapse keeps of its current in a step. */
export function synapseDecay(dt: Expr, tau: Expr, op: Ops): Expr {
  return op.exp(op.neg(op.div(dt, tau)));
}
