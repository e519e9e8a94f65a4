// What the layers with the back-step solver have in common: neuron parameters, voltages and synaptic currents, time steps
// of the solver, spikes with their exact times. Not the connections and the flow: those are each layer's own.
import type { EventList, RunResult, StepProgram } from '@rp/dynamics';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { lastOf } from './back-step.ts';
import { fail } from './error.ts';
import { oneEach } from './expand.ts';
import type { LayerEvolveOptions, RecordedEvolution, SeriesClass } from './layer.ts';
import { allPositive, numberOf } from './numbers.ts';

import {
  type LayerBindings,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
  type Span,
  withoutBatch,
} from './program-layer.ts';
import { timesWithin } from './times-within.ts';

/** One number for all neurons stays one; vectors have one element per neuron. */
export type PerNeuron = number | NdArray<Float64Array>;

export interface BackStepEvolveOptions extends LayerEvolveOptions {
  /** The shortest time between two spikes in seconds, below `dt`. Default a tenth of `dt`. */
  readonly minDelta?: number | undefined;
}

/** Parameters that become vectors. */
const vectors = ['vThresh', 'vReset', 'vRest'] as const;
/** Parameters that stay what they were given as. */
const plain = ['bias', 'tauMem', 'refractory', 'tauSynRFast', 'tauSynRSlow'] as const;

export type BackStepParameters = Readonly<
  Record<(typeof vectors)[number] | (typeof plain)[number], ArrayInput>
>;

/** The most solver steps that can begin within one time step, as a power of two, so that few programs are needed. */
function limitFor(dt: number, minDelta: number): number {
  return 2 ** Math.min(20, Math.ceil(Math.log2(dt / minDelta + 4)));
}

export abstract class BackStepLayer extends ProgramLayer {
  /** Whether every evolution leaves what happened in {@link recorded}. */
  record: boolean;
  /** With {@link record}: what the last evolution recorded, by name, one sample for each step of the solver. */
  recorded: RecordedEvolution['record'] | undefined;
  private readonly vectors: Record<(typeof vectors)[number], NdArray<Float64Array>>;
  private readonly plain: Record<(typeof plain)[number], PerNeuron>;
  private readonly quantities: Record<string, NdArray<Float64Array>>;
  private waiting: NdArray<Float64Array>;

  /** `quantities`: how many elements each has beside v. */
  constructor(
    options: ProgramLayerOptions & { readonly record?: boolean | number | undefined },
    parameters: BackStepParameters,
    quantities: Readonly<Record<string, number>>,
  ) {
    super(options);
    const each = <K extends string, T>(names: readonly K[], make: (name: K) => T) =>
      Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, T>;
    this.record = Boolean(options.record ?? false);
    this.vectors = each(vectors, (name) => this.perNeuron(parameters[name], name));
    this.plain = each(plain, (name) => this.asGiven(parameters[name], name));
    this.quantities = Object.fromEntries(
      Object.entries(quantities).map(([name, size]) => [name, zeros([size])]),
    );
    this.waiting = zeros([this.size]);
    this.resetState();
  }

  // --- Attributes ---

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  /** A neuron whose voltage is above it fires, `[size]`. Takes one number for all. */
  get vThresh(): NdArray<Float64Array> {
    return this.vectors.vThresh;
  }

  set vThresh(value: ArrayInput) {
    this.vectors.vThresh = this.perNeuron(value, 'vThresh');
  }

  /** Voltages after a spike, `[size]`. Takes one number for all. */
  get vReset(): NdArray<Float64Array> {
    return this.vectors.vReset;
  }

  set vReset(value: ArrayInput) {
    this.vectors.vReset = this.perNeuron(value, 'vReset');
  }

  /** Voltages without input, `[size]`. Takes one number for all. */
  get vRest(): NdArray<Float64Array> {
    return this.vectors.vRest;
  }

  set vRest(value: ArrayInput) {
    this.vectors.vRest = this.perNeuron(value, 'vRest');
  }

  /** Constant currents: one number, or `[size]`. */
  get bias(): PerNeuron {
    return this.plain.bias;
  }

  set bias(value: ArrayInput) {
    this.plain.bias = this.asGiven(value, 'bias');
  }

  /** Membrane time constants in seconds: one number, or `[size]`. */
  get tauMem(): PerNeuron {
    return this.plain.tauMem;
  }

  /** @throws ValueError unless positive. */
  set tauMem(value: ArrayInput) {
    this.plain.tauMem = this.asGiven(value, 'tauMem');
  }

