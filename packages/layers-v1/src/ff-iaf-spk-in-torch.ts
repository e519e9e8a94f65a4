// Integrate-and-fire neurons with feed-forward weights, exponential synapses, and events as input, by forward Euler.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import type { GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { eulerFire, eulerParams, eulerPrelude, eulerState, synapseDecay } from './euler-membrane.ts';
import type { IAFOptions } from './iaf-layer.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import type { LayerBindings, PreparedRun } from './program-layer.ts';
import { type RefractoryOptions, TorchIAFLayer } from './torch-iaf-layer.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFIAFSpkInTorchOptions extends IAFOptions {
  /** `[sizeIn][size]`, amperes by which an event raises the current. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.010. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants of the synapses in seconds; one number, or one per neuron. Default 0.02. */
  readonly tauSyn?: ArrayInput | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('ff-iaf-spk-in-torch', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], tauSyn: ['n'], ...eulerParams },
    state: { ...eulerState, synapseState: ['n'] },
    inputs: { events: ['m'] },
    prelude: (context) => ({
      ...eulerPrelude(context),
      decay: synapseDecay(context.dt, context.params.tauSyn, context.op),
    }),
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const jump = op.matvec(inputs.events, params.weights);
      const synapseState = op.add(op.mul(state.synapseState, pre.decay), jump);
      const fired = eulerFire(parts, [synapseState], noisy);
      return { state: { ...fired.state, synapseState }, events: { spikes: fired.spikes } };
    },
  }),
);

/**
 * Integrate-and-fire neurons with synapses by forward Euler: `tauMem dv/dt = vRest − v + bias + synapseState + noise`;
 * the current decays with `tauSyn` and jumps by `weights[channel]` at an event, which acts in its own time step.
 * Several events of a channel in a step add up. Above `vThresh` a neuron fires, and v becomes `vReset`, where it also
 * starts. Events named ``Layer `name` spikes`` lie at the end of their time step.
 */
export class FFIAFSpkInTorch extends TorchIAFLayer {
  static override readonly className: string = 'FFIAFSpkInTorch';
  private ownTauSyn: NdArray<Float64Array>;

  /** @throws AssertionError for vectors of a wrong length; ValueError for time constants that aren't positive. */
  constructor(options: FFIAFSpkInTorchOptions) {
    super(options, { weights: options.weights, bias: 0.01, synapses: ['synapseState'] });
    this.ownTauSyn = this.timeConstants(options.tauSyn ?? 0.02, 'tauSyn');
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  /** Time constants of the synapses in seconds, `[size]`. Takes one number for all. */
  get tauSyn(): NdArray<Float64Array> {
    return this.ownTauSyn;
  }

  /** @throws ValueError unless positive. */
  set tauSyn(value: ArrayInput) {
    this.ownTauSyn = this.timeConstants(value, 'tauSyn');
  }

  /** Currents of the synapses in amperes, `[size]`. Takes one number for all. */
  get synapseState(): NdArray<Float64Array> {
    return this.current('synapseState');
  }

  set synapseState(value: ArrayInput) {
    this.setCurrent('synapseState', value);
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau_syn: toNested(this.tauSyn) };
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    const constants = { tauSyn: this.tauSyn, refractory: this.refractoryTime };
    return weightsBefore(this, this.weights, this.neuronGraph(constants));
  }

  protected override get countsEvents(): boolean {
    return true;
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    return this.eventInputs(tsInput, options);
  }

  protected override program(): StepProgram {
    return programs(this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.neuronBindings();
    const { weights, tauSyn } = this;
    return { dims: { m: this.sizeIn, n: this.size }, params: { ...params, weights, tauSyn }, state };
  }
}

export type FFIAFSpkInRefrTorchOptions = FFIAFSpkInTorchOptions & RefractoryOptions;

/** {@link FFIAFSpkInTorch} with refractoriness. */
export class FFIAFSpkInRefrTorch extends FFIAFSpkInTorch {
  static override readonly className: string = 'FFIAFSpkInRefrTorch';

  constructor(options: FFIAFSpkInRefrTorchOptions) {
    super(options);
    this.refractory = options.refractory ?? 0;
  }

  /** Seconds after a spike during which the voltage stands still, rounded to whole time steps. */
  get refractory(): number {
    return this.refractoryTime;
  }

  set refractory(value: number) {
    this.refractoryTime = value;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), refractory: this.refractory };
  }
}
