// Leaky integrate-and-fire membranes without synapses.
import { type AttributeTree, type Constant, Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { Field, type Layout } from './layout.ts';
import { lifProgram } from './lif-program.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { lifSeries } from './record-series.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';

type Value = ArrayInput | Constant | null | undefined;

export interface LIFNeuronTorchOptions extends ProgramOptions {
  /** The number of neurons. */
  readonly shape: number | readonly number[];
  /** Seconds; one, or one per neuron. Default 0.02. */
  readonly tauMem?: Value;
  /** Default 0. */
  readonly bias?: Value;
  /** Default 1. */
  readonly threshold?: Value;
  /** Standard deviation that noise gives to the membrane in a second. Default 0. */
  readonly noiseStd?: number | undefined;
  /** The most spikes that a neuron gives in one step. Default 2^16. */
  readonly maxSpikesPerDt?: number | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
}

/**
 * `vmem = vmem · exp(−dt / tauMem) + input + noise + bias`, and spikes as in {@link LIF}: the input goes to the
 * membrane directly. State `vmem`; recorded are `vmem` and `spikes`.
 */
export class LIFNeuronTorch extends ProgramModule {
  static readonly className: string = 'LIFNeuronTorch';
  declare tauMem: Vector;
  declare bias: Vector;
  declare threshold: Vector;
  declare dt: number;
  declare noiseStd: number;
  declare maxSpikesPerDt: number;
  declare vmem: NdArray;

  /** @throws ValueError for a shape that isn't square. */
  constructor(options: LIFNeuronTorchOptions) {
    const size = squareSize('LIFNeuronTorch', options.shape);
    super([size, size], options, true, true);
    const { dt = 1e-3, noiseStd = 0, maxSpikesPerDt = 2 ** 16 } = options;
    const register = (name: 'tauMem' | 'bias' | 'threshold', family: string, value: number) => {
      const initFunc = (shape: readonly number[]) => filled(shape, value);
      this.registerAttribute(
        name,
        new Parameter({ data: options[name], family, initFunc, shape: [[size], []] }),
      );
    };
    register('tauMem', 'taus', 20e-3);
    register('bias', 'bias', 0);
    register('threshold', 'thresholds', 1);
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('noiseStd', new SimulationParameter({ data: noiseStd }));
    this.registerAttribute('vmem', new State({ shape: size, initFunc: zeros }));
    this.registerAttribute('maxSpikesPerDt', new SimulationParameter({ data: maxSpikesPerDt }));
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const shape = [this.sizeOut];
    const { noiseStd } = this;
    const noisy = noiseStd !== 0;
    const program = lifProgram({ synapses: 0, recurrent: false, noisy });
    const state: Layout = { vmem: new Field(['vmem'], shape) };
    return {
      program: noisy ? this.withNoise(program) : program,
      dims: { n: this.sizeOut },
      dt: this.dt,
      params: {
        tauMem: expanded(this.tauMem, shape),
        bias: expanded(this.bias, shape),
        threshold: expanded(this.threshold, shape),
        maxSpikesPerDt: this.maxSpikesPerDt,
        ...(noisy ? { noiseStd } : {}),
      },
      inputs: ['input0'],
      outputs: ['output'],
      state,
      record: { ...state, spikes: new Field(['spikes'], shape) },
      always: {},
      keepsRank: false,
    };
  }

  protected override wrapRecordedState(record: AttributeTree, tStart: number): AttributeTree {
    return lifSeries(record, { dt: this.dt, tStart });
  }
}
