// A population of rate neurons with feed-forward weights, by forward Euler.
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import { type GraphHolder, RateEulerNeurons } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import type { TimeSeries, TSContinuous } from '@rp/timeseries';
import {
  type Activation,
  activated,
  activationFunction,
  activationName,
  programsByActivation,
} from './activation.ts';
import { fail } from './error.ts';
import { oneEach } from './expand.ts';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { allPositive, required, smallest } from './numbers.ts';
import { type LayerBindings, ProgramLayer, type ProgramLayerOptions } from './program-layer.ts';
import { RidgeTraining, signalRows, type TrainBiases, type TrainRROptions } from './ridge-training.ts';
import { weightMatrix } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFRateEulerOptions extends Omit<ProgramLayerOptions, 'dt'> {
  /** `[sizeIn][size]`. */
  readonly weights: ArrayInput;
  /** Seconds per time step, at most the shortest time constant. Default, also for null: a tenth of it. */
  readonly dt?: number | null | undefined;
  /** Default `relu`. */
  readonly activationFunc?: Activation | undefined;
  /** Time constants in seconds; one number, or one per neuron. Default 10. */
  readonly tau?: ArrayInput | undefined;
  /** Factor on the weighted input; one number, or one per neuron. Default 1. */
  readonly gain?: ArrayInput | undefined;
  /** Added to the state before the activation; one number, or one per neuron. Default 0. */
  readonly bias?: ArrayInput | undefined;
}

const programs = programsByActivation((activation, noisy) =>
  defineDynamics('ff-rate-euler', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], bias: ['n'], gain: ['n'], tau: ['n'], noiseStd: [] },
    state: { state: ['n'] },
    inputs: { input: ['m'] },
    prelude: ({ params, dt, op }) => {
      const alpha = op.div(dt, params.tau);
      return { alpha, noiseScale: op.mul(params.noiseStd, op.sqrt(op.div(2, alpha))) };
    },
    observe: ({ params, state, op }) => ({ activity: activation(op.add(state.state, params.bias), op) }),
    step: ({ params, state, inputs, pre, op }) => {
      const weighted = op.matvec(inputs.input, params.weights);
      const driven = op.sub(op.mul(params.gain, weighted), state.state);
      const change = noisy ? op.add(driven, op.mul(op.normal(['n']), pre.noiseScale)) : driven;
      return { state: { state: op.add(state.state, op.mul(change, pre.alpha)) } };
    },
  }),
);

/**
 * A feed-forward rate population: `tau dx/dt = −x + gain · (input · weights) + noise`, with activity `H(x + bias)`.
 *
 * The output has one row before each step and one at the end of the evolution. `noiseStd` is the standard deviation
 * that white noise gives to the state; per step it is `noiseStd · √(2 / alpha)` before the Euler step, alpha = dt/tau.
 */
export class FFRateEuler extends ProgramLayer {
  static override readonly className: string = 'FFRateEuler';
  private ownBias: NdArray<Float64Array>;
  private ownGain: NdArray<Float64Array>;
  private ownTau: NdArray<Float64Array>;
  private readonly function: Activation;
  private readonly training = new RidgeTraining();

  /** @throws TypeError for null weights, tau, gain or bias; AssertionError for vectors of a wrong length; ValueError for a tau shorter than dt. */
  constructor(options: FFRateEulerOptions) {
    const { tau = 10, gain = 1, bias = 0, activationFunc = 'relu' } = options;
    const size = weightMatrix(options.weights).shape[1]!;
    const taus = allPositive(oneEach(required(tau, 'tau'), [size], 'tau'), 'tau');
    super({ ...options, dt: options.dt ?? smallest(taus) / 10 });
    this.ownTau = this.requireTau(taus, this.dt);
    this.ownGain = this.perNeuron(required(gain, 'gain'), 'gain');
    this.ownBias = this.perNeuron(required(bias, 'bias'), 'bias');
    activationFunction(activationFunc);
    this.function = activationFunc;
  }

  /** Added to the state before the activation, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.ownBias;
  }

  set bias(value: ArrayInput) {
    this.ownBias = this.perNeuron(required(value, 'bias'), 'bias');
  }

  /** Factor on the weighted input, `[size]`. Takes one number for all. */
  get gain(): NdArray<Float64Array> {
    return this.ownGain;
  }

