// Constant-leak integrate-and-fire neurons with feed-forward weights, clocked, events in and out.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { ConstantLeakNeurons, type GraphHolder } from '@rp/graph';
import { type ArrayInput, type NdArray, toNested } from '@rp/ndarray';
import { CLIAFLayer, type CLIAFOptions } from './cliaf-layer.ts';
import { graphName } from './graph-name.ts';
import type { LayerDict } from './layer-dict.ts';
import type { LayerBindings } from './program-layer.ts';
import { spikeRounds } from './spike-rounds.ts';
import { reshapedWeights } from './weight-matrix.ts';
import { weightsBefore } from './weights-before.ts';

export interface FFCLIAFOptions extends CLIAFOptions {
  /** `[sizeIn][size]`, by which an event raises the voltage. */
  readonly weights: ArrayInput;
  /** Seconds per time step. Default 1. */
  readonly dt?: number | undefined;
}

const programs = oncePer((subtracts: boolean): StepProgram => {
  const params = { weights: ['m', 'n'], bias: ['n'], vThresh: ['n'] } as const;
  const common = { dims: ['m', 'n'], state: { state: ['n'] }, inputs: { events: ['m'] } } as const;
  if (!subtracts) {
    return defineDynamics('ff-cliaf-reset', {
      ...common,
      params: { ...params, vReset: ['n'] },
      step: ({ params: { weights, bias, vThresh, vReset }, state, inputs, op }) => {
        const v = op.add(op.add(state.state, op.matvec(inputs.events, weights)), bias);
        const spikes = op.ge(v, vThresh);
        return { state: { state: op.select(spikes, vReset, v) }, events: { spikes } };
      },
    });
  }
  return defineDynamics('ff-cliaf', {
    ...common,
    params: { ...params, vSubtract: ['n'] },
    step: ({ params: { weights, bias, vThresh, vSubtract }, state, inputs, op }) => {
      const v = op.add(op.add(state.state, op.matvec(inputs.events, weights)), bias);
      const end = spikeRounds(op, { v, vThresh, lowered: (now) => op.sub(now, vSubtract) });
      return { state: { state: end.v }, events: { spikes: end.count } };
    },
  });
});

/**
 * In every time step the voltage rises by `weights[channel]` for each channel with an event, and by `bias`. While it
 * reaches `vThresh`, the neuron fires and loses `vSubtract`, as often as it takes; without `vSubtract` it fires once, and
 * the voltage becomes `vReset`. Spikes of a step lie in its middle.
 */
export class FFCLIAF extends CLIAFLayer {
  static override readonly className: string = 'FFCLIAF';

  /** @throws AssertionError for vectors of a wrong length; ValueError for a `vSubtract` that isn't positive. */
  constructor(options: FFCLIAFOptions) {
    super({ ...options, dt: options.dt ?? 1 });
    this.resetState();
  }

  /** Another name of the weights, `[sizeIn][size]`. */
  get weightsIn(): NdArray<Float64Array> {
    return this.weights;
  }

  set weightsIn(value: ArrayInput) {
    this.weights = reshapedWeights(value, [this.sizeIn, this.size]).weights;
  }

  override toDict(): LayerDict {
    return { ...super.toDict(), weights: toNested(this.weights) };
  }

  /** The weights, followed by the neurons. */
  override asGraph(): GraphHolder {
    const { vThresh, vReset, vSubtract, bias, dt } = this;
    const neurons = ConstantLeakNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...{ vThresh, vReset, bias, dt },
      ...(vSubtract && { vSubtract }),
    });
    return weightsBefore(this, this.weights, neurons);
  }

  protected override program(): StepProgram {
    return programs(this.vSubtract !== null);
  }

  protected override bindings(): LayerBindings {
    const { weights, state } = this;
    return {
      dims: { m: this.sizeIn, n: this.size },
      params: { weights, ...this.neuronParams },
      state: { state },
    };
  }
}
