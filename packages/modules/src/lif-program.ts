// One time step of leaky integrate-and-fire neurons: the program that all of their modules run, in its variants.
// The synapses of a neuron are vectors of their own (isyn0, isyn1, …), so that no sum over an axis is needed.
import { defineDynamics, type Expr, type Ops, oncePer, type StepProgram } from '@rp/dynamics';
import { numbered } from './numbers.ts';
import type { Storage } from './weights.ts';

export interface LIFVariant {
  /** Synapses per neuron; 0 where the input goes to the membrane directly. */
  readonly synapses: number;
  /** Whether the spikes of the step before come back as input. */
  readonly recurrent: boolean;
  readonly noisy: boolean;
  /** Whether spikes make a current (`iahp`) that holds the neuron back, or drives it. */
  readonly adaptive?: boolean | undefined;
  /** Whether the parameters are time constants (`tauMem`, `tauSyn0`) or the factors per step (`alpha`, `beta0`). */
  readonly leak?: 'taus' | 'decays' | undefined;
  /** How the recurrent weights are stored. */
  readonly storage?: Storage;
}

type Exprs = Readonly<Record<string, Expr>>;
type Shapes = Readonly<Record<string, readonly string[]>>;

/** The program of a variant; the same object for the same variant. */
export function lifProgram({
  synapses,
  recurrent,
  noisy,
  adaptive = false,
  leak = 'taus',
  storage,
}: LIFVariant): StepProgram {
  return programs(JSON.stringify({ synapses, recurrent, noisy, adaptive, leak, storage }));
}

const programs = oncePer((key: string) => build(JSON.parse(key) as Required<LIFVariant>));

function shapes(names: readonly string[], shape: readonly string[] = ['n']): Shapes {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

function build(variant: Required<LIFVariant>): StepProgram {
  const { synapses, recurrent, noisy, adaptive, leak, storage } = variant;
  const matrix = { shape: ['n', 'n'], storage };
  const inputs = Math.max(1, synapses);
  const leaks =
    leak === 'taus' ? ['tauMem', ...numbered('tauSyn', synapses)] : ['alpha', ...numbered('beta', synapses)];
  return defineDynamics('lif', {
    dims: ['n'],
    params: {
      ...shapes([...leaks, 'bias', 'threshold']),
      maxSpikesPerDt: [],
      ...shapes(adaptive ? ['wAhp', 'tauAhp'] : []),
      ...Object.fromEntries((recurrent ? numbered('wRec', inputs) : []).map((name) => [name, matrix])),
      ...shapes(noisy ? ['noiseStd'] : [], []),
    } as Shapes,
    state: shapes(['spikes', ...numbered('isyn', synapses), ...(adaptive ? ['iahp'] : []), 'vmem']),
    inputs: shapes(numbered('input', inputs)),
    prelude: ({ params, dt, op }) => factors(variant, params as Exprs, dt, op),
    step: ({ params, state, inputs: rows, pre, dt, op }) =>
      step(
        variant,
        { ...(params as Exprs), ...(state as Exprs), ...(rows as Exprs), ...(pre as Exprs) },
        dt,
        op,
      ),
  });
}

function factors(variant: Required<LIFVariant>, params: Exprs, dt: Expr, op: Ops): Exprs {
  const decay = (tau: string) => op.exp(op.div(op.neg(dt), params[tau]!));
  const taus = variant.leak === 'taus';
  const betas = numbered('beta', variant.synapses).map(
    (beta, synapse) => [beta, taus ? decay(`tauSyn${synapse}`) : params[beta]!] as const,
  );
  return {
    alpha: taus ? decay('tauMem') : params.alpha!,
    ...Object.fromEntries(betas),
    ...(variant.adaptive ? { betaAhp: decay('tauAhp') } : {}),
  };
}

function step({ synapses, recurrent, noisy, adaptive }: Required<LIFVariant>, of: Exprs, dt: Expr, op: Ops) {
  const jumps = numbered('input', Math.max(1, synapses)).map((input, index) => {
    const irec = recurrent ? op.matvec(of.spikes!, of[`wRec${index}`]!) : undefined;
    return { irec, jump: irec ? op.add(of[input]!, irec) : of[input]! };
  });
  const isyn = numbered('isyn', synapses).map((name, index) =>
    op.mul(op.add(of[name]!, jumps[index]!.jump), of[`beta${index}`]!),
  );
  const iahp = adaptive ? [op.mul(op.add(of.iahp!, op.mul(of.spikes!, of.wAhp!)), of.betaAhp!)] : [];
  const noise = noisy ? [op.mul(op.mul(op.normal(['n']), of.noiseStd!), op.sqrt(dt))] : [];
  const currents = synapses === 0 ? jumps.map(({ jump }) => jump) : isyn;
  const drive = [...currents, ...iahp, ...noise, of.bias!].reduce((sum, part) => op.add(sum, part));
  const { spikes, vmem } = fire(op, op.add(op.mul(of.vmem!, of.alpha!), drive), of);
  return {
    state: { spikes, vmem, ...named('isyn', isyn), ...(adaptive ? { iahp: iahp[0]! } : {}) } as Exprs,
    outputs: { output: spikes },
    records: recurrent
      ? named(
          'irec',
          jumps.map(({ irec }) => irec!),
        )
      : {},
  };
}

/** Spikes for every whole threshold below the membrane, at most `maxSpikesPerDt`, and the membrane without them. */
function fire(op: Ops, vmem: Expr, { threshold, maxSpikesPerDt }: Exprs): { spikes: Expr; vmem: Expr } {
  const above = op.toFloat(op.ge(vmem, threshold!));
  const spikes = op.min(op.mul(above, op.floor(op.div(vmem, threshold!))), maxSpikesPerDt!);
  return { spikes, vmem: op.sub(vmem, op.mul(spikes, threshold!)) };
}

function named(stem: string, values: readonly Expr[]): Exprs {
  return Object.fromEntries(values.map((value, index) => [`${stem}${index}`, value]));
}
