// Leaky integrate-and-fire neurons whose leak can be said in three ways: time constants, factors per step, bit shifts.
import { type GraphModuleBase, LIFNeuronWithSynsRealValue } from '@rp/graph';
import {
  type AttributeTree,
  type Constant,
  type InitFunc,
  Parameter,
  SimulationParameter,
  State,
} from '@rp/module-core';
import { type ArrayInput, type CsrMatrix, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { randomOf, unitEigs } from './initialisers.ts';
import { Field, type Layout } from './layout.ts';
import { lifProgram } from './lif-program.ts';
import { expanded, filled, mapVector, numbered, splitVector, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { lifSeries } from './record-series.ts';
import { recurrentGraph } from './recurrent-graph.ts';
import { synapseSizes } from './sizes.ts';
import type { StepModel } from './step-model.ts';
import { splitColumns, storageOf, type Weights } from './weights.ts';

/** How the leak of membranes and synapses is parametrised. */
export type LeakMode = 'taus' | 'decays' | 'bitshifts';

type Value = ArrayInput | Constant | null | undefined;

export interface LIFTorchOptions extends ProgramOptions {
  /** The number of neurons, or `[inputs, neurons]`; every neuron has `inputs / neurons` synapses. */
  readonly shape: number | readonly number[];
  /** Which of the pairs below are the parameters. Default `taus`. */
  readonly leakMode?: LeakMode | undefined;
  /** Seconds; one, or one per neuron. Default 0.02. */
  readonly tauMem?: Value;
  /** Seconds; one, or `[neurons][synapses]`. Default 0.02. */
  readonly tauSyn?: Value;
  /** What is left of the membrane after a step. Default 0.5. */
  readonly alpha?: Value;
  /** What is left of the synaptic current after a step. Default 0.5. */
  readonly beta?: Value;
  /** `alpha` is `1 − 2^−dashMem`. Default 1. */
  readonly dashMem?: Value;
  /** `beta` is `1 − 2^−dashSyn`. Default 1. */
  readonly dashSyn?: Value;
  /** Constant input to the membrane. Default 0. */
  readonly bias?: Value;
  /** Default 1. */
  readonly threshold?: Value;
  /** Whether spikes are led back to the inputs. Default: false. */
  readonly hasRec?: boolean | undefined;
  /** Recurrent weights, `[neurons][inputs]`; only with `hasRec`. */
  readonly wRec?: ArrayInput | CsrMatrix | Constant | null | undefined;
  /** Default {@link unitEigs}. */
  readonly weightInitFunc?: InitFunc | undefined;
  /** Standard deviation that noise gives to the membrane in a second. Default 0. */
  readonly noiseStd?: number | undefined;
  /** The most spikes that a neuron gives in one step. Default 2^16. */
  readonly maxSpikesPerDt?: number | undefined;
  /** For training elsewhere; has no effect here. Default 0.5. */
  readonly learningWindow?: number | undefined;
  /** For training elsewhere: the name of a surrogate gradient; has no effect here. */
  readonly spikeGenerationFn?: unknown;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
}

interface Leak {
  readonly mem: 'tauMem' | 'alpha' | 'dashMem';
  readonly syn: 'tauSyn' | 'beta' | 'dashSyn';
  readonly family: string;
  readonly start: number;
}

const leaks: Readonly<Record<LeakMode, Leak>> = {
  taus: { mem: 'tauMem', syn: 'tauSyn', family: 'taus', start: 20e-3 },
  decays: { mem: 'alpha', syn: 'beta', family: 'decays', start: 0.5 },
  bitshifts: { mem: 'dashMem', syn: 'dashSyn', family: 'bitshifts', start: 1 },
};

/** Stands in for the reference's surrogate gradient: what is computed forward is `floor(vmem / threshold)`. */
const stepPwl = (vmem: number, threshold: number): number =>
  vmem >= threshold ? Math.floor(vmem / threshold) : 0;

/**
 * {@link LIF} whose leak is parametrised by `leakMode`: time constants (`tauMem`, `tauSyn`), factors per step
 * (`alpha`, `beta`) or bit shifts (`dashMem`, `dashSyn`). All six can be read at any time, and assigned: an assigned
 * value is converted to the active pair. Takes events; only what is asked for is recorded.
 */
export class LIFTorch extends ProgramModule {
  static readonly className: string = 'LIFTorch';
  /** Synapses per neuron. */
  readonly nSynapses: number;
  declare leakMode: LeakMode;
  declare dt: number;
  declare hasRec: boolean;
  /** `[neurons][inputs]`; in compressed rows, if it was given so. */
  declare wRec: Weights;
  declare noiseStd: number;
  declare bias: Vector;
  declare threshold: Vector;
  declare learningWindow: number;
  declare vmem: NdArray;
  declare isyn: NdArray;
  declare spikes: NdArray;
  declare spikeGenerationFn: unknown;
  declare maxSpikesPerDt: number;

  /**
   * @throws ValueError for inputs that are no multiple of the neurons, for `wRec` without `hasRec`, and for leak
   * parameters of another mode.
   */
  constructor(options: LIFTorchOptions) {
    const { sizeIn, neurons, synapses } = synapseSizes('LIFTorch', options.shape);
    const { leakMode = 'taus', hasRec = false, dt = 1e-3, noiseStd = 0, maxSpikesPerDt = 2 ** 16 } = options;
    requireLeaks(options, leakMode);
    if (!hasRec && (options.wRec ?? null) !== null) {
      throw fail('ValueError', 'not-recurrent', 'LIFTorch got `wRec` without `hasRec: true`');
    }
    super([sizeIn, neurons], options, true, true);
    this.nSynapses = synapses;
    const setting = (name: string, data: unknown) =>
      this.registerAttribute(name, new SimulationParameter({ data }));
    setting('leakMode', leakMode);
    setting('dt', dt);
    setting('hasRec', hasRec);
    this.registerAttribute('wRec', this.recurrentWeights(options));
    setting('noiseStd', noiseStd);
    this.registerLeaks(options, leakMode);
    this.registerVector('bias', options.bias, 'bias', 0);
    this.registerVector('threshold', options.threshold, 'thresholds', 1);
    setting('learningWindow', options.learningWindow ?? 0.5);
    this.registerAttribute('vmem', new State({ shape: neurons, initFunc: zeros }));
    this.registerAttribute('isyn', new State({ shape: [neurons, synapses], initFunc: zeros }));
    this.registerAttribute('spikes', new State({ shape: neurons, initFunc: zeros }));
    setting('spikeGenerationFn', options.spikeGenerationFn ?? stepPwl);
    setting('maxSpikesPerDt', maxSpikesPerDt);
  }

  private registerLeaks(options: LIFTorchOptions, leakMode: LeakMode): void {
    const { mem, syn, family, start } = leaks[leakMode];
    this.registerVector(mem, options[mem], family, start);
    const [neurons, synapses] = [this.sizeOut, this.nSynapses];
    const initFunc = (shape: readonly number[]) => filled(shape, start);
    const shape = [[neurons, synapses], [1, synapses], []];
    this.registerAttribute(syn, new Parameter({ data: options[syn], family, initFunc, shape }));
  }

  protected registerVector(name: string, data: Value, family: string, start: number): void {
    const initFunc = (shape: readonly number[]) => filled(shape, start);
    this.registerAttribute(name, new Parameter({ data, family, initFunc, shape: [[this.sizeOut], []] }));
  }

  private recurrentWeights({ hasRec = false, wRec, weightInitFunc }: LIFTorchOptions): Parameter {
    const shape = [this.sizeOut, this.sizeIn];
    if (!hasRec) return new SimulationParameter({ data: zeros(shape) });
    const initFunc = weightInitFunc ?? unitEigs(randomOf(this.seed));
    return new Parameter({ data: wRec, family: 'weights', initFunc, shape });
  }

  // --- The leak, in all three ways. The registered pair has properties of its own, which go before these. ---

  /** Membrane time constants, seconds. */
  get tauMem(): Vector {
    return mapVector(this.alpha, (decay) => -this.dt / Math.log(decay));
  }

  set tauMem(value: ArrayInput) {
    this.assignLeak('mem', value, (tau) => Math.exp(-this.dt / tau));
  }

  /** Synapse time constants, seconds. */
  get tauSyn(): Vector {
    return mapVector(this.beta, (decay) => -this.dt / Math.log(decay));
  }

  set tauSyn(value: ArrayInput) {
    this.assignLeak('syn', value, (tau) => Math.exp(-this.dt / tau));
  }

  /** What is left of the membrane after a step. */
  get alpha(): Vector {
    return this.decayOf('mem');
  }

  set alpha(value: ArrayInput) {
    this.assignLeak('mem', value, (decay) => decay);
  }

  /** What is left of the synaptic current after a step. */
  get beta(): Vector {
    return this.decayOf('syn');
  }

  set beta(value: ArrayInput) {
    this.assignLeak('syn', value, (decay) => decay);
  }

  /** The bit shift of the membrane: `alpha` is `1 − 2^−dashMem`. */
  get dashMem(): Vector {
    return mapVector(this.alpha, (decay) => -Math.log2(1 - decay));
  }

  set dashMem(value: ArrayInput) {
    this.assignLeak('mem', value, (dash) => 1 - 2 ** -dash);
  }

  /** The bit shift of the synapses: `beta` is `1 − 2^−dashSyn`. */
  get dashSyn(): Vector {
    return mapVector(this.beta, (decay) => -Math.log2(1 - decay));
  }

  set dashSyn(value: ArrayInput) {
    this.assignLeak('syn', value, (dash) => 1 - 2 ** -dash);
  }

  /** The factor per step that a time constant stands for. */
  protected decayOfTau(tau: number): number {
    return Math.exp(-this.dt / tau);
  }

  /** Whether the factors are those of {@link decayOfTau}, rather than what a backend makes of time constants. */
  protected get ownDecays(): boolean {
    return false;
  }

  private decayOf(which: 'mem' | 'syn'): Vector {
    const value = this.getAttribute(leaks[this.leakMode][which]) as Vector;
    if (this.leakMode === 'taus') return mapVector(value, (tau) => this.decayOfTau(tau));
    if (this.leakMode === 'bitshifts') return mapVector(value, (dash) => 1 - 2 ** -dash);
    return value;
  }

  private assignLeak(which: 'mem' | 'syn', value: ArrayInput, decayOf: (value: number) => number): void {
    const fromDecay: Readonly<Record<LeakMode, (decay: number) => number>> = {
      taus: (decay) => -this.dt / Math.log(decay),
      decays: (decay) => decay,
      bitshifts: (decay) => -Math.log2(1 - decay),
    };
    const array = typeof value === 'number' ? value : toNdArray(value);
    const convert = fromDecay[this.leakMode];
    Reflect.set(
      this,
      leaks[this.leakMode][which],
      mapVector(array, (each) => convert(decayOf(each))),
    );
  }

  // --- Graph and program ---

  /** The neurons with all values expanded, and the recurrent weights, if there are any. */
  override asGraph(): GraphModuleBase {
    const neurons = LIFNeuronWithSynsRealValue.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      tauMem: expanded(this.tauMem, [this.sizeOut]),
      tauSyn: this.graphTauSyn(),
      threshold: expanded(this.threshold, [this.sizeOut]),
      bias: expanded(this.bias, [this.sizeOut]),
      dt: this.dt,
    });
    return recurrentGraph(this, neurons, this.graphWeights());
  }

  /** One time constant per synapse, neuron by neuron. */
  protected graphTauSyn(): NdArray {
    return expanded(this.tauSyn, [this.sizeOut * this.nSynapses]);
  }

  /** The recurrent weights of the graph, `[neurons][inputs]`, or null. */
  protected graphWeights(): Weights | null {
    return this.hasRec ? this.wRec : null;
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const { sizeOut, nSynapses: synapses, hasRec: recurrent, noiseStd } = this;
    const noisy = noiseStd !== 0;
    const taus = this.leakMode === 'taus' && !this.ownDecays;
    const program = lifProgram({
      storage: storageOf(this.wRec),
      synapses,
      recurrent,
      noisy,
      adaptive: this.adaptive,
      leak: taus ? 'taus' : 'decays',
    });
    const mem = expanded(taus ? this.tauMem : this.alpha, [sizeOut]);
    const syn = expanded(taus ? this.tauSyn : this.beta, [sizeOut * synapses]);
    return {
      program: noisy ? this.withNoise(program) : program,
      dims: { n: sizeOut },
      dt: this.dt,
      params: {
        ...(taus ? { tauMem: mem } : { alpha: mem }),
        ...splitVector(taus ? 'tauSyn' : 'beta', syn, synapses),
        bias: expanded(this.bias, [sizeOut]),
        threshold: expanded(this.threshold, [sizeOut]),
        maxSpikesPerDt: this.maxSpikesPerDt,
        ...(recurrent ? splitColumns('wRec', this.wRec, synapses) : {}),
        ...(noisy ? { noiseStd } : {}),
        ...this.extraParams(),
      },
      inputs: numbered('input', synapses),
      outputs: ['output'],
      state: this.stateLayout(),
      record: {
        ...this.stateLayout(),
        irec: new Field(recurrent ? numbered('irec', synapses) : [], [sizeOut, synapses]),
      },
      always: {},
      keepsRank: false,
    };
  }

  /** Whether the neurons have a current that their own spikes make. */
  protected get adaptive(): boolean {
    return false;
  }

  protected extraParams(): StepModel['params'] {
    return {};
  }

  protected stateLayout(): Layout {
    const { sizeOut, nSynapses: synapses } = this;
    return {
      vmem: new Field(['vmem'], [sizeOut]),
      isyn: new Field(numbered('isyn', synapses), [sizeOut, synapses]),
      spikes: new Field(['spikes'], [sizeOut]),
    };
  }

  protected override wrapRecordedState(record: AttributeTree, tStart: number): AttributeTree {
    return lifSeries(record, { dt: this.dt, tStart });
  }
}

function requireLeaks(options: LIFTorchOptions, leakMode: LeakMode): void {
  const own = leaks[leakMode];
  if (own === undefined) {
    throw fail(
      'ValueError',
      'leak-mode',
      `leakMode is one of ${Object.keys(leaks).join(', ')}, got ${String(leakMode)}`,
    );
  }
  const foreign = Object.values(leaks)
    .filter((leak) => leak !== own)
    .flatMap(({ mem, syn }) => [mem, syn])
    .filter((name) => (options[name] ?? null) !== null);
  if (foreign.length === 0) return;
  throw fail(
    'ValueError',
    'leak-mode',
    `with leakMode \`${leakMode}\` give \`${own.mem}\` and \`${own.syn}\`, not \`${foreign.join('`, `')}\``,
  );
}
