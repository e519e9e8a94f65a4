// Recurrently connected integrate-and-fire neurons with a current for each as input.
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import { asGraphHolder, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import type { TimeSeries } from '@rp/timeseries';
import { BrianIAFLayer, type BrianIAFOptions } from './brian-iaf-layer.ts';
import { programsByIntegrator } from './integrators.ts';
import type { LayerEvolveOptions } from './layer.ts';
import type { LayerDict } from './layer-dict.ts';
import {
  integrateAndFire,
  membraneParams,
  membranePrelude,
  membraneState,
  synapsePrelude,
} from './membrane.ts';
import type { LayerBindings, PreparedRun } from './program-layer.ts';
import { squareWeights } from './weight-matrix.ts';

export interface RecIAFBrianOptions extends BrianIAFOptions {
  /** Recurrent weights `[size][size]`, amperes by which a spike raises the current. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.0105. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants of the recurrent synapses in seconds; one number, or one per neuron. Default 0.05. */
  readonly tauSynR?: ArrayInput | undefined;
}

const programs = programsByIntegrator((integrator, noisy) =>
  defineDynamics('rec-iaf-brian', {
    dims: ['n'],
    params: { weights: ['n', 'n'], tauSynR: ['n'], ...membraneParams },
    state: { ...membraneState, iSyn: ['n'] },
    inputs: { input: ['n'], nextInput: ['n'] },
    prelude: (context) => {
      const { tauMem, tauSynR: tauSyn } = context.params;
      const synapse = synapsePrelude(integrator, { ...context, params: { tauMem, tauSyn } });
      return {
        ...membranePrelude(integrator, context),
        synapseDecay: synapse.decay,
        synapseGain: synapse.gain,
      };
    },
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const { spikes, state: next } = integrateAndFire(parts, {
        drive: inputs.input,
        nextDrive: inputs.nextInput,
        currents: [op.mul(state.iSyn, pre.synapseGain)],
        noisy,
      });
      const jump = op.matvec(op.toFloat(spikes), params.weights);
      return {
        state: { ...next, iSyn: op.add(op.mul(state.iSyn, pre.synapseDecay), jump) },
        events: { spikes },
      };
    },
  }),
);

/**
 * Recurrent integrate-and-fire neurons: `tauMem dv/dt = vRest − v + bias + input + iSyn + noise`,
 * `tauSynR diSyn/dt = −iSyn`, and iSyn jumps by `weights[neuron]` at a spike, which acts on v from the next time step
 * on. Above `vThresh` a neuron fires, and v becomes `vReset`. For `refractory` seconds v then stands still.
 *
 * The input is not weighted; one channel serves all neurons. With `rk4` the last stage of a step sees the next step's
 * input; the last step of an evolution sees its own.
 */
export class RecIAFBrian extends BrianIAFLayer {
  static override readonly className: string = 'RecIAFBrian';
  private ownTauSynR: NdArray<Float64Array>;

  /** @throws AssertionError for weights that are not square and vectors of a wrong length; ValueError for tau or dt that aren't positive, and for an unknown integrator. */
  constructor(options: RecIAFBrianOptions) {
    super(options, {
      weights: squareWeights(options.weights, 'weights'),
      bias: 0.0105,
      synapses: ['iSyn'],
    });
    this.ownTauSynR = this.timeConstants(options.tauSynR ?? 0.05, 'tauSynR');
    this.rememberParameters('weights', 'tauSynR');
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
  get iSyn(): NdArray<Float64Array> {
    return this.current('iSyn');
  }

  set iSyn(value: ArrayInput) {
    this.setCurrent('iSyn', value);
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau_syn_r: toNested(this.tauSynR) };
  }

  /** The neurons, with the recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    return asGraphHolder(this.neuronGraph({ tauSynRec: this.tauSynR }, this.weights));
  }

  protected override programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
  ): PreparedRun {
    return this.driveInputs(tsInput, options);
  }

  protected override program(): StepProgram {
    return programs(this.integratorName, this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.neuronBindings();
    const { weights, tauSynR } = this;
    return { dims: { n: this.size }, params: { ...params, weights, tauSynR }, state };
  }
}
