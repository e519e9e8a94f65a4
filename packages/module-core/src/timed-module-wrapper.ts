// A low-level module as a timed one: series are sampled or binned on the way in, made on the way out.
import { warn } from '@rp/errors';
import type { GraphModuleBase } from '@rp/graph';
import { isNdArray, type NdArray } from '@rp/ndarray';
import type { TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { SimulationParameter } from './descriptor.ts';
import type { EvolveResult, ModuleEvolveOptions, ModuleOutput } from './evolve-types.ts';
import { fail, PACKAGE, show } from './fail.ts';
import type { Module } from './module.ts';
import { ModuleBase } from './module-base.ts';
import type { PreparedInput } from './prepare-input.ts';
import { TimedModule, type TimedRun } from './timed-module.ts';

export interface WrapperOptions {
  /** Which output to take of a module with several. Default: 0. */
  readonly outputNum?: number | undefined;
  /** The time step in seconds, for a module that has none. Ignored, with a warning, if it has one. */
  readonly dt?: number | null | undefined;
  /** Whether several input events in one step and channel add up. Default: true. */
  readonly addEvents?: boolean | undefined;
}

type OutputSeries = TSContinuous | TSEvent;

/**
 * Presents a {@link Module} as a {@link TimedModule}. The module becomes the submodule `_module`; a module without
 * `dt` gets one, as a simulation parameter that stays there.
 */
export class TimedModuleWrapper extends TimedModule<OutputSeries> {
  static readonly className: string = 'TimedModuleWrapper';
  declare readonly _module: Module<ModuleOutput>;
  /** Which output of the module becomes the series. */
  protected readonly outputNum: number;

  /**
   * @throws TypeError for something that is not a low-level module; KeyError if neither the module nor the options
   * have a time step.
   */
  constructor(module: Module<ModuleOutput>, options: WrapperOptions = {}) {
    const wrapped = requireLowLevel(module);
    super({
      dt: stepFor(wrapped, options.dt ?? null),
      shape: [wrapped.sizeIn, wrapped.sizeOut],
      spikingInput: wrapped.spikingInput,
      spikingOutput: wrapped.spikingOutput,
      addEvents: options.addEvents,
    });
    this.registerModule('_module', wrapped);
    this.outputNum = options.outputNum ?? 0;
  }

  /** The wrapped module. */
  get module(): Module<ModuleOutput> {
    return this._module;
  }

  protected override async evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): Promise<EvolveResult<OutputSeries>> {
    const prepared = this.prepareInput(input, run);
    return this.wrapResult(await this._module.evolve(prepared.input, optionsOf(run)), prepared, run);
  }

  protected override evolveImplSync(input: TimeSeries | null, run: TimedRun): EvolveResult<OutputSeries> {
    const prepared = this.prepareInput(input, run);
    return this.wrapResult(this._module.evolveSync(prepared.input, optionsOf(run)), prepared, run);
  }

  private wrapResult(
    result: EvolveResult<ModuleOutput>,
    prepared: PreparedInput,
    run: TimedRun,
  ): EvolveResult<OutputSeries> {
    const tStart = prepared.timeBase[0] ?? this.t;
    // Some modules record without being asked; that stays as the module made it.
    const record = run.record ? this.wrapRecordOf(this._module, result.record, tStart) : result.record;
    return {
      output: this.genTimeseries(this.chosen(result.output), run.timeSeries),
      state: result.state,
      record,
    };
  }

  private chosen(output: ModuleOutput): NdArray {
    if (isNdArray(output)) return output;
    const chosen = output[this.outputNum];
    if (chosen !== undefined) return chosen;
    throw fail(
      'IndexError',
      'output-number',
      `${this._module.fullName} has ${output.length} outputs, no number ${this.outputNum}`,
    );
  }

  /** The text of the base, and the name of the module. */
  override toString(): string {
    return `${super.toString()} with ${this._module.fullName} as module`;
  }

  /** The graph of the wrapped module. */
  override asGraph(): GraphModuleBase {
    return this._module.asGraph();
  }
}

function requireLowLevel(module: unknown): Module<ModuleOutput> {
  if (module instanceof ModuleBase && !(module instanceof TimedModule)) return module as Module<ModuleOutput>;
  throw fail('TypeError', 'not-a-module', `TimedModuleWrapper wraps a low-level Module, got ${show(module)}`);
}

/** The module's own step, or the given one, which the module then gets. */
function stepFor(module: Module<ModuleOutput>, given: number | null): number {
  if (module.hasAttribute('dt')) {
    const own = module.getAttribute('dt') as number;
    if (given !== null)
      warn(PACKAGE, `${module.fullName} has the time step ${own} s; the given ${given} s is ignored`);
    return own;
  }
  if (given === null) {
    throw fail(
      'KeyError',
      'no-step',
      `${module.fullName} has no \`dt\`; give one: new TimedModuleWrapper(module, { dt: 1e-3 })`,
    );
  }
  Reflect.set(module, 'dt', new SimulationParameter({ data: given }));
  return given;
}

/** What the wrapper has no use for goes on to the module. */
function optionsOf({ record, signal, onProgress, extra }: TimedRun): ModuleEvolveOptions {
  return { ...extra, record, signal, onProgress };
}
