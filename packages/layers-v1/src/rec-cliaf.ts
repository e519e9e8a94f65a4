// Recurrently connected constant-leak integrate-and-fire neurons, clocked, events in and out, as digital chips have them:
// delayed spikes, a leak every few time steps, and voltages that may be saturating integers.
import type { BackendChoice } from '@rp/backend';
import { type Dtype, defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { ConstantLeakNeurons, type GraphHolder, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray, toNested, zeros } from '@rp/ndarray';
import { CLIAFLayer, type CLIAFOptions } from './cliaf-layer.ts';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import type { LayerDict } from './layer-dict.ts';
import type { LayerBindings } from './program-layer.ts';
import { spikeRounds } from './spike-rounds.ts';
import { castIn, castTo, type StateRange, type StateType, stateRange } from './state-type.ts';
import { recurrentWeights, reshapedWeights } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';
import { wholeSteps } from './whole-steps.ts';

export interface RecCLIAFOptions extends CLIAFOptions {
  /** `[sizeIn][size]`, by which an input event raises the voltage. */
  readonly weightsIn: ArrayInput;
  /** `[size][size]`, by which a spike raises the voltage `delay` later. */
  readonly weightsRec: ArrayInput;
  /** Seconds per time step. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Seconds after a spike in which a neuron takes no input; cut to whole time steps. Default 0. */
  readonly refractory?: ArrayInput | undefined;
  /** Seconds until a spike arrives, at least one time step; cut to whole ones. Default null: one time step. */
  readonly delay?: number | null | undefined;
  /** Seconds between two additions of `bias`; cut to whole time steps. Default null: every time step. */
  readonly tTauBias?: number | null | undefined;
  /** The number type of the voltages: out of range they saturate, fractions are cut off. Default `float`. */
  readonly stateType?: StateType | undefined;
}

/** What a spike does: takes something off, as often as it takes (`rounds`) or once (`subtract`), or resets. */
type Kind = 'rounds' | 'subtract' | 'reset';

function define(kind: Kind, whole: boolean): StepProgram {
  return defineDynamics(`rec-cliaf-${kind}${whole ? '-whole' : ''}`, {
    dims: ['m', 'n', 'd'],
    params: {
      weightsIn: ['m', 'n'],
      weightsRec: ['n', 'n'],
      bias: ['n'],
      biasSteps: [],
      vThresh: ['n'],
      /** What a spike subtracts, or resets to. */
      vSpike: ['n'],
      refractorySteps: ['n'],
      low: [],
      high: [],
    },
    state: { state: ['n'], sent: ['n'], refractory: ['n'], phase: [] },
    lines: { queue: ['d', 'n'] },
    inputs: { events: ['m'] },
    step: ({ params, state, inputs, lines, op }) => {
      const cast = castIn(op, { low: params.low, high: params.high, whole });
      const lowered = (v: Parameters<typeof cast>[0]) => cast(op.sub(v, params.vSpike));
      const steps = op.add(state.phase, 1);
      const leaks = op.eq(steps, params.biasSteps);

      const external = op.matvec(inputs.events, params.weightsIn);
      const recurrent = op.matvec(op.delay(lines.queue, state.sent), params.weightsRec);
      const drive = op.add(op.add(external, recurrent), op.select(leaks, params.bias, 0));
      const charged = cast(op.add(state.state, op.select(op.gt(state.refractory, 0), 0, drive)));
      const oneSpike = () => {
        const fires = op.ge(charged, params.vThresh);
        const after = kind === 'reset' ? cast(params.vSpike) : lowered(charged);
        return { v: op.select(fires, after, charged), count: op.toFloat(fires) };
      };
      const { v, count } =
        kind === 'rounds' ? spikeRounds(op, { v: charged, vThresh: params.vThresh, lowered }) : oneSpike();
      const waiting = op.max(op.sub(state.refractory, 1), 0);
      const refractory = op.select(op.gt(count, 0), params.refractorySteps, waiting);
      return {
        state: {
          state: v,
          sent: count,
          refractory: kind === 'rounds' ? state.refractory : refractory,
          phase: op.select(leaks, 0, steps),
        },
        events: { spikes: count },
      };
    },
  });
}

const programs = oncePer((key: `${Kind} ${boolean}`) => {
  const [kind, whole] = key.split(' ') as [Kind, string];
  return define(kind, whole === 'true');
});

/**
 * In every time step the voltage rises by `weightsIn[channel]` for each input channel with an event, by `weightsRec` for
 * each recurrent spike that arrives, and every `tTauBias` by `bias`; a refractory neuron stays as it is. A neuron that
 * reaches `vThresh` fires and loses `vSubtract`, without refractoriness as often as it takes; without `vSubtract` the
 * voltage becomes `vReset`. Spikes of a step lie in its middle.
 */
export class RecCLIAF extends CLIAFLayer {
  static override readonly className: string = 'RecCLIAF';
  private ownWeightsRec: NdArray<Float64Array>;
  private readonly type: StateType;
  private readonly range: StateRange;
  private refractorySteps: NdArray<Float64Array>;
  private biasSteps: number;
  /** Counts of spikes on their way, `[delay in steps][size]`, oldest first. */
  private queue: NdArray<Float64Array>;
  private waiting: NdArray<Float64Array>;

  /**
   * @throws AssertionError for recurrent weights that are not square or don't fit the input weights, and for vectors of a
   * wrong length; ValueError for a `vSubtract` that isn't positive, a delay or tTauBias below one time step, an unknown
   * state type, and one of more than 24 bits in float32.
   */
  constructor(options: RecCLIAFOptions) {
    const { dt = 1e-4, refractory = 0, delay = null, tTauBias = null, stateType = 'float' } = options;
    super({ ...options, dt, weights: options.weightsIn });
    this.ownWeightsRec = recurrentWeights(options.weightsRec, this.size);
    this.type = stateType;
    this.range = stateRange(stateType);
    this.requirePrecision(options.dtype);
    this.refractorySteps = this.stepsOf(refractory);
    this.biasSteps = this.biasStepsOf(tTauBias);
    this.queue = this.emptyQueue(delay);
    this.waiting = zeros([this.size]);
    this.resetState();
  }

  /** `[sizeIn][size]`. Takes any shape with as many elements. */
  get weightsIn(): NdArray<Float64Array> {
    return this.weights;
  }

  set weightsIn(value: ArrayInput) {
    this.weights = reshapedWeights(value, [this.sizeIn, this.size]).weights;
  }

  /** `[size][size]`. Takes any shape with as many elements. */
  get weightsRec(): NdArray<Float64Array> {
    return this.ownWeightsRec;
  }

  set weightsRec(value: ArrayInput) {
    this.ownWeightsRec = reshapedWeights(value, [this.size, this.size]).weights;
  }

  /** Seconds, whole time steps, `[size]`. Takes one number for all. */
  get refractory(): NdArray<Float64Array> {
    return { data: this.refractorySteps.data.map((steps) => steps * this.dt), shape: [this.size] };
  }

  /** Without refractoriness no neuron stays refractory. */
  set refractory(value: ArrayInput) {
    this.refractorySteps = this.stepsOf(value);
    if (this.kind === 'rounds') this.waiting = zeros([this.size]);
  }

  /** Seconds until a spike arrives, whole time steps. Setting another one empties the queue. */
  get delay(): number {
    return this.queue.shape[0]! * this.dt;
  }

  /** @throws ValueError for less than a time step. */
  set delay(value: number | null) {
    const queue = this.emptyQueue(value);
    if (queue.shape[0] !== this.queue.shape[0]) this.queue = queue;
  }

  /** Seconds between two additions of the bias, whole time steps. */
  get tTauBias(): number {
    return this.biasSteps * this.dt;
  }

  /** @throws ValueError for less than a time step. */
  set tTauBias(value: number | null) {
    this.biasSteps = this.biasStepsOf(value);
  }

  /** The number type of the voltages. */
  get stateType(): StateType {
    return this.type;
  }

  /** Voltages, `[size]`. What is out of the range of {@link stateType} is limited. */
  override get state(): NdArray<Float64Array> {
    return super.state;
  }

  override set state(value: ArrayInput) {
    super.state = toNdArray(value).data.map((v) => castTo(this.range, v));
  }

  /** How often each neuron fired in the last steps, `[delay in steps][size]`, oldest first: spikes on their way. */
  get numRecSpikesQ(): NdArray<Float64Array> {
    return this.queue;
  }

  /** @throws AssertionError for another number of elements. */
  set numRecSpikesQ(value: ArrayInput) {
    this.queue = this.expandToShape(value, this.queue.shape, 'numRecSpikesQ');
  }

  /** Time steps until each neuron takes input again, `[size]`. */
  get tsUntilRefrEnds(): NdArray<Float64Array> {
    return this.waiting;
  }

  /** @throws AssertionError for another number of elements. */
  set tsUntilRefrEnds(value: ArrayInput) {
    this.waiting = this.perNeuron(value, 'tsUntilRefrEnds');
  }

  /** Sets the voltages to `vReset`; no spike is on its way and no neuron refractory. */
  override resetState(): void {
    super.resetState();
    this.queue = zeros(this.queue.shape);
    this.waiting = zeros([this.size]);
  }

  override async to(backend: BackendChoice, dtype?: Dtype | undefined): Promise<this> {
    this.requirePrecision(dtype);
    return super.to(backend, dtype);
  }

  override toDict(): LayerDict {
    return {
      ...super.toDict(),
      weights_in: toNested(this.weightsIn),
      weights_rec: toNested(this.weightsRec),
      refractory: toNested(this.refractory),
      delay: this.delay,
      tTauBias: this.tTauBias,
      state_type: this.stateType,
    };
  }

  /** The input weights, followed by the neurons with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const { vThresh, vReset, vSubtract, bias, refractory, delay, stateType, dt } = this;
    const neurons = ConstantLeakNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...{ vThresh, vReset, bias, refractory, delay, stateType, dt },
      leakPeriod: this.tTauBias,
      ...(vSubtract && { vSubtract }),
    });
    new LinearWeights({
      inputNodes: neurons.outputNodes,
      outputNodes: neurons.inputNodes,
      name: graphName(this, 'recurrent'),
      computationalModule: this,
      weights: this.weightsRec,
    });
    return weightsBefore(this, this.weightsIn, neurons);
  }

  protected override program(): StepProgram {
    return programs(`${this.kind} ${this.range.whole}`);
  }

  protected override bindings(): LayerBindings {
    const { weightsIn, weightsRec, queue, size } = this;
    const { bias, vThresh } = this;
    const { low, high } = this.range;
    const rows = queue.shape[0]!;
    return {
      dims: { m: this.sizeIn, n: size, d: rows - 1 },
      params: {
        ...{ weightsIn, weightsRec, bias, vThresh, low, high },
        biasSteps: this.biasSteps,
        vSpike: this.vSubtract ?? this.vReset,
        refractorySteps: this.refractorySteps,
      },
      state: {
        state: this.state,
        refractory: this.waiting,
        phase: positiveRemainder(this.timestep, this.biasSteps),
        // What was sent last goes into the delay line in the next step.
        queue: { data: queue.data.slice(0, (rows - 1) * size), shape: [rows - 1, size] },
        sent: { data: queue.data.slice((rows - 1) * size), shape: [size] },
      },
    };
  }

  protected override keepState(state: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.state = state.state!;
    this.waiting = state.refractory!;
    const data = new Float64Array(this.queue.data.length);
    data.set(state.queue!.data);
    data.set(state.sent!.data, data.length - this.size);
    this.queue = { data, shape: this.queue.shape };
  }

  private get kind(): Kind {
    if (this.vSubtract === null) return 'reset';
    return this.refractorySteps.data.some((steps) => steps > 0) ? 'subtract' : 'rounds';
  }

  private stepsOf(refractory: ArrayInput): NdArray<Float64Array> {
    const { data, shape } = this.perNeuron(refractory, 'refractory');
    const name = `${this.startPrint}refractory`;
    return { data: data.map((seconds) => wholeSteps(seconds, this.dt, { name, least: 0 })), shape };
  }

  private biasStepsOf(tTauBias: number | null): number {
    const name = `${this.startPrint}tTauBias`;
    return tTauBias === null ? 1 : wholeSteps(tTauBias, this.dt, { name, least: 1 });
  }

  private emptyQueue(delay: number | null): NdArray<Float64Array> {
    const name = `${this.startPrint}delay`;
    return zeros([delay === null ? 1 : wholeSteps(delay, this.dt, { name, least: 1 }), this.size]);
  }

  private requirePrecision(dtype: Dtype | undefined): void {
    const { low, high, whole } = this.range;
    if (dtype !== 'float32' || !whole || high - low < 2 ** 24) return;
    throw fail(
      'ValueError',
      'dtype',
      `${this.startPrint}float32 cannot hold all numbers of ${this.type}; use float64`,
    );
  }
}

/** Also for a clock that was set to before 0. */
function positiveRemainder(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
