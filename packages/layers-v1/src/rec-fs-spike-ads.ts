// Recurrent neurons with fast and slow synapses that learn a dynamical system (adaptive control), exact spike times.
import { defineDynamics, type Expr, oncePer, type RunResult, type StepProgram } from '@rp/dynamics';
import { asGraphHolder, FastSlowNeurons, type GraphHolder, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { type TimeSeries, TSContinuous } from '@rp/timeseries';
import { discretised, slowWeightChange } from './ads-learning.ts';
import { advanceRow, backStepParams, backStepState, type Quantities } from './back-step.ts';
import { type BackStepEvolveOptions, BackStepLayer, type PerNeuron, recordName } from './back-step-layer.ts';
import { describe, fail } from './error.ts';
import { oneEach } from './expand.ts';
import { graphName } from './graph-name.ts';
import type { LayerDict } from './layer-dict.ts';
import { transposed } from './matrix.ts';
import { allPositive, required } from './numbers.ts';
import { continuousRows } from './prepare-input.ts';
import type { LayerBindings, PreparedRun, ProgramLayerOptions } from './program-layer.ts';
import { scalarOf } from './scalar.ts';
import { reshapedWeights, weightMatrix } from './weight-matrix.ts';

/** All of them must be given, as in the reference, but for where the layer runs. */
export interface RecFSSpikeADSOptions extends Omit<ProgramLayerOptions, 'weights'> {
  /** `[size][size]`, by which a spike raises the fast currents; **columns** are sources. */
  readonly weightsFast: ArrayInput;
  /** `[size][size]`, by which a spike raises the slow currents; rows are sources. More rows only where nothing is learnt. */
  readonly weightsSlow: ArrayInput;
  /** `[outSize][size]`, through which errors of the output are fed back. */
  readonly weightsIn: ArrayInput;
  /** `[size][outSize]`, by which a spike raises the output traces. */
  readonly weightsOut: ArrayInput;
  /** Learning rate: what the slow weights change by on average. */
  readonly eta: number;
  /** Strength of the fed back error. */
  readonly k: number;
  readonly bias: ArrayInput;
  readonly noiseStd: number;
  /** Seconds per time step. */
  readonly dt: number;
  readonly vThresh: ArrayInput;
  readonly vReset: ArrayInput;
  readonly vRest: ArrayInput;
  readonly tauMem: ArrayInput;
  readonly tauSynRFast: ArrayInput;
  readonly tauSynRSlow: ArrayInput;
  /** Time constants of the output traces in seconds; one number, or one per output. */
  readonly tauSynROut: ArrayInput;
  /** Seconds after a spike in which a neuron is held at `vReset`; negative for none. */
  readonly refractory: ArrayInput;
  /** Whether every evolution leaves what happened in `recorded`. */
  readonly record: boolean | number;
  readonly name: string;
  /** Number of levels that the slow weights are cut to at the start of an evolution; −1 for none. */
  readonly discretize: number;
  /** Weights as on one neuromorphic chip; only false is supported. */
  readonly discretizeDynapse: boolean;
  /** Sizes, as files have them; they follow from the weights. */
  readonly N?: number | undefined;
  readonly Nc?: number | undefined;
  readonly Nb?: number | undefined;
}

const needed = [
  ...([
    'weightsFast',
    'weightsSlow',
    'weightsIn',
    'weightsOut',
    'eta',
    'k',
    'bias',
    'noiseStd',
    'dt',
  ] as const),
  ...(['vThresh', 'vReset', 'vRest', 'tauMem', 'tauSynRFast', 'tauSynRSlow', 'tauSynROut'] as const),
  ...(['refractory', 'record', 'name', 'discretize', 'discretizeDynapse'] as const),
];

const shapes = { v: ['n'], iSynSlow: ['n'], iSynFast: ['n'], iSynOut: ['c'], rate: ['n'] } as const;

interface Variant {
  readonly limit: number;
  readonly noisy: boolean;
  readonly recorded: boolean;
  readonly training: boolean;
  readonly suppressed: boolean;
}

function define({ limit, noisy, recorded, training, suppressed }: Variant): StepProgram {
  return defineDynamics('rec-fs-spike-ads', {
    dims: ['n', 'c', 'b'],
    params: {
      ...backStepParams,
      ...{ weightsFast: ['n', 'n'], weightsSlow: ['b', 'n'], weightsIn: ['c', 'n'], weightsOut: ['n', 'c'] },
      ...{ vRest: ['n'], bias: ['n'], tauMem: ['n'], tauSynRFast: ['n'], tauSynRSlow: ['n'], noiseStd: [] },
      ...{ tauSynROut: ['c'], tauRate: [], k: [] },
      ...{ suppressCount: [], suppressFrom: [], suppressTo: [] },
    },
    state: backStepState(shapes),
    inputs: { input: ['n'], target: ['c'] },
    prelude: ({ params, dt, op }) => ({
      slow: op.neg(op.div(dt, params.tauSynRSlow)),
      fast: op.neg(op.div(dt, params.tauSynRFast)),
      out: op.neg(op.div(dt, params.tauSynROut)),
      rate: op.neg(op.div(dt, params.tauRate)),
    }),
    step: (context) => {
      const { op, params, pre, inputs, dt } = context;
      const input = noisy ? op.add(inputs.input, op.mul(op.normal(['n']), params.noiseStd)) : inputs.input;
      const trace = (current: Expr, decay: Expr, jump: Expr) =>
        op.add(current, op.add(op.mul(decay, current), jump));
      const errorOf = (later: Quantities) => op.sub(inputs.target, later.iSynOut!);
      const slope = (v: Expr, later: Quantities) => {
        const recurrent = op.add(op.add(op.sub(params.vRest, v), later.iSynFast!), later.iSynSlow!);
        const fedBack = training
          ? op.add(recurrent, op.mul(op.matvec(errorOf(later), params.weightsIn), params.k))
          : recurrent;
        return op.div(op.add(op.add(fedBack, input), params.bias), params.tauMem);
      };
      const state = advanceRow(
        context,
        {
          shapes,
          jump: (neuron) => ({
            iSynSlow: op.row(params.weightsSlow, neuron),
            iSynFast: op.column(params.weightsFast, neuron),
            iSynOut: op.row(params.weightsOut, neuron),
            rate: op.toFloat(op.eq(op.index('n'), neuron)),
          }),
          flow: (now, jump) => {
            const later = {
              iSynSlow: trace(now.iSynSlow!, pre.slow, jump.iSynSlow!),
              iSynFast: trace(now.iSynFast!, pre.fast, jump.iSynFast!),
              iSynOut: trace(now.iSynOut!, pre.out, jump.iSynOut!),
              rate: trace(now.rate!, pre.rate, jump.rate!),
            };
            const v = op.add(now.v!, op.mul(slope(now.v!, later), dt));
            return { ...later, v: op.relu(v) };
          },
          held: suppressed
            ? (time, refractory) => {
                const during = op.and(op.gt(time, params.suppressFrom), op.lt(time, params.suppressTo));
                return op.or(refractory, op.and(during, op.lt(op.index('n'), params.suppressCount)));
              }
            : undefined,
          rows: (now, later) => ({
            ...(training && {
              learnRate: { value: later.rate!, when: op.any(errorOf(later)) },
              learnError: { value: errorOf(later), when: op.any(errorOf(later)) },
            }),
            ...(recorded && {
              recordedTime: { value: now.time },
              ...Object.fromEntries(
                Object.keys(shapes).map((name) => [recordName(name), { value: now[name]! }]),
              ),
              [recordName('dvdt')]: { value: slope(now.v!, later) },
            }),
          }),
        },
        limit,
      );
      return { state };
    },
  });
}

const programs = oncePer((key: string) => define(JSON.parse(key) as Variant));

/**
 * Like RecFSSpikeEulerBT, with output traces `iSynOut` and spike traces `rate` beside the currents, voltages that don't
 * fall below 0, and learning: with `isTraining` and a `tsTarget`, the error of the traces is fed back through
 * `weightsIn`, and after the evolution the slow weights change by `eta` along `rate ⊗ fed back error`.
 * `noiseStd` is the standard deviation of what is added to each input sample.
 */
export class RecFSSpikeADS extends BackStepLayer {
  static override readonly className: string = 'RecFSSpikeADS';
  /** Learning rate. */
  eta: number;
  /** Strength of the fed back error. */
  k: number;
  /** Whether to learn in evolutions while there is a {@link tsTarget}. */
  isTraining = false;
  /** The share of neurons, the first ones, that are held at `vReset` for a while; null for none. */
  percentageSuppress: number | null = null;
  /** Seconds: the suppressed neurons are held after this time. */
  tStartSuppress: number | null = null;
  /** Seconds: the suppressed neurons are held before this time. */
  tStopSuppress: number | null = null;
  private readonly own: Record<
    'weightsFast' | 'weightsSlow' | 'weightsIn' | 'weightsOut',
    NdArray<Float64Array>
  >;
  private tauOut: PerNeuron;
  private levels: number;
  private learningTarget: { readonly series: TSContinuous; readonly tStart: number } | null = null;

  /**
   * @throws TypeError for an argument that isn't given; ValueError for weights whose sizes don't fit and for time
   * constants that aren't positive; AssertionError for vectors of a wrong length; NotImplementedError for
   * `discretizeDynapse`.
   */
  constructor(options: RecFSSpikeADSOptions) {
    for (const name of needed) required(options[name], name);
    const weightsFast = weightMatrix(options.weightsFast);
    const size = weightsFast.shape[0]!;
    const outSize = weightMatrix(options.weightsIn).shape[0]!;
    super(
      {
        ...options,
        weights: { data: new Float64Array(size * size), shape: [size, size] },
      },
      options,
      { iSynSlow: size, iSynFast: size, iSynOut: outSize, rate: size },
    );
    this.own = {
      weightsFast: this.sized(weightsFast, 'weightsFast', [size, size]),
      weightsSlow: this.withRowPerNeuron(
        this.sized(weightMatrix(options.weightsSlow), 'weightsSlow', [null, size]),
      ),
      weightsIn: this.sized(weightMatrix(options.weightsIn), 'weightsIn', [outSize, size]),
      weightsOut: this.sized(weightMatrix(options.weightsOut), 'weightsOut', [size, outSize]),
    };
    this.eta = scalarOf(options.eta, 'eta');
    this.k = scalarOf(options.k, 'k');
    this.tauOut = this.outputTaus(options.tauSynROut);
    this.levels = this.levelsOf(options.discretize);
    if (options.discretizeDynapse)
      throw fail(
        'NotImplementedError',
        'discretize-dynapse',
        `${this.startPrint}discretizeDynapse must be false: weights of that chip are not supported; use discretize`,
      );
  }

  /** Constant currents, `[size]`. Takes one number for all. */
  override get bias(): NdArray<Float64Array> {
    return this.perNeuron(super.bias, 'bias');
  }

  override set bias(value: ArrayInput) {
    super.bias = value;
  }

  /** The number of output traces. */
  get outSize(): number {
    return this.own.weightsIn.shape[0]!;
  }

  /** `[size][size]`, columns are sources. Takes any shape with as many elements. */
  get weightsFast(): NdArray<Float64Array> {
    return this.own.weightsFast;
  }

  set weightsFast(value: ArrayInput) {
    this.own.weightsFast = reshapedWeights(value, this.own.weightsFast.shape).weights;
  }

  /** `[size][size]`, rows are sources. Takes any shape with as many elements. */
  get weightsSlow(): NdArray<Float64Array> {
    return this.own.weightsSlow;
  }

  set weightsSlow(value: ArrayInput) {
    this.own.weightsSlow = reshapedWeights(value, this.own.weightsSlow.shape).weights;
  }

  /** `[outSize][size]`. Takes any shape with as many elements. */
  get weightsIn(): NdArray<Float64Array> {
    return this.own.weightsIn;
  }

  set weightsIn(value: ArrayInput) {
    this.own.weightsIn = reshapedWeights(value, this.own.weightsIn.shape).weights;
  }

  /** `[size][outSize]`. Takes any shape with as many elements. */
  get weightsOut(): NdArray<Float64Array> {
    return this.own.weightsOut;
  }

  set weightsOut(value: ArrayInput) {
    this.own.weightsOut = reshapedWeights(value, this.own.weightsOut.shape).weights;
  }

  /** Time constants of the output traces in seconds: one number, or `[outSize]`. */
  get tauSynROut(): PerNeuron {
    return this.tauOut;
  }

  /** @throws ValueError unless positive. */
  set tauSynROut(value: ArrayInput) {
    this.tauOut = this.outputTaus(value);
  }

  /** Output traces, `[outSize]`. Takes one number for all. */
  get iSynOut(): NdArray<Float64Array> {
    return this.quantity('iSynOut');
  }

  set iSynOut(value: ArrayInput) {
    this.setQuantity('iSynOut', value);
  }

  /** Spike traces, `[size]`. Takes one number for all. */
  get rate(): NdArray<Float64Array> {
    return this.quantity('rate');
  }

  set rate(value: ArrayInput) {
    this.setQuantity('rate', value);
  }

  /** Number of levels that the slow weights are cut to at the start of an evolution; −1 for none. */
  get discretize(): number {
    return this.levels;
  }

  /** @throws ValueError unless −1 or a whole number of at least 2. */
  set discretize(value: number) {
    this.levels = this.levelsOf(value);
  }

  /** What the output traces are to become; from the layer's time at the assignment on. */
  get tsTarget(): TSContinuous | null {
    return this.learningTarget?.series ?? null;
  }

  /** @throws TypeError for anything but a TSContinuous or null. */
  set tsTarget(series: TSContinuous | null) {
    if (series !== null && !(series instanceof TSContinuous)) {
      throw fail(
        'TypeError',
        'target-type',
        `${this.startPrint}tsTarget must be a TSContinuous or null, got ${describe(series)}`,
      );
    }
    this.learningTarget = series && { series, tStart: this.t };
  }

  override remembered(): () => void {
    const restore = super.remembered();
    const { weightsSlow } = this;
    return () => {
      restore();
      this.weightsSlow = weightsSlow;
    };
  }

  override toDict(): LayerDict {
    const { dt, noise_std, name, class_name } = super.toDict();
    const plain = (value: PerNeuron) => (typeof value === 'number' ? value : toNested(value));
    return {
      class_name,
      N: this.size,
      Nc: this.outSize,
      Nb: this.weightsSlow.shape[0]!,
      weights_fast: toNested(this.weightsFast),
      weights_slow: toNested(this.weightsSlow),
      weights_in: toNested(this.weightsIn),
      weights_out: toNested(this.weightsOut),
      eta: this.eta,
      k: this.k,
      bias: toNested(this.bias),
      noise_std: noise_std!,
      dt: dt!,
      v_thresh: toNested(this.vThresh),
      v_reset: toNested(this.vReset),
      v_rest: toNested(this.vRest),
      tau_mem: plain(this.tauMem),
      tau_syn_r_fast: plain(this.tauSynRFast),
      tau_syn_r_slow: plain(this.tauSynRSlow),
      tau_syn_r_out: plain(this.tauSynROut),
      refractory: plain(this.refractory),
      record: Number(this.record),
      name: name!,
      discretize: this.discretize,
      discretize_dynapse: false,
    };
  }

  /** The neurons, with fast and slow recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const { tauMem, tauSynRFast: tauSynFast, tauSynRSlow: tauSynSlow, tauSynROut: tauSynOut } = this;
    const { vThresh, vReset, vRest, bias, refractory, dt } = this;
    const neurons = FastSlowNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...{ tauMem, tauSynFast, tauSynSlow, tauSynOut, refractory, vThresh, vReset, vRest, bias, dt },
    });
    for (const [kind, weights] of [
      ['fast', transposed(this.weightsFast)],
      ['slow', this.weightsSlow],
    ] as const) {
      new LinearWeights({
        inputNodes: neurons.outputNodes,
        outputNodes: neurons.inputNodes,
        name: graphName(this, kind),
        computationalModule: this,
        weights,
      });
    }
    return asGraphHolder(neurons);
  }

  protected override programFor(limit: number, recorded: boolean): StepProgram {
    const { trains: training, percentageSuppress } = this;
    const variant: Variant = {
      ...{ limit, recorded, training },
      noisy: this.noiseStd !== 0,
      suppressed: percentageSuppress !== null,
    };
    return programs(JSON.stringify(variant));
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.solverBindings();
    const { weightsFast, weightsSlow, weightsIn, weightsOut, outSize, k } = this;
    const tauSynROut = this.expandToSize(this.tauOut, outSize, 'tauSynROut');
    return {
      dims: { n: this.size, c: outSize, b: weightsSlow.shape[0]! },
      params: {
        ...params,
        ...{ weightsFast, weightsIn, weightsOut, tauSynROut, k },
        weightsSlow: this.levels < 0 ? weightsSlow : discretised(weightsSlow, this.levels),
        tauRate: tauSynROut.data.reduce((sum, tau) => sum + tau, 0) / outSize,
        suppressCount: Math.floor(this.size * (this.percentageSuppress ?? 0)),
        suppressFrom: this.tStartSuppress ?? Number.NEGATIVE_INFINITY,
        suppressTo: this.tStopSuppress ?? Number.POSITIVE_INFINITY,
      },
      state,
    };
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: BackStepEvolveOptions,
    record: readonly string[] = [],
  ): PreparedRun {
    const prepared = super.programInputs(tsInput, options, record);
    if (!this.trains) return prepared;
    this.sized(this.weightsSlow, 'weightsSlow of a layer that learns', [this.size, this.size]);
    return {
      ...prepared,
      inputs: { ...prepared.inputs, target: this.targetRows(prepared.numTimesteps) },
      onDone: (result) => {
        prepared.onDone?.(result);
        this.learn(result);
      },
    };
  }

  private get trains(): boolean {
    return this.isTraining && this.learningTarget !== null;
  }

  private targetRows(numTimesteps: number) {
    const { series, tStart } = this.learningTarget!;
    const { dt, outSize: sizeIn } = this;
    const timeBase = this.genTimeTrace(tStart, numTimesteps);
    const { data } = continuousRows(series, { timeBase, tStart, dt, sizeIn });
    return { data, shape: [1, numTimesteps, sizeIn] };
  }

  private learn({ events }: RunResult): void {
    const rows = (name: string, width: number) => {
      const { counts } = events[name]!;
      return { data: Float64Array.from(counts), shape: [counts.length / width, width] };
    };
    const rates = rows('learnRate', this.size);
    const change = slowWeightChange(rates, rows('learnError', this.outSize), this.weightsIn);
    this.weightsSlow = this.weightsSlow.data.map((weight, k) => weight + this.eta * change[k]!);
  }

  private outputTaus(value: ArrayInput): PerNeuron {
    const name = `${this.startPrint}tauSynROut`;
    const taus = allPositive(oneEach(value, [this.outSize], name), name);
    return typeof value === 'number' ? value : taus;
  }

  private levelsOf(value: number): number {
    const levels = scalarOf(value, 'discretize');
    if (levels === -1 || (Number.isInteger(levels) && levels >= 2)) return levels;
    throw fail(
      'ValueError',
      'discretize',
      `${this.startPrint}discretize must be −1 or a whole number of at least 2, got ${levels}`,
    );
  }

  private withRowPerNeuron(matrix: NdArray<Float64Array>): NdArray<Float64Array> {
    if (matrix.shape[0]! >= this.size) return matrix;
    throw fail(
      'ValueError',
      'weights-size',
      `${this.startPrint}weightsSlow must have a row for each of ${this.size} neurons, got ${matrix.shape[0]}`,
    );
  }

  private sized(matrix: NdArray<Float64Array>, name: string, wanted: readonly (number | null)[]) {
    if (wanted.every((extent, axis) => extent === null || extent === matrix.shape[axis])) return matrix;
    const shape = wanted.map((extent) => extent ?? 'any').join('][');
    throw fail(
      'ValueError',
      'weights-size',
      `${this.startPrint}${name} must be [${shape}], got [${matrix.shape.join('][')}]`,
    );
  }
}
