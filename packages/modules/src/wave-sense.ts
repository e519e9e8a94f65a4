// WaveSense: a spiking network for signals, after WaveNet, whose dilated convolutions are synapses of different length.
import { AliasConnection, connectModules, GraphHolder, type GraphModuleBase } from '@rp/graph';
import { Constant, type InitFunc, SimulationParameter } from '@rp/module-core';
import type { NdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { kaiming, type Random, randomOf } from './initialisers.ts';
import { LIFTorch, type LIFTorchOptions } from './lif-torch.ts';
import { LinearTorch } from './linear-torch.ts';
import { ModuleStack } from './module-stack.ts';
import { scaledColumns } from './numbers.ts';
import type { ProgramModule, ProgramOptions } from './program-module.ts';
import type { Stackable } from './stack-arguments.ts';
import { INPUT, type WiredModule, type Wiring, type WiringStep } from './wiring.ts';

/** A class of neurons with the options of {@link LIFTorch}. */
export type NeuronModel = new (options: LIFTorchOptions) => ProgramModule;

interface NeuronSettings extends ProgramOptions {
  /** Seconds. Default 0.02. */
  readonly tauMem?: number | undefined;
  /** The shortest synapse, seconds. Default 0.02. */
  readonly baseTauSyn?: number | undefined;
  /** Default 1. */
  readonly threshold?: number | undefined;
  /** Of all neurons. Default 0. */
  readonly bias?: number | undefined;
  /** Seconds per time step. Default 0.001. */
  readonly dt?: number | undefined;
  /** What the neurons are. Default {@link LIFTorch}. */
  readonly neuronModel?: NeuronModel | undefined;
}

export interface WaveSenseBlockOptions extends NeuronSettings {
  /** Residual channels: in and out. */
  readonly nChannelsRes: number;
  /** Skip channels out. */
  readonly nChannelsSkip: number;
  /** Synapses per neuron of the convolution. */
  readonly kernelSize: number;
  /** Synapse s has the time constant `max(s · dilation · baseTauSyn, baseTauSyn)`. */
  readonly dilation: number;
}

export interface WaveSenseNetOptions extends NeuronSettings {
  /** The dilation of each block. */
  readonly dilations: readonly number[];
  /** Default 2. */
  readonly nClasses?: number | undefined;
  /** Default 16. */
  readonly nChannelsIn?: number | undefined;
  /** Default 16. */
  readonly nChannelsRes?: number | undefined;
  /** Default 32. */
  readonly nChannelsSkip?: number | undefined;
  /** Default 32. */
  readonly nHidden?: number | undefined;
  /** Default 2. */
  readonly kernelSize?: number | undefined;
  /** Of membranes and synapses of the output neurons, seconds. Default 0.02. */
  readonly tauLp?: number | undefined;
  /** Of the output neurons. Default 1. */
  readonly thresholdOut?: number | undefined;
}

/** Makes the weights and neurons of both classes, from one row of random numbers. */
class Maker {
  private readonly options: NeuronSettings;
  private readonly random: Random;

  constructor(options: NeuronSettings, seed: number) {
    this.options = options;
    this.random = randomOf(seed);
  }

  seed(): number {
    return Math.floor(this.random() * 2 ** 32);
  }

  /** Weights that are scaled by `dt / tau`. */
  linear(sizeIn: number, sizeOut: number, tau: number): LinearTorch {
    const { dt = 1e-3 } = this.options;
    const draw = kaiming(this.random);
    const weightInitFunc: InitFunc = (shape) => scaledColumns(draw(shape) as NdArray, () => dt / tau);
    return new LinearTorch({ shape: [sizeIn, sizeOut], weightInitFunc, seed: this.seed() });
  }

  neurons(
    shape: readonly [number, number],
    tauMem: number,
    tauSyn: number | number[][],
    threshold = this.options.threshold ?? 1,
  ): ProgramModule {
    const { bias = 0, dt = 1e-3, neuronModel: Neurons = LIFTorch } = this.options;
    return new Neurons({
      shape,
      tauMem: new Constant(tauMem),
      tauSyn: new Constant(tauSyn),
      bias,
      threshold: new Constant(threshold),
      maxSpikesPerDt: 2 ** 16,
      dt,
      seed: this.seed(),
    });
  }
}

/**
 * One block of {@link WaveSenseNet}: `h = spk1(lin1(input))` with several synapses per neuron, the skip output
 * `spk2Skip(lin2Skip(h))`, and the residual output `spk2Res(lin2Res(h)) + input`. By itself it gives out the
 * residual channels; what its modules give out is recorded.
 */
export class WaveSenseBlock extends ModuleStack {
  static readonly className: string = 'WaveSenseBlock';
  declare neuronModel: NeuronModel;
  declare lin1: LinearTorch;
  declare spk1: ProgramModule;
  declare lin2Res: LinearTorch;
  declare spk2Res: ProgramModule;
  declare lin2Skip: LinearTorch;
  declare spk2Skip: ProgramModule;

  constructor(options: WaveSenseBlockOptions) {
    const { nChannelsRes: res, nChannelsSkip: skip, kernelSize, dilation } = options;
    const { tauMem: _tauMem, baseTauSyn = 20e-3, neuronModel = LIFTorch, backend, dtype } = options;
    super([res, res], { backend, dtype }, true, true);
    const make = new Maker(options, options.seed ?? this.seed);
    const taus = Array.from({ length: kernelSize }, (_, synapse) =>
      Math.max(synapse * dilation * baseTauSyn, baseTauSyn),
    );
    const [longest, shortest] = [Math.max(...taus), Math.min(...taus)];
    const tauMem = options.tauMem ?? 20e-3;
    this.registerAttribute('neuronModel', new SimulationParameter({ data: neuronModel }));
    this.lin1 = make.linear(res, res * kernelSize, longest);
    const tauSyn = Array.from({ length: res }, () => [...taus]);
    this.spk1 = make.neurons([res * kernelSize, res], longest, tauSyn);
    this.lin2Res = make.linear(res, res, shortest);
    this.spk2Res = make.neurons([res, res], tauMem, shortest);
    this.lin2Skip = make.linear(res, skip, shortest);
    this.spk2Skip = make.neurons([skip, skip], tauMem, shortest);
  }

  /** The modules, with the input added to the residual output. Outputs: residual nodes, then skip nodes. */
  override asGraph(): GraphHolder {
    const { residual, skip, inputNodes } = this.ends();
    return new GraphHolder({
      inputNodes,
      outputNodes: [...residual.outputNodes, ...skip.outputNodes],
      name: graphName(this),
      computationalModule: this,
    });
  }

  private ends() {
    const [lin1, spk1] = [this.lin1.asGraph(), this.spk1.asGraph()];
    const [linRes, residual] = [this.lin2Res.asGraph(), this.spk2Res.asGraph()];
    const [linSkip, skip] = [this.lin2Skip.asGraph(), this.spk2Skip.asGraph()];
    connectModules(lin1, spk1);
    connectModules(spk1, linRes);
    connectModules(linRes, residual);
    connectModules(spk1, linSkip);
    connectModules(linSkip, skip);
    const { inputNodes } = lin1;
    new AliasConnection({
      inputNodes,
      outputNodes: residual.outputNodes,
      name: `${graphName(this, 'residual')}_aliases`,
      computationalModule: this,
    });
    return { residual, skip, inputNodes };
  }

  protected override wiring(): Wiring {
    return {
      name: this.className,
      modules: this.stacked(),
      steps: blockSteps('', INPUT),
      output: 'residual',
      recordsOutput: () => true,
    };
  }
}

/** The steps of a block, with modules and signals under a prefix. */
function blockSteps(prefix: string, input: string): WiringStep[] {
  const step = (module: string, from: string): WiringStep => ({
    to: prefix + module,
    module: prefix + module,
    from,
  });
  return [
    step('lin1', input),
    step('spk1', `${prefix}lin1`),
    step('lin2Res', `${prefix}spk1`),
    step('spk2Res', `${prefix}lin2Res`),
    { to: `${prefix}residual`, sum: [`${prefix}spk2Res`, input] },
    step('lin2Skip', `${prefix}spk1`),
    step('spk2Skip', `${prefix}lin2Skip`),
  ];
}

/**
 * `a = spk1(lin1(input))`; each block (`wave0`, `wave1`, …) hands `a` on with its residual output and adds its skip
 * output to those of the others; then `spkOut(readout(spk2(hidden(skip))))`. The neurons of a block look into the
 * past through synapses whose time constants are multiples of its dilation.
 */
export class WaveSenseNet extends ModuleStack {
  static readonly className: string = 'WaveSenseNet';
  declare dt: number;
  declare lin1: LinearTorch;
  declare spk1: ProgramModule;
  declare hidden: LinearTorch;
  declare spk2: ProgramModule;
  declare readout: LinearTorch;
  declare spkOut: ProgramModule;
  private readonly nChannelsRes: number;

  /** @throws ValueError without dilations. */
  constructor(options: WaveSenseNetOptions) {
    const {
      dilations,
      nClasses = 2,
      nChannelsIn = 16,
      nChannelsRes: res = 16,
      nChannelsSkip: skip = 32,
    } = options;
    const { nHidden = 32, kernelSize = 2, tauMem = 20e-3, baseTauSyn = 20e-3, tauLp = 20e-3 } = options;
    if (!Array.isArray(dilations) || dilations.length === 0) {
      throw fail('ValueError', 'dilations', 'WaveSenseNet needs at least one dilation: one per block');
    }
    super([nChannelsIn, nClasses], { backend: options.backend, dtype: options.dtype }, true, true);
    const make = new Maker(options, options.seed ?? this.seed);
    this.nChannelsRes = res;
    this.registerAttribute('dt', new SimulationParameter({ data: options.dt ?? 1e-3 }));
    this.lin1 = make.linear(nChannelsIn, res, baseTauSyn);
    this.spk1 = make.neurons([res, res], tauMem, baseTauSyn);
    dilations.forEach((dilation, index) => {
      const {
        tauMem: _tauMem,
        baseTauSyn: _baseTauSyn,
        backend: _backend,
        dtype: _dtype,
        ...settings
      } = options;
      const block = {
        ...settings,
        nChannelsRes: res,
        nChannelsSkip: skip,
        kernelSize,
        dilation,
        tauMem,
        baseTauSyn,
      };
      this.registerModule(`wave${index}`, new WaveSenseBlock({ ...block, seed: make.seed() }));
    });
    this.hidden = make.linear(skip, nHidden, baseTauSyn);
    this.spk2 = make.neurons([nHidden, nHidden], tauMem, baseTauSyn);
    this.readout = make.linear(nHidden, nClasses, tauLp);
    this.spkOut = make.neurons([nClasses, nClasses], tauLp, tauLp, options.thresholdOut ?? 1);
  }

  private blocks(): readonly (readonly [name: string, block: WaveSenseBlock])[] {
    return this.stacked().filter(
      (entry): entry is [string, WaveSenseBlock & Stackable] => entry[1] instanceof WaveSenseBlock,
    );
  }

  /** The modules; skip nodes of a block lead to those of the next. */
  override asGraph(): GraphModuleBase {
    const [lin1, spk1] = [this.lin1.asGraph(), this.spk1.asGraph()];
    connectModules(lin1, spk1);
    const graphs = this.blocks().map(([, block]) => block.asGraph());
    const residual = Array.from({ length: this.nChannelsRes }, (_, index) => index);
    const skipOf = (graph: GraphHolder) => [...graph.outputNodes].slice(this.nChannelsRes);
    connectModules(spk1, graphs[0]!);
    graphs.slice(1).forEach((graph, index) => {
      const before = graphs[index]!;
      connectModules(before, graph, { sourceIndices: residual });
      new AliasConnection({
        inputNodes: skipOf(before),
        outputNodes: skipOf(graph),
        name: `${graphName(this, 'skip')}_aliases`,
        computationalModule: this,
      });
    });
    const head = [this.hidden, this.spk2, this.readout, this.spkOut].map((module) => module.asGraph());
    const last = graphs.at(-1)!;
    const skip = skipOf(last).map((_, index) => this.nChannelsRes + index);
    connectModules(last, head[0]!, { sourceIndices: skip });
    head.slice(1).forEach((graph, index) => {
      connectModules(head[index]!, graph);
    });
    return new GraphHolder({
      inputNodes: lin1.inputNodes,
      outputNodes: head.at(-1)!.outputNodes,
      name: graphName(this),
      computationalModule: this,
    });
  }

  protected override wiring(): Wiring {
    const step = (module: string, from: string): WiringStep => ({ to: module, module, from });
    const steps: WiringStep[] = [step('lin1', INPUT), step('spk1', 'lin1')];
    let current = 'spk1';
    let skip: string | null = null;
    for (const [name] of this.blocks()) {
      steps.push(...blockSteps(`${name}.`, current));
      current = `${name}.residual`;
      const added: string = `${name}.spk2Skip`;
      if (skip !== null) steps.push({ to: `${name}.skip`, sum: [skip, added] });
      skip = skip === null ? added : `${name}.skip`;
    }
    steps.push(
      step('hidden', skip!),
      step('spk2', 'hidden'),
      step('readout', 'spk2'),
      step('spkOut', 'readout'),
    );
    const modules = this.stacked().flatMap(([name, module]): WiredModule[] =>
      module instanceof WaveSenseBlock
        ? Object.entries(module.modules()).map(
            ([inner, each]) => [`${name}.${inner}`, each, [name, inner]] as const,
          )
        : [[name, module]],
    );
    return { name: this.className, modules, steps, output: 'spkOut', recordsOutput: () => true };
  }
}
