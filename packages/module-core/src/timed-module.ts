// Timed modules: time series in, time series out, with a clock of their own.
// Not here: the arithmetic of steps (time-steps.ts, common-step.ts) and the making of rows and series
// (prepare-input.ts, series-options.ts).
import type { ArrayInput } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { sameValue } from './attribute-value.ts';
import { commonStep, roundHalfEven } from './common-step.ts';
import { CORE } from './core.ts';
import { SimulationParameter } from './descriptor.ts';
import { requireIdle } from './evolution-guard.ts';
import { type EvolveResult, type ModuleEvolveOptions, withSnapshot } from './evolve-types.ts';
import { fail, show } from './fail.ts';
import { ModuleBase, type ModuleShape } from './module-base.ts';
import {
  binEvents,
  type PreparedInput,
  requireSeries,
  sampleContinuous,
  timeTrace,
} from './prepare-input.ts';
import {
  type ContinuousSeriesOptions,
  continuousSeries,
  type EventSeriesOptions,
  eventSeries,
  type SeriesClass,
  type SeriesDefaults,
  type SeriesOptions,
} from './series-options.ts';
import { determineTimesteps, type Span } from './time-steps.ts';

export interface TimedModuleOptions {
  /** The time step in seconds. */
  readonly dt: number;
  /** The sizes; see {@link ModuleBase}. */
  readonly shape: ModuleShape;
  /** Whether the input is a TSEvent. Default: false. */
  readonly spikingInput?: boolean | undefined;
  /** Whether the output is a TSEvent. Default: false. */
  readonly spikingOutput?: boolean | undefined;
  /** Whether several input events in one step and channel add up. Default: true. */
  readonly addEvents?: boolean | undefined;
}

/** Options of {@link TimedModule.evolve}; further names are handed to the implementation. */
export interface TimedEvolveOptions extends ModuleEvolveOptions, Span {
  /** How to make the output series. */
  readonly timeSeries?: SeriesOptions | null | undefined;
  /** Further arguments without a name, for the implementation. */
  readonly args?: readonly unknown[] | undefined;
}

/** What an implementation gets to know about the evolution that it is to carry out. */
export interface TimedRun {
  /** The number of steps, in units of the module's own `dt`. */
  readonly numTimesteps: number;
  /** The duration that the caller gave, in seconds, or null. */
  readonly duration: number | null;
  /** How to make the output series; hand it to `genTimeseries`. */
  readonly timeSeries: SeriesOptions;
  readonly record: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ModuleEvolveOptions['onProgress'];
  /** Further arguments without a name. */
  readonly args: readonly unknown[];
  /** Further options by name. */
  readonly extra: Readonly<Record<string, unknown>>;
}

interface Clock {
  timestep: number;
  addEvents: boolean;
  isChild: boolean;
  /** Whether submodules came that the common step does not yet take into account. */
  stale: boolean;
  /** Why no common step could be found. */
  failure: { readonly error: unknown } | null;
  /** What the search for a common step did to the module's own dt, unasked. */
  adjustment: { readonly from: unknown; readonly to: unknown } | null;
}

const CLOCK: unique symbol = Symbol('clock');

/**
 * A module over time series. Subclasses implement `evolveImpl` (and `evolveImplSync` if they can do without
 * waiting); `evolve` finds out the number of steps, calls it, and advances the clock if it succeeds.
 * `Output` is the class of the output series, where that is known.
 */
export abstract class TimedModule<Output extends TimeSeries = TimeSeries> extends ModuleBase {
  /** The time step in seconds. A registered simulation parameter of family `dt`. */
  declare dt: number;
  declare private readonly [CLOCK]: Clock;

  constructor(options: TimedModuleOptions) {
    const { dt, shape, spikingInput = false, spikingOutput = false, addEvents = true } = options;
    super(shape, spikingInput, spikingOutput);
    const clock: Clock = {
      timestep: 0,
      addEvents,
      isChild: false,
      stale: false,
      failure: null,
      adjustment: null,
    };
    Object.defineProperty(this[CORE].target, CLOCK, { value: clock });
    this.registerAttribute('dt', new SimulationParameter({ data: dt, family: 'dt' }));
  }

