// Integrate-and-fire neurons with feed-forward weights, exponential synapses, and events as input.
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
import type { LayerBindings, PreparedRun } from './program-layer.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFIAFSpkInBrianOptions extends BrianIAFOptions {
  /** `[sizeIn][size]`, amperes by which an event raises the current. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.010. */
  readonly bias?: ArrayInput | undefined;
  /** Time constants of the synapses in seconds; one number, or one per neuron. Default 0.02. */
  readonly tauSyn?: ArrayInput | undefined;
}

const programs = programsByIntegrator((integrator, noisy) =>
  defineDynamics('ff-iaf-spk-in-brian', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], tauSyn: ['n'], ...membraneParams },
    state: { ...membraneState, iSyn: ['n'] },
    inputs: { events: ['m'] },
    prelude: (context) => {
      const synapse = synapsePrelude(integrator, context);
      return {
        ...membranePrelude(integrator, context),
        synapseDecay: synapse.decay,
        synapseGain: synapse.gain,
      };
    },
    step: ({ inputs, ...parts }) => {
      const { op, params, pre, state } = parts;
      const fired = integrateAndFire(parts, { currents: [op.mul(state.iSyn, pre.synapseGain)], noisy });
      const jump = op.matvec(inputs.events, params.weights);
      return {
        state: { ...fired.state, iSyn: op.add(op.mul(state.iSyn, pre.synapseDecay), jump) },
        events: { spikes: fired.spikes },
      };
    },
  }),
);

/**
 * Integrate-and-fire neurons with synapses: `tauMem dv/dt = vRest − v + bias + iSyn + noise`, `tauSyn diSyn/dt = −iSyn`,
 * and iSyn jumps by `weights[channel]` at an event; the event acts on v from the next time step on. Above `vThresh` a
 * neuron fires, and v becomes `vReset`. For `refractory` seconds v then stands still.
 */
export class FFIAFSpkInBrian extends BrianIAFLayer {
  static override readonly className: string = 'FFIAFSpkInBrian';
  private ownTauSyn: NdArray<Float64Array>;
  private readonly input = new ClockedEvents();

  /** @throws AssertionError for vectors of a wrong length; ValueError for tau or dt that aren't positive, and for an unknown integrator. */
  constructor(options: FFIAFSpkInBrianOptions) {
    super(options, { weights: options.weights, bias: 0.01, synapses: ['iSyn'] });
    this.ownTauSyn = this.timeConstants(options.tauSyn ?? 0.02, 'tauSyn');
    this.rememberParameters('weights', 'tauSyn');
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

  /** Synaptic currents in amperes, `[size]`. Takes one number for all. */
  get iSyn(): NdArray<Float64Array> {
    return this.current('iSyn');
  }

  set iSyn(value: ArrayInput) {
    this.setCurrent('iSyn', value);
  }

  override resetState(): void {
    super.resetState();
    this.input.clear();
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), tau_syn: toNested(this.tauSyn) };
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    return weightsBefore(this, this.weights, this.neuronGraph({ tauSyn: this.tauSyn }));
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
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { ...params, weights: this.weights, tauSyn: this.tauSyn },
      state,
    };
  }
}
