// A recurrently connected population of rate neurons, by forward Euler.
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import { warn } from '@rp/errors';
import { asGraphHolder, type GraphHolder, LinearWeights, RateEulerNeurons } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import type { TimeSeries, TSContinuous } from '@rp/timeseries';
import { type Activation, activationFunction, activationName, programsByActivation } from './activation.ts';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { allPositive, required, smallest } from './numbers.ts';
import { type LayerBindings, ProgramLayer, type ProgramLayerOptions } from './program-layer.ts';

export interface RecRateEulerOptions extends ProgramLayerOptions {
  /** Recurrent weights, `[size][size]`. */
  readonly weights: ArrayInput;
  /** Added to the state before the activation; one number, or one per neuron. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants in seconds; one number, or one per neuron. Default 1. */
  readonly tau?: ArrayInput | undefined;
  /** Default `relu`. */
  readonly activationFunc?: Activation | undefined;
  /** Seconds per time step, at most a tenth of the shortest time constant. Default 0.1. */
  readonly dt?: number | undefined;
}

const programs = programsByActivation((activation, noisy) =>
  defineDynamics('rec-rate-euler', {
    dims: ['n'],
    params: { weights: ['n', 'n'], bias: ['n'], tau: ['n'], noiseStd: [] },
    state: { state: ['n'] },
    inputs: { input: ['n'] },
    prelude: ({ params, dt, op }) => ({
      lambda: op.div(dt, params.tau),
      noiseScale: op.mul(params.noiseStd, op.sqrt(op.div(op.mul(params.tau, 2), dt))),
    }),
    observe: ({ params, state, op }) => ({ activity: activation(op.add(state.state, params.bias), op) }),
    step: ({ params, state, inputs, pre, observed, op }) => {
      const driven = op.sub(inputs.input, state.state);
      const noised = noisy ? op.add(driven, op.mul(op.normal(['n']), pre.noiseScale)) : driven;
      const change = op.add(noised, op.matvec(observed.activity, params.weights));
      return { state: { state: op.add(state.state, op.mul(change, pre.lambda)) } };
    },
  }),
);

/**
 * A recurrent rate population: `tau dx/dt = −x + input + noise + H(x + bias) · weights`, with activity `H(x + bias)`.
 *
 * The input is not weighted; one channel serves all neurons. The output has one row before each step and one at the
 * end of the evolution, which the next evolution starts with. `noiseStd` is the standard deviation that white noise
 * gives to an unconnected neuron's state; per step and neuron it is `noiseStd · √(2 tau / dt)` before the Euler step.
 */
export class RecRateEuler extends ProgramLayer {
  static override readonly className: string = 'RecRateEuler';
  private ownBias: NdArray<Float64Array>;
  private ownTau: NdArray<Float64Array>;
  private readonly activation: Activation;

  /** @throws ValueError for weights that are not square and a `tau` that isn't positive; TypeError for null `tau` or `noiseStd`; AssertionError for vectors of a wrong length. */
  constructor(options: RecRateEulerOptions) {
    const { bias = 0, tau = 1, activationFunc = 'relu', noiseStd = 0, dt = 0.1 } = options;
    super({ ...options, dt, noiseStd: required(noiseStd, 'noiseStd') });
    if (this.sizeIn !== this.size) {
      throw fail(
        'ValueError',
        'not-square',
        `${this.startPrint}recurrent weights must be square, got [${this.sizeIn}][${this.size}]`,
      );
    }
    this.ownTau = this.timeConstants(required(tau, 'tau'));
    this.ownBias = this.perNeuron(bias, 'bias');
    activationFunction(activationFunc);
    this.activation = activationFunc;
    if (smallest(this.ownTau) < 10 * this.dt) {
      warn(
        'layers-v1',
        `${this.startPrint}tau is shorter than 10 time steps (${smallest(this.ownTau)} s, dt ${this.dt} s); the result may be inaccurate`,
      );
    }
  }

  /** Added to the state before the activation, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.ownBias;
  }

  set bias(value: ArrayInput) {
    this.ownBias = this.perNeuron(value, 'bias');
  }

  /** Time constants in seconds, `[size]`. Takes one number for all. */
  get tau(): NdArray<Float64Array> {
    return this.ownTau;
  }

  /** @throws ValueError unless positive. */
  set tau(value: ArrayInput) {
    this.ownTau = this.timeConstants(required(value, 'tau'));
  }

  /** The activation, a name or the function that was given. */
  get activationFunc(): Activation {
    return this.activation;
  }

  override get dt(): number {
    return super.dt;
  }

  /** @throws AssertionError for more than a tenth of the shortest time constant. */
  override set dt(value: number) {
    const most = smallest(this.ownTau) / 10;
    if (!(value <= most)) {
      throw fail(
        'AssertionError',
        'dt',
        `${this.startPrint}dt must be at most a tenth of the shortest tau, ${most} s; got ${value}`,
      );
    }
    super.dt = value;
  }

  /** @returns activity named `Outputs`, `numTimesteps + 1` samples, `[size]` channels. */
  override async evolve(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<TSContinuous> {
    return (await super.evolve(tsInput, options)) as TSContinuous;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau: toNested(this.tau), bias: toNested(this.bias) };
  }

  /** The neurons, with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const neurons = RateEulerNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      tau: this.tau,
      bias: this.bias,
      dt: this.dt,
      activation: activationName(this.activation),
      noiseStd: this.noiseStd,
    });
    new LinearWeights({
      inputNodes: neurons.outputNodes,
      outputNodes: neurons.inputNodes,
      name: graphName(this, 'recurrent'),
      computationalModule: this,
      weights: this.weights,
    });
    return asGraphHolder(neurons);
  }

  protected override program(): StepProgram {
    return programs(this.activation, this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { weights, bias, tau, state } = this;
    return {
      dims: { n: this.size },
      params: { weights, bias, tau, noiseStd: this.noiseStd },
      state: { state },
    };
  }

  private timeConstants(tau: ArrayInput): NdArray<Float64Array> {
    return allPositive(this.perNeuron(tau, 'tau'), `${this.startPrint}tau`);
  }
}
