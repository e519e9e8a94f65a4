// Turns signals into events wherever they have moved by a threshold (delta modulation).
import { defineDynamics, type EventList, oncePer, type RunResult, type StepProgram } from '@rp/dynamics';
import { UpDownEncoder } from '@rp/graph';
import { type ArrayInput, isNdArray, type NdArray, shapeOf, toNdArray, toNested, zeros } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import { oneEach } from './expand.ts';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { type LayerBindings, ProgramLayer, type ProgramLayerOptions, type Span } from './program-layer.ts';

/** One number for all channels, or one for each; null where the tracked value doesn't decay. */
export type DecayInput = number | null | readonly (number | null)[] | NdArray;

export interface FFUpDownOptions extends ProgramLayerOptions {
  /**
   * A number of input channels M; or a pair `[M, n]` for n output channels per direction; or a matrix `[M][2·M·n]`, of
   * which only the shape counts.
   */
  readonly weights: ArrayInput;
  /** How often each event is given out. Default 1. */
  readonly repeatOutput?: number | undefined;
  /** Seconds per time step. Default 0.001. */
  readonly dt?: number | undefined;
  /** Time constant in seconds with which the tracked value decays to zero. Default null: it doesn't. */
  readonly tauDecay?: DecayInput | undefined;
  /** Step up that makes an event, in the unit of the input; one number, or one per channel. Default 0.001. */
  readonly thrUp?: ArrayInput | undefined;
  /** Step down that makes an event. Default 0.001. */
  readonly thrDown?: ArrayInput | undefined;
  /** Without effect on the results; kept because files have it. Default 5000. */
  readonly maxNumTimesteps?: number | undefined;
  /** Whether one time step can give several events of a channel (default), or at most one up and one down. */
  readonly multiplexSpikes?: boolean | undefined;
}

interface Variant {
  readonly multiplex: boolean;
  readonly noisy: boolean;
}

function define({ multiplex, noisy }: Variant): StepProgram {
  return defineDynamics('ff-up-down', {
    dims: ['m'],
    params: { thrUp: ['m'], thrDown: ['m'], tauDecay: ['m'], noiseStd: [] },
    state: { analogValue: ['m'], initialised: { shape: [], type: 'bool' } },
    inputs: { input: ['m'] },
    prelude: ({ params, dt, op }) => ({ decay: op.sub(1, op.div(dt, params.tauDecay)) }),
    step: ({ params, state, inputs, pre, op }) => {
      const signal = noisy ? op.add(inputs.input, op.mul(op.normal(['m']), params.noiseStd)) : inputs.input;
      const tracked = op.mul(op.select(state.initialised, state.analogValue, signal), pre.decay);
      const whole = (distance: ReturnType<typeof op.sub>, threshold: typeof distance) =>
        op.max(op.floor(op.div(distance, threshold)), 0);
      const up = multiplex
        ? whole(op.sub(signal, tracked), params.thrUp)
        : op.toFloat(op.gt(signal, op.add(tracked, params.thrUp)));
      const down = multiplex
        ? whole(op.sub(tracked, signal), params.thrDown)
        : op.toFloat(op.lt(signal, op.sub(tracked, params.thrDown)));
      const raised = op.add(tracked, op.mul(params.thrUp, up));
      return {
        state: { analogValue: op.sub(raised, op.mul(params.thrDown, down)), initialised: true },
        events: { spikes: op.stack(up, down) },
      };
    },
  });
}

const programs = oncePer((key: string) =>
  define({ multiplex: key.includes('multiplex'), noisy: key.includes('noisy') }),
);

/**
 * Up/down encoder: a value follows each input channel in steps of the thresholds, and every step is an event.
 *
 * The first sample ever (or after a reset of the state) only sets the tracked value. Channel m of M has the outputs
 * 2·m (up) and 2·m + 1 (down), each spread over n channels in turn if n > 1. An event of step k lies in the middle of
 * its time step. `noiseStd` is the standard deviation of what is added to every input sample.
 */
export class FFUpDown extends ProgramLayer {
  static override readonly className: string = 'FFUpDown';
  /** Without effect on the results. */
  maxNumTimesteps: number;
  /** Whether one time step can give several events of a channel, or at most one up and one down. */
  multiplexSpikes: boolean;
  private ownRepeat: number;
  private ownThrUp: NdArray<Float64Array>;
  private ownThrDown: NdArray<Float64Array>;
  /** Infinity where there is no decay. */
  private decay: NdArray<Float64Array>;
  private tracked: NdArray<Float64Array>;
  private initialised = false;