  set gain(value: ArrayInput) {
    this.ownGain = this.perNeuron(required(value, 'gain'), 'gain');
  }

  /** Time constants in seconds, `[size]`. Takes one number for all. */
  get tau(): NdArray<Float64Array> {
    return this.ownTau;
  }

  /** @throws ValueError for a time constant shorter than dt. */
  set tau(value: ArrayInput) {
    this.ownTau = this.requireTau(this.perNeuron(required(value, 'tau'), 'tau'), this.dt);
  }

  /** `dt / tau`, `[size]`. Setting it sets `tau`. */
  get alpha(): NdArray<Float64Array> {
    return { data: this.ownTau.data.map((tau) => this.dt / tau), shape: [this.size] };
  }

  /** @throws ValueError for more than 1, and unless positive. */
  set alpha(value: ArrayInput) {
    const alpha = allPositive(this.perNeuron(required(value, 'alpha'), 'alpha'), `${this.startPrint}alpha`);
    const largest = alpha.data.find((element) => element > 1);
    if (largest !== undefined) {
      throw fail(
        'ValueError',
        'alpha',
        `${this.startPrint}alpha = dt / tau must be at most 1, got ${largest}`,
      );
    }
    this.ownTau = { data: alpha.data.map((element) => this.dt / element), shape: [this.size] };
  }

  /** The activation, a name or the function that was given. */
  get activationFunc(): Activation {
    return this.function;
  }

  /** The activation of the present state, without the bias, `[size]`. */
  get activation(): NdArray<Float64Array> {
    return activated(this.function, this.state);
  }

  override get dt(): number {
    return super.dt;
  }

  /** Keeps tau. @throws ValueError for more than the shortest time constant. */
  override set dt(value: number) {
    this.requireTau(this.ownTau, value);
    super.dt = value;
  }

  /** @returns activity named `Outputs`, `numTimesteps + 1` samples, `[size]` channels. */
  override async evolve(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<TSContinuous> {
    return (await super.evolve(tsInput, options)) as TSContinuous;
  }

  /**
   * Finds weights (and bias) by ridge regression of the target on the input, over one batch or several in turn. As in
   * v1 the regression is static: it looks at both at the same times, and neither at `tau` nor at the activation.
   * @throws RuntimeError, AssertionError and ValueError as the messages say; the layer then stays as it was.
   */
  async trainRR(options: TrainRROptions<TSContinuous> & TrainBiases): Promise<void> {
    const fixed = options.trainBiases === false ? this.bias : undefined;
    const solution = await this.training.batch(this, options, fixed, (span) =>
      signalRows(options.input, span, this),
    );
    if (solution === null) return;
    const { data, shape } = solution.weights;
    this.weights = { data: data.map((weight, place) => weight / this.gainOf(place % this.size)), shape };
    if (fixed === undefined) this.bias = solution.bias;
  }

  override toDict(): LayerDict {
    return {
      ...super.toDict(),
      bias: toNested(this.bias),
      tau: toNested(this.tau),
      gain: toNested(this.gain),
    };
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    const neurons = RateEulerNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      tau: this.tau,
      bias: this.bias,
      gain: this.gain,
      dt: this.dt,
      activation: activationName(this.function),
      noiseStd: this.noiseStd,
    });
    return weightsBefore(this, this.weights, neurons);
  }

  protected override program(): StepProgram {
    return programs(this.function, this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { weights, bias, gain, tau, state } = this;
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { weights, bias, gain, tau, noiseStd: this.noiseStd },
      state: { state },
    };
  }

  private gainOf(neuron: number): number {
    const gain = this.ownGain.data[neuron]!;
    if (gain !== 0) return gain;
    throw fail(
      'ValueError',
      'gain',
      `${this.startPrint}neuron ${neuron} has the gain 0 and cannot be trained`,
    );
  }

  private requireTau(tau: NdArray<Float64Array>, dt: number): NdArray<Float64Array> {
    if (smallest(tau) >= dt) return tau;
    throw fail(
      'ValueError',
      'tau',
      `${this.startPrint}tau must not be shorter than dt (${dt} s), got ${smallest(tau)} s`,
    );
  }
}
