// SynNet: a feed-forward spiking classifier whose neurons see the past through synapses of different length.
import type { GraphModuleBase } from '@rp/graph';
import { Constant, type EvolveResult, type InitFunc } from '@rp/module-core';
import type { ArrayInput, NdArray } from '@rp/ndarray';
import { TimeStepDropout } from './dropout.ts';
import { fail } from './fail.ts';
import { kaiming, type Random, randomOf } from './initialisers.ts';
import { LIFTorch, type LIFTorchOptions } from './lif-torch.ts';
import { LinearTorch } from './linear-torch.ts';
import { ModuleStack } from './module-stack.ts';
import { scaledColumns } from './numbers.ts';
import type { EvolveOptions, ProgramModule, ProgramOptions } from './program-module.ts';
import { Sequential } from './sequential.ts';
import type { Stackable } from './stack-arguments.ts';
import type { StepModel } from './step-model.ts';
import { chain, type Wiring } from './wiring.ts';

export interface SynNetOptions extends ProgramOptions {
  /** The number of outputs. */
  readonly nClasses: number;
  /** The number of inputs. */
  readonly nChannels: number;
  /** The number of neurons of each hidden layer. Default [60]. */
  readonly sizeHiddenLayers?: readonly number[] | undefined;
  /** How many different synapses each hidden layer has. Default [10]. */
  readonly timeConstantsPerLayer?: readonly number[] | undefined;
  /** Neuron j of K time constants gets `(tauSynBase / dt)^((j mod K) + 1) · dt`, seconds. Default 0.002. */
  readonly tauSynBase?: number | undefined;
  /** Of all membranes, seconds. Default 0.002. */
  readonly tauMem?: number | undefined;
  /** Of the output neurons' synapses, seconds. Default 0.002. */
  readonly tauSynOut?: number | undefined;
  /** Whether time constants become what bit shifts can do. Default: true. */
  readonly quantizeTimeConstants?: boolean | undefined;
  /** Whether time constants are parameters, instead of simulation parameters. Default: false. */
  readonly trainTimeConstants?: boolean | undefined;
  /** Of the hidden neurons; one, or one per layer. Default 1. */
  readonly threshold?: number | readonly number[] | undefined;
  /** Of the output neurons. Default: `threshold`; not with `output: 'vmem'`. */
  readonly thresholdOut?: number | null | undefined;
  /** Whether thresholds are parameters. Default: false. */
  readonly trainThreshold?: boolean | undefined;
  /** Default 31. */
  readonly maxSpikesPerDt?: number | undefined;
  /** Of the output neurons. Default 1. */
  readonly maxSpikesPerDtOut?: number | undefined;
  /** Probability with which hidden spikes are left out. Default 0. */
  readonly pDropout?: number | undefined;
  /** Seconds per time step. Default 0.001. */
  readonly dt?: number | undefined;
  /** Whether to give out spikes, or the membranes of the output neurons. Default `spikes`. */
  readonly output?: 'spikes' | 'vmem' | undefined;
  /** What the neurons are. Default {@link LIFTorch}. */
  readonly neuronModel?: (new (options: LIFTorchOptions) => ProgramModule) | undefined;
}

/** A threshold that is never reached: the largest 16-bit number. */
const OUT_OF_REACH = 2 ** 15 - 1;

/**
 * Weights and LIF neurons, layer by layer, all in the submodule `seq`: `0_linear`, `0_neurons`, …, `out_linear`,
 * `out_neurons`. The neurons of a hidden layer have synaptic time constants of K different lengths in turn. Initial
 * weights are scaled by `dt / tau` of the synapse that they go to.
 */
export class SynNet extends ModuleStack {
  static readonly className: string = 'SynNet';
  declare seq: Sequential;
  /** Seconds per time step. */
  readonly dt: number;
  /** What is given out. */
  readonly output: 'spikes' | 'vmem';

  /** @throws ValueError for lists of different lengths, `tauSynBase ≤ dt`, an unknown output, and `thresholdOut` with `vmem`. */
  constructor(options: SynNetOptions) {
    const { nChannels, nClasses, dt = 1e-3, output = 'spikes' } = options;
    const plan = planOf(options);
    super(
      [nChannels, nClasses],
      { backend: options.backend, dtype: options.dtype },
      true,
      output === 'spikes',
    );
    this.dt = dt;
    this.output = output;
    const random = randomOf(options.seed ?? this.seed);
    this.seq = new Sequential(layersOf(plan, options, random));
  }

  /** The graph of `seq`. */
  override asGraph(): GraphModuleBase {
    return this.seq.asGraph();
  }

  override stepModel(parts?: number): StepModel | null {
    return this.output === 'vmem' ? null : super.stepModel(parts);
  }

  override whyNoProgram(): string {
    return this.output === 'vmem'
      ? 'gives out membranes, which are recorded, not given out; `seq` runs as usual'
      : super.whyNoProgram();
  }

  protected override wiring(): Wiring {
    const modules = this.stacked();
    return { name: this.className, modules, ...chain(modules), recordsOutput: () => false };
  }

  protected override async evolveImpl(
    input: ArrayInput,
    options: EvolveOptions,
  ): Promise<EvolveResult<NdArray>> {
    if (this.output === 'spikes') return super.evolveImpl(input, options);
    return this.membranes(await this.seq.evolve(input, this.inner(options)), options);
  }

  protected override evolveImplSync(input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
    if (this.output === 'spikes') return super.evolveImplSync(input, options);
    return this.membranes(this.seq.evolveSync(input, this.inner(options)), options);
  }

  private inner({ state, signal, onProgress, fuse }: EvolveOptions): EvolveOptions {
    return { record: true, signal, onProgress, fuse, state: state?.seq as EvolveOptions['state'] };
  }

