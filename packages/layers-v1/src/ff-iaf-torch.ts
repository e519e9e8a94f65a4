// Integrate-and-fire neurons with feed-forward weights and a signal as input, by forward Euler.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import type { GraphHolder } from '@rp/graph';
import type { ArrayInput } from '@rp/ndarray';
import { eulerFire, eulerParams, eulerPrelude, eulerState } from './euler-membrane.ts';
import type { IAFOptions } from './iaf-layer.ts';
import type { LayerDict } from './layer-dict.ts';
import type { LayerBindings } from './program-layer.ts';
import { type RefractoryOptions, TorchIAFLayer } from './torch-iaf-layer.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFIAFTorchOptions extends IAFOptions {
  /** `[sizeIn][size]`, volts per unit of the input. */
  readonly weights: ArrayInput;
  /** Constant current in amperes. Default 0.015. */
  readonly bias?: ArrayInput | undefined;
}

const programs = oncePer((noisy: boolean) =>
  defineDynamics('ff-iaf-torch', {
    dims: ['m', 'n'],
    params: { weights: ['m', 'n'], ...eulerParams },
    state: eulerState,
    inputs: { input: ['m'] },
    prelude: (context) => eulerPrelude(context),
    step: ({ inputs, ...parts }) => {
      const weighted = parts.op.matvec(inputs.input, parts.params.weights);
      const { spikes, state } = eulerFire(parts, [weighted], noisy);
      return { state, events: { spikes } };
    },
  }),
);

/**
 * Integrate-and-fire neurons by forward Euler: `tauMem dv/dt = vRest − v + bias + input · weights + noise`; above `vThresh`
 * a neuron fires, and v becomes `vReset`, where it also starts. Events named ``Layer `name` spikes`` lie at the end of
 * their time step.
 */
export class FFIAFTorch extends TorchIAFLayer {
  static override readonly className: string = 'FFIAFTorch';

  /** @throws AssertionError for vectors of a wrong length; ValueError for time constants that aren't positive. */
  constructor(options: FFIAFTorchOptions) {
    super(options, { weights: options.weights, bias: 0.015, synapses: [] });
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    return weightsBefore(this, this.weights, this.neuronGraph({ refractory: this.refractoryTime }));
  }

  protected override program(): StepProgram {
    return programs(this.noiseStd !== 0);
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.neuronBindings();
    return { dims: { m: this.sizeIn, n: this.size }, params: { ...params, weights: this.weights }, state };
  }
}

export type FFIAFRefrTorchOptions = FFIAFTorchOptions & RefractoryOptions;

/** {@link FFIAFTorch} with refractoriness. */
export class FFIAFRefrTorch extends FFIAFTorch {
  static override readonly className: string = 'FFIAFRefrTorch';

  constructor(options: FFIAFRefrTorchOptions) {
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
