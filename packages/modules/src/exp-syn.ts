// Exponential synapses: a current per channel that jumps with the input and decays.
import { defineDynamics, oncePer } from '@rp/dynamics';
import { ExpSynapses, type GraphModuleBase } from '@rp/graph';
import { type Constant, Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { Field } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';

export interface ExpSynOptions extends ProgramOptions {
  /** The number of channels. */
  readonly shape: number | readonly number[];
  /** Time constants in seconds; one, or one per channel. Default 0.01. */
  readonly tau?: ArrayInput | Constant | null | undefined;
  /** Added to what is given out; one, or one per channel. Default: none. */
  readonly bias?: ArrayInput | Constant | null | undefined;
  /** Standard deviation that noise gives to the current in a second. Default 0. */
  readonly noiseStd?: number | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
  /** Kept for the reference's sake, where it bounds a convolution. Nothing is cut off here. Default 1e6. */
  readonly maxWindowLength?: number | undefined;
  /** Default: true. */
  readonly spikingInput?: boolean | undefined;
  /** Default: false. */
  readonly spikingOutput?: boolean | undefined;
}

const programs = oncePer((key: string) => {
  const { noisy, biased } = JSON.parse(key) as { noisy: boolean; biased: boolean };
  return defineDynamics('exp-syn', {
    dims: ['n'],
    params: { tau: ['n'], ...(biased ? { bias: ['n'] } : {}), ...(noisy ? { noiseStd: [] } : {}) },
    state: { isyn: ['n'] },
    inputs: { input: ['n'] },
    prelude: ({ params, dt, op }) => ({ beta: op.exp(op.div(op.neg(dt), params.tau)) }),
    step: ({ params, state, inputs, pre, dt, op }) => {
      const decayed = op.mul(op.add(state.isyn, inputs.input), pre.beta);
      const { noiseStd, bias } = params as Record<string, typeof dt>;
      const noise = noiseStd && op.mul(op.mul(op.normal(['n']), noiseStd), op.sqrt(dt));
      const isyn = noise ? op.add(decayed, noise) : decayed;
      return { state: { isyn }, outputs: { output: bias ? op.add(isyn, bias) : isyn } };
    },
  });
});

/**
 * `isyn = (isyn + input) · exp(−dt / tau)`, given out after every step, plus the bias if there is one. State `isyn`; nothing
 * is recorded.
 */
export class ExpSyn extends ProgramModule {
  static readonly className: string = 'ExpSyn';
  declare dt: number;
  declare maxWindowLength: number;
  declare noiseStd: number;
  declare tau: Vector;
  /** Only with a bias. */
  declare bias?: Vector;
  declare isyn: NdArray;

  /** @throws ValueError for a shape that isn't a number or one-dimensional. */
  constructor(options: ExpSynOptions) {
    const sizes = typeof options.shape === 'number' ? [options.shape] : options.shape;
    const [size] = sizes ?? [];
    if (size === undefined || sizes.length !== 1) {
      throw fail(
        'ValueError',
        'shape',
        `ExpSyn needs a shape n or [n], got ${JSON.stringify(options.shape)}`,
      );
    }
    super([size], options, options.spikingInput ?? true, options.spikingOutput ?? false);
    const { dt = 1e-3, maxWindowLength = 1e6, noiseStd = 0, tau } = options;
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('maxWindowLength', new SimulationParameter({ data: maxWindowLength }));
    this.registerAttribute('noiseStd', new SimulationParameter({ data: noiseStd }));
    const initFunc = (shape: readonly number[]) => filled(shape, 10e-3);
    this.registerAttribute(
      'tau',
      new Parameter({ data: tau, family: 'taus', initFunc, shape: [[size], []] }),
    );
    if ((options.bias ?? null) !== null) {
      this.registerAttribute(
        'bias',
        new Parameter({ data: options.bias, family: 'bias', shape: [[size], []] }),
      );
    }
    this.registerAttribute('isyn', new State({ shape: size, initFunc: zeros }));
  }

  /** The synapses on fresh nodes. */
  override asGraph(): GraphModuleBase {
    return ExpSynapses.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      tauSyn: this.tau,
      bias: this.bias,
      dt: this.dt,
    });
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const { sizeOut, noiseStd, bias } = this;
    const noisy = noiseStd !== 0;
    const biased = bias !== undefined;
    const program = programs(JSON.stringify({ noisy, biased }));
    return {
      program: noisy ? this.withNoise(program) : program,
      dims: { n: sizeOut },
      dt: this.dt,
      params: {
        tau: expanded(this.tau, [sizeOut]),
        ...(biased ? { bias: expanded(bias, [sizeOut]) } : {}),
        ...(noisy ? { noiseStd } : {}),
      },
      inputs: ['input'],
      outputs: ['output'],
      state: { isyn: new Field(['isyn'], [sizeOut]) },
      record: {},
      always: {},
      keepsRank: false,
    };
  }
}
