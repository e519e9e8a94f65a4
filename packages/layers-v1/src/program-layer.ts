// A layer whose dynamics are a step program. The subclass says which program, which numbers, and what series the
// results make; sessions, backends, abort, records and the clock are handled here. No loop over neurons in either.
import { type BackendChoice, nextTurn, ProgramRunner } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import type { Bindings, Dtype, EventList, RunInputs, RunResult, StepProgram, Tensor } from '@rp/dynamics';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import { eventInput } from './event-input.ts';
import { Layer, type LayerEvolveOptions, type LayerOptions, type RecordedEvolution } from './layer.ts';
import { binEvents } from './prepare-input.ts';
import { type SingleStep, stepByStep } from './step-by-step.ts';
import { timeTrace } from './step-count.ts';

/** Where a layer runs, and what makes its noise. */
export interface ProgramOptions {
  /** Default: what `setDefaultBackend` says, else plain JavaScript. */
  readonly backend?: BackendChoice | undefined;
  /** Default: the first that the backend has; float64 in plain JavaScript. */
  readonly dtype?: Dtype | undefined;
  /** Seed of the noise, a whole number from 0 to 2^53 − 1. Default: drawn at random, see {@link ProgramLayer.seed}. */
  readonly seed?: number | undefined;
}

export interface ProgramLayerOptions extends LayerOptions, ProgramOptions {}

/** What an evolution covers. */
export interface Span {
  /** The layer's time before the evolution, seconds. */
  readonly tStart: number;
  /** And after it: a whole number of steps of the clock, which `tStart + n · dt` may miss by a rounding error. */
  readonly tEnd: number;
  /** The layer's clock before the evolution, in steps. */
  readonly firstStep: number;
  readonly numTimesteps: number;
  readonly dt: number;
}

/** The numbers of a run, single ones or arrays; `dt` and the seed are added by {@link ProgramLayer}. */
export interface LayerBindings {
  readonly dims: Readonly<Record<string, number>>;
  readonly params: Readonly<Record<string, Tensor | number>>;
  readonly state: Readonly<Record<string, Tensor | number>>;
}

/** The input of a run, and what else is particular to it. */
export interface PreparedRun {
  readonly inputs: RunInputs;
  readonly numTimesteps: number;
  /** Default: that of {@link ProgramLayer.program}. */
  readonly program?: StepProgram | undefined;
  /** Parameters beside those of {@link ProgramLayer.bindings}. */
  readonly params?: LayerBindings['params'] | undefined;
  /** What the program is to record. Default: all that the evolution is to. */
  readonly record?: readonly string[] | undefined;
  /**
   * Called after each time step with its results. The steps then run one by one, with the parameters that the layer has at
   * that time; for programs whose results are events.
   */
  readonly onStep?: ((result: RunResult) => void) | undefined;
  /** Called when the evolution has succeeded: what the layer keeps for the next one. */
  readonly onDone?: ((result: RunResult) => void) | undefined;
}

interface Plan {
  readonly span: Span;
  readonly bindings: Bindings;
  readonly inputs: RunInputs;
  readonly program: StepProgram;
  /** What the evolution records, and what the program does. */
  readonly record: { readonly all: readonly string[]; readonly program: readonly string[] };
  readonly onDone: PreparedRun['onDone'];
  /** The single steps, where they are asked for. */
  readonly steps: Generator<SingleStep, RunResult, RunResult> | undefined;
}

// One plugin for all layers that weren't given another, so that they share compiled programs.
const fallback = jsBackend();

export abstract class ProgramLayer extends Layer {
  /** The seed of the layer's noise. Layers with one seed draw the same numbers, on every backend. */
  readonly seed: number;
  private target: Pick<ProgramOptions, 'backend' | 'dtype'>;
  private runner: ProgramRunner | undefined;

  constructor(options: ProgramLayerOptions) {
    super(options);
    this.seed = options.seed ?? Math.floor(Math.random() * 2 ** 53);
    this.target = { backend: options.backend, dtype: options.dtype };
  }

  // --- What a subclass says ---

  /** The program to run now; it may depend on whether there is noise. The same object for the same dynamics. */
  protected abstract program(): StepProgram;

