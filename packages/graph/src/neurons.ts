// The two sorts of neurons that the field's graphs know, and the base class by which neurons are found.
import type { ArrayInput } from '@rp/ndarray';
import { GraphModule, type GraphModuleOptions } from './graph-module.ts';
import { ownValue, type ParameterValue } from './values.ts';

/** The base of all neuron classes. */
export class GenericNeurons extends GraphModule {
  static override readonly className: string = 'GenericNeurons';
}

export interface LIFNeuronOptions extends GraphModuleOptions {
  /** Membrane time constants, seconds. Default: empty. */
  readonly tauMem?: ArrayInput | undefined;
  /** Synapse time constants, seconds. Default: empty. */
  readonly tauSyn?: ArrayInput | undefined;
  /** Default: empty. */
  readonly threshold?: ArrayInput | undefined;
  /** Default: empty. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per step, or null for continuous time. */
  readonly dt?: number | null | undefined;
}

/** Leaky integrate-and-fire neurons, each with one or more exponential synapses, and real-valued parameters. */
export class LIFNeuronWithSynsRealValue extends GenericNeurons {
  static override readonly className: string = 'LIFNeuronWithSynsRealValue';
  static override readonly attributes: readonly string[] = ['tauMem', 'tauSyn', 'threshold', 'bias', 'dt'];

  /** Membrane time constants, seconds. */
  tauMem: ParameterValue;
  /** Synapse time constants, seconds. */
  tauSyn: ParameterValue;
  /** Firing thresholds. */
  threshold: ParameterValue;
  /** Constant input to the membrane. */
  bias: ParameterValue;
  /** Seconds per step, or null. */
  dt: number | null;

  constructor(options: LIFNeuronOptions = {}) {
    super(options);
    this.tauMem = ownValue(options.tauMem);
    this.tauSyn = ownValue(options.tauSyn);
    this.threshold = ownValue(options.threshold);
    this.bias = ownValue(options.bias);
    this.dt = options.dt ?? null;
  }
}

export interface RateNeuronOptions extends GraphModuleOptions {
  /** Time constants, seconds. Default: empty. */
  readonly tau?: ArrayInput | undefined;
  /** Default: empty. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per step, or null for continuous time. */
  readonly dt?: number | null | undefined;
}

/** Rate neurons with real-valued parameters. */
export class RateNeuronWithSynsRealValue extends GenericNeurons {
  static override readonly className: string = 'RateNeuronWithSynsRealValue';
  static override readonly attributes: readonly string[] = ['tau', 'bias', 'dt'];

  /** Time constants, seconds. */
  tau: ParameterValue;
  /** Added to the state before the activation function. */
  bias: ParameterValue;
  /** Seconds per step, or null. */
  dt: number | null;

  constructor(options: RateNeuronOptions = {}) {
    super(options);
    this.tau = ownValue(options.tau);
    this.bias = ownValue(options.bias);
    this.dt = options.dt ?? null;
  }
}