  /** Seconds after a spike in which a neuron is held at `vReset`: one number, or `[size]`. */
  get refractory(): PerNeuron {
    return this.plain.refractory;
  }

  set refractory(value: ArrayInput) {
    this.plain.refractory = this.asGiven(value, 'refractory');
  }

  /** Time constants of the fast recurrent synapses in seconds: one number, or `[size]`. */
  get tauSynRFast(): PerNeuron {
    return this.plain.tauSynRFast;
  }

  /** @throws ValueError unless positive. */
  set tauSynRFast(value: ArrayInput) {
    this.plain.tauSynRFast = this.asGiven(value, 'tauSynRFast');
  }

  /** Time constants of the slow recurrent synapses in seconds: one number, or `[size]`. */
  get tauSynRSlow(): PerNeuron {
    return this.plain.tauSynRSlow;
  }

  /** @throws ValueError unless positive. */
  set tauSynRSlow(value: ArrayInput) {
    this.plain.tauSynRSlow = this.asGiven(value, 'tauSynRSlow');
  }

  /** Currents of the slow recurrent synapses, `[size]`. Takes one number for all. */
  get iSynSlow(): NdArray<Float64Array> {
    return this.quantity('iSynSlow');
  }

  set iSynSlow(value: ArrayInput) {
    this.setQuantity('iSynSlow', value);
  }

  /** Currents of the fast recurrent synapses, `[size]`. Takes one number for all. */
  get iSynFast(): NdArray<Float64Array> {
    return this.quantity('iSynFast');
  }

  set iSynFast(value: ArrayInput) {
    this.setQuantity('iSynFast', value);
  }

  /** Seconds until each neuron is no longer refractory, `[size]`; negative if it isn't. Takes one number for all. */
  get refractoryTime(): NdArray<Float64Array> {
    return this.waiting;
  }

  set refractoryTime(value: ArrayInput) {
    this.waiting = this.perNeuron(value, 'refractoryTime');
  }

  /** Voltages to `vRest`, everything else to zero; no neuron is refractory. */
  override resetState(): void {
    this.state = this.vRest;
    for (const [name, { shape }] of Object.entries(this.quantities)) this.quantities[name] = zeros(shape);
    this.waiting = zeros([this.size]);
  }

  // --- Evolving ---

  /**
   * @returns the spikes at their exact times, on `[size]` channels.
   * @throws ValueError for a minDelta that is negative or not below dt.
   */
  override async evolve(tsInput?: TimeSeries | null, options: BackStepEvolveOptions = {}): Promise<TSEvent> {
    if (!this.record) return (await super.evolve(tsInput, options)) as TSEvent;
    const { output, record } = await super.evolveRecorded(tsInput, options);
    this.recorded = record;
    return output as TSEvent;
  }

  override evolveSync(tsInput?: TimeSeries | null, options: BackStepEvolveOptions = {}): TSEvent {
    if (!this.record) return super.evolveSync(tsInput, options) as TSEvent;
    const { output, record } = super.evolveRecordedSync(tsInput, options);
    this.recorded = record;
    return output as TSEvent;
  }

  protected override get ownEvolveOptions(): readonly string[] {
    return ['minDelta'];
  }

  protected override get recordable(): readonly string[] {
    return ['v', ...Object.keys(this.quantities), 'dvdt'];
  }

  /** Notes clock and state; what it returns brings the layer back to them. */
  remembered(): () => void {
    const { timestep, state, waiting } = this;
    const quantities = { ...this.quantities };
    return () => {
      this.timestep = timestep;
      this.state = state;
      this.waiting = waiting;
      Object.assign(this.quantities, quantities);
    };
  }

  // --- For the layers ---

  /** The program for a limit of its loop; with rows of what is recorded, or without. */
  protected abstract programFor(limit: number, recorded: boolean): StepProgram;

  protected override program(): StepProgram {
    return this.programFor(limitFor(1, 0.1), false);
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: BackStepEvolveOptions,
    record: readonly string[] = [],
  ): PreparedRun {
    const minDelta = this.minDeltaOf(options.minDelta);
    const { inputs, numTimesteps } = super.programInputs(tsInput, options);
    const tEnd = (this.timestep + numTimesteps) * this.dt;
    return {
      inputs,
      numTimesteps,
      program: this.programFor(limitFor(this.dt, minDelta), record.length > 0),
      params: { tStart: this.t, tEnd, minDelta, rows: numTimesteps },
      record: [],
      onStep: this.onSpike && ((result) => this.tellSpikes(result)),
      onDone: (result) => this.keepEnd(result, tEnd),
    };
  }