  /** Extents, parameters and state, from the layer's attributes. State without a batch axis. */
  protected abstract bindings(): LayerBindings;

  /** Takes over the state after an evolution; without a batch axis. Here: the one called `state`. */
  protected keepState(state: Readonly<Record<string, NdArray<Float64Array>>>): void {
    if (state.state !== undefined) this.state = state.state;
  }

  /** The output of the layer. Here: the first result that the program has, as {@link resultSeries} makes it. */
  protected outputSeries(result: RunResult, span: Span): TimeSeries {
    return resultSeries(this.program(), result, span, this.sizeOut);
  }

  /** The states and records of the program that can be recorded, by their names in the program. Here: the states. */
  protected get recordable(): readonly string[] {
    return Object.keys(this.program().state);
  }

  /** The input of the program and the number of steps. Here: rows called `input`; without a series, zeros. */
  protected programInputs(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    _record: readonly string[] = [],
  ): PreparedRun {
    if (tsInput === null || tsInput === undefined) {
      return { inputs: {}, numTimesteps: this.determineTimesteps(tsInput, options) };
    }
    const { input, numTimesteps } = this.prepareInput(tsInput, options);
    return { inputs: { input: { data: input.data, shape: [1, ...input.shape] } }, numTimesteps };
  }

  /**
   * The same for layers that take events: rows called `events` that hold only what is not zero; several events of a
   * channel in a step add up, or count as one, as {@link countsEvents} says.
   */
  protected eventInputs(tsInput: TimeSeries | null | undefined, options: LayerEvolveOptions): PreparedRun {
    const numTimesteps = this.determineTimesteps(tsInput, options);
    if (!(tsInput instanceof TSEvent)) return { inputs: {}, numTimesteps };
    const { t: tStart, dt, sizeIn } = this;
    const timeBase = this.genTimeTrace(tStart, numTimesteps);
    const binned = binEvents(tsInput, { timeBase, tStart, dt, sizeIn });
    return { inputs: { events: eventInput(binned, numTimesteps, sizeIn, this.countsEvents) }, numTimesteps };
  }

  /** The options of {@link evolve} that this layer has beside those of all layers. */
  protected get ownEvolveOptions(): readonly string[] {
    return [];
  }

  /** What was recorded, by name; `before` is what the program started with. */
  protected recordedSeries(
    names: readonly string[],
    before: Bindings,
    result: RunResult,
    span: Span,
  ): RecordedEvolution['record'] {
    return Object.fromEntries(names.map((name) => [name, recordSeries(name, before, result, span)]));
  }

  // --- Evolving ---

  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TimeSeries> {
    return (await this.run(tsInput, options, [])).output;
  }

  override async evolveRecorded(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<RecordedEvolution> {
    return this.run(tsInput, options, this.recordNames(options));
  }

  override evolveSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): TimeSeries {
    return this.runSync(tsInput, options, []).output;
  }

  override evolveRecordedSync(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): RecordedEvolution {
    return this.runSync(tsInput, options, this.recordNames(options));
  }

  /**
   * Moves the layer to another backend (and number format). Parameters, state and clock go with it.
   * @returns the layer.
   */
  async to(backend: BackendChoice, dtype: Dtype | undefined = this.target.dtype): Promise<this> {
    this.target = { backend, dtype };
    await this.runner?.to(backend, dtype);
    return this;
  }

  /** Closes the layer's session; the next evolution opens a new one. */
  override async dispose(): Promise<void> {
    await this.runner?.dispose();
  }

  private async run(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    record: readonly string[],
  ): Promise<RecordedEvolution> {
    const plan = this.plan(tsInput, options, record);
    const runner = this.currentRunner(plan.program);
    const result =
      plan.steps === undefined
        ? await runner.run(plan.bindings, plan.inputs, runOptions(plan, options))
        : await runSteps(runner, plan.steps, plan, options);
    return this.finish(plan, result);
  }

  private runSync(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    record: readonly string[],
  ): RecordedEvolution {
    const plan = this.plan(tsInput, options, record);
    const runner = this.currentRunner(plan.program);
    const result =
      plan.steps === undefined
        ? runner.runSync(plan.bindings, plan.inputs, runOptions(plan, options))
        : runStepsSync(runner, plan.steps, options);
    return this.finish(plan, result);
  }

