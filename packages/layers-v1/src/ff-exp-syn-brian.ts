// Exponential synapses on a clock that counts from time 0, integrated as the integrate-and-fire layers are.
import { defineDynamics, type RunResult, type StepProgram } from '@rp/dynamics';
import { warn } from '@rp/errors';
import { ExpSynapses, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { type TimeSeries, type TSContinuous, TSEvent } from '@rp/timeseries';
import { ClockedEvents } from './clocked-events.ts';
import { graphName } from './graph-name.ts';
import { decayFactor, type IntegratorName, integratorOf, programsByIntegrator } from './integrators.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { positive } from './numbers.ts';
import {
  type LayerBindings,
  observedSeries,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
  type Span,
  withoutBatch,
} from './program-layer.ts';
import { currentRows, RidgeTraining, type TrainRROptions } from './ridge-training.ts';
import { scalarOf } from './scalar.ts';
import { identityOr } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFExpSynBrianOptions extends ProgramLayerOptions {
  /** `[sizeIn][size]`, or a number of channels for a one-to-one connection of weight 1. */
  readonly weights: ArrayInput;
  /** Seconds per time step; cannot be changed later. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Time constant of the decay in seconds. Default 0.005. */
  readonly tauSyn?: number | undefined;
  /** Default `rk4`. Not stored in files. */
  readonly integratorName?: IntegratorName | undefined;
}

const programs = programsByIntegrator((integrator, noisy) =>
  defineDynamics('ff-exp-syn-brian', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], tauSyn: [], noiseStd: [] },
    state: { current: ['n'] },
    inputs: { events: ['m'] },
    prelude: ({ params, dt, op }) => ({
      decay: decayFactor(integrator, dt, params.tauSyn, op),
      noiseScale: op.mul(params.noiseStd, op.sqrt(op.div(op.mul(params.tauSyn, 2), dt))),
    }),
    observe: ({ state }) => ({ output: state.current }),
    step: ({ params, state, inputs, pre, op }) => {
      const target = noisy ? op.mul(op.normal(['n']), pre.noiseScale) : 0;
      const distance = noisy ? op.sub(state.current, target) : state.current;
      const decayed = op.mul(distance, pre.decay);
      const left = noisy ? op.add(target, decayed) : decayed;
      return { state: { current: op.add(left, op.matvec(inputs.events, params.weights)) } };
    },
  }),
);

/**
 * Events to currents: `tauSyn dI/dt = −I + noise`, and I jumps by `weights[channel]` at every event.
 *
 * An event is seen with its full weight in the row after its time step. The output has one row before each step and
 * one at the end of the evolution.
 */
export class FFExpSynBrian extends ProgramLayer {
  static override readonly className: string = 'FFExpSynBrian';
  private readonly integrator: IntegratorName;
  private readonly input = new ClockedEvents();
  private readonly training = new RidgeTraining();
  /** One synapse per input channel, while training. */
  private filter: FFExpSynBrian | undefined;
  private ownTauSyn: number;
  private current: NdArray<Float64Array>;

  /** @throws ValueError for a tauSyn or dt that isn't positive, and for an unknown integrator. */
  constructor(options: FFExpSynBrianOptions) {
    const { weights, dt = 1e-4, tauSyn = 0.005, integratorName = 'rk4' } = options;
    super({ ...options, weights: identityOr(weights), dt });
    this.ownTauSyn = positive(scalarOf(tauSyn, 'tauSyn'), 'tauSyn');
    this.integrator = integratorOf(integratorName);
    this.current = zeros([this.size]);
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  override get dt(): number {
    return super.dt;
  }

  /** Warns and keeps the present one: the time step is fixed when the layer is made. */
  override set dt(value: number) {
    if (value === super.dt) return;
    warn(
      'layers-v1',
      `${this.startPrint}dt is ${super.dt} s and cannot be changed; make a new layer instead`,
    );
  }

  /** Time constant of the decay in seconds. */
  get tauSyn(): number {
    return this.ownTauSyn;
  }

  /** @throws ValueError unless positive. */
  set tauSyn(value: number) {
    this.ownTauSyn = positive(scalarOf(value, 'tauSyn'), 'tauSyn');
  }

  /** How the time steps are integrated. */
  get integratorName(): IntegratorName {
    return this.integrator;
  }

  /** The currents, `[size]`. Takes one number for all. */
  override get state(): NdArray<Float64Array> {
    return this.current;
  }

  override set state(value: ArrayInput) {
    this.current = this.perNeuron(value, 'state');
  }

  /** Sets the currents to zero. */
  override resetState(): void {
    this.current = zeros([this.size]);
    this.input.clear();
  }

  /** @returns currents named `Receiver current`, `numTimesteps + 1` samples, `[size]` channels. */
  override async evolve(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<TSContinuous> {
    return (await super.evolve(tsInput, options)) as TSContinuous;
  }

  /**
   * Finds weights by ridge regression of the target on the currents that the input makes, over one batch or several
   * that follow each other in time. The state of the layer takes no part.
   * @throws RuntimeError, AssertionError and ValueError as the messages say; the layer then stays as it was.
   */
  async trainRR(options: TrainRROptions<TSEvent>): Promise<void> {
    const fixed = zeros([this.size]);
    const solution = await this.training.batch(this, options, fixed, (span, isFirst) => {
      if (isFirst || this.filter === undefined) this.filter = this.makeFilter();
      return currentRows(this.filter, options.input, span);
    });
    if (solution === null) return;
    this.weights = solution.weights;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau_syn: this.tauSyn };
  }

  /** The weights, followed by the synapses. */
  override asGraph(): GraphHolder {
    const { tauSyn, dt, size } = this;
    const synapses = ExpSynapses.factory(size, size, {
      name: graphName(this),
      computationalModule: this,
      tauSyn,
      dt,
    });
    return weightsBefore(this, this.weights, synapses);
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    const numTimesteps = this.determineTimesteps(tsInput, options);
    return this.input.prepare(tsInput as TSEvent | null, this, numTimesteps);
  }

  protected override program(): StepProgram {
    return programs(this.integratorName, this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { weights, tauSyn, noiseStd, current } = this;
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { weights, tauSyn, noiseStd },
      state: { current },
    };
  }

  private makeFilter(): FFExpSynBrian {
    const { sizeIn: weights, dt, tauSyn } = this;
    return new FFExpSynBrian({ weights, dt, tauSyn, integratorName: this.integratorName });
  }

  protected override keepState({ current }: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.current = current!;
  }

  protected override outputSeries({ outputs }: RunResult, span: Span): TimeSeries {
    return observedSeries(withoutBatch(outputs.output!), span, 'Receiver current');
  }
}
