// LIF neurons that their own spikes hold back.
import { type Constant, Parameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { Field, type Layout } from './layout.ts';
import { LIFTorch, type LIFTorchOptions } from './lif-torch.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import type { StepModel } from './step-model.ts';
import { denseWeights } from './weights.ts';

export interface ALIFTorchOptions extends LIFTorchOptions {
  /** What a spike adds to the current `iahp` of its neuron; one, or one per neuron. Default −0.9. */
  readonly wAhp?: ArrayInput | Constant | null | undefined;
  /** Time constants of that current in seconds; one, or one per neuron. Default 0.02. */
  readonly tauAhp?: ArrayInput | Constant | null | undefined;
}

/**
 * {@link LIFTorch} with a current that the neuron's own spikes make:
 * `iahp = (iahp + spikes · wAhp) · exp(−dt / tauAhp)`, which is added to the synaptic currents. State `iahp`, recorded
 * with the others.
 *
 * In the graph it counts as one more synapse per neuron, driven by recurrent weights.
 */
export class aLIFTorch extends LIFTorch {
  static override readonly className: string = 'aLIFTorch';
  declare wAhp: NdArray;
  declare tauAhp: Vector;
  declare iahp: NdArray;

  constructor(options: ALIFTorchOptions) {
    super(options);
    const { wAhp, tauAhp } = options;
    const size = this.sizeOut;
    const data = typeof wAhp === 'number' ? filled([size], wAhp) : wAhp;
    const initFunc = (shape: readonly number[]) => filled(shape, -0.9);
    this.registerAttribute('wAhp', new Parameter({ data, family: 'weights', initFunc, shape: size }));
    this.registerVector('tauAhp', tauAhp, 'taus', 20e-3);
    this.registerAttribute('iahp', new State({ shape: size, initFunc: zeros }));
  }

  protected override get adaptive(): boolean {
    return true;
  }

  protected override extraParams(): StepModel['params'] {
    const shape = [this.sizeOut];
    return { wAhp: expanded(this.wAhp, shape), tauAhp: expanded(this.tauAhp, shape) };
  }

  protected override stateLayout(): Layout {
    return { ...super.stateLayout(), iahp: new Field(['iahp'], [this.sizeOut]) };
  }

  /** Behind the synapses of each neuron, its own current. */
  protected override graphTauSyn(): NdArray {
    const synapses = super.graphTauSyn().data;
    const own = expanded(this.tauAhp, [this.sizeOut]).data;
    const count = this.nSynapses;
    const taus = Array.from(own, (tau, neuron) => [
      ...synapses.slice(neuron * count, (neuron + 1) * count),
      tau,
    ]);
    return { data: Float64Array.from(taus.flat()), shape: [own.length * (count + 1)] };
  }

  /** The recurrent weights, with what a spike adds to the own current. */
  protected override graphWeights(): NdArray {
    const [neurons, inputs] = [this.sizeOut, this.sizeIn];
    const data = Float64Array.from(
      this.hasRec ? denseWeights(this.wRec).data : zeros([neurons, inputs]).data,
    );
    for (let neuron = 0; neuron < neurons; neuron++) {
      data[neuron * inputs + (neuron % inputs)]! += this.wAhp.data[neuron]!;
    }
    return { data, shape: [neurons, inputs] };
  }
}
