// Recurrently connected integrate-and-fire neurons with a current for each as input, by forward Euler.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { asGraphHolder, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { eulerFire, eulerParams, eulerPrelude, eulerState, synapseDecay } from './euler-membrane.ts';
import type { IAFOptions } from './iaf-layer.ts';
import type { LayerDict } from './layer-dict.ts';
import type { LayerBindings } from './program-layer.ts';
import { type RefractoryOptions, TorchIAFLayer } from './torch-iaf-layer.ts';
import { squareWeights } from './weight-matrix.ts';

export interface RecIAFTorchOptions extends IAFOptions {
  /** Recurrent weights `[size][size]`, amperes by which a spike raises the current. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.015. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants of the recurrent synapses in seconds; one number, or one per neuron. Default 0.05. */
  readonly tauSynR?: ArrayInput | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('rec-iaf-torch', {
    dims: ['n'],
    params: { weights: ['n', 'n'], tauSynR: ['n'], ...eulerParams },
    state: { ...eulerState, synapseState: ['n'] },
    inputs: { input: ['n'] },
    prelude: (context) => ({
      ...eulerPrelude(context),
      decay: synapseDecay(context.dt, context.params.tauSynR, context.op),
    }),
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const { spikes, state: next } = eulerFire(parts, [inputs.input, state.synapseState], noisy);
      const jump = op.matvec(op.toFloat(spikes), params.weights);
      const synapseState = op.add(op.mul(state.synapseState, pre.decay), jump);
      return { state: { ...next, synapseState }, events: { spikes } };
    },
  }),
);

/**
 * Recurrent integrate-and-fire neurons by forward Euler:
 * `tauMem dv/dt = vRest − v + bias + input + synapseState + noise`; the current decays with `tauSynR` and jumps by
 * `weights[neuron]` at a spike, which acts from the next time step on. Above `vThresh` a neuron fires, and v becomes
 * `vReset`, where it also starts. Events named ``Layer `name` spikes`` lie at the end of their time step.
 *
 * The input is not weighted; one channel serves all neurons.
 */
export class RecIAFTorch extends TorchIAFLayer {
  static override readonly className: string = 'RecIAFTorch';
  private ownTauSynR: NdArray<Float64Array>;

  /** @throws AssertionError for weights that are not square and vectors of a wrong length; ValueError for time constants that aren't positive. */
  constructor(options: RecIAFTorchOptions) {
    const weights = squareWeights(options.weights, 'weights');
    super(options, { weights, bias: 0.015, synapses: ['synapseState'] });
    this.ownTauSynR = this.timeConstants(options.tauSynR ?? 0.05, 'tauSynR');
  }

  /** Time constants of the recurrent synapses in seconds, `[size]`. Takes one number for all. */
  get tauSynR(): NdArray<Float64Array> {
    return this.ownTauSynR;
  }

  /** @throws ValueError unless positive. */
  set tauSynR(value: ArrayInput) {
    this.ownTauSynR = this.timeConstants(value, 'tauSynR');
  }

  /** Currents of the recurrent synapses in amperes, `[size]`. Takes one number for all. */
  get synapseState(): NdArray<Float64Array> {
    return this.current('synapseState');
  }

  set synapseState(value: ArrayInput) {
    this.setCurrent('synapseState', value);
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau_syn_r: toNested(this.tauSynR) };
  }

  /** The neurons, with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const constants = { tauSynRec: this.tauSynR, refractory: this.refractoryTime };
    return asGraphHolder(this.neuronGraph(constants, this.weights));
  }

  protected override program(): StepProgram {
    return programs(this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.neuronBindings();
    const { weights, tauSynR } = this;
    return { dims: { n: this.size }, params: { ...params, weights, tauSynR }, state };
  }
}

export type RecIAFRefrTorchOptions = RecIAFTorchOptions & RefractoryOptions;

/** {@link RecIAFTorch} with refractoriness. */
export class RecIAFRefrTorch extends RecIAFTorch {
  static override readonly className: string = 'RecIAFRefrTorch';

  constructor(options: RecIAFRefrTorchOptions) {
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
