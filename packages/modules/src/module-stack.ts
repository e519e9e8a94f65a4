// Modules one after another: access by name and number, and evolving, as one program where every module has one,
// else module by module.
import { type AttributeTree, type EvolveResult, type ModuleBase, snapshot } from '@rp/module-core';
import { type ArrayInput, isNdArray, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { nested, suffixed, within } from './nesting.ts';
import { anyRank, type EvolveOptions, type InputRows, ProgramModule, type Target } from './program-module.ts';
import { firstItem, outputSeries } from './record-series.ts';
import { spreadOf } from './spread.ts';
import type { Stackable, StackOptions } from './stack-arguments.ts';
import type { StepModel } from './step-model.ts';
import { INPUT, summed, type WiredModule, type Wiring, type WiringStep, weighted } from './wiring.ts';
import { WiringModels } from './wiring-model.ts';

export abstract class ModuleStack extends ProgramModule {
  private readonly models = new WiringModels();

  constructor(
    shape: readonly (number | null)[],
    options: StackOptions,
    spikingInput: boolean,
    spikingOutput: boolean,
  ) {
    super(shape, options, spikingInput, spikingOutput);
  }

  /** How the modules are wired, with the present weights. */
  protected abstract wiring(): Wiring;

  // --- Access ---

  /** The number of modules. */
  get length(): number {
    return this.stacked().length;
  }

  /**
   * A module by number (negative: from the end) or name.
   * @throws IndexError, KeyError if there is none.
   */
  at(key: number | string): Stackable {
    const entries = this.stacked();
    if (typeof key === 'string') {
      const found = entries.find(([name]) => name === key);
      if (found !== undefined) return found[1];
      throw fail(
        'KeyError',
        'no-module',
        `${this.fullName} has no module \`${key}\`; it has ${entries.map(([name]) => name).join(', ') || 'none'}`,
      );
    }
    const found = entries.at(key);
    if (found !== undefined && Number.isInteger(key)) return found[1];
    throw fail('IndexError', 'no-module', `${this.fullName} has ${entries.length} modules, no number ${key}`);
  }

  /** The modules in order. */
  [Symbol.iterator](): IterableIterator<Stackable> {
    return this.stacked()
      .map(([, module]) => module)
      .values();
  }

  protected stacked(): readonly (readonly [string, Stackable])[] {
    return Object.entries(this.modules()) as [string, Stackable][];
  }

  // --- One program ---

  override stepModel(parts?: number): StepModel | null {
    return this.commonTarget() === null ? null : this.models.of(this.wiring(), this.sizeIn, parts);
  }

  /** How the network runs: its program as equations, or why it runs module by module. */
  override explain(): string {
    if (this.stepModel() !== null) return super.explain();
    return `${this.fullName} runs module by module: it ${this.whyNoProgram()}`;
  }

  override whyNoProgram(): string {
    const spread = this.commonTarget() === null ? null : spreadOf(this.wiring(), undefined);
    if (typeof spread === 'string') return `can't be joined: ${spread}`;
    return 'has modules at different backends; tell it where to run with `to`';
  }

  /** Where the modules run; null if they run at different places, and the stack was not told where to. @internal */
  override commonTarget(): Target | null {
    if (this.target.backend !== undefined || this.target.dtype !== undefined) return this.target;
    const targets = this.stacked().map(([, module]) =>
      module instanceof ProgramModule ? module.commonTarget() : null,
    );
    const [first = this.target] = targets;
    const same = targets.every(
      (target) => target !== null && target.backend === first?.backend && target.dtype === first?.dtype,
    );
    return same ? first : null;
  }

  override get keepsRank(): boolean {
    return this.stacked().every(([, module]) => module instanceof ProgramModule && module.keepsRank);
  }

  protected override inputRows(input: ArrayInput): InputRows {
    const [first] = this.stacked();
    if (!(first?.[1] instanceof ProgramModule && first[1].keepsRank)) return super.inputRows(input);
    const rows = anyRank(input, this.sizeIn, this.fullName);
    return rows.lead.length === 2 ? { ...rows, data: toNdArray(input) } : rows;
  }

  protected override async evolveImpl(
    input: ArrayInput,
    options: EvolveOptions,
  ): Promise<EvolveResult<NdArray>> {
    this.alignNoise();
    const model = this.modelFor(input, options);
    if (model !== null) return this.runProgram(model, input, options);
    const run = new StepByStep(this.wiring(), input, options);
    return this.holding(async () => {
      for (const step of run.moduleSteps()) {
        const module = run.moduleOf(step);
        const evolve = () => evolveFrom(module, run.inputOf(step), run.optionsFor(step));
        run.add(step, await this.lettingGo(module, evolve));
      }
      return run.result();
    });
  }

  protected override evolveImplSync(input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
    this.alignNoise();
    const model = this.modelFor(input, options);
    if (model !== null) return this.runProgramSync(model, input, options);
    const run = new StepByStep(this.wiring(), input, options);
    return this.holdingSync(() => {
      for (const step of run.moduleSteps()) {
        const module = run.moduleOf(step);
        const evolve = () => evolveFromSync(module, run.inputOf(step), run.optionsFor(step));
        run.add(step, this.lettingGoSync(module, evolve));
      }
      return run.result();
    });
  }

  /** One program takes rows, with or without a batch axis; anything else is left to the modules. */
  private modelFor(input: ArrayInput, { fuse = true }: EvolveOptions): StepModel | null {
    if (!fuse) return null;
    const rank = toNdArray(input).shape.length;
    return rank === 2 || rank === 3 ? this.stepModel() : null;
  }

  // --- Records as series ---

  protected override wrapRecordedState(record: AttributeTree, tStart: number): AttributeTree {
    return this.seriesOf(record, tStart, null);
  }

  private seriesOf(record: AttributeTree, tStart: number, outerDt: number | null): AttributeTree {
    const series: AttributeTree = {};
    for (const [name, module] of this.stacked()) {
      const dt = dtOf(module) ?? dtOf(this) ?? outerDt ?? innerDt(this);
      const own = (record[name] ?? {}) as AttributeTree;
      series[name] =
        module instanceof ModuleStack
          ? module.seriesOf(own, tStart, dt)
          : this.wrapRecordOf(module, own, tStart);
      const output = record[`${name}_output`];
      if (!isNdArray(output)) continue;
      series[`${name}_output`] =
        dt === null
          ? output
          : outputSeries(firstItem(output), `${name}_output`, module.spikingOutput, { dt, tStart });
    }
    return series;
  }
}

type ModuleStep = Extract<WiringStep, { module: string }>;

/** An evolution module by module. */
class StepByStep {
  private readonly wiring: Wiring;
  private readonly options: EvolveOptions;
  private readonly signals: Map<string, ArrayInput>;
  private readonly results = new Map<string, EvolveResult<NdArray>>();

  constructor(wiring: Wiring, input: ArrayInput, options: EvolveOptions) {
    this.wiring = wiring;
    this.options = options;
    this.signals = new Map([[INPUT, input]]);
  }

  /** The steps that run a module; what is between them is computed on the way. */
  *moduleSteps(): Generator<ModuleStep> {
    for (const step of this.wiring.steps) {
      if ('module' in step) yield step;
      else if ('weights' in step) this.signals.set(step.to, weighted(this.array(step.from), step.weights));
      else this.signals.set(step.to, summed(this.array(step.sum[0]), this.array(step.sum[1])));
    }
  }

  moduleOf({ module }: ModuleStep): Stackable {
    return this.entryOf(module)[1] as Stackable;
  }

  private entryOf(module: string): WiredModule {
    return this.wiring.modules.find(([name]) => name === module)!;
  }

  inputOf({ from }: ModuleStep): ArrayInput {
    return this.signals.get(from)!;
  }

  optionsFor({ module }: ModuleStep): EvolveOptions {
    const { record, signal, onProgress, state, fuse, keepOutputs } = this.options;
    const [, , path = [module]] = this.entryOf(module);
    const [index, count] = [this.results.size, this.wiring.modules.length];
    return {
      record,
      signal,
      fuse,
      keepOutputs,
      onProgress:
        onProgress && (({ done, total }) => onProgress({ done: index * total + done, total: count * total })),
      state: state === undefined ? undefined : ((within(state, path) ?? {}) as AttributeTree),
    };
  }

  add({ module, to }: ModuleStep, result: EvolveResult<NdArray>): void {
    this.signals.set(to, result.output);
    this.results.set(module, result);
  }

  result(): EvolveResult<NdArray> {
    const state: [readonly string[], unknown][] = [];
    const record: [readonly string[], unknown][] = [];
    for (const [name, , path = [name]] of this.wiring.modules) {
      const { output, state: newState, record: recorded } = this.results.get(name)!;
      state.push([path, newState]);
      record.push([path, recorded]);
      if (this.wiring.recordsOutput(name)) {
        record.push([suffixed(path, '_output'), { data: output.data.slice(), shape: output.shape }]);
      }
    }
    const { record: asked = false, keepOutputs = true } = this.options;
    return {
      output: this.array(this.wiring.output),
      state: nested(state),
      record: asked || keepOutputs ? nested(record) : {},
    };
  }

  private array(signal: string): NdArray {
    return toNdArray(this.signals.get(signal)!);
  }
}

/** Evolves a module from given states, if there are any; a module that isn't ours lends its own for that time. */
async function evolveFrom(
  module: Stackable,
  input: ArrayInput,
  options: EvolveOptions,
): Promise<EvolveResult<NdArray>> {
  if (module instanceof ProgramModule || options.state === undefined) return module.evolve(input, options);
  const before = snapshot(module.state());
  module.setAttributes(options.state);
  try {
    return await module.evolve(input, { ...options, state: undefined });
  } finally {
    module.setAttributes(before);
  }
}

function evolveFromSync(module: Stackable, input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
  if (module instanceof ProgramModule || options.state === undefined)
    return module.evolveSync(input, options);
  const before = snapshot(module.state());
  module.setAttributes(options.state);
  try {
    return module.evolveSync(input, { ...options, state: undefined });
  } finally {
    module.setAttributes(before);
  }
}

function dtOf(module: ModuleBase): number | null {
  const dt = module.hasAttribute('dt') ? module.getAttribute('dt') : null;
  return typeof dt === 'number' ? dt : null;
}

/** The first time step below a module. */
function innerDt(module: ModuleBase): number | null {
  for (const inner of Object.values(module.modules())) {
    const dt = dtOf(inner) ?? innerDt(inner);
    if (dt !== null) return dt;
  }
  return null;
}