  private plan(
    tsInput: TimeSeries | null | undefined,
    options: LayerEvolveOptions,
    record: readonly string[],
  ): Plan {
    options.signal?.throwIfAborted();
    this.requireKnownOptions(options, this.ownEvolveOptions);
    this.requireInputType(tsInput);
    const prepared = this.programInputs(tsInput, options, record);
    const { inputs, numTimesteps, onDone, onStep } = prepared;
    const { dims, state } = this.bindings();
    const params = () => tensors({ ...this.bindings().params, ...prepared.params });
    const bindings = { dims, params: params(), state: tensors(state), dt: this.dt, seed: this.seed };
    const stepped = onStep && {
      bindings,
      inputs,
      numTimesteps,
      onStep: (result: RunResult) => {
        onStep(result);
        return params();
      },
    };
    return {
      span: {
        tStart: this.t,
        tEnd: (this.timestep + numTimesteps) * this.dt,
        firstStep: this.timestep,
        numTimesteps,
        dt: this.dt,
      },
      bindings,
      inputs,
      program: prepared.program ?? this.program(),
      record: { all: record, program: prepared.record ?? record },
      onDone,
      steps: stepped && numTimesteps > 0 ? stepByStep(stepped) : undefined,
    };
  }

  private finish({ span, bindings, record, onDone }: Plan, result: RunResult): RecordedEvolution {
    const recorded = this.recordedSeries(record.all, bindings, result, span);
    const output = this.outputSeries(result, span);
    this.keepState(
      Object.fromEntries(Object.entries(result.state).map(([name, value]) => [name, withoutBatch(value)])),
    );
    onDone?.(result);
    this.timestep += span.numTimesteps;
    return { output, record: recorded };
  }

  private currentRunner(program: StepProgram): ProgramRunner {
    if (this.runner?.program === program) return this.runner;
    // Nothing of the former session is still needed but its count of steps: parameters and state live in the layer.
    void this.runner?.dispose();
    const { stepsDone } = this.runner ?? {};
    this.runner = new ProgramRunner({ program, fallback, stepsDone, ...this.target });
    return this.runner;
  }

  private recordNames({ record = true }: LayerEvolveOptions): readonly string[] {
    if (record === true) return this.recordable;
    const unknown = record.filter((name) => !this.recordable.includes(name));
    if (unknown.length === 0) return record;
    throw fail(
      'ValueError',
      'record',
      `${this.startPrint}cannot record ${unknown.join(', ')}; it can record ${this.recordable.join(', ')}`,
    );
  }
}

/** States as they are between the steps, `n + 1` rows; what belongs to a step, `n` rows. */
function recordSeries(name: string, before: Bindings, result: RunResult, span: Span): TSContinuous {
  const rows = withoutBatch(result.records[name]!);
  const first = before.state?.[name];
  if (first === undefined) return clockedSeries(rows, span, name);
  const data = new Float64Array(first.data.length + rows.data.length);
  data.set(first.data);
  data.set(rows.data, first.data.length);
  return observedSeries({ data, shape: [span.numTimesteps + 1, first.data.length] }, span, name);
}

function tensors(values: LayerBindings['params']): Record<string, Tensor> {
  const entries = Object.entries(values).map(([name, value]) => [name, toTensor(value)] as const);
  return Object.fromEntries(entries);
}

function toTensor(value: Tensor | number): Tensor {
  return typeof value === 'number' ? { data: Float64Array.of(value), shape: [] } : value;
}

/** How long single steps may hold the thread before they let others go first, in milliseconds. */
const holdTime = 10;

async function runSteps(
  runner: ProgramRunner,
  steps: NonNullable<Plan['steps']>,
  { span }: Plan,
  { signal, onProgress }: LayerEvolveOptions,
): Promise<RunResult> {
  let since = performance.now();
  for (let turn = steps.next(); ; ) {
    if (turn.done) return turn.value;
    if (performance.now() - since > holdTime) {
      onProgress?.({ done: turn.value.done, total: span.numTimesteps });
      await nextTurn();
      since = performance.now();
    }
    turn = steps.next(await runner.run(turn.value.bindings, turn.value.inputs, { steps: 1, signal }));
  }
}

