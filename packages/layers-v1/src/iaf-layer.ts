// What all integrate-and-fire layers have in common: neuron parameters, voltages and synaptic currents, refractoriness,
// resets, records. Not the weights, the input and the program: those are each layer's own.
import { IAFNeurons, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested, zeros } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { graphName } from './graph-name.ts';
import type { LayerEvolveOptions, RecordedEvolution, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { allPositive } from './numbers.ts';
import { type LayerBindings, ProgramLayer, type ProgramLayerOptions } from './program-layer.ts';

/** The neurons; every parameter is one number for all, or one per neuron. */
export interface IAFOptions extends Omit<ProgramLayerOptions, 'weights'> {
  /** Seconds per time step. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Constant current in amperes, through a unit resistance: one ampere makes one volt. */
  readonly bias?: ArrayInput | undefined;
  /** Membrane time constants in seconds. Default 0.02. */
  readonly tauMem?: ArrayInput | undefined;
  /** A neuron whose voltage is above it fires, volts. Default −0.055. */
  readonly vThresh?: ArrayInput | undefined;
  /** Voltage after a spike, volts. Default −0.065. */
  readonly vReset?: ArrayInput | undefined;
  /** Voltage without input, volts. Default −0.065. */
  readonly vRest?: ArrayInput | undefined;
  /** Whether every evolution leaves its voltages and currents in `recorded`. Default false. */
  readonly record?: boolean | undefined;
}

type NeuronParameter = 'bias' | 'tauMem' | 'vThresh' | 'vReset' | 'vRest';

/** What a layer says of itself when it is made. */
export interface IAFTraits {
  readonly weights: ArrayInput;
  /** The default bias. */
  readonly bias: number;
  /** The names of its synaptic currents in the program. */
  readonly synapses: readonly string[];
  /** The voltage that neurons start with and are reset to. */
  readonly initial: 'vRest' | 'vReset';
  /** The state of the program that refractoriness is counted in, and its value without any. */
  readonly refractoriness: { readonly state: string; readonly none: number };
}

export abstract class IAFLayer extends ProgramLayer {
  /** Whether every evolution leaves its voltages and currents in {@link recorded}. */
  record: boolean;
  /** With {@link record}: what the last evolution recorded, by name; a row before each step and one at the end. */
  recorded: RecordedEvolution['record'] | undefined;
  private readonly traits: Omit<IAFTraits, 'weights'>;
  private readonly neurons: Record<NeuronParameter, NdArray<Float64Array>>;
  private voltage: NdArray<Float64Array>;
  private refractoriness: NdArray<Float64Array>;
  private readonly currents: Record<string, NdArray<Float64Array>>;

  constructor(options: IAFOptions, { weights, ...own }: IAFTraits) {
    const { dt = 1e-4, bias = own.bias, tauMem = 0.02 } = options;
    super({ ...options, dt, weights });
    this.traits = own;
    this.neurons = {
      bias: this.perNeuron(bias, 'bias'),
      tauMem: this.timeConstants(tauMem, 'tauMem'),
      vThresh: this.perNeuron(options.vThresh ?? -0.055, 'vThresh'),
      vReset: this.perNeuron(options.vReset ?? -0.065, 'vReset'),
      vRest: this.perNeuron(options.vRest ?? -0.065, 'vRest'),
    };
    this.record = options.record ?? false;
    this.currents = Object.fromEntries(own.synapses.map((name) => [name, zeros([this.size])]));
    this.voltage = copyOf(this[own.initial]);
    this.refractoriness = this.notRefractory();
  }

  // --- Attributes ---

  override get outputType(): SeriesClass {
    return TSEvent;
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

  /** @returns the spikes, on `[size]` channels. */
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

  /** Voltages to their initial values, synaptic currents to zero, and no neuron is refractory. */
  override resetState(): void {
    this.voltage = copyOf(this[this.traits.initial]);
    for (const name of Object.keys(this.currents)) this.currents[name] = zeros([this.size]);
    this.refractoriness = this.notRefractory();
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

  /** {@link perNeuron}. @throws also ValueError unless positive. */
  protected timeConstants(value: ArrayInput | null, name: string): NdArray<Float64Array> {
    return allPositive(this.perNeuron(value, name), `${this.startPrint}${name}`);
  }

  /** What {@link bindings} says of the neurons. */
  protected neuronBindings(): Omit<LayerBindings, 'dims'> {
    return {
      params: { ...this.neurons, noiseStd: this.noiseStd },
      state: {
        v: this.voltage,
        [this.traits.refractoriness.state]: this.refractoriness,
        ...this.currents,
      },
    };
  }

  protected override keepState(state: Readonly<Record<string, NdArray<Float64Array>>>): void {
    this.voltage = state.v!;
    this.refractoriness = state[this.traits.refractoriness.state]!;
    for (const name of Object.keys(this.currents)) this.currents[name] = state[name]!;
  }

  protected override get recordable(): readonly string[] {
    return ['v', ...Object.keys(this.currents)];
  }

  private notRefractory(): NdArray<Float64Array> {
    const { none } = this.traits.refractoriness;
    return { data: new Float64Array(this.size).fill(none), shape: [this.size] };
  }

  /** The neurons as a graph, with weights from their outputs back to their inputs if there are any. */
  protected neuronGraph(
    constants: { readonly tauSyn?: NdArray; readonly tauSynRec?: NdArray; readonly refractory?: number },
    recurrent?: NdArray<Float64Array>,
  ): IAFNeurons {
    const neurons = IAFNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...this.neurons,
      ...constants,
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

function copyOf({ data, shape }: NdArray<Float64Array>): NdArray<Float64Array> {
  return { data: data.slice(), shape };
}
