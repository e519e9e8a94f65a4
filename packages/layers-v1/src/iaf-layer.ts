// What integrate-and-fire layers have in common: neuron parameters, voltages and synaptic currents, refractoriness,
// resets, records. Not the weights, the input and the program: those are each layer's own.
import type { RunResult } from '@rp/dynamics';
import { IAFNeurons, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested, zeros } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { describe, fail } from './error.ts';
import { graphName } from './graph-name.ts';
import { type IntegratorName, integratorOf } from './integrators.ts';
import type { LayerEvolveOptions, RecordedEvolution, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { positive, withoutNaN } from './numbers.ts';
import {
  eventSeries,
  type LayerBindings,
  ProgramLayer,
  type ProgramLayerOptions,
  type Span,
} from './program-layer.ts';
import { scalarOf } from './scalar.ts';

/** The neurons; every parameter is one number for all, or one per neuron. */
export interface IAFOptions extends Omit<ProgramLayerOptions, 'weights'> {
  /** Seconds per time step; cannot be changed later. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Constant current in amperes, through a unit resistance: one ampere makes one volt. */
  readonly bias?: ArrayInput | undefined;
  /** Membrane time constants in seconds. Default 0.02. */
  readonly tauMem?: ArrayInput | undefined;
  /** A neuron whose voltage is above it fires, volts. Default −0.055. */
  readonly vThresh?: ArrayInput | undefined;
  /** Voltage after a spike, volts. Default −0.065. */
  readonly vReset?: ArrayInput | undefined;
  /** Voltage without input, volts; also the initial one. Default −0.065. */
  readonly vRest?: ArrayInput | undefined;
  /** Seconds after a spike during which the voltage stands still. Default 0. */
  readonly refractory?: number | undefined;
  /** Default `rk4`. */
  readonly integratorName?: IntegratorName | undefined;
  /** Whether every evolution leaves its voltages and currents in `recorded`. Default false. */
  readonly record?: boolean | undefined;
}

type NeuronParameter = 'bias' | 'tauMem' | 'vThresh' | 'vReset' | 'vRest';

export abstract class IAFLayer extends ProgramLayer {
  /** Whether every evolution leaves its voltages and currents in {@link recorded}. */
  record: boolean;
  /** With {@link record}: what the last evolution recorded, by name; a row before each step and one at the end. */
  recorded: RecordedEvolution['record'] | undefined;
  private readonly integrator: IntegratorName;
  private readonly neurons: Record<NeuronParameter, NdArray<Float64Array>>;
  private ownRefractory: number;
  private voltage: NdArray<Float64Array>;
  private stepsSinceSpike: NdArray<Float64Array>;
  private readonly currents: Record<string, NdArray<Float64Array>>;

  /** @param own the layer's weights, default bias, and the names of its synaptic currents in the program. */
  constructor(
    options: IAFOptions,
    own: { readonly weights: ArrayInput; readonly bias: number; readonly synapses: readonly string[] },
  ) {
    const { dt = 1e-4, bias = own.bias, tauMem = 0.02 } = options;
    super({ ...options, dt: positive(scalarOf(dt, 'dt'), 'dt'), weights: own.weights });
    this.neurons = {
      bias: this.perNeuron(bias, 'bias'),
      tauMem: this.timeConstants(tauMem, 'tauMem'),
      vThresh: this.perNeuron(options.vThresh ?? -0.055, 'vThresh'),
      vReset: this.perNeuron(options.vReset ?? -0.065, 'vReset'),
      vRest: this.perNeuron(options.vRest ?? -0.065, 'vRest'),
    };
    this.ownRefractory = refractoryOf(options.refractory ?? 0);
    this.integrator = integratorOf(options.integratorName ?? 'rk4');
    this.record = options.record ?? false;
    this.currents = Object.fromEntries(own.synapses.map((name) => [name, zeros([this.size])]));
    this.voltage = copyOf(this.vRest);
    this.stepsSinceSpike = longAgo(this.size);
  }

  // --- Attributes ---

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  override get dt(): number {
    return super.dt;
  }

  /** @throws ValueError for another value than the present one: the time step is fixed when the layer is made. */
  override set dt(value: number) {
    if (value === super.dt) return;
    throw fail(
      'ValueError',
      'dt-fixed',
      `${this.startPrint}dt is ${super.dt} s and cannot be changed to ${describe(value)}; make a new layer`,
    );
  }

  /** Constant current in amperes, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.neurons.bias;
  }

  set bias(value: ArrayInput) {
    this.neurons.bias = this.perNeuron(value, 'bias');
  }

  /** Membrane time constants in seconds, `[size]`. Takes one number for all. */
  get tauMem(): NdArray<Float64Array> {
    return this.neurons.tauMem;
  }

  /** @throws ValueError unless positive. */
  set tauMem(value: ArrayInput) {
    this.neurons.tauMem = this.timeConstants(value, 'tauMem');
  }

  /** Thresholds in volts, `[size]`. Takes one number for all. */
  get vThresh(): NdArray<Float64Array> {
    return this.neurons.vThresh;
  }

  set vThresh(value: ArrayInput) {
    this.neurons.vThresh = this.perNeuron(value, 'vThresh');
  }

  /** Voltages after a spike in volts, `[size]`. Takes one number for all. */
  get vReset(): NdArray<Float64Array> {
    return this.neurons.vReset;
  }

  set vReset(value: ArrayInput) {
    this.neurons.vReset = this.perNeuron(value, 'vReset');
  }

  /** Voltages without input in volts, `[size]`. Takes one number for all. */
  get vRest(): NdArray<Float64Array> {
    return this.neurons.vRest;
  }

  set vRest(value: ArrayInput) {
    this.neurons.vRest = this.perNeuron(value, 'vRest');
  }

  /** Seconds after a spike during which the voltage stands still; they count in whole time steps. */
  get refractory(): number {
    return this.ownRefractory;
  }

  set refractory(value: number) {
    this.ownRefractory = refractoryOf(value);
  }

  /** How the time steps are integrated. */
  get integratorName(): IntegratorName {
    return this.integrator;
  }

  /** Voltages in volts, `[size]`. Takes one number for all. */
  get v(): NdArray<Float64Array> {
    return this.voltage;
  }

  set v(value: ArrayInput) {
    this.voltage = this.perNeuron(value, 'v');
  }

  /** The voltages. */
  override get state(): NdArray<Float64Array> {
    return this.v;
  }

  override set state(value: ArrayInput) {
    this.v = value;
  }

  // --- Evolving ---

  /** @returns events named `Layer spikes`, at the start of the time step in which the neuron fires. */
  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TSEvent> {
    if (!this.record) return (await super.evolve(tsInput, options)) as TSEvent;
    const { output, record } = await super.evolveRecorded(tsInput, options);
    this.recorded = record;
    return output as TSEvent;
  }

  override evolveSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): TSEvent {
    if (!this.record) return super.evolveSync(tsInput, options) as TSEvent;
    const { output, record } = super.evolveRecordedSync(tsInput, options);
    this.recorded = record;
    return output as TSEvent;
  }

  /** Voltages to rest, synaptic currents to zero, and no neuron is refractory. */
  override resetState(): void {
    this.voltage = copyOf(this.vRest);
    for (const name of Object.keys(this.currents)) this.currents[name] = zeros([this.size]);
    this.stepsSinceSpike = longAgo(this.size);
  }

  /**
   * Voltages from a uniform distribution of the width `|vThresh − vReset|` above `vReset`, currents as the layer says.
   * @param random uniform numbers from 0 to 1; give a seeded generator to get the same state again.
   */
  override randomizeState(random: () => number = Math.random): void {
    const { vThresh, vReset } = this;
    this.v = vReset.data.map((reset, neuron) => reset + random() * Math.abs(vThresh.data[neuron]! - reset));
    for (const name of Object.keys(this.currents)) {
      const drawn = Float64Array.from({ length: this.size }, () => this.randomCurrent(name, random));
      this.currents[name] = { data: drawn, shape: [this.size] };
    }
  }

  override toDict(): LayerDict {
    return {
      ...super.toDict(),
      bias: toNested(this.bias),
      tau_mem: toNested(this.tauMem),
      v_thresh: toNested(this.vThresh),
      v_reset: toNested(this.vReset),
      v_rest: toNested(this.vRest),
      refractory: this.refractory,
      integrator_name: this.integratorName,
      record: this.record,
    };
  }

  // --- For the layers ---

  protected current(name: string): NdArray<Float64Array> {
    return this.currents[name]!;
  }

  protected setCurrent(name: string, value: ArrayInput): void {
    this.currents[name] = this.perNeuron(value, name);
  }

  /** A current for {@link randomizeState}, amperes. */
  protected randomCurrent(_name: string, random: () => number): number {
    return random();
  }

  /** @throws AssertionError for null and for another number of elements than 1 or `size`; ValueError for NaN. */
  protected perNeuron(value: ArrayInput | null, name: string): NdArray<Float64Array> {
    return withoutNaN(this.expandToNetSize(value, name, false)!, name);
  }

  /** @throws also ValueError unless positive. */
  protected timeConstants(value: ArrayInput | null, name: string): NdArray<Float64Array> {
    const taus = this.perNeuron(value, name);
    for (const tau of taus.data) positive(tau, `${this.startPrint}${name}`);
    return taus;
  }

  /** What {@link bindings} says of the neurons. */
  protected neuronBindings(): Omit<LayerBindings, 'dims'> {
    const { noiseStd, refractory } = this;
    return {
      params: { ...this.neurons, noiseStd, refractory },
      state: { v: this.voltage, stepsSinceSpike: this.stepsSinceSpike, ...this.currents },
    };
  }

  protected override keepState(state: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.voltage = state.v!;
    this.stepsSinceSpike = state.stepsSinceSpike!;
    for (const name of Object.keys(this.currents)) this.currents[name] = state[name]!;
  }

  protected override outputSeries({ events }: RunResult, span: Span): TimeSeries {
    return eventSeries(events.spikes!, span, { numChannels: this.size, name: 'Layer spikes', phase: 0 });
  }

  protected override get recordable(): readonly string[] {
    return ['v', ...Object.keys(this.currents)];
  }

  /** The neurons as a graph, with weights from their outputs back to their inputs if there are any. */
  protected neuronGraph(
    synapses: { readonly tauSyn?: NdArray; readonly tauSynRec?: NdArray },
    recurrent?: NdArray<Float64Array>,
  ): IAFNeurons {
    const neurons = IAFNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...this.neurons,
      ...synapses,
      refractory: this.refractory,
      dt: this.dt,
    });
    if (recurrent !== undefined) {
      new LinearWeights({
        inputNodes: neurons.outputNodes,
        outputNodes: neurons.inputNodes,
        name: graphName(this, 'recurrent'),
        computationalModule: this,
        weights: recurrent,
      });
    }
    return neurons;
  }
}

function refractoryOf(value: number): number {
  const refractory = scalarOf(value, 'refractory');
  if (!Number.isNaN(refractory)) return refractory;
  throw fail('ValueError', 'refractory', 'refractory must be a number of seconds, got NaN');
}

function copyOf({ data, shape }: NdArray<Float64Array>): NdArray<Float64Array> {
  return { data: data.slice(), shape };
}

/** No spike so far. */
function longAgo(size: number): NdArray<Float64Array> {
  return { data: new Float64Array(size).fill(Number.POSITIVE_INFINITY), shape: [size] };
}
