// A module whose dynamics are a step program. The subclass says which program and which numbers (`stepModel`);
// sessions, backends, batches, records and states are handled here. No loop over neurons in either.
import { type BackendChoice, ProgramRunner, type RunOptions } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import {
  type Bindings,
  type Dtype,
  printEquations,
  type RunResult,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import {
  type AttributeTree,
  type EvolveResult,
  Module,
  type ModuleBase,
  type ModuleEvolveOptions,
  type ModuleShape,
} from '@rp/module-core';
import { type ArrayInput, type NdArray, sizeOf, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import {
  type Field,
  fieldsOf,
  joinParts,
  type Layout,
  mapLayout,
  splitParts,
  statesFrom,
  statesTo,
} from './layout.ts';
import type { StepModel } from './step-model.ts';

/** Where a module runs, and what makes its noise. */
export interface ProgramOptions {
  /** Default: what `setDefaultBackend` says, else plain JavaScript. */
  readonly backend?: BackendChoice | undefined;
  /** Default: the first that the backend has; float64 in plain JavaScript. */
  readonly dtype?: Dtype | undefined;
  /** Seed of the noise, a whole number from 0 to 2^53 − 1. Default: drawn at random, see {@link ProgramModule.seed}. */
  readonly seed?: number | undefined;
}

/** Where a module was told to run; undefined where it wasn't. */
export type Target = Pick<ProgramOptions, 'backend' | 'dtype'>;

/** Options of `evolve` of the modules of this package. */
export interface EvolveOptions extends ModuleEvolveOptions {
  /**
   * The states to begin with, laid out like `state()`, each with or without an axis for batch items in front. The
   * module itself then stays as it is; the states afterwards are in the result, one per batch item if any was
   * given so.
   */
  readonly state?: AttributeTree | undefined;
  /**
   * Whether a network may run as one program. False: module by module, here and in all networks within; the results
   * are the same, but each module runs by itself, so that it can be timed, stepped through and looked at.
   * Default: true.
   */
  readonly fuse?: boolean | undefined;
  /**
   * Whether the record of a network holds what its modules gave out even where no record is asked for, as in the
   * reference. False: only with `record: true`, so that a network that runs as one program keeps nothing between its
   * modules, which is what makes it fast. Default: true.
   */
  readonly keepOutputs?: boolean | undefined;
}

// One plugin for all modules that weren't given another, so that they share compiled programs.
const fallback = jsBackend();

/** Input as the program takes it: (batches, steps, channels), and the leading axes to give back. */
export interface InputRows {
  readonly data: NdArray<Float64Array>;
  readonly lead: readonly number[];
}

interface Plan {
  readonly model: StepModel;
  readonly rows: InputRows;
  readonly bindings: Bindings;
  readonly perBatch: boolean;
  readonly record: Layout;
  readonly functional: boolean;
}

export abstract class ProgramModule extends Module {
  /** The seed of the module's noise. Modules with one seed draw the same numbers, on every backend. */
  readonly seed: number;
  /** Where the module runs. @internal */
  target: Target;
  private open: (Target & { readonly runner: ProgramRunner }) | undefined = undefined;
  /** Steps done with noise, where the module's random numbers go on. */
  private stepsDone = 0;
  private noise: { readonly of: StepProgram; readonly program: StepProgram } | undefined = undefined;

  constructor(shape: ModuleShape, options: ProgramOptions, spikingInput = false, spikingOutput = false) {
    super(shape, spikingInput, spikingOutput);
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 53);
    this.target = { backend: options.backend, dtype: options.dtype };
  }

  /**
   * The program of the module with its present numbers, or null if it has none now.
   * @param parts How many outputs of the program the module's output is to be spread over (see layout.ts); null
   * where the module cannot do that. Absent: as many as it likes.
   */
  abstract stepModel(parts?: number): StepModel | null;

  /** How the module runs, for people: its program as equations, or why it has none. */
  explain(): string {
    const model = this.stepModel();
    if (model === null) return `${this.fullName} runs without a program: it ${this.whyNoProgram()}`;
    return `${this.fullName} runs as one program:\n${printEquations(model.program)}`;
  }

  /** What comes after the module's name where `stepModel` is null, for people. @internal */
  whyNoProgram(): string {
    return 'has no step program at present';
  }

  /** Evolves over an input; see the class for what it takes. */
  override async evolve(input: ArrayInput, options: EvolveOptions = {}): Promise<EvolveResult<NdArray>> {
    return super.evolve(input, options);
  }

  /** The same without waiting. @throws RuntimeError if the backend can only be awaited. */
  override evolveSync(input: ArrayInput, options: EvolveOptions = {}): EvolveResult<NdArray> {
    return super.evolveSync(input, options);
  }

  /**
   * Moves the module and its submodules to another backend (and number format). Parameters and states go with it.
   * @returns the module.
   */
  override async to(
    backend: BackendChoice | undefined,
    dtype: Dtype | undefined = this.target.dtype,
  ): Promise<this> {
    await super.to(backend, dtype);
    this.target = { backend, dtype };
    await this.open?.runner.dispose();
    return this;
  }

  /** Closes the sessions of the module and its submodules; the next evolution opens new ones. */
  override async dispose(): Promise<void> {
    await this.open?.runner.dispose();
    await super.dispose();
  }

  /** The input as rows of the program. Here: with a batch axis, a single channel copied to all inputs. */
  protected inputRows(input: ArrayInput): InputRows {
    const { data } = this.autoBatch(input);
    return { data, lead: data.shape.slice(0, 2) };
  }

  /** What becomes of the output once the program has run. Here: nothing. */
  protected finishOutput(output: NdArray<Float64Array>): NdArray {
    return output;
  }

  /** A program whose random numbers come from the module's seed. */
  protected withNoise(program: StepProgram): StepProgram {
    if (this.noise?.of !== program) this.noise = { of: program, program: seeded(program, this.seed) };
    return this.noise.program;
  }

  protected override evolveImpl(
    input: ArrayInput,
    options: EvolveOptions,
  ): Promise<EvolveResult<NdArray>> | EvolveResult<NdArray> {
    return this.runProgram(this.requireModel(), input, options);
  }

  protected override evolveImplSync(input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
    return this.runProgramSync(this.requireModel(), input, options);
  }

  protected async runProgram(
    model: StepModel,
    input: ArrayInput,
    options: EvolveOptions,
  ): Promise<EvolveResult<NdArray>> {
    const plan = this.plan(model, input, options);
    const runner = this.runnerFor(model.program);
    const run = () => runner.run(plan.bindings, programInputs(plan), runOptions(plan, options));
    const result = await this.holding(run);
    this.countNoise(model.program, result.steps);
    return this.finish(plan, result);
  }

  protected runProgramSync(
    model: StepModel,
    input: ArrayInput,
    options: EvolveOptions,
  ): EvolveResult<NdArray> {
    const plan = this.plan(model, input, options);
    const runner = this.runnerFor(model.program);
    const run = () => runner.runSync(plan.bindings, programInputs(plan), runOptions(plan, options));
    const result = this.holdingSync(run);
    this.countNoise(model.program, result.steps);
    return this.finish(plan, result);
  }

  /** Where the module runs, or null if its parts run at different places. @internal */
  commonTarget(): Target | null {
    return this.target;
  }

  /** Whether the output has the leading axes of the input, whatever they are. @internal */
  get keepsRank(): boolean {
    return false;
  }

  /**
   * Lets the noise of the module and all modules in it go on at one step, that of the furthest: so that a network draws
   * the same numbers however it runs, none of them twice, also when its modules have evolved by themselves before.
   */
  protected alignNoise(): void {
    const furthest = Math.max(...this.programModules().map(({ stepsDone }) => stepsDone));
    this.moveNoise(() => furthest);
  }

  /** Only where there is noise: others may take their rows in another way, and count other steps. */
  private countNoise(program: StepProgram, steps: number): void {
    if (isNoisy(program)) this.moveNoise((stepsDone) => stepsDone + steps);
  }

  private moveNoise(from: (stepsDone: number) => number): void {
    for (const module of this.programModules()) module.stepsDone = from(module.stepsDone);
  }

  /** This module and all below it that are of this kind, each once. */
  private programModules(): ProgramModule[] {
    return [...new Set([this, ...below(this).filter((module) => module instanceof ProgramModule)])];
  }

  protected override captureState(): () => void {
    const { stepsDone } = this;
    const restore = super.captureState();
    return () => {
      restore();
      this.stepsDone = stepsDone;
    };
  }

  private requireModel(): StepModel {
    const model = this.stepModel();
    if (model !== null) return model;
    throw fail('NotImplementedError', 'no-program', `${this.fullName} has no program to run`);
  }

  private plan(
    model: StepModel,
    input: ArrayInput,
    { record, state, keepOutputs = true }: EvolveOptions,
  ): Plan {
    const rows = this.inputRows(input);
    const [batch = 0, steps = 0] = rows.data.shape;
    const { states, perBatch } = statesFrom(model.state, state ?? this.state(), batch);
    return {
      model,
      rows,
      bindings: {
        dims: model.dims,
        dt: model.dt,
        batch,
        params: tensors(model.params),
        state: { ...states, ...model.fresh?.(batch, steps) },
      },
      perBatch,
      record: record === true ? model.record : keepOutputs ? model.always : {},
      functional: state !== undefined,
    };
  }

  private finish(
    { model, rows, perBatch, record, functional }: Plan,
    result: RunResult,
  ): EvolveResult<NdArray> {
    const width = this.sizeOut;
    const whole = joinParts(
      model.outputs.map((name) => result.outputs[name]!),
      [...(model.keepsRank ? rows.lead : rows.data.shape.slice(0, 2)), width],
    );
    const output = this.finishOutput(whole);
    const recorded = mapLayout(record, (field) => recordOf(field, rows, result));
    const batches = rows.data.shape[0]!;
    const states = batches === 0 ? this.state() : statesTo(model.state, result.state, perBatch);
    if (!functional) this.setAttributes(states);
    return { output, state: states, record: recorded };
  }

  private runnerFor(program: StepProgram): ProgramRunner {
    const { backend, dtype } = this.commonTarget() ?? this.target;
    const { open, stepsDone } = this;
    if (open?.runner.program === program && open.backend === backend && open.dtype === dtype) {
      if (open.runner.stepsDone === stepsDone || !isNoisy(program)) return open.runner;
    }
    // The former session has nothing that is still needed: parameters and states live in the module.
    void open?.runner.dispose();
    const runner = new ProgramRunner({ program, fallback, backend, dtype, stepsDone });
    this.open = { runner, backend, dtype };
    return runner;
  }
}

function below(module: ModuleBase): ModuleBase[] {
  return Object.values(module.modules()).flatMap((inner) => [inner, ...below(inner)]);
}

function isNoisy({ values }: StepProgram): boolean {
  return values.some(({ stream }) => stream !== undefined);
}

function tensors(values: StepModel['params']): Record<string, Tensor> {
  const entries = Object.entries(values).map(
    ([name, value]) =>
      [name, typeof value === 'number' ? { data: Float64Array.of(value), shape: [] } : value] as const,
  );
  return Object.fromEntries(entries);
}

function programInputs({ model, rows: { data } }: Plan): Record<string, Tensor> {
  const [batches = 0, steps = 0, channels = 0] = data.shape;
  const count = model.inputs.length;
  const parts = splitParts(data, count);
  return Object.fromEntries(
    model.inputs.map((name, index) => [
      name,
      { data: parts[index]!.data, shape: [batches, steps, channels / count] },
    ]),
  );
}

function runOptions({ rows, record }: Plan, { signal, onProgress }: EvolveOptions): RunOptions {
  return {
    steps: rows.data.shape[1]!,
    record: [...new Set(fieldsOf(record).flatMap(({ parts }) => parts))],
    signal,
    onProgress: onProgress && ((done: number, total: number) => onProgress({ done, total })),
  };
}

function recordOf(
  { parts, shape, keepsRank }: Field,
  { data, lead }: InputRows,
  { records }: RunResult,
): NdArray {
  const axes = keepsRank ? lead : data.shape.slice(0, 2);
  return joinParts(
    parts.map((part) => records[part]!),
    [...axes, ...shape],
  );
}

/**
 * The program with random streams that belong to a seed. Runs have no seed of their own, so that a network may hold
 * modules of different seeds.
 */
function seeded(program: StepProgram, seed: number): StepProgram {
  const base = scattered(scattered(Math.floor(seed / 2 ** 32)) ^ seed);
  const values = program.values.map((value) =>
    value.stream === undefined ? value : { ...value, stream: (base + value.stream) % 2 ** 32 },
  );
  return { ...program, values };
}

/**
 * Neighbours far apart, so that the streams of seed 2 are not among those of seed 1: the finalizer of MurmurHash3
 * (Appleby), a one-to-one map of 32-bit words.
 */
function scattered(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** An input of any rank as one batch of steps; the last axis must be `sizeIn` wide. */
export function anyRank(input: ArrayInput, sizeIn: number, who: string): InputRows {
  const array = toNdArray(input);
  const width = array.shape.at(-1);
  if (width !== sizeIn) {
    throw fail(
      'ValueError',
      'input-width',
      `${who} has ${sizeIn} inputs; the last axis of the input must be as wide, got shape [${array.shape}]`,
    );
  }
  const lead = array.shape.slice(0, -1);
  return { data: { data: array.data, shape: [1, sizeOf(lead), sizeIn] }, lead };
}