  /** The recorded membranes of the last layer as the output; the record as it was asked for. */
  private membranes({ state, record }: EvolveResult<NdArray>, options: EvolveOptions): EvolveResult<NdArray> {
    const output = (record.out_neurons as { readonly vmem: NdArray }).vmem;
    if (!options.record && options.keepOutputs === false)
      return { output, state: { seq: state }, record: {} };
    const always = Object.entries(record).map(([name, entry]) =>
      name.endsWith('_output') ? ([name, entry] as const) : ([name, {}] as const),
    );
    return {
      output,
      state: { seq: state },
      record: { seq: options.record ? record : Object.fromEntries(always) },
    };
  }
}

interface Layer {
  readonly name: string;
  readonly sizeIn: number;
  readonly size: number;
  /** One for all, or one per neuron. */
  readonly tauSyn: number | readonly number[];
  readonly threshold: number;
  readonly maxSpikesPerDt: number;
}

interface Plan {
  readonly layers: readonly Layer[];
  readonly tauMem: number;
}

function planOf(options: SynNetOptions): Plan {
  const { sizeHiddenLayers = [60], timeConstantsPerLayer = [10], tauSynBase = 2e-3, dt = 1e-3 } = options;
  const { tauMem = 2e-3, tauSynOut = 2e-3, output = 'spikes', thresholdOut, maxSpikesPerDt = 31 } = options;
  const quantize = options.quantizeTimeConstants ?? true;
  const refuse = (problem: string) => fail('ValueError', 'syn-net', `SynNet: ${problem}`);
  const thresholds = thresholdsOf(options, sizeHiddenLayers.length);
  if (
    timeConstantsPerLayer.length !== sizeHiddenLayers.length ||
    thresholds.length !== sizeHiddenLayers.length
  ) {
    throw refuse(
      `sizeHiddenLayers (${sizeHiddenLayers.length}), timeConstantsPerLayer (${timeConstantsPerLayer.length}) and threshold (${thresholds.length}) must have equally many entries`,
    );
  }
  if (!(tauSynBase > dt)) throw refuse(`tauSynBase must be longer than dt (${dt} s), got ${tauSynBase} s`);
  if (output !== 'spikes' && output !== 'vmem')
    throw refuse(`output is spikes or vmem, got ${String(output)}`);
  if (output === 'vmem' && (thresholdOut ?? null) !== null)
    throw refuse('there is no thresholdOut with output vmem');

  const fitted = (tau: number) => (quantize ? quantized(tau, dt) : tau);
  const sizes = [options.nChannels, ...sizeHiddenLayers];
  const hidden = sizeHiddenLayers.map((size, index) => ({
    name: String(index),
    sizeIn: sizes[index]!,
    size,
    tauSyn: Array.from({ length: size }, (_, neuron) =>
      fitted((tauSynBase / dt) ** ((neuron % timeConstantsPerLayer[index]!) + 1) * dt),
    ),
    threshold: thresholds[index]!,
    maxSpikesPerDt,
  }));
  const out = {
    name: 'out',
    sizeIn: sizes.at(-1)!,
    size: options.nClasses,
    tauSyn: fitted(tauSynOut),
    threshold: output === 'vmem' ? OUT_OF_REACH : (thresholdOut ?? thresholds.at(-1) ?? 1),
    maxSpikesPerDt: options.maxSpikesPerDtOut ?? 1,
  };
  return { layers: [...hidden, out], tauMem: fitted(tauMem) };
}

function thresholdsOf({ threshold = 1 }: SynNetOptions, layers: number): readonly number[] {
  return typeof threshold === 'number' ? new Array<number>(layers).fill(threshold) : threshold;
}

/** The time constant nearest to this one that a bit shift makes. */
function quantized(tau: number, dt: number): number {
  const shift = Math.round(-Math.log2(1 - Math.exp(-dt / tau)));
  return -dt / Math.log(1 - 2 ** -shift);
}

function layersOf(
  { layers, tauMem }: Plan,
  options: SynNetOptions,
  random: Random,
): Record<string, Stackable> {
  const { dt = 1e-3, trainTimeConstants = false, trainThreshold = false, pDropout = 0 } = options;
  const NeuronModel = options.neuronModel ?? LIFTorch;
  const fixed = (trained: boolean, value: ArrayInput) => (trained ? value : new Constant(value));
  const seed = () => Math.floor(random() * 2 ** 32);
  const modules: Record<string, Stackable> = {};
  layers.forEach(({ name, sizeIn, size, tauSyn, threshold, maxSpikesPerDt }) => {
    modules[`${name}_linear`] = new LinearTorch({
      shape: [sizeIn, size],
      weightInitFunc: scaledBy(tauSyn, dt, random),
      seed: seed(),
    });
    modules[`${name}_neurons`] = new NeuronModel({
      shape: size,
      tauMem: fixed(trainTimeConstants, tauMem),
      tauSyn: fixed(trainTimeConstants, typeof tauSyn === 'number' ? tauSyn : tauSyn.map((tau) => [tau])),
      bias: new Constant(0),
      threshold: fixed(trainThreshold, threshold),
      maxSpikesPerDt,
      dt,
      seed: seed(),
    });
    if (pDropout > 0 && name !== 'out') {
      modules[`${name}_dropout`] = new TimeStepDropout({ shape: size, p: pDropout, seed: seed() });
    }
  });
  return modules;
}

/** Weights times `dt / tau` of the synapse that they go to. */
function scaledBy(tauSyn: number | readonly number[], dt: number, random: Random): InitFunc {
  const draw = kaiming(random);
  return (shape) =>
    scaledColumns(
      draw(shape) as NdArray,
      (post) => dt / (typeof tauSyn === 'number' ? tauSyn : tauSyn[post]!),
    );
}
