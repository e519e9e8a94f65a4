// Modules one after another: access by name and number, and evolving, as one program where every module has one,
// else module by module.
import { type AttributeTree, type EvolveResult, type ModuleBase, snapshot } from '@rp/module-core';
import { type ArrayInput, isNdArray, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { anyRank, type EvolveOptions, type InputRows, ProgramModule, type Target } from './program-module.ts';
import { firstItem, outputSeries } from './record-series.ts';
import type { Stackable, StackOptions } from './stack-arguments.ts';
import { StackModels, type StackPlan } from './stack-model.ts';
import type { StepModel } from './step-model.ts';

export abstract class ModuleStack extends ProgramModule {
  private readonly models = new StackModels();

  constructor(
    shape: readonly (number | null)[],
    options: StackOptions,
    spikingInput: boolean,
    spikingOutput: boolean,
  ) {
    super(shape, options, spikingInput, spikingOutput);
  }

  /** How the modules stand together. */
  protected abstract stackPlan(): StackPlan;

  /** What goes into module `index`, from the output of the one before it. */
  protected linkedInput(_index: number, output: NdArray): NdArray {
    return output;
  }

  /** The output of the whole, from that of the last module. Here: that. */
  protected combinedOutput(output: NdArray, _input: ArrayInput): NdArray {
    return output;
  }

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
    return this.commonTarget() === null ? null : this.models.of(this.stackPlan(), parts);
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
    const model = this.modelFor(input);
    if (model !== null) return this.runProgram(model, input, options);
    const run = new StepByStep(this.stackPlan(), input, options);
    for (const [index, [name, module]] of this.stacked().entries()) {
      run.add(index, name, await evolveFrom(module, this.inputOf(index, run), run.optionsFor(index, name)));
    }
    return run.result((output) => this.combinedOutput(output, input));
  }

  protected override evolveImplSync(input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
    const model = this.modelFor(input);
    if (model !== null) return this.runProgramSync(model, input, options);
    const run = new StepByStep(this.stackPlan(), input, options);
    for (const [index, [name, module]] of this.stacked().entries()) {
      run.add(index, name, evolveFromSync(module, this.inputOf(index, run), run.optionsFor(index, name)));
    }
    return run.result((output) => this.combinedOutput(output, input));
  }

  /** One program takes rows, with or without a batch axis; anything else is left to the modules. */
  private modelFor(input: ArrayInput): StepModel | null {
    const rank = toNdArray(input).shape.length;
    return rank === 2 || rank === 3 ? this.stepModel() : null;
  }

  private inputOf(index: number, run: StepByStep): ArrayInput {
    return index === 0 ? run.current : this.linkedInput(index, toNdArray(run.current));
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

/** An evolution module by module. */
class StepByStep {
  current: ArrayInput;
  private readonly plan: StackPlan;
  private readonly options: EvolveOptions;
  private readonly state: AttributeTree = {};
  private readonly record: AttributeTree = {};

  constructor(plan: StackPlan, input: ArrayInput, options: EvolveOptions) {
    this.plan = plan;
    this.current = input;
    this.options = options;
  }

  optionsFor(index: number, name: string): EvolveOptions {
    const { record, signal, onProgress, state } = this.options;
    const count = this.plan.modules.length;
    return {
      record,
      signal,
      onProgress:
        onProgress && (({ done, total }) => onProgress({ done: index * total + done, total: count * total })),
      state: state === undefined ? undefined : ((state[name] ?? {}) as AttributeTree),
    };
  }

  add(index: number, name: string, { output, state, record }: EvolveResult<NdArray>): void {
    this.state[name] = state;
    this.record[name] = record;
    if (this.plan.recordsOutput(index)) {
      this.record[`${name}_output`] = { data: output.data.slice(), shape: output.shape };
    }
    this.current = output;
  }

  result(combined: (output: NdArray) => NdArray): EvolveResult<NdArray> {
    return { output: combined(toNdArray(this.current)), state: this.state, record: this.record };
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
