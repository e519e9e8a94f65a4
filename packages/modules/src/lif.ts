// Leaky integrate-and-fire neurons with exponential synapses, with or without recurrent weights.
import { type GraphModuleBase, LIFNeuronWithSynsRealValue } from '@rp/graph';
import {
  type AttributeTree,
  type Constant,
  type InitFunc,
  Parameter,
  SimulationParameter,
  State,
} from '@rp/module-core';
import { type ArrayInput, type CsrMatrix, type NdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { kaiming, randomOf } from './initialisers.ts';
import { Field, type Layout } from './layout.ts';
import { lifProgram } from './lif-program.ts';
import { expanded, filled, numbered, splitVector, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { lifSeries } from './record-series.ts';
import { recurrentGraph } from './recurrent-graph.ts';
import { synapseSizes } from './sizes.ts';
import type { StepModel } from './step-model.ts';
import { splitColumns, storageOf, type Weights } from './weights.ts';

export interface LIFOptions extends ProgramOptions {
  /** The number of neurons, or `[inputs, neurons]`; every neuron has `inputs / neurons` synapses. */
  readonly shape: number | readonly number[];
  /** Membrane time constants in seconds; one, or one per neuron. Default 0.02. */
  readonly tauMem?: ArrayInput | Constant | null | undefined;
  /** Synapse time constants in seconds; one, one per synapse, or `[neurons][synapses]`. Default 0.02. */
  readonly tauSyn?: ArrayInput | Constant | null | undefined;
  /** Constant input to the membrane; one, or one per neuron. Default 0. */
  readonly bias?: ArrayInput | Constant | null | undefined;
  /** One, or one per neuron. Default 1. */
  readonly threshold?: ArrayInput | Constant | null | undefined;
  /** Recurrent weights, `[neurons][inputs]`, dense or in compressed rows; only with `hasRec`. Default: from `weightInitFunc`. */
  readonly wRec?: ArrayInput | CsrMatrix | Constant | null | undefined;
  /** Whether spikes are led back to the inputs. Default: false. */
  readonly hasRec?: boolean | undefined;
  /** Default {@link kaiming}. */
  readonly weightInitFunc?: InitFunc | undefined;
  /** Standard deviation that noise gives to the membrane in a second. Default 0. */
  readonly noiseStd?: number | undefined;
  /** The most spikes that a neuron gives in one step. Default 65536. */
  readonly maxSpikesPerDt?: number | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
  /** Default: false. */
  readonly spikingInput?: boolean | undefined;
  /** Default: true. */
  readonly spikingOutput?: boolean | undefined;
}

/**
 * Leaky integrate-and-fire neurons. Input channel `i · S + j` goes to synapse j of neuron i, S synapses each. In a step
 *
 * - `irec = spikes · wRec` (0 without recurrence), `isyn = (isyn + input + irec) · exp(−dt / tauSyn)`,
 * - `vmem = vmem · exp(−dt / tauMem) + Σ isyn + noise + bias`,
 * - `spikes = min(floor(vmem / threshold), maxSpikesPerDt)` where `vmem ≥ threshold`, `vmem = vmem − spikes · threshold`.
 *
 * The output is the number of spikes. States `spikes` and `vmem` (one per neuron) and `isyn` (`[neurons][synapses]`);
 * all of them and `irec` are recorded. Batch items start from the same state; that of the first one is kept.
 */
export class LIF extends ProgramModule {
  static readonly className: string = 'LIF';
  /** Synapses per neuron. */
  readonly nSynapses: number;
  declare hasRec: boolean;
  /** `[neurons][inputs]`; in compressed rows, if it was given so. */
  declare wRec: Weights;
  declare tauMem: Vector;
  declare tauSyn: Vector;
  declare bias: Vector;
  declare threshold: Vector;
  declare dt: number;
  declare noiseStd: number;
  declare maxSpikesPerDt: number;
  declare spikes: NdArray;
  declare isyn: NdArray;
  declare vmem: NdArray;

  /** @throws ValueError for inputs that are no multiple of the neurons, and for `wRec` without `hasRec`. */
  constructor(options: LIFOptions) {
    const { sizeIn, neurons, synapses } = synapseSizes('LIF', options.shape);
    const { hasRec = false, wRec, dt = 1e-3, noiseStd = 0, maxSpikesPerDt = 65536 } = options;
    if (!hasRec && (wRec ?? null) !== null) {
      throw fail('ValueError', 'not-recurrent', 'LIF got `wRec` without `hasRec: true`');
    }
    super([sizeIn, neurons], options, options.spikingInput ?? false, options.spikingOutput ?? true);
    this.nSynapses = synapses;
    this.registerAttribute('hasRec', new SimulationParameter({ data: hasRec }));
    this.registerAttribute('wRec', this.recurrentWeights(options));
    const register = (name: 'tauMem' | 'tauSyn' | 'bias' | 'threshold', family: string, value: number) => {
      const initFunc = (shape: readonly number[]) => filled(shape, value);
      const shape = name === 'tauSyn' ? [[neurons, synapses], [1, synapses], []] : [[neurons], []];
      this.registerAttribute(name, new Parameter({ data: options[name], family, initFunc, shape }));
    };
    register('tauMem', 'taus', 20e-3);
    register('tauSyn', 'taus', 20e-3);
    register('bias', 'bias', 0);
    register('threshold', 'threshold', 1);
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('noiseStd', new SimulationParameter({ data: noiseStd }));
    this.registerAttribute('spikes', new State({ shape: neurons, initFunc: zeros }));
    this.registerAttribute('isyn', new State({ shape: [neurons, synapses], initFunc: zeros }));
    this.registerAttribute('vmem', new State({ shape: neurons, initFunc: zeros }));
    this.registerAttribute('maxSpikesPerDt', new SimulationParameter({ data: maxSpikesPerDt }));
  }

  private recurrentWeights({ hasRec = false, wRec, weightInitFunc }: LIFOptions): Parameter {
    const shape = [this.sizeOut, this.sizeIn];
    if (!hasRec) return new SimulationParameter({ data: zeros(shape) });
    const initFunc = weightInitFunc ?? kaiming(randomOf(this.seed));
    return new Parameter({ data: wRec, family: 'weights', initFunc, shape });
  }

  /** The neurons and, if there are any, the recurrent weights from their outputs to their inputs. */
  override asGraph(): GraphModuleBase {
    const neurons = LIFNeuronWithSynsRealValue.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      tauMem: this.tauMem,
      tauSyn: this.tauSyn,
      threshold: this.threshold,
      bias: this.bias,
      dt: this.dt,
    });
    return recurrentGraph(this, neurons, this.hasRec ? this.wRec : null);
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const { sizeOut, nSynapses: synapses, hasRec: recurrent, noiseStd } = this;
    const noisy = noiseStd !== 0;
    const program = lifProgram({ synapses, recurrent, noisy, storage: storageOf(this.wRec) });
    const state: Layout = {
      spikes: new Field(['spikes'], [sizeOut]),
      isyn: new Field(numbered('isyn', synapses), [sizeOut, synapses]),
      vmem: new Field(['vmem'], [sizeOut]),
    };
    return {
      program: noisy ? this.withNoise(program) : program,
      dims: { n: sizeOut },
      dt: this.dt,
      params: {
        tauMem: expanded(this.tauMem, [sizeOut]),
        ...splitVector('tauSyn', expanded(this.tauSyn, [sizeOut * synapses]), synapses),
        bias: expanded(this.bias, [sizeOut]),
        threshold: expanded(this.threshold, [sizeOut]),
        maxSpikesPerDt: this.maxSpikesPerDt,
        ...(recurrent ? splitColumns('wRec', this.wRec, synapses) : {}),
        ...(noisy ? { noiseStd } : {}),
      },
      inputs: numbered('input', synapses),
      outputs: ['output'],
      state,
      record: { irec: new Field(recurrent ? numbered('irec', synapses) : [], [sizeOut, synapses]), ...state },
      always: {},
      keepsRank: false,
    };
  }

  protected override wrapRecordedState(record: AttributeTree, tStart: number): AttributeTree {
    return lifSeries(record, { dt: this.dt, tStart });
  }
}
