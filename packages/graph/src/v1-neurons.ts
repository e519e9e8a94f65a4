// Neurons, synapses and encoders of the v1 layers that the general neuron classes cannot hold.
// Each is a plain record of the layer's constants in SI units; what is computed from them is the layer's matter.
import type { ArrayInput } from '@rp/ndarray';
import { oneToOneProblem } from './connections.ts';
import { GraphModule, type GraphModuleOptions, refuseSizes, sizesOf } from './graph-module.ts';
import { type MembraneNeuronOptions, MembraneNeurons } from './membrane-neurons.ts';
import { type RateNeuronOptions, RateNeuronWithSynsRealValue } from './neurons.ts';
import { ownValue, type ParameterValue } from './values.ts';

export interface RateEulerNeuronOptions extends RateNeuronOptions {
  /** Factor on the input. Default 1. */
  readonly gain?: ArrayInput | undefined;
  /** Name of the activation function. Default `relu`. */
  readonly activation?: string | undefined;
  /** Default 0. */
  readonly noiseStd?: ArrayInput | undefined;
}

/** Rate neurons that emit `activation(x + bias)` and follow `x += (gain*input - x) * dt/tau`. */
export class RateEulerNeurons extends RateNeuronWithSynsRealValue {
  static override readonly className: string = 'RateEulerNeurons';
  static override readonly attributes: readonly string[] = [
    ...RateNeuronWithSynsRealValue.attributes,
    'gain',
    'activation',
    'noiseStd',
  ];

  /** Factor on the weighted input. */
  gain: ParameterValue;
  /** Name of the activation function: `relu`, `tanh`, … */
  activation: string;
  /** Standard deviation of the noise on the state, after equilibration. */
  noiseStd: ParameterValue;

  constructor(options: RateEulerNeuronOptions = {}) {
    super(options);
    this.gain = ownValue(options.gain ?? 1);
    this.activation = options.activation ?? 'relu';
    this.noiseStd = ownValue(options.noiseStd ?? 0);
  }
}

export interface IAFNeuronOptions extends MembraneNeuronOptions {
  /** Time constants of the synapses for external input, seconds. Default: empty = the input acts directly. */
  readonly tauSyn?: ArrayInput | undefined;
  /** Time constants of the recurrent synapses, seconds. Default: empty = none. */
  readonly tauSynRec?: ArrayInput | undefined;
}

/** Integrate-and-fire neurons with voltages in volts, a reset and a resting potential, and refractoriness. */
export class IAFNeurons extends MembraneNeurons {
  static override readonly className: string = 'IAFNeurons';
  static override readonly attributes: readonly string[] = [
    ...['tauMem', 'tauSyn', 'tauSynRec'],
    ...['vThresh', 'vReset', 'vRest', 'refractory', 'bias', 'dt'],
  ];

  /** Time constants of the synapses for external input, seconds; empty where input acts directly. */
  tauSyn: ParameterValue;
  /** Time constants of the recurrent synapses, seconds; empty without recurrent synapses. */
  tauSynRec: ParameterValue;

  constructor(options: IAFNeuronOptions = {}) {
    super(options);
    this.tauSyn = ownValue(options.tauSyn);
    this.tauSynRec = ownValue(options.tauSynRec);
  }
}

export interface ExpSynapsesOptions extends GraphModuleOptions {
  /** Seconds. Default: empty. */
  readonly tauSyn?: ArrayInput | undefined;
  /** Added to the current. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per step, or null. */
  readonly dt?: number | null | undefined;
}

/** Each output is a current that jumps with every weighted input event and decays exponentially, plus a bias. */
export class ExpSynapses extends GraphModule {
  static override readonly className: string = 'ExpSynapses';
  static override readonly attributes: readonly string[] = ['tauSyn', 'bias', 'dt'];

  /** Time constants of the decay, seconds. */
  tauSyn: ParameterValue;
  /** Added to the current, amperes. */
  bias: ParameterValue;
  /** Seconds per step, or null. */
  dt: number | null;

  /** @throws ValueError unless there are as many (distinct) outputs as inputs. */
  constructor(options: ExpSynapsesOptions = {}) {
    refuseSizes(options, oneToOneProblem('ExpSynapses', ...sizesOf(options)));
    super(options);
    this.tauSyn = ownValue(options.tauSyn);
    this.bias = ownValue(options.bias ?? 0);
    this.dt = options.dt ?? null;
  }

  override sizeProblem(): string | null {
    return oneToOneProblem('ExpSynapses', this.inputNodes.length, this.outputNodes.length);
  }
}

export interface UpDownEncoderOptions extends GraphModuleOptions {
  /** In the unit of the input, one for all or one per input. Default: empty. */
  readonly thrUp?: ArrayInput | undefined;
  /** In the unit of the input, one for all or one per input. Default: empty. */
  readonly thrDown?: ArrayInput | undefined;
  /** Seconds; Infinity where the tracked value doesn't decay. Default Infinity. */
  readonly tauDecay?: ArrayInput | undefined;
  /** Default 1. */
  readonly repeatOutput?: number | undefined;
  /** Default true. */
  readonly multiplexSpikes?: boolean | undefined;
  /** Seconds per step, or null. */
  readonly dt?: number | null | undefined;
}

/**
 * Turns signals into events: input i is followed by a tracked value; each threshold that the signal moves above
 * or below it makes an event at one of the "up" or "down" outputs of that input.
 *
 * For n outputs per direction, output `2*n*i + k` (k below n) means up and `2*n*i + n + k` means down.
 */
export class UpDownEncoder extends GraphModule {
  static override readonly className: string = 'UpDownEncoder';
  static override readonly attributes: readonly string[] = [
    'thrUp',
    'thrDown',
    'tauDecay',
    'repeatOutput',
    'multiplexSpikes',
    'dt',
  ];

  /** Step up that makes an event, in the unit of the input. */
  thrUp: ParameterValue;
  /** Step down that makes an event, in the unit of the input. */
  thrDown: ParameterValue;
  /** Time constants with which the tracked value decays to zero, seconds; Infinity = no decay. */
  tauDecay: ParameterValue;
  /** How often each event is emitted. */
  repeatOutput: number;
  /** Whether one step can make several events of one input (true), or at most one up and one down (false). */
  multiplexSpikes: boolean;
  /** Seconds per step, or null. */
  dt: number | null;

  /** @throws ValueError unless there is a whole, even number of outputs for every input. */
  constructor(options: UpDownEncoderOptions = {}) {
    refuseSizes(options, upDownProblem(...sizesOf(options)));
    super(options);
    this.thrUp = ownValue(options.thrUp);
    this.thrDown = ownValue(options.thrDown);
    this.tauDecay = ownValue(options.tauDecay ?? Number.POSITIVE_INFINITY);
    this.repeatOutput = options.repeatOutput ?? 1;
    this.multiplexSpikes = options.multiplexSpikes ?? true;
    this.dt = options.dt ?? null;
  }

  override sizeProblem(): string | null {
    return upDownProblem(this.inputNodes.length, this.outputNodes.length);
  }
}

function upDownProblem(sizeIn: number, sizeOut: number): string | null {
  if (sizeIn === 0 ? sizeOut === 0 : sizeOut % (2 * sizeIn) === 0) return null;
  return `UpDownEncoder needs a multiple of ${2 * sizeIn} output nodes (up and down for each of ${sizeIn} inputs), got ${sizeOut}`;
}