  /** @throws AssertionError for a wrong number of columns, thresholds that aren't positive, and a tauDecay shorter than dt. */
  constructor(options: FFUpDownOptions) {
    const { dt = 0.001, thrUp = 0.001, thrDown = 0.001, tauDecay = null } = options;
    super({ ...options, dt, weights: encoderShape(options.weights) });
    this.ownRepeat = wholeNumber(options.repeatOutput ?? 1);
    this.maxNumTimesteps = options.maxNumTimesteps ?? 5000;
    this.multiplexSpikes = options.multiplexSpikes ?? true;
    this.ownThrUp = this.threshold(thrUp, 'thrUp');
    this.ownThrDown = this.threshold(thrDown, 'thrDown');
    this.decay = this.decayOf(tauDecay);
    this.tracked = zeros([this.sizeIn]);
  }

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  /** The values that follow the input, `[sizeIn]`. Setting them counts as the first sample. */
  get analogValue(): NdArray<Float64Array> {
    return this.tracked;
  }

  /** @throws AssertionError for another number of elements than 1 or `sizeIn`. */
  set analogValue(value: ArrayInput) {
    this.tracked = oneEach(value, [this.sizeIn], `${this.startPrint}analogValue`);
    this.initialised = true;
  }

  /** How often each event is given out. */
  get repeatOutput(): number {
    return this.ownRepeat;
  }

  /** @throws ValueError unless a whole number, 0 or more. */
  set repeatOutput(value: number) {
    this.ownRepeat = wholeNumber(value);
  }

  /** Step up that makes an event, in the unit of the input, `[sizeIn]`. Takes one number for all. */
  get thrUp(): NdArray<Float64Array> {
    return this.ownThrUp;
  }

  /** @throws AssertionError unless positive. */
  set thrUp(value: ArrayInput) {
    this.ownThrUp = this.threshold(value, 'thrUp');
  }

  /** Step down that makes an event, in the unit of the input, `[sizeIn]`. Takes one number for all. */
  get thrDown(): NdArray<Float64Array> {
    return this.ownThrDown;
  }

  /** @throws AssertionError unless positive. */
  set thrDown(value: ArrayInput) {
    this.ownThrDown = this.threshold(value, 'thrDown');
  }

  /** Time constants of the decay in seconds, one per channel; null where there is none. */
  get tauDecay(): readonly (number | null)[] {
    return Array.from(this.decay.data, (tau) => (tau === Number.POSITIVE_INFINITY ? null : tau));
  }

  /** @throws AssertionError for a time constant shorter than dt. */
  set tauDecay(value: DecayInput) {
    this.decay = this.decayOf(value);
  }

  /** Forgets the tracked value: the next sample is the first one. */
  override resetState(): void {
    super.resetState();
    this.tracked = zeros([this.sizeIn]);
    this.initialised = false;
  }

  /** @returns events named `Spikes from analogue`. @throws ValueError for samples that are infinite. */
  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TSEvent> {
    return (await super.evolve(tsInput, options)) as TSEvent;
  }

  override toDict(): LayerDict {
    return {
      ...super.toDict(),
      repeat_output: this.repeatOutput,
      max_num_timesteps: this.maxNumTimesteps,
      multiplex_spikes: this.multiplexSpikes,
      tau_decay: [...this.tauDecay],
      thr_up: toNested(this.thrUp),
      thr_down: toNested(this.thrDown),
    };
  }

  /** The encoder. */
  override asGraph(): UpDownEncoder {
    return UpDownEncoder.factory(this.sizeIn, this.size, {
      name: graphName(this),
      computationalModule: this,
      thrUp: this.thrUp,
      thrDown: this.thrDown,
      tauDecay: this.decay,
      repeatOutput: this.repeatOutput,
      multiplexSpikes: this.multiplexSpikes,
      dt: this.dt,
    });
  }

  protected override programInputs(tsInput: TimeSeries | null | undefined, options: LayerEvolveOptions) {
    const prepared = super.programInputs(tsInput, options);
    const { input } = prepared.inputs;
    if (input !== undefined && isNdArray(input) && !input.data.every(Number.isFinite)) {
      throw fail(
        'ValueError',
        'infinite-input',
        `${this.startPrint}the input holds infinite samples, which would make infinitely many events`,
      );
    }
    return prepared;
  }

