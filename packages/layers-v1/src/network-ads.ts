// Spiking networks that learn to follow a dynamical system (adaptive control), after Alemi et al. (2018).
import { type ArrayInput, shapeOf } from '@rp/ndarray';
import type { TSContinuous } from '@rp/timeseries';
import { fail } from './error.ts';
import { FFExpSyn } from './ff-exp-syn.ts';
import { LayerNetwork, type NetworkEvolveOptions, type NetworkSignals } from './layer-network.ts';
import { PassThrough } from './pass-through.ts';
import type { ProgramOptions } from './program-layer.ts';
import { RecFSSpikeADS } from './rec-fs-spike-ads.ts';

export interface SpecifyADSOptions extends ProgramOptions {
  /** Number of neurons. */
  readonly N: number;
  /** Number of dimensions of the system. */
  readonly Nc: number;
  /** Number of rows of the slow weights. */
  readonly Nb: number;
  /** `[Nc][N]`. */
  readonly weightsIn: ArrayInput;
  /** `[N][Nc]`. */
  readonly weightsOut: ArrayInput;
  /** `[N][N]`, columns are sources. */
  readonly weightsFast: ArrayInput;
  /** `[Nb][N]`, rows are sources. */
  readonly weightsSlow: ArrayInput;
  /** Learning rate. */
  readonly eta: number;
  /** Strength of the fed back error. */
  readonly k: number;
  /** Standard deviation of the reservoir's noise. */
  readonly noiseStd: number;
  /** Seconds per time step, of all layers. */
  readonly dt: number;
  /** Constant currents. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Default 1. */
  readonly vThresh?: ArrayInput | undefined;
  /** Default 0. */
  readonly vReset?: ArrayInput | undefined;
  /** Default 0.5. */
  readonly vRest?: ArrayInput | undefined;
  /** Seconds. Default 0.05. */
  readonly tauMem?: ArrayInput | undefined;
  /** Seconds. Default 0.07. */
  readonly tauSynRFast?: ArrayInput | undefined;
  /** Seconds. Default 0.07. */
  readonly tauSynRSlow?: ArrayInput | undefined;
  /** Seconds; of the output traces and the read-out. Default 0.07. */
  readonly tauSynROut?: number | undefined;
  /** Seconds. Default: none. */
  readonly refractory?: ArrayInput | undefined;
  /** Number of levels of the slow weights; −1 (default) for any number. */
  readonly discretize?: number | undefined;
  /** Only false (default) is supported. */
  readonly discretizeDynapse?: boolean | undefined;
  /** Whether the reservoir keeps what happened in each evolution. Default true. */
  readonly record?: boolean | undefined;
}

/** What a training step is told beside input and target. */
export interface TrainStepOptions extends NetworkEvolveOptions {
  /** Learning rate of this step; default that of the reservoir. */
  readonly eta?: number | undefined;
  /** Strength of the fed back error in this step; default that of the reservoir. */
  readonly k?: number | undefined;
}

/** Weighted input, a RecFSSpikeADS reservoir, and exponential synapses that read its spikes. */
export class NetworkADS extends LayerNetwork<RecFSSpikeADS> {
  /** @throws AssertionError for weights that don't have the stated sizes. */
  static specifyNetwork(options: SpecifyADSOptions): NetworkADS {
    const { N, Nc, Nb, backend, dtype, seed, dt, weightsIn, weightsOut, tauSynROut = 0.07 } = options;
    requireShape('weightsIn', weightsIn, [Nc, N]);
    requireShape('weightsOut', weightsOut, [N, Nc]);
    requireShape('weightsFast', options.weightsFast, [N, N]);
    requireShape('weightsSlow', options.weightsSlow, [Nb, N]);
    const where = { backend, dtype, seed };
    const input = new PassThrough({ ...where, weights: weightsIn, dt, name: 'input_layer' });
    const reservoir = new RecFSSpikeADS({
      ...options,
      bias: options.bias ?? 0,
      vThresh: options.vThresh ?? 1,
      vReset: options.vReset ?? 0,
      vRest: options.vRest ?? 0.5,
      tauMem: options.tauMem ?? 0.05,
      tauSynRFast: options.tauSynRFast ?? 0.07,
      tauSynRSlow: options.tauSynRSlow ?? 0.07,
      tauSynROut,
      refractory: options.refractory ?? -Number.EPSILON,
      discretize: options.discretize ?? -1,
      discretizeDynapse: options.discretizeDynapse ?? false,
      record: options.record ?? true,
      name: 'lyrRes',
    });
    const output = new FFExpSyn({
      ...where,
      weights: weightsOut,
      tauSyn: tauSynROut,
      dt,
      name: 'output_layer',
    });
    return new NetworkADS({ input, reservoir, output });
  }

  /**
   * Lets the network evolve and learn from the error of its output; then resets its clocks and states.
   * @returns what the layers gave out while learning.
   */
  async trainStep(
    tsInput: TSContinuous,
    tsTarget: TSContinuous,
    { eta, k, ...options }: TrainStepOptions = {},
  ): Promise<NetworkSignals> {
    const { reservoir } = this;
    reservoir.eta = eta ?? reservoir.eta;
    reservoir.k = k ?? reservoir.k;
    reservoir.tsTarget = tsTarget;
    reservoir.isTraining = true;
    try {
      return await this.evolve(tsInput, options);
    } finally {
      reservoir.isTraining = false;
      this.resetAll();
    }
  }
}

function requireShape(name: string, weights: ArrayInput, wanted: readonly number[]): void {
  const shape = shapeOf(weights);
  if (shape.length === wanted.length && shape.every((extent, axis) => extent === wanted[axis])) return;
  throw fail(
    'AssertionError',
    'weights-size',
    `${name} must be [${wanted.join('][')}], got [${shape.join('][')}]`,
  );
}
