// One time step of integrate-and-fire neurons, as a part of step programs: integrate, fire, reset, and refractoriness.
import type { Expr, Ops } from '@rp/dynamics';
import { currentFactor, decayFactor, type IntegratorName, nextDriveFactor } from './integrators.ts';

/** The parameters that every program with a membrane declares. */
export const membraneParams = {
  bias: ['n'],
  tauMem: ['n'],
  vThresh: ['n'],
  vReset: ['n'],
  vRest: ['n'],
  refractory: [],
  noiseStd: [],
} as const;

/** And the state. `stepsSinceSpike` counts from 1 in the step after a spike; Infinity if there was none. */
export const membraneState = { v: ['n'], stepsSinceSpike: ['n'] } as const;

type MembraneParams = Readonly<Record<keyof typeof membraneParams, Expr>>;
type MembraneState = Readonly<Record<keyof typeof membraneState, Expr>>;

interface Prelude<P> {
  readonly params: P;
  readonly dt: Expr;
  readonly op: Ops;
}

/** Noise per step and neuron, for a `noiseStd` of 1, is √(2 tauMem / dt) times this; measured by the reference's authors. */
const NOISE_SCALE = 1.63;
/** The part of a time step by which spans of time are lengthened before they are counted in steps. */
const CLOCK_TOLERANCE = 1e-3;

/** Values that are the same in all steps. */
export function membranePrelude(integrator: IntegratorName, { params, dt, op }: Prelude<MembraneParams>) {
  const { tauMem, refractory } = params;
  return {
    rest: op.add(params.vRest, params.bias),
    membraneDecay: decayFactor(integrator, dt, tauMem, op),
    nextDriveGain: nextDriveFactor(integrator, dt, tauMem, op) ?? 0,
    refractorySteps: op.floor(op.div(op.add(refractory, op.mul(dt, CLOCK_TOLERANCE)), dt)),
    noiseScale: noiseScale(params, dt, op),
  };
}

/** The noise per step and neuron. */
export function noiseScale(
  { noiseStd, tauMem }: Pick<MembraneParams, 'noiseStd' | 'tauMem'>,
  dt: Expr,
  op: Ops,
): Expr {
  return op.mul(op.mul(noiseStd, NOISE_SCALE), op.sqrt(op.div(op.mul(tauMem, 2), dt)));
}

/** The factors of a synapse: what is left of its current, and what the current does to the membrane. */
export function synapsePrelude(
  integrator: IntegratorName,
  { params: { tauMem, tauSyn }, dt, op }: Prelude<{ readonly tauMem: Expr; readonly tauSyn: Expr }>,
) {
  return {
    decay: decayFactor(integrator, dt, tauSyn, op),
    gain: currentFactor(integrator, dt, { tauMem, tauSyn }, op),
  };
}

interface StepParts {
  readonly params: MembraneParams;
  readonly state: MembraneState;
  readonly pre: { readonly [K in keyof ReturnType<typeof membranePrelude>]: Expr };
  readonly op: Ops;
}

/** What flows into the membrane in a step. */
interface Inflow {
  /** A current that is constant in the step; none by default. */
  readonly drive?: Expr | undefined;
  /** The drive of the next step, for integrators that look at it. */
  readonly nextDrive?: Expr | undefined;
  /** Synaptic currents as they were before the step, times their gains. */
  readonly currents?: readonly Expr[] | undefined;
  readonly noisy: boolean;
}

/** Integrates and fires. The spikes act on synapses and on v after the integration. */
export function integrateAndFire(
  { params, state, pre, op }: StepParts,
  { drive, nextDrive, currents = [], noisy }: Inflow,
) {
  const driven = drive === undefined ? pre.rest : op.add(pre.rest, drive);
  const target = noisy ? op.add(driven, op.mul(op.normal(['n']), pre.noiseScale)) : driven;
  let integrated = op.add(target, op.mul(op.sub(state.v, target), pre.membraneDecay));
  for (const current of currents) integrated = op.add(integrated, current);
  if (drive !== undefined && nextDrive !== undefined) {
    integrated = op.add(integrated, op.mul(op.sub(nextDrive, drive), pre.nextDriveGain));
  }
  const isFree = op.ge(state.stepsSinceSpike, pre.refractorySteps);
  const v = op.select(isFree, integrated, state.v);
  const spikes = op.and(op.gt(v, params.vThresh), isFree);
  return {
    spikes,
    state: {
      v: op.select(spikes, params.vReset, v),
      stepsSinceSpike: op.select(spikes, 1, op.add(state.stepsSinceSpike, 1)),
    },
  };
}