  // --- The clock ---

  /** The current time in seconds, `timestep * dt`. Writing it sets the step to `floor(t / dt)`, here only. */
  get t(): number {
    return this.timestep * this.dt;
  }

  set t(time: number) {
    this[CLOCK].timestep = Math.floor(time / this.dt);
  }

  /** The current time in steps. @internal */
  get timestep(): number {
    return this[CLOCK].timestep;
  }

  /** Whether the module was built inside the constructor of its owner. @internal */
  get isChild(): boolean {
    return this[CLOCK].isChild;
  }

  /** Whether several input events in one step and channel add up. @internal */
  get addEvents(): boolean {
    return this[CLOCK].addEvents;
  }

  set addEvents(addEvents: boolean) {
    this[CLOCK].addEvents = addEvents;
  }

  /** The class of the input series. */
  get inputType(): SeriesClass {
    return this.spikingInput ? TSEvent : TSContinuous;
  }

  /** The class of the output series. */
  get outputType(): SeriesClass {
    return this.spikingOutput ? TSEvent : TSContinuous;
  }

  /** Sets the clock to zero, here and in all timed submodules. */
  resetTime(): void {
    this[CLOCK].timestep = 0;
    for (const submodule of this[CORE].modules.values()) {
      if (submodule instanceof TimedModule) submodule.resetTime();
    }
  }

  /** Resets the states, then the clock. */
  resetAll(): void {
    this.resetState();
    this.resetTime();
  }

  // --- Evolving ---

  /** Carries out an evolution of `run.numTimesteps` steps. The clock still shows its beginning. */
  protected abstract evolveImpl(
    input: TimeSeries | null,
    run: TimedRun,
  ): Promise<EvolveResult<Output>> | EvolveResult<Output>;

  /** The same without waiting, where the module can do that. */
  protected evolveImplSync?(input: TimeSeries | null, run: TimedRun): EvolveResult<Output>;

  /**
   * Evolves the module and advances its clock.
   *
   * @param input The input series, or null for none (zeros).
   * @returns The output series, a snapshot of the states after the evolution, and recordings if asked for. If it
   * fails or is stopped, states and clock are what they were before.
   * @throws TypeError without input, duration and number of steps; ValueError if the input ends before the clock.
   */
  async evolve(
    input: TimeSeries | null = null,
    options: TimedEvolveOptions = {},
  ): Promise<EvolveResult<Output>> {
    options.signal?.throwIfAborted();
    requireIdle(this[CORE]);
    const run = this.planRun(input, options);
    return this.guarded(async () => this.finishRun(run, await this.evolveImpl(input, run)));
  }

  /**
   * The same without waiting.
   * @throws NotImplementedError where the module cannot do that.
   */
  evolveSync(input: TimeSeries | null = null, options: TimedEvolveOptions = {}): EvolveResult<Output> {
    const evolveImplSync = this.evolveImplSync?.bind(this);
    if (evolveImplSync === undefined) {
      throw fail(
        'NotImplementedError',
        'no-sync',
        `${this.fullName} cannot evolve without waiting; use \`await evolve(…)\``,
      );
    }
    requireIdle(this[CORE]);
    const run = this.planRun(input, options);
    return this.guardedSync(() => this.finishRun(run, evolveImplSync(input, run)));
  }

  /** The same as {@link evolve}. */
  call(input: TimeSeries | null = null, options: TimedEvolveOptions = {}): Promise<EvolveResult<Output>> {
    return this.evolve(input, options);
  }