function runStepsSync(
  runner: ProgramRunner,
  steps: NonNullable<Plan['steps']>,
  { signal }: LayerEvolveOptions,
): RunResult {
  for (let turn = steps.next(); ; ) {
    if (turn.done) return turn.value;
    turn = steps.next(runner.runSync(turn.value.bindings, turn.value.inputs, { steps: 1, signal }));
  }
}

function runOptions({ span, record }: Plan, { signal, onProgress }: LayerEvolveOptions) {
  return {
    steps: span.numTimesteps,
    record: record.program,
    signal,
    onProgress: onProgress && ((done: number, total: number) => onProgress({ done, total })),
  };
}

/** The only batch item, in doubles. */
export function withoutBatch({ data, shape }: Tensor): NdArray<Float64Array> {
  return toNdArray({ data, shape: shape.slice(1) });
}

/**
 * The first result of a program as a series: rows between the steps, rows of the steps, or events in the middle of
 * their steps.
 */
export function resultSeries(
  program: StepProgram,
  result: RunResult,
  span: Span,
  sizeOut: number,
): TimeSeries {
  const [observed] = Object.keys(program.observe);
  if (observed !== undefined) return observedSeries(withoutBatch(result.outputs[observed]!), span, 'Outputs');
  const [output] = Object.keys(program.outputs);
  if (output !== undefined) return clockedSeries(withoutBatch(result.outputs[output]!), span, 'Outputs');
  const [events] = Object.keys(program.events);
  if (events !== undefined) return eventSeries(result.events[events]!, span, { numChannels: sizeOut });
  throw fail(
    'NotImplementedError',
    'no-output',
    `${program.name} has no observe, outputs or events to make a series of`,
  );
}

export interface EventSeriesOptions {
  readonly numChannels: number;
  /** Default `Spikes`. */
  readonly name?: string | undefined;
  /** Where in its time step an event lies: 0 at the start, 0.5 (default) in the middle, 1 at the end. */
  readonly phase?: number | undefined;
}

/**
 * Events at `(step + phase) · dt`, each as often as it counts, limited to the evolution. One that would lie at its very
 * end, where a series cannot hold it, lies at the start of its step.
 */
export function eventSeries(
  { offsets, units, counts }: EventList,
  span: Span,
  options: EventSeriesOptions,
): TSEvent {
  const { numChannels, name = 'Spikes', phase = 0.5 } = options;
  let total = 0;
  for (const count of counts) total += count;
  const times = new Float64Array(total);
  const channels = new Int32Array(total);
  let place = 0;
  for (let step = 0; step + 1 < offsets.length; step++) {
    const wanted = Math.max((span.firstStep + step + phase) * span.dt, span.tStart);
    const time = wanted < span.tEnd ? wanted : (span.firstStep + step) * span.dt;
    for (let entry = offsets[step]!; entry < offsets[step + 1]!; entry++) {
      for (let copy = counts[entry]!; copy > 0; copy--) {
        times[place] = time;
        channels[place++] = units[entry]!;
      }
    }
  }
  return new TSEvent({ times, channels, numChannels, tStart: span.tStart, tStop: span.tEnd, name });
}

/** Rows as they are between the steps: `n + 1` of them, the last one at the end of the evolution. */
export function observedSeries(
  rows: NdArray<Float64Array>,
  { tStart, tEnd, numTimesteps, dt }: Span,
  name: string,
): TSContinuous {
  const times = timeTrace(tStart, numTimesteps + 1, dt);
  times[numTimesteps] = tEnd;
  return new TSContinuous({ times, samples: matrix(rows, numTimesteps + 1), name });
}

/** Rows that belong to the steps: `n` of them, each valid from the start of its step. */
export function clockedSeries(
  rows: NdArray<Float64Array>,
  { tStart, numTimesteps, dt }: Span,
  name: string,
): TSContinuous {
  if (numTimesteps === 0)
    return new TSContinuous({ numChannels: rows.shape[1], tStart, tStop: tStart, name });
  return TSContinuous.fromClocked(matrix(rows, numTimesteps), { dt, tStart, name });
}

function matrix({ data }: NdArray<Float64Array>, count: number): NdArray<Float64Array> {
  return { data, shape: [count, data.length / count] };
}
