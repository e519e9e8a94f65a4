// Recurrently connected digital neurons, event by event. Host code: see digital-events.ts.
import { nextTurn } from '@rp/backend';
import { ConstantLeakNeurons, type GraphHolder, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import {
  compareEvents,
  type DigitalNeurons,
  type DigitalResult,
  type DigitalState,
  leakTimes,
  type QueuedEvent,
  simulate,
} from './digital-events.ts';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import { Layer, type LayerEvolveOptions, type RecordedEvolution, type SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { monitorIds } from './monitor-ids.ts';
import { allPositive, numberOf, positive } from './numbers.ts';
import { castTo, type StateRange, type StateType, stateRange } from './state-type.ts';
import { timesWithin } from './times-within.ts';
import { recurrentWeights, reshapedWeights } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface RecDIAFOptions {
  /** `[sizeIn][size]`, by which an input event raises the voltage. */
  readonly weightsIn: ArrayInput;
  /** `[size][size]`, by which a spike raises the voltage `delay` later. */
  readonly weightsRec: ArrayInput;
  /** Seconds per time step; they only count the length of evolutions. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Seconds until a spike arrives, more than 0. Default 1e-8. */
  readonly delay?: number | undefined;
  /** Seconds between two leaks, more than 0. Default 1e-3. */
  readonly tauLeak?: number | undefined;
  /** Seconds after a spike in which a neuron takes no events, at least 1e-9. Default 1e-9. */
  readonly refractory?: ArrayInput | undefined;
  /** A neuron whose voltage reaches it fires. Default 100. */
  readonly vThresh?: ArrayInput | undefined;
  /** The voltage at the start, and after a spike if nothing is subtracted. Default 0. */
  readonly vReset?: ArrayInput | undefined;
  /** Where the leak drives the voltage; null (default) where it goes one way. */
  readonly vRest?: ArrayInput | null | undefined;
  /** What a leak takes from the voltage. Default 1. */
  readonly leak?: ArrayInput | undefined;
  /** What a spike takes from the voltage; null (default) to reset it instead. */
  readonly vSubtract?: ArrayInput | null | undefined;
  /** The number type of the voltages: out of range they saturate, fractions are cut off. Default `int8`. */
  readonly stateType?: StateType | undefined;
  /** Without effect on the results; kept because files have it. Default none. */
  readonly monitorId?: ArrayInput | null | undefined;
  /** Default `unnamed`. */
  readonly name?: string | null | undefined;
}

const shortestRefractory = 1e-9;
/** How long an evolution may hold the thread before it lets others go first, in milliseconds. */
const holdTime = 10;

type Vector = NdArray<Float64Array>;
const perNeuronNames = ['refractory', 'vThresh', 'vReset', 'leak'] as const;

/**
 * Digital neurons that take one event after the other, at its exact time: an input event raises the voltages by its row of
 * `weightsIn`, a spike by its row of `weightsRec` `delay` later, and every `tauLeak` the `leak` lowers them (or drives
 * them towards `vRest`). A neuron that reaches `vThresh` fires; it loses `vSubtract`, or its voltage becomes `vReset`, and
 * for `refractory` seconds it takes no events.
 *
 * There are no time steps inside, so it runs in plain JavaScript whatever the backend.
 */
export class RecDIAF extends Layer {
  static override readonly className: string = 'RecDIAF';
  /** Without effect on the results. */
  monitorId: readonly number[];
  private type: StateType;
  private range: StateRange;
  private readonly vectors: Record<(typeof perNeuronNames)[number], Vector>;
  private ownWeightsRec: Vector;
  private ownRest: Vector | null;
  private ownSubtract: Vector | null;
  private ownDelay: number;
  private ownTauLeak: number;
  private inner: DigitalState;

  /**
   * @throws AssertionError for recurrent weights that are not square or don't fit the input weights, and for vectors of a
   * wrong length; ValueError for a delay, tauLeak or vSubtract that isn't positive, and for an unknown state type.
   */
  constructor(options: RecDIAFOptions) {
    super({ weights: options.weightsIn, dt: options.dt ?? 1e-4, name: options.name });
    this.ownWeightsRec = recurrentWeights(options.weightsRec, this.size);
    this.type = options.stateType ?? 'int8';
    this.range = stateRange(this.type);
    this.vectors = {
      refractory: this.refractoryOf(options.refractory ?? shortestRefractory),
      vThresh: this.perNeuron(options.vThresh ?? 100, 'vThresh'),
      vReset: this.perNeuron(options.vReset ?? 0, 'vReset'),
      leak: this.perNeuron(options.leak ?? 1, 'leak'),
    };
    this.ownRest = this.orNull(options.vRest, 'vRest');
    this.ownSubtract = this.subtracted(options.vSubtract);
    this.ownDelay = this.seconds(options.delay ?? 1e-8, 'delay');
    this.ownTauLeak = this.seconds(options.tauLeak ?? 1e-3, 'tauLeak');
    this.monitorId = monitorIds(options.monitorId);
    this.inner = this.atRest();
  }

  // --- Attributes ---

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  /** `[sizeIn][size]`. Takes any shape with as many elements. */
  get weightsIn(): Vector {
    return this.weights;
  }

  set weightsIn(value: ArrayInput) {
    this.weights = reshapedWeights(value, [this.sizeIn, this.size]).weights;
  }

  /** `[size][size]`. Takes any shape with as many elements. */
  get weightsRec(): Vector {
    return this.ownWeightsRec;
  }

  set weightsRec(value: ArrayInput) {
    this.ownWeightsRec = reshapedWeights(value, [this.size, this.size]).weights;
  }

  /** A neuron whose voltage reaches it fires, `[size]`. Takes one number for all. */
  get vThresh(): Vector {
    return this.vectors.vThresh;
  }

  set vThresh(value: ArrayInput) {
    this.vectors.vThresh = this.perNeuron(value, 'vThresh');
  }

  /** The voltage after a reset, `[size]`. Takes one number for all. */
  get vReset(): Vector {
    return this.vectors.vReset;
  }

  set vReset(value: ArrayInput) {
    this.vectors.vReset = this.perNeuron(value, 'vReset');
  }

  /** What a leak takes from the voltage, `[size]`. Takes one number for all. */
  get leak(): Vector {
    return this.vectors.leak;
  }

  set leak(value: ArrayInput) {
    this.vectors.leak = this.perNeuron(value, 'leak');
  }

  /** Seconds after a spike in which a neuron takes no events, `[size]`. Takes one number for all; at least 1e-9. */
  get refractory(): Vector {
    return this.vectors.refractory;
  }

  set refractory(value: ArrayInput) {
    this.vectors.refractory = this.refractoryOf(value);
  }

  /** Where the leak drives the voltage, `[size]`; null where it goes one way. Takes one number for all. */
  get vRest(): Vector | null {
    return this.ownRest;
  }

  set vRest(value: ArrayInput | null) {
    this.ownRest = this.orNull(value, 'vRest');
  }

  /** What a spike takes from the voltage, `[size]`; null where it resets it. Takes one number for all. */
  get vSubtract(): Vector | null {
    return this.ownSubtract;
  }

  /** @throws ValueError unless positive. */
  set vSubtract(value: ArrayInput | null) {
    this.ownSubtract = this.subtracted(value);
  }

  /** Seconds until a spike arrives. Spikes that are on their way keep their times. */
  get delay(): number {
    return this.ownDelay;
  }

  /** @throws ValueError unless positive. */
  set delay(value: number) {
    this.ownDelay = this.seconds(value, 'delay');
  }

  /** Seconds between two leaks. */
  get tauLeak(): number {
    return this.ownTauLeak;
  }

  /** @throws ValueError unless positive. */
  set tauLeak(value: number) {
    this.ownTauLeak = this.seconds(value, 'tauLeak');
  }

  /** The number type of the voltages. */
  get stateType(): StateType {
    return this.type;
  }

  /** Limits the present voltages, too. @throws ValueError for an unknown type. */
  set stateType(value: StateType) {
    this.range = stateRange(value);
    this.type = value;
    this.inner = { ...this.inner, v: this.inner.v.map((v) => castTo(this.range, v)) };
  }

  /** Voltages, `[size]`. What is out of the range of {@link stateType} is limited. */
  get neurState(): Vector {
    return { data: this.inner.v, shape: [this.size] };
  }

  /** @throws AssertionError for another number of elements than 1 or `size`. */
  set neurState(value: ArrayInput) {
    const { data } = this.perNeuron(value, 'neurState');
    this.inner = { ...this.inner, v: data.map((v) => castTo(this.range, v)) };
  }

  /** The voltages. */
  override get state(): Vector {
    return this.neurState;
  }

  override set state(value: ArrayInput) {
    this.neurState = value;
  }

  /**
   * Events that have not come yet, earliest first: a time in seconds, and a channel. Channels of recurrent spikes follow
   * those of the input, that of the leak is the last one; −1 only looks for neurons that are still above the threshold.
   */
  get heapRemainingSpikes(): readonly QueuedEvent[] {
    return this.inner.queue;
  }

  set heapRemainingSpikes(events: readonly QueuedEvent[]) {
    const queue = events.map(([time, channel]): QueuedEvent => [time, this.queuedChannel(channel)]);
    this.inner = { ...this.inner, queue: queue.sort(compareEvents) };
  }

  // --- Evolving ---

  /**
   * @returns the spikes, on `[size]` channels, at the times of the events that made them.
   * @throws ValueError for an event on a channel that the layer doesn't have.
   */
  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TSEvent> {
    return (await this.run(tsInput, options, false)).output as TSEvent;
  }

  override evolveSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): TSEvent {
    return this.runSync(tsInput, options, false).output as TSEvent;
  }

  /** Records `neurState`: one sample at the time of each event, and those at the start and at the end. */
  override async evolveRecorded(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<RecordedEvolution> {
    return this.run(tsInput, options, this.records(options));
  }

  override evolveRecordedSync(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): RecordedEvolution {
    return this.runSync(tsInput, options, this.records(options));
  }

  private async run(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    records: boolean,
  ): Promise<RecordedEvolution> {
    const evolution = this.begin(tsInput, options, records);
    let since = performance.now();
    for (;;) {
      const { done, value } = evolution.events.next();
      if (done) return evolution.finish(value);
      if (performance.now() - since < holdTime) continue;
      const steps = Math.floor((value - this.t) / this.dt);
      options.onProgress?.({ done: Math.min(Math.max(steps, 0), evolution.total), total: evolution.total });
      await nextTurn();
      options.signal?.throwIfAborted();
      since = performance.now();
    }
  }

  private runSync(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    records: boolean,
  ): RecordedEvolution {
    const evolution = this.begin(tsInput, options, records);
    for (;;) {
      const { done, value } = evolution.events.next();
      if (done) return evolution.finish(value);
    }
  }

  /** Nothing of the layer changes before `finish`. */
  private begin(tsInput: TimeSeries | null | undefined, options: LayerEvolveOptions, records: boolean) {
    options.signal?.throwIfAborted();
    this.requireKnownOptions(options);
    this.requireInputType(tsInput);
    const total = this.determineTimesteps(tsInput, options);
    const [tStart, tStop] = [this.t, (this.timestep + total) * this.dt];
    // Without a step nothing happens, not even what waits for this very moment.
    const tEnd = total === 0 ? Number.NEGATIVE_INFINITY : tStart + total * this.dt;
    const trace = new VoltageTrace(this.size, tStart, tStop);
    if (records) trace.put(tStart, this.inner.v);
    const events = [
      ...this.inputEvents(tsInput as TSEvent | null | undefined, tStart, tStop),
      ...leakTimes(tStart, Math.max(tStart, tEnd), this.tauLeak).map(
        (time): QueuedEvent => [time, this.sizeIn + this.size],
      ),
    ];
    const onEvent = records ? (time: number, v: Float64Array) => trace.put(time, v) : undefined;
    const finish = ({ state, times, channels }: DigitalResult): RecordedEvolution => {
      const output = new TSEvent({
        times: timesWithin(times, tStart, tStop),
        channels: Int32Array.from(channels),
        ...{ numChannels: this.size, tStart, tStop, name: 'unnamed' },
      });
      if (records) trace.put(tStop, state.v);
      options.onProgress?.({ done: total, total });
      this.inner = state;
      this.timestep += total;
      return { output, record: records ? { neurState: trace.series() } : {} };
    };
    return { total, events: simulate(this.neurons(), this.inner, { events, tEnd, onEvent }), finish };
  }

  private inputEvents(input: TSEvent | null | undefined, tStart: number, tStop: number): QueuedEvent[] {
    if (!input) return [];
    const { times, channels } = input.call({ tStart, tStop });
    return Array.from(times, (time, k): QueuedEvent => [time, this.inputChannel(channels[k]!)]);
  }

  private inputChannel(channel: number): number {
    if (channel < this.sizeIn) return channel;
    throw fail(
      'ValueError',
      'event-channel',
      `${this.startPrint}the input has an event on channel ${channel}, but there are ${this.sizeIn} input channels (0 to ${this.sizeIn - 1})`,
    );
  }

  private queuedChannel(channel: number): number {
    const last = this.sizeIn + this.size;
    if (Number.isInteger(channel) && channel >= -1 && channel <= last) return channel;
    throw fail(
      'ValueError',
      'event-channel',
      `${this.startPrint}channels of waiting events are whole numbers from −1 to ${last}, got ${channel}`,
    );
  }

  private neurons(): DigitalNeurons {
    const { size, sizeIn, range, delay } = this;
    const rows = ({ data }: Vector, count: number) =>
      Array.from({ length: count }, (_, row) => data.subarray(row * size, (row + 1) * size));
    const leak = this.leak.data.map((amount) => -amount);
    return {
      ...{ size, sizeIn, range, delay },
      weights: [...rows(this.weightsIn, sizeIn), ...rows(this.weightsRec, size), leak],
      vThresh: this.vThresh.data,
      vReset: this.vReset.data,
      refractory: this.refractory.data,
      vSubtract: this.vSubtract?.data ?? null,
      vRest: this.vRest?.data ?? null,
    };
  }

  private records({ record = true }: LayerEvolveOptions): boolean {
    const unknown = record === true ? [] : record.filter((name) => name !== 'neurState');
    if (unknown.length === 0) return record === true || record.length > 0;
    throw fail(
      'ValueError',
      'record',
      `${this.startPrint}cannot record ${unknown.join(', ')}; it can record neurState`,
    );
  }

  // --- Resets and files ---

  /** Sets the clock to zero; what waits, and refractoriness, come as much sooner. */
  override resetTime(): void {
    const { t } = this;
    const { v, refractoryUntil, queue } = this.inner;
    this.inner = {
      v,
      refractoryUntil: refractoryUntil.map((time) => time - t),
      queue: queue.map(([time, channel]): QueuedEvent => [time - t, channel]),
    };
    super.resetTime();
  }

  /** Sets the voltages to `vReset`; nothing waits and no neuron is refractory. */
  override resetState(): void {
    this.inner = this.atRest();
  }

  override toDict(): LayerDict {
    const { dt, name, class_name } = super.toDict();
    return {
      dt: dt!,
      name: name!,
      class_name,
      weights_in: toNested(this.weightsIn),
      weights_rec: toNested(this.weightsRec),
      refractory: toNested(this.refractory),
      delay: this.delay,
      tau_leak: this.tauLeak,
      leak: toNested(this.leak),
      v_subtract: this.vSubtract && toNested(this.vSubtract),
      v_thresh: toNested(this.vThresh),
      v_reset: toNested(this.vReset),
      v_rest: this.vRest && toNested(this.vRest),
      state_type: this.stateType,
      monitor_id: [...this.monitorId],
    };
  }

  /** The input weights, followed by the neurons with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const { vThresh, vReset, vSubtract, vRest, refractory, delay, stateType } = this;
    const neurons = ConstantLeakNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...{ vThresh, vReset, refractory, delay, stateType },
      bias: { data: this.leak.data.map((amount) => -amount), shape: [this.size] },
      leakPeriod: this.tauLeak,
      ...(vSubtract && { vSubtract }),
      ...(vRest && { vRest }),
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

  private atRest(): DigitalState {
    return {
      v: this.vReset.data.map((v) => castTo(this.range, v)),
      refractoryUntil: new Float64Array(this.size).fill(Number.NEGATIVE_INFINITY),
      queue: [],
    };
  }

  private orNull(value: ArrayInput | null | undefined, name: string): Vector | null {
    return value === null || value === undefined ? null : this.perNeuron(value, name);
  }

  private subtracted(value: ArrayInput | null | undefined): Vector | null {
    const amounts = this.orNull(value, 'vSubtract');
    return amounts && allPositive(amounts, `${this.startPrint}vSubtract`);
  }

  private refractoryOf(value: ArrayInput): Vector {
    const { data, shape } = this.perNeuron(value, 'refractory');
    return { data: data.map((seconds) => Math.max(seconds, shortestRefractory)), shape };
  }

  private seconds(value: number, name: string): number {
    return positive(numberOf(value, name), `${this.startPrint}${name}`);
  }
}

/** Voltages over time; of several at one time the last one counts. */
class VoltageTrace {
  private readonly size: number;
  private readonly tStart: number;
  private readonly tStop: number;
  private readonly times: number[] = [];
  private readonly rows: Float64Array[] = [];

  constructor(size: number, tStart: number, tStop: number) {
    this.size = size;
    this.tStart = tStart;
    this.tStop = tStop;
  }

  put(time: number, v: Float64Array): void {
    const inside = Math.min(Math.max(time, this.tStart), this.tStop);
    if (this.times.at(-1) === inside) {
      this.times.pop();
      this.rows.pop();
    }
    this.times.push(inside);
    this.rows.push(v.slice());
  }

  series(): TSContinuous {
    const { times, rows, size } = this;
    const data = new Float64Array(rows.length * size);
    rows.forEach((row, k) => {
      data.set(row, k * size);
    });
    const samples = { data, shape: [rows.length, size] };
    return new TSContinuous({ times, samples, interpKind: 'previous', name: 'neurState' });
  }
}