  private planRun(input: TimeSeries | null, options: TimedEvolveOptions): TimedRun {
    const { duration, numTimesteps, timeSeries, record, signal, onProgress, args, ...extra } = options;
    return {
      numTimesteps: this.determineTimesteps(input, { duration, numTimesteps }),
      duration: duration ?? null,
      timeSeries: timeSeries ?? {},
      record: record ?? false,
      signal,
      onProgress,
      args: args ?? [],
      extra,
    };
  }

  private finishRun(run: TimedRun, result: EvolveResult<Output>): EvolveResult<Output> {
    const finished = withSnapshot(result);
    this[CLOCK].timestep += run.numTimesteps;
    return finished;
  }

  protected override captureState(): () => void {
    const { timestep } = this[CLOCK];
    const restoreStates = super.captureState();
    return () => {
      restoreStates();
      this[CLOCK].timestep = timestep;
    };
  }

  // --- Helpers for implementations ---

  /**
   * How many steps to evolve. A number of steps counts in the owner's step and is converted to the module's own,
   * except inside an evolution, where it already is in own steps.
   * @throws TypeError for a number of steps that is not whole, or if nothing says how long; ValueError for a
   * negative length, or an input that ends before the clock.
   */
  protected determineTimesteps(input: TimeSeries | null = null, span: Span = {}): number {
    const factor = this[CORE].busy ? 1 : this.parentDtFactor;
    return determineTimesteps(input, span, { t: this.t, dt: this.dt, factor });
  }

  /** The times of n steps from `tStart` on: element k is `(k * dt) + tStart`. */
  protected genTimeTrace(tStart: number, numTimesteps: number): Float64Array {
    return timeTrace(tStart, numTimesteps, this.dt);
  }

  /**
   * One row of input per step: samples of a continuous series, or binned events; zeros without input.
   * @throws TypeError for the other class of series.
   */
  protected prepareInput(input: TimeSeries | null = null, span: Span = {}): PreparedInput {
    return this.spikingInput
      ? this.prepareInputEvents(input, { ...span, addEvents: this.addEvents })
      : this.prepareInputContinuous(input, span);
  }

  /** {@link prepareInput} for a continuous series. The number of its channels is not checked. */
  protected prepareInputContinuous(input: TimeSeries | null = null, span: Span = {}): PreparedInput {
    const series = requireSeries(input, TSContinuous, this.fullName);
    const numTimesteps = this.determineTimesteps(series, span);
    const timeBase = this.genTimeTrace(this.t, numTimesteps);
    return { timeBase, input: sampleContinuous(series, timeBase, this.sizeIn, this.fullName), numTimesteps };
  }

  /** {@link prepareInput} for events. By default the rows hold 0 or 1; with `addEvents` the counts. */
  protected prepareInputEvents(
    input: TimeSeries | null = null,
    span: Span & { readonly addEvents?: boolean | undefined } = {},
  ): PreparedInput {
    const series = requireSeries(input, TSEvent, this.fullName);
    const numTimesteps = this.determineTimesteps(series, span);
    const timeBase = this.genTimeTrace(this.t, numTimesteps);
    const bins = { dt: this.dt, tStart: this.t, numTimesteps, addEvents: span.addEvents ?? false };
    return { timeBase, input: binEvents(series, bins, this.sizeIn), numTimesteps };
  }

  /** The output series for rows of output: of three axes the first batch, as a series of the output type. */
  protected genTimeseries(output: ArrayInput, options: SeriesOptions | null = {}): TSContinuous | TSEvent {
    return this.spikingOutput
      ? this.genTsevent(output, options ?? {})
      : this.genTscontinuous(output, options ?? {});
  }

  /** {@link genTimeseries} for a continuous series, one sample per step and channel. */
  protected genTscontinuous(output: ArrayInput, options: ContinuousSeriesOptions = {}): TSContinuous {
    return continuousSeries(output, options, this.seriesDefaults());
  }

  /** {@link genTimeseries} for events: a raster of counts, (steps, channels). */
  protected genTsevent(output: ArrayInput, options: EventSeriesOptions = {}): TSEvent {
    return eventSeries(output, options, this.seriesDefaults());
  }

