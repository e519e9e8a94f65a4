// What neurons with a membrane voltage in volts have in common, whatever synapses they have. Not a class of graphs by itself.
import type { ArrayInput } from '@rp/ndarray';
import type { GraphModuleOptions } from './graph-module.ts';
import { GenericNeurons } from './neurons.ts';
import { ownValue, type ParameterValue } from './values.ts';

export interface MembraneNeuronOptions extends GraphModuleOptions {
  /** Membrane time constants, seconds. Default: empty. */
  readonly tauMem?: ArrayInput | undefined;
  /** Volts. Default: empty. */
  readonly vThresh?: ArrayInput | undefined;
  /** Volts. Default: empty. */
  readonly vReset?: ArrayInput | undefined;
  /** Volts. Default: empty. */
  readonly vRest?: ArrayInput | undefined;
  /** Seconds. Default 0. */
  readonly refractory?: ArrayInput | undefined;
  /** Amperes, through a unit resistance. Default: empty. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per step, or null. */
  readonly dt?: number | null | undefined;
}

export abstract class MembraneNeurons extends GenericNeurons {
  /** Membrane time constants, seconds. */
  tauMem: ParameterValue;
  /** A neuron fires when its voltage is above this, volts. */
  vThresh: ParameterValue;
  /** Voltage after a spike, volts. */
  vReset: ParameterValue;
  /** Voltage without input, volts. */
  vRest: ParameterValue;
  /** Time after a spike during which the voltage stands still, seconds. */
  refractory: ParameterValue;
  /** Constant current, amperes (unit resistance: one ampere makes one volt). */
  bias: ParameterValue;
  /** Seconds per step, or null. */
  dt: number | null;

  constructor(options: MembraneNeuronOptions) {
    super(options);
    this.tauMem = ownValue(options.tauMem);
    this.vThresh = ownValue(options.vThresh);
    this.vReset = ownValue(options.vReset);
    this.vRest = ownValue(options.vRest);
    this.refractory = ownValue(options.refractory ?? 0);
    this.bias = ownValue(options.bias);
    this.dt = options.dt ?? null;
  }
}
