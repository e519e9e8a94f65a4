// Integrate-and-fire neurons with feed-forward weights and a signal as input.
import { defineDynamics, type StepProgram } from '@rp/dynamics';
import type { GraphHolder } from '@rp/graph';
import type { ArrayInput } from '@rp/ndarray';
import type { TimeSeries } from '@rp/timeseries';
import { BrianIAFLayer, type BrianIAFOptions } from './brian-iaf-layer.ts';
import { programsByIntegrator } from './integrators.ts';
import type { LayerEvolveOptions } from './layer.ts';
import { integrateAndFire, membraneParams, membranePrelude, membraneState } from './membrane.ts';
import type { LayerBindings, PreparedRun } from './program-layer.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFIAFBrianOptions extends BrianIAFOptions {
  /** `[sizeIn][size]`, volts per unit of the input. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.015. */
  readonly bias?: ArrayInput | undefined;
}

const programs = programsByIntegrator((integrator, noisy) =>
  defineDynamics('ff-iaf-brian', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], ...membraneParams },
    state: membraneState,
    inputs: { input: ['m'], nextInput: ['m'] },
    prelude: (context) => membranePrelude(integrator, context),
    step: ({ inputs, ...parts }) => {
      const { op, params } = parts;
      const { spikes, state } = integrateAndFire(parts, {
        drive: op.matvec(inputs.input, params.weights),
        nextDrive: op.matvec(inputs.nextInput, params.weights),
        noisy,
      });
      return { state, events: { spikes } };
    },
  }),
);

/**
 * Integrate-and-fire neurons: `tauMem dv/dt = vRest − v + bias + input · weights + noise`; above `vThresh` a neuron
 * fires, and v becomes `vReset`. For `refractory` seconds v then stands still.
 *
 * With `rk4` the last stage of a step sees the next step's input; the last step of an evolution sees its own. So an
 * evolution in two parts can differ from one in the last bits at the seam; with the other integrators it does not.
 */
export class FFIAFBrian extends BrianIAFLayer {
  static override readonly className: string = 'FFIAFBrian';

  /** @throws AssertionError for vectors of a wrong length; ValueError for tau or dt that aren't positive, and for an unknown integrator. */
  constructor(options: FFIAFBrianOptions) {
    super(options, { weights: options.weights, bias: 0.015, synapses: [] });
    this.rememberParameters('weights');
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    return weightsBefore(this, this.weights, this.neuronGraph({}));
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
    return { dims: { m: this.sizeIn, n: this.size }, params: { ...params, weights: this.weights }, state };
  }
}
