// Hands its weighted input on, some time later.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { Delay, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray, toNested, zeros } from '@rp/ndarray';
import type { TimeSeries, TSContinuous } from '@rp/timeseries';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { finite, numberOf, roundHalfToEven } from './numbers.ts';
import { type LayerBindings, ProgramLayer, type ProgramLayerOptions } from './program-layer.ts';
import { RidgeTraining, signalRows, type TrainBiases, type TrainRROptions } from './ridge-training.ts';
import { weightsBefore } from './weights-before.ts';

export interface PassThroughOptions extends ProgramLayerOptions {
  /** `[sizeIn][size]`. */
  readonly weights: ArrayInput;
  /** Added to the output; one number, or one per channel. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds; rounded to a whole number of time steps, a half to the even one. Default 0. */
  readonly delay?: number | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('pass-through', {
    dims: ['m', 'n', 'd'],
    params: { weights: ['m', 'n'], bias: ['n'], noiseStd: [] },
    state: { state: ['n'] },
    lines: { pending: ['d', 'n'] },
    inputs: { input: ['m'] },
    step: ({ params, inputs, lines, op }) => {
      const weighted = op.matvec(inputs.input, params.weights);
      const entering = noisy ? op.add(weighted, op.mul(op.normal(['n']), params.noiseStd)) : weighted;
      const leaving = op.delay(lines.pending, entering);
      return { state: { state: leaving }, outputs: { output: op.add(leaving, params.bias) } };
    },
  }),
);

/** Weighted input, delayed, plus a bias. `noiseStd` is the standard deviation of what is added to every sample. */
export class PassThrough extends ProgramLayer {
  static override readonly className: string = 'PassThrough';
  private readonly training = new RidgeTraining();
  private ownBias: NdArray<Float64Array>;
  /** `[delaySteps][size]`, oldest row first. */
  private pending: NdArray<Float64Array>;

  /** @throws ValueError for a negative delay; AssertionError for a bias of a wrong length. */
  constructor(options: PassThroughOptions) {
    super(options);
    this.ownBias = this.perNeuron(options.bias ?? 0, 'bias');
    this.pending = this.emptyLine(options.delay ?? 0);
  }

  /** Added to the output, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.ownBias;
  }

  set bias(value: ArrayInput) {
    this.ownBias = this.perNeuron(value, 'bias');
  }

  /** Seconds, a whole number of time steps. Setting another one empties the delay line. */
  get delay(): number {
    return this.delaySteps * this.dt;
  }

  /** @throws ValueError for a negative delay. */
  set delay(value: number) {
    const line = this.emptyLine(value);
    if (line.shape[0] !== this.delaySteps) this.pending = line;
  }

  /** The delay in time steps. */
  get delaySteps(): number {
    return this.pending.shape[0]!;
  }

  /**
   * What was given out last (without bias), followed by the rows that wait, `[delaySteps + 1][size]`; null without a
   * delay.
   */
  get buffer(): NdArray<Float64Array> | null {
    if (this.delaySteps === 0) return null;
    const data = new Float64Array((this.delaySteps + 1) * this.size);
    data.set(this.state.data);
    data.set(this.pending.data, this.size);
    return { data, shape: [this.delaySteps + 1, this.size] };
  }

  /** @throws AssertionError for another number of elements; without a delay only null is accepted. */
  set buffer(value: ArrayInput | null) {
    const rows = this.delaySteps === 0 ? 0 : this.delaySteps + 1;
    const data = value === null ? new Float64Array(0) : toNdArray(value).data;
    if (data.length !== rows * this.size) {
      throw fail(
        'AssertionError',
        'buffer-size',
        `${this.startPrint}the buffer has ${rows} rows of ${this.size}, got ${data.length} elements`,
      );
    }
    if (rows === 0) return;
    this.state = data.slice(0, this.size);
    this.pending = { data: data.slice(this.size), shape: [this.delaySteps, this.size] };
  }

  /** Sets the state to zeros and empties the delay line. */
  override resetState(): void {
    super.resetState();
    this.pending = zeros([this.delaySteps, this.size]);
  }

  /** @returns a signal named `Outputs`, `numTimesteps` samples, `[size]` channels. */
  override async evolve(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<TSContinuous> {
    return (await super.evolve(tsInput, options)) as TSContinuous;
  }

  /**
   * Finds weights (and bias) by ridge regression of the target on the input, over one batch or several in turn. As in
   * v1 both are looked at at the same times: what is learnt is given out `delay` later.
   * @throws RuntimeError, AssertionError and ValueError as the messages say; the layer then stays as it was.
   */
  async trainRR(options: TrainRROptions<TSContinuous> & TrainBiases): Promise<void> {
    const fixed = options.trainBiases === false ? this.bias : undefined;
    const solution = await this.training.batch(this, options, fixed, (span) =>
      signalRows(options.input, span, this),
    );
    if (solution === null) return;
    this.weights = solution.weights;
    if (fixed === undefined) this.bias = solution.bias;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), bias: toNested(this.bias), delay: this.delay };
  }

  /** The weights, followed by the delay with the bias. */
  override asGraph(): GraphHolder {
    const delay = Delay.factory(this.size, this.size, {
      name: graphName(this, 'delay'),
      computationalModule: this,
      delay: this.delay,
      bias: this.bias,
      dt: this.dt,
    });
    return weightsBefore(this, this.weights, delay);
  }

  protected override program(): StepProgram {
    return programs(this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { weights, bias, state, pending } = this;
    return {
      dims: { m: this.sizeIn, n: this.size, d: this.delaySteps },
      params: { weights, bias, noiseStd: this.noiseStd },
      state: { state, pending },
    };
  }

  protected override keepState({ state, pending }: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.state = state!;
    this.pending = pending!;
  }

  private emptyLine(delay: number): NdArray<Float64Array> {
    const name = `${this.startPrint}delay`;
    const seconds = finite(numberOf(delay, name), name);
    if (seconds < 0) {
      throw fail('ValueError', 'delay', `${name} must be at least 0 seconds, got ${seconds}`);
    }
    return zeros([roundHalfToEven(seconds / this.dt), this.size]);
  }
}
