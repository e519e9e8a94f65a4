// Recurrently connected integrate-and-fire neurons with exponential synapses, and events as input, by forward Euler.
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
import { recurrentWeights, reshapedWeights } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface RecIAFSpkInTorchOptions extends IAFOptions {
  /** `[sizeIn][size]`, amperes by which an input event raises the current of the input synapses. */
  readonly weightsIn: ArrayInput;
  /** `[size][size]`, amperes by which a spike raises the current of the recurrent synapses. */
  readonly weightsRec: ArrayInput;
  /** Constant current in amperes. Default 0.0105. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants of the input synapses in seconds; one number, or one per neuron. Default 0.05. */
  readonly tauSynInp?: ArrayInput | undefined;
  /** Time constants of the recurrent synapses in seconds; one number, or one per neuron. Default 0.05. */
  readonly tauSynRec?: ArrayInput | undefined;
  /** Whether several events of a channel in one time step add up (default), or count as one. */
  readonly addEvents?: boolean | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('rec-iaf-spk-in-torch', {
    dims: ['m', 'n'],
    params: {
      weightsIn: ['m', 'n'],
      weightsRec: ['n', 'n'],
      tauSynInp: ['n'],
      tauSynRec: ['n'],
      ...eulerParams,
    },
    state: { ...eulerState, synapseStateInp: ['n'], synapseState: ['n'] },
    inputs: { events: ['m'] },
    prelude: (context) => {
      const { params, dt, op } = context;
      return {
        ...eulerPrelude(context),
        inputDecay: synapseDecay(dt, params.tauSynInp, op),
        recurrentDecay: synapseDecay(dt, params.tauSynRec, op),
      };
    },
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const inputJump = op.matvec(inputs.events, params.weightsIn);
      const synapseStateInp = op.add(op.mul(state.synapseStateInp, pre.inputDecay), inputJump);
      const { spikes, state: next } = eulerFire(parts, [synapseStateInp, state.synapseState], noisy);
      const recurrentJump = op.matvec(op.toFloat(spikes), params.weightsRec);
      const synapseState = op.add(op.mul(state.synapseState, pre.recurrentDecay), recurrentJump);
      return { state: { ...next, synapseStateInp, synapseState }, events: { spikes } };
    },
  }),
);

/**
 * Recurrent integrate-and-fire neurons with input synapses by forward Euler:
 * `tauMem dv/dt = vRest − v + bias + synapseStateInp + synapseState + noise`; both currents decay with their time
 * constants. The first jumps by `weightsIn[channel]` at an input event, which acts in its own time step, the second by
 * `weightsRec[neuron]` at a spike, which acts from the next one on. Above `vThresh` a neuron fires, and v becomes
 * `vReset`, where it also starts. Events named ``Layer `name` spikes`` lie at the end of their time step.
 *
 * `weights` are the recurrent ones.
 */
export class RecIAFSpkInTorch extends TorchIAFLayer {
  static override readonly className: string = 'RecIAFSpkInTorch';
  /** Whether several events of a channel in one time step add up, or count as one. */
  addEvents: boolean;
  private ownWeightsRec: NdArray<Float64Array>;
  private ownTauSynInp: NdArray<Float64Array>;
  private ownTauSynRec: NdArray<Float64Array>;

  /** @throws AssertionError for recurrent weights that are not square or don't fit the input weights, and vectors of a wrong length; ValueError for time constants that aren't positive. */
  constructor(options: RecIAFSpkInTorchOptions) {
    const synapses = ['synapseStateInp', 'synapseState'];
    super(options, { weights: options.weightsIn, bias: 0.0105, synapses });
    this.ownWeightsRec = recurrentWeights(options.weightsRec, this.size);
    this.ownTauSynInp = this.timeConstants(options.tauSynInp ?? 0.05, 'tauSynInp');
    this.ownTauSynRec = this.timeConstants(options.tauSynRec ?? 0.05, 'tauSynRec');
    this.addEvents = options.addEvents ?? true;
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  /** `[sizeIn][size]`. Takes any shape with as many elements. */
  get weightsIn(): NdArray<Float64Array> {
    return super.weights;
  }

  set weightsIn(value: ArrayInput) {
    super.weights = reshapedWeights(value, [this.sizeIn, this.size]).weights;
  }

  /** `[size][size]`. Takes any shape with as many elements. */
  get weightsRec(): NdArray<Float64Array> {
    return this.ownWeightsRec;
  }

  set weightsRec(value: ArrayInput) {
    this.ownWeightsRec = reshapedWeights(value, [this.size, this.size]).weights;
  }

  /** The recurrent weights. */
  override get weights(): NdArray<Float64Array> {
    return this.weightsRec;
  }

  override set weights(value: ArrayInput) {
    this.weightsRec = value;
  }

  /** Time constants of the input synapses in seconds, `[size]`. Takes one number for all. */
  get tauSynInp(): NdArray<Float64Array> {
    return this.ownTauSynInp;
  }

  /** @throws ValueError unless positive. */
  set tauSynInp(value: ArrayInput) {
    this.ownTauSynInp = this.timeConstants(value, 'tauSynInp');
  }

  /** Time constants of the recurrent synapses in seconds, `[size]`. Takes one number for all. */
  get tauSynRec(): NdArray<Float64Array> {
    return this.ownTauSynRec;
  }

  /** @throws ValueError unless positive. */
  set tauSynRec(value: ArrayInput) {
    this.ownTauSynRec = this.timeConstants(value, 'tauSynRec');
  }

  /** Currents of the input synapses in amperes, `[size]`. Takes one number for all. */
  get synapseStateInp(): NdArray<Float64Array> {
    return this.current('synapseStateInp');
  }

  set synapseStateInp(value: ArrayInput) {
    this.setCurrent('synapseStateInp', value);
  }

  /** Currents of the recurrent synapses in amperes, `[size]`. Takes one number for all. */
  get synapseState(): NdArray<Float64Array> {
    return this.current('synapseState');
  }

  set synapseState(value: ArrayInput) {
    this.setCurrent('synapseState', value);
  }

  override toDict(): LayerDict {
    const { weights: weights_rec, class_name, ...rest } = super.toDict();
    return {
      class_name,
      weights_in: toNested(this.weightsIn),
      weights_rec: weights_rec!,
      ...rest,
      tau_syn_inp: toNested(this.tauSynInp),
      tau_syn_rec: toNested(this.tauSynRec),
      add_events: this.addEvents,
    };
  }

  /** The input weights, followed by the neurons with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const constants = {
      tauSyn: this.tauSynInp,
      tauSynRec: this.tauSynRec,
      refractory: this.refractoryTime,
    };
    return weightsBefore(this, this.weightsIn, this.neuronGraph(constants, this.weightsRec));
  }

  protected override get countsEvents(): boolean {
    return this.addEvents;
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
    const { weightsIn, weightsRec, tauSynInp, tauSynRec } = this;
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { ...params, weightsIn, weightsRec, tauSynInp, tauSynRec },
      state,
    };
  }
}

export type RecIAFSpkInRefrTorchOptions = RecIAFSpkInTorchOptions & RefractoryOptions;

/** {@link RecIAFSpkInTorch} with refractoriness. */
export class RecIAFSpkInRefrTorch extends RecIAFSpkInTorch {
  static override readonly className: string = 'RecIAFSpkInRefrTorch';

  constructor(options: RecIAFSpkInRefrTorchOptions) {
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