  protected override program(): StepProgram {
    return programs(
      `${this.multiplexSpikes ? 'multiplex' : 'single'} ${this.noiseStd !== 0 ? 'noisy' : 'quiet'}`,
    );
  }

  protected override bindings(): LayerBindings {
    const { thrUp, thrDown, decay, tracked } = this;
    return {
      dims: { m: this.sizeIn },
      params: { thrUp, thrDown, tauDecay: decay, noiseStd: this.noiseStd },
      state: {
        analogValue: tracked,
        initialised: { data: Uint8Array.of(Number(this.initialised)), shape: [] },
      },
    };
  }

  protected override keepState({
    analogValue,
    initialised,
  }: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.tracked = analogValue!;
    this.initialised = initialised!.data[0] !== 0;
  }

  protected override outputSeries({ events }: RunResult, { tStart, tEnd }: Span): TimeSeries {
    return new TSEvent({
      ...this.spread(events.spikes!, tStart, tEnd),
      tStart,
      tStop: tEnd,
      numChannels: this.size,
      name: 'Spikes from analogue',
    });
  }

  protected override get recordable(): readonly string[] {
    return ['analogValue'];
  }

  /** Every event as often as it counts, and in turn over the channels of its direction. */
  private spread({ offsets, units, counts }: EventList, tStart: number, tEnd: number) {
    const perDirection = this.size / (2 * this.sizeIn);
    const copies = Array.from(counts, (count) => count * this.ownRepeat);
    const total = copies.reduce((sum, count) => sum + count, 0);
    const times = new Float64Array(total);
    const channels = new Int32Array(total);
    let place = 0;
    for (let step = 0; step + 1 < offsets.length; step++) {
      const middle = (step + this.timestep + 0.5) * this.dt;
      const time = Math.min(Math.max(middle, tStart), tEnd);
      for (let entry = offsets[step]!; entry < offsets[step + 1]!; entry++) {
        for (let copy = copies[entry]!; copy > 0; copy--) {
          times[place] = time;
          channels[place] = units[entry]! * perDirection + (place % perDirection);
          place++;
        }
      }
    }
    return { times, channels };
  }

  private threshold(value: ArrayInput, name: string): NdArray<Float64Array> {
    const thresholds = oneEach(value, [this.sizeIn], `${this.startPrint}${name}`);
    const odd = thresholds.data.find((threshold) => threshold <= 0);
    if (odd === undefined) return thresholds;
    throw fail('AssertionError', 'threshold', `${this.startPrint}${name} must be positive, got ${odd}`);
  }

  private decayOf(value: DecayInput): NdArray<Float64Array> {
    const given = value === null ? [null] : isNdArray(value) ? Array.from(value.data) : [value].flat();
    const taus = this.expandToSize(
      given.map((tau) => tau ?? Number.POSITIVE_INFINITY),
      this.sizeIn,
      'tauDecay',
    );
    const odd = taus.data.find((tau) => !(tau >= this.dt));
    if (odd === undefined) return taus;
    throw fail(
      'AssertionError',
      'tau-decay',
      `${this.startPrint}tauDecay must be at least dt (${this.dt} s), got ${odd}`,
    );
  }
}

function wholeNumber(value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw fail('ValueError', 'repeat-output', `repeatOutput must be a whole number, 0 or more; got ${value}`);
}

/** Zeros in the shape `[M][2·M·n]` that the weights stand for. */
function encoderShape(weights: ArrayInput): NdArray<Float64Array> {
  const shape = shapeOf(weights);
  const [channels, columns] =
    shape.length === 2 ? (shape as [number, number]) : sizesFrom(toNdArray(weights).data);
  if (channels >= 1 && columns >= 1 && columns % (2 * channels) === 0) return zeros([channels, columns]);
  throw fail(
    'AssertionError',
    'encoder-shape',
    `FFUpDown needs a multiple of ${2 * channels} outputs (up and down for each of ${channels} inputs), got ${columns}`,
  );
}

function sizesFrom(given: Float64Array): [number, number] {
  const [channels = Number.NaN, perDirection = 1] = given;
  if (given.length <= 2 && given.every((size) => Number.isInteger(size) && size >= 1)) {
    return [channels, 2 * channels * perDirection];
  }
  throw fail(
    'AssertionError',
    'encoder-shape',
    `weights of FFUpDown are a number of channels M, a pair [M, n], or a matrix [M][2·M·n]; got ${Array.from(given).join(', ')}`,
  );
}
