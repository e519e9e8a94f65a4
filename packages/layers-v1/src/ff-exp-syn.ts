// Exponential synapses: every event makes a current jump by its weight, which then decays.
import { defineDynamics, oncePer, type RunResult, type StepProgram } from '@rp/dynamics';
import { ExpSynapses, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray, toNested, zeros } from '@rp/ndarray';
import { type TimeSeries, type TSContinuous, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { required } from './numbers.ts';
import {
  type LayerBindings,
  observedSeries,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
  type Span,
  withoutBatch,
} from './program-layer.ts';
import { currentRows, RidgeTraining, type TrainBiases, type TrainRROptions } from './ridge-training.ts';
import { scalarOf } from './scalar.ts';
import { identityOr } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFExpSynOptions extends Omit<ProgramLayerOptions, 'dt'> {
  /** `[sizeIn][size]`, or a number of channels for a one-to-one connection of weight 1. */
  readonly weights: ArrayInput;
  /** Added to the output; one number, or one per channel. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per time step; null for a tenth of `tauSyn`. Default 1e-4. */
  readonly dt?: number | null | undefined;
  /** Time constant of the decay in seconds. Default 0.005. */
  readonly tauSyn?: number | undefined;
  /** Whether several events of a channel in one time step add up (default), or count as one. */
  readonly addEvents?: boolean | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('ff-exp-syn', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], bias: ['n'], tauSyn: [], noiseStd: [] },
    state: { current: ['n'] },
    inputs: { events: ['m'] },
    prelude: ({ params, dt, op }) => ({
      decay: op.exp(op.div(op.neg(dt), params.tauSyn)),
      noiseScale: op.mul(params.noiseStd, op.sqrt(op.div(op.mul(dt, 2), params.tauSyn))),
    }),
    observe: ({ params, state, op }) => ({ output: op.add(state.current, params.bias) }),
    step: ({ params, state, inputs, pre, op }) => {
      const jump = op.matvec(inputs.events, params.weights);
      const drive = noisy ? op.add(jump, op.mul(op.normal(['n']), pre.noiseScale)) : jump;
      return { state: { current: op.add(op.mul(state.current, pre.decay), drive) } };
    },
  }),
);

/**
 * Events to currents: `tau dI/dt = −I`, and I jumps by `weights[channel]` at every event; the output is `I + bias`.
 *
 * An event is seen with its full weight in the row after its time step. The output has one row before each step and
 * one at the end of the evolution. `noiseStd` is the standard deviation that white noise gives to the current.
 */
export class FFExpSyn extends ProgramLayer {
  static override readonly className: string = 'FFExpSyn';
  /** Whether several events of a channel in one time step add up, or count as one. */
  addEvents: boolean;
  private readonly training = new RidgeTraining();
  /** One synapse per input channel, while training. */
  private filter: FFExpSyn | undefined;
  private ownBias: NdArray<Float64Array>;
  private ownTauSyn: number;
  /** The synaptic current without bias. */
  private current: NdArray<Float64Array>;

  /** @throws AssertionError for a tauSyn that is not positive and for a bias of a wrong length. */
  constructor(options: FFExpSynOptions) {
    const { weights, tauSyn = 0.005, bias = 0, dt = 1e-4 } = options;
    const tau = positive(tauSyn);
    super({
      ...options,
      weights: identityOr(weights),
      dt: dt ?? tau / 10,
    });
    this.ownTauSyn = tau;
    this.ownBias = this.perNeuron(required(bias, 'bias'), 'bias');
    this.addEvents = options.addEvents ?? true;
    this.current = zeros([this.size]);
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  /** Added to the output, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.ownBias;
  }

  set bias(value: ArrayInput) {
    this.ownBias = this.perNeuron(required(value, 'bias'), 'bias');
  }

  /** Time constant of the decay in seconds. */
  get tauSyn(): number {
    return this.ownTauSyn;
  }

  /** @throws AssertionError unless positive. */
  set tauSyn(value: number) {
    this.ownTauSyn = positive(value);
  }

  /** The synaptic currents plus bias, `[size]`. */
  override get state(): NdArray<Float64Array> {
    return {
      data: this.current.data.map((current, channel) => current + this.ownBias.data[channel]!),
      shape: [this.size],
    };
  }

  override set state(value: ArrayInput) {
    const { data } = toNdArray(value);
    if (data.length !== this.size) {
      throw fail(
        'AssertionError',
        'state-size',
        `${this.startPrint}the state has ${this.size} elements, got ${data.length}`,
      );
    }
    this.current = {
      data: data.map((element, channel) => element - this.ownBias.data[channel]!),
      shape: [this.size],
    };
  }

  /** Sets the synaptic currents to zero. */
  override resetState(): void {
    this.current = zeros([this.size]);
  }

  /** @returns currents named `Receiver current`, `numTimesteps + 1` samples, `[size]` channels. */
  override async evolve(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<TSContinuous> {
    return (await super.evolve(tsInput, options)) as TSContinuous;
  }

  /**
   * Finds weights (and bias) by ridge regression of the target on the currents that the input makes, over one batch or several
   * that follow each other in time. The state of the layer takes no part.
   * @throws RuntimeError, AssertionError and ValueError as the messages say; the layer then stays as it was.
   */
  async trainRR(options: TrainRROptions<TSEvent> & TrainBiases): Promise<void> {
    const fixed = options.trainBiases === false ? this.bias : undefined;
    const solution = await this.training.batch(this, options, fixed, (span, isFirst) => {
      if (isFirst || this.filter === undefined) this.filter = this.makeFilter();
      return currentRows(this.filter, options.input, span);
    });
    if (solution === null) return;
    this.weights = solution.weights;
    if (fixed === undefined) this.bias = solution.bias;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), bias: toNested(this.bias), tau_syn: this.tauSyn, add_events: this.addEvents };
  }

  /** The weights, followed by the synapses. */
  override asGraph(): GraphHolder {
    const synapses = ExpSynapses.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      tauSyn: this.tauSyn,
      bias: this.bias,
      dt: this.dt,
    });
    return weightsBefore(this, this.weights, synapses);
  }

  protected override get countsEvents(): boolean {
    return this.addEvents;
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    return this.eventInputs(tsInput, options);
  }

  protected override program(): StepProgram {
    return programs(this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { weights, bias, current } = this;
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { weights, bias, tauSyn: this.tauSyn, noiseStd: this.noiseStd },
      state: { current },
    };
  }

  private makeFilter(): FFExpSyn {
    const { sizeIn: weights, dt, tauSyn } = this;
    return new FFExpSyn({ weights, dt, tauSyn, addEvents: this.addEvents });
  }

  protected override keepState({ current }: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.current = current!;
  }

  protected override outputSeries({ outputs }: RunResult, span: Span): TimeSeries {
    return observedSeries(withoutBatch(outputs.output!), span, 'Receiver current');
  }
}

function positive(value: number): number {
  const tauSyn = scalarOf(value, 'tauSyn');
  if (tauSyn > 0) return tauSyn;
  throw fail('AssertionError', 'tau-syn', `tauSyn must be a positive number of seconds, got ${tauSyn}`);
}
