// What the clocked constant-leak layers have in common: thresholds, what a spike does to the voltage, binned input.
// Not the recurrent connections, nor the program: those are each layer's own.

import type { RunResult } from '@rp/dynamics';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { monitorIds } from './monitor-ids.ts';
import {
  eventSeries,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
  type Span,
} from './program-layer.ts';

/** The neurons; every parameter is one number for all, or one per neuron. */
export interface CLIAFOptions extends Omit<ProgramLayerOptions, 'weights' | 'noiseStd'> {
  /** Added to the voltage; negative for a leak. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** A neuron whose voltage reaches it fires. Default 8. */
  readonly vThresh?: ArrayInput | undefined;
  /** The voltage at the start, and after a spike if nothing is subtracted. Default 0. */
  readonly vReset?: ArrayInput | undefined;
  /** What a spike takes from the voltage; null to reset it instead. Default 8. */
  readonly vSubtract?: ArrayInput | null | undefined;
  /** Without effect on the results; kept because files have it. Default none. */
  readonly monitorId?: ArrayInput | null | undefined;
}

export abstract class CLIAFLayer extends ProgramLayer {
  /** Without effect on the results. */
  monitorId: readonly number[];
  private ownBias: NdArray<Float64Array>;
  private ownThresh: NdArray<Float64Array>;
  private ownReset: NdArray<Float64Array>;
  private ownSubtract: NdArray<Float64Array> | null;

  constructor(options: CLIAFOptions & Pick<ProgramLayerOptions, 'weights'>) {
    super({ ...options, noiseStd: 0 });
    const { bias = 0, vThresh = 8, vReset = 0, vSubtract = 8, monitorId } = options;
    this.ownBias = this.perNeuron(bias, 'bias');
    this.ownThresh = this.perNeuron(vThresh, 'vThresh');
    this.ownReset = this.perNeuron(vReset, 'vReset');
    this.ownSubtract = this.subtracted(vSubtract);
    this.monitorId = monitorIds(monitorId);
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  /** Added to the voltage, `[size]`. Takes one number for all. */
  get bias(): NdArray<Float64Array> {
    return this.ownBias;
  }

  set bias(value: ArrayInput) {
    this.ownBias = this.perNeuron(value, 'bias');
  }

  /** A neuron whose voltage reaches it fires, `[size]`. Takes one number for all. */
  get vThresh(): NdArray<Float64Array> {
    return this.ownThresh;
  }

  set vThresh(value: ArrayInput) {
    this.ownThresh = this.perNeuron(value, 'vThresh');
  }

  /** The voltage after a reset, `[size]`. Takes one number for all. */
  get vReset(): NdArray<Float64Array> {
    return this.ownReset;
  }

  set vReset(value: ArrayInput) {
    this.ownReset = this.perNeuron(value, 'vReset');
  }

  /** What a spike takes from the voltage, `[size]`; null where it resets it. Takes one number for all. */
  get vSubtract(): NdArray<Float64Array> | null {
    return this.ownSubtract;
  }

  /** @throws ValueError unless positive: neurons would fire for ever. */
  set vSubtract(value: ArrayInput | null) {
    this.ownSubtract = this.subtracted(value);
  }

  /** Sets the voltages to `vReset`. */
  override resetState(): void {
    this.state = this.ownReset;
  }

  /** @returns the spikes, on `[size]` channels, in the middle of their time steps. */
  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TSEvent> {
    return (await super.evolve(tsInput, options)) as TSEvent;
  }

  override evolveSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): TSEvent {
    return super.evolveSync(tsInput, options) as TSEvent;
  }

  override toDict(): LayerDict {
    const { dt, name, class_name } = super.toDict();
    return {
      dt: dt!,
      name: name!,
      class_name,
      bias: toNested(this.bias),
      v_thresh: toNested(this.vThresh),
      v_reset: toNested(this.vReset),
      v_subtract: this.vSubtract && toNested(this.vSubtract),
      monitor_id: [...this.monitorId],
    };
  }

  // --- For the layers ---

  /** What both programs take of the neurons; `vSubtract` only where something is subtracted. */
  protected get neuronParams() {
    const { bias, vThresh, vReset, vSubtract } = this;
    return { bias, vThresh, ...(vSubtract === null ? { vReset } : { vSubtract }) };
  }

  /** Several events of a channel in one time step count as one. */
  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    return this.eventInputs(tsInput, options);
  }

  protected override outputSeries({ events }: RunResult, span: Span): TimeSeries {
    return eventSeries(events.spikes!, span, { numChannels: this.size, name: 'unnamed' });
  }

  protected override get recordable(): readonly string[] {
    return ['state'];
  }

  private subtracted(value: ArrayInput | null): NdArray<Float64Array> | null {
    if (value === null) return null;
    const amounts = this.perNeuron(value, 'vSubtract');
    const wrong = amounts.data.find((amount) => !(amount > 0));
    if (wrong === undefined) return amounts;
    throw fail(
      'ValueError',
      'v-subtract',
      `${this.startPrint}vSubtract must be positive, or neurons would fire for ever; got ${wrong}. Use null to reset the voltage instead`,
    );
  }
}