  /** Called for each spike with its time in seconds and its neuron, after the time step in which it was found; default: nothing is. */
  protected get onSpike(): ((time: number, neuron: number) => void) | undefined {
    return undefined;
  }

  private tellSpikes({ events }: RunResult): void {
    const { units, counts } = events.spikes!;
    units.forEach((neuron, k) => {
      this.onSpike?.(counts[k]!, neuron);
    });
  }

  /** Parameters and state of the neurons and the solver; the layers add their connections. */
  protected solverBindings(): Omit<LayerBindings, 'dims'> {
    const state = { v: this.state, ...this.quantities };
    const last = Object.entries(state).map(([name, value]) => [lastOf(name), value] as const);
    return {
      params: { ...this.vectors, ...this.expanded(), noiseStd: this.noiseStd },
      state: {
        ...state,
        ...Object.fromEntries(last),
        waiting: this.waiting,
        ...{ time: this.t, lastTime: this.t, firing: -1, fresh: 1, row: 0 },
      },
    };
  }

  protected quantity(name: string): NdArray<Float64Array> {
    return this.quantities[name]!;
  }

  /** @throws AssertionError for another number of elements than 1 or those that it has. */
  protected setQuantity(name: string, value: ArrayInput): void {
    this.quantities[name] = oneEach(value, this.quantities[name]!.shape, `${this.startPrint}${name}`);
  }

  /** Nothing of the program's state is taken over as it is: see `keepEnd`. */
  protected override keepState(): void {}

  /** The solver ends somewhere in the step after the end; the state at the end lies on the line behind it. */
  private keepEnd({ state }: RunResult, tEnd: number): void {
    const scalar = (name: string) => state[name]!.data[0]!;
    const passed = tEnd - scalar('lastTime');
    const atEnd = (name: string) => {
      const [now, last] = [withoutBatch(state[name]!), withoutBatch(state[lastOf(name)]!)];
      const data = now.data.map((value, k) => ((value - last.data[k]!) / this.dt) * passed + last.data[k]!);
      return { data, shape: now.shape };
    };
    this.state = atEnd('v');
    for (const name of Object.keys(this.quantities)) this.quantities[name] = atEnd(name);
    const beyond = scalar('time') - tEnd;
    const { data, shape } = withoutBatch(state.waiting!);
    this.waiting = { data: data.map((seconds) => seconds + beyond), shape };
  }

  protected override outputSeries({ events }: RunResult, { tStart, tEnd }: Span): TimeSeries {
    const { units, counts } = events.spikes!;
    return new TSEvent({
      times: timesWithin(counts, tStart, tEnd),
      channels: units,
      numChannels: this.size,
      tStart,
      tStop: tEnd,
      name: 'unnamed',
    });
  }

  protected override recordedSeries(
    names: readonly string[],
    _before: unknown,
    { events }: RunResult,
    { tStart, tEnd }: Span,
  ): RecordedEvolution['record'] {
    if (names.length === 0) return {};
    const times = timesWithin(events.recordedTime!.counts, tStart, tEnd);
    const series = (name: string) => {
      const { counts } = events[recordName(name)]! as EventList;
      const samples = {
        data: Float64Array.from(counts),
        shape: [times.length, counts.length / times.length || 0],
      };
      if (times.length === 0) return new TSContinuous({ numChannels: this.size, tStart, tStop: tEnd, name });
      return new TSContinuous({ times, samples, tStart, tStop: tEnd, name });
    };
    return Object.fromEntries(names.map((name) => [name, series(name)]));
  }

  private expanded(): Record<(typeof plain)[number], NdArray<Float64Array>> {
    const entries = plain.map((name) => [name, this.perNeuron(this.plain[name], name)] as const);
    return Object.fromEntries(entries) as Record<(typeof plain)[number], NdArray<Float64Array>>;
  }

  private asGiven(value: ArrayInput, name: (typeof plain)[number]): PerNeuron {
    const vector = this.perNeuron(value, name);
    if (name.startsWith('tau')) allPositive(vector, `${this.startPrint}${name}`);
    return typeof value === 'number' ? value : vector;
  }

  private minDeltaOf(given: number | null | undefined): number {
    const minDelta = numberOf(given ?? this.dt / 10, 'minDelta');
    if (minDelta >= 0 && minDelta < this.dt) return minDelta;
    throw fail(
      'ValueError',
      'min-delta',
      `${this.startPrint}minDelta must be at least 0 and below dt (${this.dt} s), got ${minDelta}`,
    );
  }
}

/** The name that a recorded quantity has among the results of a program. */
export function recordName(name: string): string {
  return `recorded_${name}`;
}
