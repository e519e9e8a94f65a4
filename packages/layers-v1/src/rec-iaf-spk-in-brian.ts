// Recurrently connected integrate-and-fire neurons with exponential synapses, and events as input.
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import type { GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { BrianIAFLayer, type BrianIAFOptions } from './brian-iaf-layer.ts';
import { ClockedEvents } from './clocked-events.ts';
import { programsByIntegrator } from './integrators.ts';
import type { LayerEvolveOptions, SeriesClass } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import {
  integrateAndFire,
  membraneParams,
  membranePrelude,
  membraneState,
  synapsePrelude,
} from './membrane.ts';
import { normal } from './normal.ts';
import type { LayerBindings, PreparedRun } from './program-layer.ts';
import { recurrentWeights, reshapedWeights } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface RecIAFSpkInBrianOptions extends BrianIAFOptions {
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
}

const programs = programsByIntegrator((integrator, noisy) =>
  defineDynamics('rec-iaf-spk-in-brian', {
    dims: ['m', 'n'],
    params: {
      weightsIn: ['m', 'n'],
      weightsRec: ['n', 'n'],
      tauSynInp: ['n'],
      tauSynRec: ['n'],
      ...membraneParams,
    },
    state: { ...membraneState, iSynInp: ['n'], iSynRec: ['n'] },
    inputs: { events: ['m'] },
    prelude: (context) => {
      const { tauMem, tauSynInp, tauSynRec } = context.params;
      const synapse = (tauSyn: typeof tauMem) =>
        synapsePrelude(integrator, { ...context, params: { tauMem, tauSyn } });
      const [input, recurrent] = [synapse(tauSynInp), synapse(tauSynRec)];
      return {
        ...membranePrelude(integrator, context),
        inputDecay: input.decay,
        inputGain: input.gain,
        recurrentDecay: recurrent.decay,
        recurrentGain: recurrent.gain,
      };
    },
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const { spikes, state: next } = integrateAndFire(parts, {
        currents: [op.mul(state.iSynInp, pre.inputGain), op.mul(state.iSynRec, pre.recurrentGain)],
        noisy,
      });
      const inputJump = op.matvec(inputs.events, params.weightsIn);
      const recurrentJump = op.matvec(op.toFloat(spikes), params.weightsRec);
      return {
        state: {
          ...next,
          iSynInp: op.add(op.mul(state.iSynInp, pre.inputDecay), inputJump),
          iSynRec: op.add(op.mul(state.iSynRec, pre.recurrentDecay), recurrentJump),
        },
        events: { spikes },
      };
    },
  }),
);

/**
 * Recurrent integrate-and-fire neurons with input synapses: `tauMem dv/dt = vRest − v + bias + iSynInp + iSynRec + noise`;
 * both currents decay with their time constants, iSynInp jumps by `weightsIn[channel]` at an input event and iSynRec by
 * `weightsRec[neuron]` at a spike. Both act on v from the next time step on. Above `vThresh` a neuron fires, and v
 * becomes `vReset`. For `refractory` seconds v then stands still.
 *
 * `weights` are the recurrent ones.
 */
export class RecIAFSpkInBrian extends BrianIAFLayer {
  static override readonly className: string = 'RecIAFSpkInBrian';
  private ownWeightsRec: NdArray<Float64Array>;
  private ownTauSynInp: NdArray<Float64Array>;
  private ownTauSynRec: NdArray<Float64Array>;
  private readonly input = new ClockedEvents();

  /** @throws AssertionError for recurrent weights that are not square or don't fit the input weights, and for vectors of a wrong length; ValueError for tau or dt that aren't positive, and for an unknown integrator. */
  constructor(options: RecIAFSpkInBrianOptions) {
    super(options, { weights: options.weightsIn, bias: 0.0105, synapses: ['iSynInp', 'iSynRec'] });
    this.ownWeightsRec = recurrentWeights(options.weightsRec, this.size);
    this.ownTauSynInp = this.timeConstants(options.tauSynInp ?? 0.05, 'tauSynInp');
    this.ownTauSynRec = this.timeConstants(options.tauSynRec ?? 0.05, 'tauSynRec');
    this.rememberParameters('weightsIn', 'weightsRec', 'tauSynInp', 'tauSynRec');
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
  get iSynInp(): NdArray<Float64Array> {
    return this.current('iSynInp');
  }

  set iSynInp(value: ArrayInput) {
    this.setCurrent('iSynInp', value);
  }

  /** Currents of the recurrent synapses in amperes, `[size]`. Takes one number for all. */
  get iSynRec(): NdArray<Float64Array> {
    return this.current('iSynRec');
  }

  set iSynRec(value: ArrayInput) {
    this.setCurrent('iSynRec', value);
  }

  override resetState(): void {
    super.resetState();
    this.input.clear();
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
    };
  }

  /** The input weights, followed by the neurons with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const synapses = { tauSyn: this.tauSynInp, tauSynRec: this.tauSynRec };
    return weightsBefore(this, this.weightsIn, this.neuronGraph(synapses, this.weightsRec));
  }

  /** Currents around zero, as large as the weights are on average. */
  protected override randomCurrent(name: string, random: () => number): number {
    const { data } = name === 'iSynInp' ? this.weightsIn : this.weightsRec;
    const mean = data.reduce((sum, weight) => sum + Math.abs(weight), 0) / data.length;
    return normal(random) * mean;
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    const numTimesteps = this.determineTimesteps(tsInput, options);
    return this.input.prepare(tsInput as TSEvent | null, this, numTimesteps);
  }

  protected override program(): StepProgram {
    return programs(this.integratorName, this.noiseStd !== 0);
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
