// Integrate-and-fire layers that follow the schedule of the reference's simulator (Brian 2): integrate, find the spikes,
// let events and spikes act on the synapses, reset.
import type { RunResult } from '@rp/dynamics';
import type { NdArray } from '@rp/ndarray';
import type { TimeSeries } from '@rp/timeseries';
import { twoRowsPerStep } from './drive-rows.ts';
import { describe, fail } from './error.ts';
import { IAFLayer, type IAFOptions, type IAFTraits } from './iaf-layer.ts';
import { type IntegratorName, integratorOf } from './integrators.ts';
import type { LayerEvolveOptions } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import { numberOf } from './numbers.ts';
import { eventSeries, type LayerBindings, type PreparedRun, type Span } from './program-layer.ts';

export interface BrianIAFOptions extends IAFOptions {
  /** Seconds per time step; cannot be changed later. Default 1e-4. */
  readonly dt?: number | undefined;
  /** Seconds after a spike during which the voltage stands still. Default 0. */
  readonly refractory?: number | undefined;
  /** Default `rk4`. */
  readonly integratorName?: IntegratorName | undefined;
}

export abstract class BrianIAFLayer extends IAFLayer {
  private readonly integrator: IntegratorName;
  private ownRefractory: number;
  /** What `resetAll(false)` goes back to, by name. */
  private made: Readonly<Record<string, unknown>> = {};

  constructor(options: BrianIAFOptions, own: Pick<IAFTraits, 'weights' | 'bias' | 'synapses'>) {
    const refractoriness = { state: 'stepsSinceSpike', none: Number.POSITIVE_INFINITY };
    super(options, { ...own, initial: 'vRest', refractoriness });
    this.ownRefractory = numberOf(options.refractory ?? 0, 'refractory');
    this.integrator = integratorOf(options.integratorName ?? 'rk4');
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

  /** Seconds after a spike during which the voltage stands still; they count in whole time steps. */
  get refractory(): number {
    return this.ownRefractory;
  }

  set refractory(value: number) {
    this.ownRefractory = numberOf(value, 'refractory');
  }

  /** How the time steps are integrated. */
  get integratorName(): IntegratorName {
    return this.integrator;
  }

  /**
   * Resets the clock and the state.
   * @param keepParams whether weights and other parameters stay as they are (default), or become what they were when the
   * layer was made.
   */
  override resetAll(keepParams = true): void {
    if (!keepParams) for (const [name, value] of Object.entries(this.made)) Reflect.set(this, name, value);
    super.resetAll();
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), refractory: this.refractory, integrator_name: this.integratorName };
  }

  protected override neuronBindings(): Omit<LayerBindings, 'dims'> {
    const { params, state } = super.neuronBindings();
    return { params: { ...params, refractory: this.refractory }, state };
  }

  /** For `programInputs` of layers with a signal as input: the rows of each step and of the one after it. */
  protected driveInputs(tsInput: TimeSeries | null | undefined, options: LayerEvolveOptions): PreparedRun {
    if (!tsInput) return { inputs: {}, numTimesteps: this.determineTimesteps(tsInput, options) };
    const { input, numTimesteps } = this.prepareInput(tsInput, options);
    return { inputs: twoRowsPerStep(input), numTimesteps };
  }

  /** Spikes lie at the start of the time step in which they are found. */
  protected override outputSeries({ events }: RunResult, span: Span): TimeSeries {
    return eventSeries(events.spikes!, span, { numChannels: this.size, name: 'Layer spikes', phase: 0 });
  }

  /** To be called at the end of a constructor, with the parameters that the class adds. */
  protected rememberParameters(...own: readonly string[]): void {
    const all = ['bias', 'tauMem', 'vThresh', 'vReset', 'vRest', 'refractory', 'noiseStd', ...own];
    this.made = Object.fromEntries(all.map((name) => [name, Reflect.get(this, name) as unknown]));
  }

  protected override neuronGraph(
    constants: { readonly tauSyn?: NdArray; readonly tauSynRec?: NdArray },
    recurrent?: NdArray<Float64Array>,
  ) {
    return super.neuronGraph({ ...constants, refractory: this.refractory }, recurrent);
  }
}
