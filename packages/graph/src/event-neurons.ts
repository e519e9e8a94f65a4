// Neurons of the v1 layers that count in whole steps of their voltage, or that find the exact time of each spike.
// Plain records of the layers' constants; what is computed from them is the layers' matter.
import type { ArrayInput } from '@rp/ndarray';
import type { GraphModuleOptions } from './graph-module.ts';
import { type MembraneNeuronOptions, MembraneNeurons } from './membrane-neurons.ts';
import { GenericNeurons } from './neurons.ts';
import { ownValue, type ParameterValue } from './values.ts';

export interface ConstantLeakNeuronOptions extends GraphModuleOptions {
  /** Default: empty. */
  readonly vThresh?: ArrayInput | undefined;
  /** Default: empty. */
  readonly vReset?: ArrayInput | undefined;
  /** What a spike takes from the voltage. Default: empty = a spike resets it to `vReset`. */
  readonly vSubtract?: ArrayInput | undefined;
  /** Where the leak drives the voltage. Default: empty = it goes one way. */
  readonly vRest?: ArrayInput | undefined;
  /** Added to the voltage every `leakPeriod`; negative for a leak. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds. Default: empty = every time step. */
  readonly leakPeriod?: ArrayInput | undefined;
  /** Seconds. Default 0. */
  readonly refractory?: ArrayInput | undefined;
  /** Seconds until a spike arrives through recurrent connections. Default 0. */
  readonly delay?: ArrayInput | undefined;
  /** The number type of the voltage: `float`, `int8`, … Default `float`. */
  readonly stateType?: string | undefined;
  /** Seconds per step, or null. */
  readonly dt?: number | null | undefined;
}

/** Neurons whose voltage jumps by the weights of events and changes by a constant amount in between. */
export class ConstantLeakNeurons extends GenericNeurons {
  static override readonly className: string = 'ConstantLeakNeurons';
  static override readonly attributes: readonly string[] = [
    'vThresh',
    'vReset',
    'vSubtract',
    'vRest',
    'bias',
    'leakPeriod',
    'refractory',
    'delay',
    'stateType',
    'dt',
  ];

  /** A neuron fires when its voltage reaches it. */
  vThresh: ParameterValue;
  /** Voltage after a spike, where nothing is subtracted. */
  vReset: ParameterValue;
  /** What a spike takes from the voltage; empty where it resets it. */
  vSubtract: ParameterValue;
  /** Where the leak drives the voltage; empty where it goes one way. */
  vRest: ParameterValue;
  /** Added to the voltage every `leakPeriod`. */
  bias: ParameterValue;
  /** Seconds; empty for every time step. */
  leakPeriod: ParameterValue;
  /** Time after a spike in which input is ignored, seconds. */
  refractory: ParameterValue;
  /** Seconds until a spike arrives through recurrent connections. */
  delay: ParameterValue;
  /** The number type of the voltage: `float`, `int8`, … */
  stateType: string;
  /** Seconds per step, or null. */
  dt: number | null;

  constructor(options: ConstantLeakNeuronOptions = {}) {
    super(options);
    this.vThresh = ownValue(options.vThresh);
    this.vReset = ownValue(options.vReset);
    this.vSubtract = ownValue(options.vSubtract);
    this.vRest = ownValue(options.vRest);
    this.bias = ownValue(options.bias ?? 0);
    this.leakPeriod = ownValue(options.leakPeriod);
    this.refractory = ownValue(options.refractory ?? 0);
    this.delay = ownValue(options.delay ?? 0);
    this.stateType = options.stateType ?? 'float';
    this.dt = options.dt ?? null;
  }
}

export interface FastSlowNeuronOptions extends MembraneNeuronOptions {
  /** Time constants of the fast recurrent synapses, seconds. Default: empty. */
  readonly tauSynFast?: ArrayInput | undefined;
  /** Time constants of the slow recurrent synapses, seconds. Default: empty. */
  readonly tauSynSlow?: ArrayInput | undefined;
  /** Time constants of the output traces, seconds. Default: empty = none. */
  readonly tauSynOut?: ArrayInput | undefined;
  /** Amperes, through a unit resistance. Default 0. */
  readonly bias?: ArrayInput | undefined;
}

/** Integrate-and-fire neurons with a fast and a slow recurrent synapse each, spiking at exact times. */
export class FastSlowNeurons extends MembraneNeurons {
  static override readonly className: string = 'FastSlowNeurons';
  static override readonly attributes: readonly string[] = [
    ...['tauMem', 'tauSynFast', 'tauSynSlow', 'tauSynOut'],
    ...['vThresh', 'vReset', 'vRest', 'refractory', 'bias', 'dt'],
  ];

  /** Time constants of the fast recurrent synapses, seconds. */
  tauSynFast: ParameterValue;
  /** Time constants of the slow recurrent synapses, seconds. */
  tauSynSlow: ParameterValue;
  /** Time constants of the output traces, seconds; empty without any. */
  tauSynOut: ParameterValue;

  constructor(options: FastSlowNeuronOptions = {}) {
    super({ ...options, bias: options.bias ?? 0 });
    this.tauSynFast = ownValue(options.tauSynFast);
    this.tauSynSlow = ownValue(options.tauSynSlow);
    this.tauSynOut = ownValue(options.tauSynOut);
  }
}