  private seriesDefaults(): SeriesDefaults {
    return { dt: this.dt, tStart: this.t, sizeOut: this.sizeOut, moduleName: this.name };
  }

  // --- The common time step ---

  /**
   * Finds a time step that suits all submodules: `dt` becomes the least common multiple of all steps in the tree,
   * and every submodule learns how many of its steps make one of its owner's. Submodules keep their own steps.
   * Called by itself after construction; call it again when a step was changed.
   * @param maxFactor How many times the largest step the result may be. Default: 100.
   * @throws ValueError if there is none.
   */
  protected setDt(maxFactor = 100): void {
    this[CLOCK].stale = false;
    this[CLOCK].failure = null;
    if (this[CORE].modules.size === 0) return;
    this.dt = commonStep(allSteps(this.attributesNamed('dt')), maxFactor);
    shareStep(this);
  }

  protected override readAttribute(name: string): unknown {
    if (name === 'dt') this.settleOwnStep();
    return super.readAttribute(name);
  }

  protected override constructionEnded(): void {
    super.constructionEnded();
    // A failure is kept and thrown by whatever needs the step first.
    if (this.needsCommonStep()) this.searchCommonStep();
  }

  protected override treeChanged(): void {
    super.treeChanged();
    const { open, serial } = this[CORE];
    if (!open) return;
    this[CLOCK].stale = true;
    for (const module of timedBelow(this)) if (module[CORE].serial > serial) module.becomeChild();
  }

  protected override settleCommonStep(): void {
    super.settleCommonStep();
    this.settleOwnStep();
  }

  private settleOwnStep(): void {
    if (this.needsCommonStep()) this.searchCommonStep();
    if (this[CLOCK].failure !== null) throw this[CLOCK].failure.error;
  }

  private needsCommonStep(): boolean {
    return this[CLOCK].stale && !this[CLOCK].isChild;
  }

  private searchCommonStep(): void {
    this[CLOCK].stale = false;
    const from = this.dt;
    try {
      this.setDt();
      this[CLOCK].adjustment ??= { from, to: this.dt };
    } catch (error) {
      this[CLOCK].failure = { error };
    }
  }

  /** The owner's search takes the place of the module's own; what that did to its dt is taken back. */
  private becomeChild(): void {
    const { adjustment } = this[CLOCK];
    this[CLOCK].isChild = true;
    this[CLOCK].failure = null;
    if (adjustment !== null && sameValue(this.dt, adjustment.to)) this.writeAttribute('dt', adjustment.from);
    this[CLOCK].adjustment = null;
  }
}

/** The values in nested dictionaries of steps, depth first. */
function allSteps(tree: Record<string, unknown>): number[] {
  return Object.values(tree).flatMap((value) => {
    if (typeof value === 'number') return [value];
    if (typeof value === 'object' && value !== null && !('data' in value)) return allSteps({ ...value });
    throw fail(
      'ValueError',
      'step-not-number',
      `a time step must be a number of seconds, got ${show(value)}`,
    );
  });
}

/** Tells the submodules, on every level, how many of their steps make one of their owner's. */
function shareStep(owner: ModuleBase): void {
  const step = stepOf(owner);
  for (const submodule of owner[CORE].modules.values()) {
    const ownStep = stepOf(submodule);
    if (step !== null && ownStep !== null) submodule[CORE].parentDtFactor = roundHalfEven(step / ownStep);
    shareStep(submodule);
  }
}

function stepOf(module: ModuleBase): number | null {
  const step: unknown = 'dt' in module ? module.dt : null;
  return typeof step === 'number' ? step : null;
}

function timedBelow(module: ModuleBase): TimedModule[] {
  return [...module[CORE].modules.values()].flatMap((submodule) => [
    ...(submodule instanceof TimedModule ? [submodule] : []),
    ...timedBelow(submodule),
  ]);
}
