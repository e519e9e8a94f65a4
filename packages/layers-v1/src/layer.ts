// The base class of v1 layers: a population of neurons with weights, a state and a clock, that evolves over time
// series. What happens in a time step is the matter of the subclasses.
import { warn } from '@rp/errors';
import type { GraphModuleBase } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray, toNested, zeros } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { classNameOf } from './class-name.ts';
import { describe, fail } from './error.ts';
import { expandToShape, oneEach } from './expand.ts';
import { type LayerDict, writeLayerFile } from './layer-dict.ts';
import {
  type LayerClass,
  type LayerFile,
  layerFromDict,
  type OptionsOf,
  readLayerFile,
} from './load-layer.ts';
import { normal } from './normal.ts';
import { finite, numberOf, timeStepOf } from './numbers.ts';
import { continuousRows, eventRows, toWidth } from './prepare-input.ts';
import { stepCount, type TimeSpan, timeTrace } from './step-count.ts';
import { reshapedWeights, weightMatrix } from './weight-matrix.ts';

export interface LayerOptions {
  /** `[sizeIn][size]`, row = source; a vector is a single row. Copied. */
  readonly weights: ArrayInput;
  /** Seconds per time step. Default 1. */
  readonly dt?: number | undefined;
  /** Standard deviation of the noise; null means 0. Default 0. */
  readonly noiseStd?: number | null | undefined;
  /** Default `unnamed`. */
  readonly name?: string | null | undefined;
}

/** How far an evolution has come, in time steps. */
export interface LayerProgress {
  readonly done: number;
  readonly total: number;
}

/** How long to evolve, and how to watch or stop it. Further names are for subclasses that know them. */
export interface LayerEvolveOptions extends TimeSpan {
  /** What `evolveRecorded` returns: all recordable quantities, or those named. Default: all. */
  readonly record?: true | readonly string[] | undefined;
  /** Stops the evolution; the layer is then as it was before. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress?: ((progress: LayerProgress) => void) | undefined;
  /** Further arguments without names, for layers that were written for them. */
  readonly args?: readonly unknown[] | undefined;
  readonly [extra: string]: unknown;
}

const evolveOptions = ['duration', 'numTimesteps', 'record', 'signal', 'onProgress', 'args'];

/** The output of an evolution with what was recorded on the way, by name. */
export interface RecordedEvolution<Output extends TimeSeries = TimeSeries> {
  readonly output: Output;
  readonly record: Readonly<Record<string, TimeSeries>>;
}

/** Input as rows, and the steps to which they belong. */
export interface PreparedInput {
  /** The start of each step in seconds. */
  readonly timeBase: Float64Array;
  /** Rows: `[numTimesteps][sizeIn]`. */
  readonly input: NdArray<Float64Array>;
  readonly numTimesteps: number;
}

/** A series class that a layer can take or give. */
export type SeriesClass = typeof TSContinuous | typeof TSEvent;

/**
 * A v1 layer.
 *
 * Subclasses implement {@link evolve}, advance `timestep` there, and add their constructor arguments to
 * {@link toDict}; whatever they need for it (`prepareInput`, `expandToNetSize`, …) is protected.
 */
export abstract class Layer {
  /** The name of the class in texts and files; a subclass without its own goes by its JavaScript name. */
  static readonly className: string = 'Layer';

  /** Never empty. */
  name: string;
  /** The number of time steps since the start; {@link t} in steps. */
  timestep = 0;

  /** The number of neurons. */
  readonly size: number;
  /** The number of input channels. */
  readonly sizeIn: number;

  private ownWeights: NdArray<Float64Array>;
  private ownDt: number;
  private ownNoiseStd: number;
  private ownState: NdArray<Float64Array>;

  /** @throws TypeError for missing weights, or a dt or noiseStd that is not a single number; ValueError for a dt that isn't positive. */
  constructor({ weights, dt = 1, noiseStd = 0, name = 'unnamed' }: LayerOptions) {
    this.ownWeights = weightMatrix(weights);
    [this.sizeIn, this.size] = this.ownWeights.shape as [number, number];
    this.ownDt = timeStepOf(dt, 'dt');
    this.ownNoiseStd = numberOf(noiseStd ?? 0, 'noiseStd');
    this.name = name ?? 'unnamed';
    this.ownState = zeros([this.size]);
  }

  // --- Attributes ---

  /** The number of output channels. */
  get sizeOut(): number {
    return this.size;
  }

  /** Seconds per time step. */
  get dt(): number {
    return this.ownDt;
  }

  /** @throws TypeError unless a single number; ValueError unless positive. */
  set dt(value: number) {
    this.ownDt = timeStepOf(value, 'dt');
  }

  /** `[sizeIn][size]`. The array is the layer's own: change it only by assigning a new one. */
  get weights(): NdArray<Float64Array> {
    return this.ownWeights;
  }

  /**
   * Any shape with as many elements as before; copied.
   * @throws AssertionError for null; ValueError for another number of elements.
   */
  set weights(value: ArrayInput) {
    const { weights, wasMatrix } = reshapedWeights(value, [this.sizeIn, this.size]);
    if (!wasMatrix) warn('layers-v1', `weights without two axes are taken as [${this.sizeIn}][${this.size}]`);
    this.ownWeights = weights;
  }

  /** `[size]`. The array is the layer's own: change it only by assigning a new one. */
  get state(): NdArray<Float64Array> {
    return this.ownState;
  }

  /**
   * One element for each neuron; copied.
   * @throws AssertionError for another number of elements.
   */
  set state(value: ArrayInput) {
    const { data } = toNdArray(value);
    if (data.length !== this.size) {
      throw fail('AssertionError', 'state-size', `the state has ${this.size} elements, got ${data.length}`);
    }
    this.ownState = { data: data.slice(), shape: [this.size] };
  }

  /** Standard deviation of the noise. */
  get noiseStd(): number {
    return this.ownNoiseStd;
  }

  set noiseStd(value: number) {
    this.ownNoiseStd = numberOf(value, 'noiseStd');
  }

  /** The layer's own time in seconds. */
  get t(): number {
    return this.timestep * this.dt;
  }

  /** Sets the clock to the last whole step before; without tolerance, so 0.3 may mean step 2 of 0.1. */
  set t(value: number) {
    this.timestep = Math.floor(finite(numberOf(value, 't'), 't') / this.dt);
  }

  /** The class of series that the layer takes. */
  get inputType(): SeriesClass {
    return TSContinuous;
  }

  /** The class of series that the layer gives. */
  get outputType(): SeriesClass {
    return TSContinuous;
  }

  /** The name of the class, as texts and files show it. */
  get className(): string {
    return classNameOf(this.constructor);
  }

  /** How messages about the layer start. */
  get startPrint(): string {
    return `${this.className} '${this.name}': `;
  }

  toString(): string {
    const [input, output] = [seriesName(this.inputType), seriesName(this.outputType)];
    return `${this.className} object: "${this.name}" [${this.sizeIn} ${input} in -> ${this.size} internal -> ${this.sizeOut} ${output} out]`;
  }

  // --- Evolving ---

  /**
   * Lets the layer live for a while. Its clock and state go on from where they are.
   *
   * @param tsInput a series of {@link inputType}, or nothing for silence.
   * @returns the output, a series of {@link outputType} that starts at {@link t}.
   */
  abstract evolve(tsInput?: TimeSeries | null, options?: LayerEvolveOptions): Promise<TimeSeries>;

  /**
   * The same at once, for layers that can.
   * @throws NotImplementedError where the layer, or the backend that it runs on, only works asynchronously.
   */
  evolveSync(_tsInput?: TimeSeries | null, _options?: LayerEvolveOptions): TimeSeries {
    throw fail(
      'NotImplementedError',
      'no-sync',
      `${this.startPrint}cannot evolve synchronously; use \`await layer.evolve(…)\``,
    );
  }

  /** Evolves and returns what happened inside as well; empty for a layer that records nothing. */
  async evolveRecorded(
    tsInput?: TimeSeries | null,
    options: LayerEvolveOptions = {},
  ): Promise<RecordedEvolution> {
    this.refuseRecord(options);
    return { output: await this.evolve(tsInput, options), record: {} };
  }

  /** The same at once, for layers that can. See {@link evolveSync}. */
  evolveRecordedSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): RecordedEvolution {
    this.refuseRecord(options);
    return { output: this.evolveSync(tsInput, options), record: {} };
  }

  private refuseRecord({ record = true }: LayerEvolveOptions): void {
    if (record === true || record.length === 0) return;
    throw fail(
      'ValueError',
      'record',
      `${this.startPrint}has nothing to record, but was asked for ${record}`,
    );
  }

  // --- Resets ---

  /** Sets the clock to zero. */
  resetTime(): void {
    this.timestep = 0;
  }

  /** Sets the state to zeros. */
  resetState(): void {
    this.state = new Float64Array(this.size);
  }

  /** Resets the clock and the state. */
  resetAll(): void {
    this.resetTime();
    this.resetState();
  }

  /**
   * Draws each element of the state from a normal distribution around its present value, with a standard
   * deviation of 20 % of its magnitude.
   * @param random uniform numbers from 0 to 1; give a seeded generator to get the same state again.
   */
  randomizeState(random: () => number = Math.random): void {
    this.state = this.state.data.map((value) => value + normal(random) * 0.2 * Math.abs(value));
  }

  // --- Files and graphs ---

  /** The constructor arguments as plain JSON, under their names in files. The clock and the state are not in it. */
  toDict(): LayerDict {
    return {
      weights: toNested(this.weights),
      dt: this.dt,
      noise_std: this.noiseStd,
      name: this.name,
      class_name: this.className,
    };
  }

  /** Writes {@link toDict} to a JSON file (Node). */
  async saveLayer(path: string | URL): Promise<void> {
    await writeLayerFile(path, this.toDict());
  }

  /**
   * Makes a layer of this class from what {@link toDict} returned.
   * @param overrides constructor options that replace those of the dictionary.
   * @throws KeyError without `class_name`; ValueError for another class; TypeError for unknown or missing arguments.
   */
  static loadFromDict<C extends LayerClass>(
    this: C,
    dict: Readonly<Record<string, unknown>>,
    overrides: Partial<OptionsOf<C>> = {},
  ): InstanceType<C> {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked is the one to make
    return layerFromDict(dict, { classes: [this], overrides }) as InstanceType<C>;
  }

  /** Makes a layer of this class from a JSON file. See {@link loadFromDict}. */
  static async loadFromFile<C extends LayerClass>(
    this: C,
    file: LayerFile,
    overrides: Partial<OptionsOf<C>> = {},
  ): Promise<InstanceType<C>> {
    const dict = await readLayerFile(file);
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked is the one to make
    return layerFromDict(dict, { classes: [this], overrides }) as InstanceType<C>;
  }

  /**
   * The layer as a computational graph, with copies of its constants.
   * @throws NotImplementedError for a class that defines none.
   */
  asGraph(): GraphModuleBase {
    throw fail(
      'NotImplementedError',
      'no-graph',
      `${this.className} defines no graph; override asGraph() to give it one`,
    );
  }

  /** Gives back what the layer holds outside of JavaScript's memory; the base class holds nothing. */
  async dispose(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  // --- For subclasses ---

  /** Whether rows of events hold numbers of events (true), or 1 where there are any (false). */
  protected get countsEvents(): boolean {
    return false;
  }

  /**
   * The number of steps from the span, or from the end of the input.
   * @throws TypeError if nothing is given, or a number is not whole; ValueError for negative or past spans.
   */
  protected determineTimesteps(tsInput: TimeSeries | null | undefined, span: TimeSpan = {}): number {
    return stepCount(tsInput, span, this);
  }

  /** The times of `numTimesteps` steps from `tStart` on. */
  protected genTimeTrace(tStart: number, numTimesteps: number): Float64Array {
    return timeTrace(tStart, numTimesteps, this.dt);
  }

  /**
   * The input of an evolution from {@link t} on, as rows. No input makes rows of zeros.
   * @throws AssertionError for a series of the wrong class or width; and all that {@link determineTimesteps} does.
   */
  protected prepareInput(tsInput?: TimeSeries | null, span: TimeSpan = {}): PreparedInput {
    this.requireInputType(tsInput);
    const numTimesteps = this.determineTimesteps(tsInput, span);
    const timeBase = this.genTimeTrace(this.t, numTimesteps);
    const grid = { timeBase, tStart: this.t, dt: this.dt, sizeIn: this.sizeIn };
    if (tsInput instanceof TSContinuous)
      return { timeBase, input: continuousRows(tsInput, grid), numTimesteps };
    if (tsInput instanceof TSEvent) {
      return { timeBase, input: eventRows(tsInput, grid, this.countsEvents), numTimesteps };
    }
    return { timeBase, input: zeros([numTimesteps, this.sizeIn]), numTimesteps };
  }

  /**
   * Refuses misspelt options of {@link evolve}.
   * @param own the options that a subclass takes beyond those of every layer.
   * @throws TypeError for any other.
   */
  protected requireKnownOptions(options: object, own: readonly string[] = []): void {
    const unknown = Object.keys(options).filter((name) => ![...evolveOptions, ...own].includes(name));
    if (unknown.length === 0) return;
    throw fail(
      'TypeError',
      'unknown-option',
      `${this.startPrint}evolve has no option ${unknown.join(', ')}; it has ${[...evolveOptions, ...own].join(', ')}`,
    );
  }

  /** @throws AssertionError unless the input is absent or of {@link inputType}. */
  protected requireInputType(tsInput: unknown): asserts tsInput is TimeSeries | null | undefined {
    if (tsInput === null || tsInput === undefined || tsInput instanceof this.inputType) return;
    throw fail(
      'AssertionError',
      'input-type',
      `${this.startPrint}takes ${seriesName(this.inputType)}, got ${describe(tsInput)}`,
    );
  }

  /**
   * Rows with the width of the input; one column is copied to all.
   * @throws AssertionError for another width.
   */
  protected checkInputDims(rows: ArrayInput): NdArray<Float64Array> {
    return toWidth(rows, this.sizeIn);
  }

  /**
   * One element repeated, or as many elements as the shape has. With `allowNull`, null stays null.
   * @throws AssertionError for another number of elements, or for null.
   */
  protected expandToShape(
    value: ArrayInput,
    shape: readonly number[],
    name?: string,
    allowNull?: boolean,
  ): NdArray<Float64Array>;
  protected expandToShape(
    value: ArrayInput | null | undefined,
    shape: readonly number[],
    name?: string,
    allowNull?: boolean,
  ): NdArray<Float64Array> | null;
  protected expandToShape(
    value: ArrayInput | null | undefined,
    shape: readonly number[],
    name = 'input',
    allowNull = true,
  ): NdArray<Float64Array> | null {
    if (value !== null && value !== undefined)
      return expandToShape(value, shape, `${this.startPrint}${name}`);
    if (allowNull) return null;
    throw fail('AssertionError', 'null', `${this.startPrint}${name} cannot be ${value}`);
  }

  /** {@link expandToShape} for a vector of `size` elements. */
  protected expandToSize(value: ArrayInput, size: number, name?: string): NdArray<Float64Array>;
  protected expandToSize(
    value: ArrayInput | null | undefined,
    size: number,
    name?: string,
    allowNull?: boolean,
  ): NdArray<Float64Array> | null;
  protected expandToSize(
    value: ArrayInput | null | undefined,
    size: number,
    name = 'input',
    allowNull = true,
  ): NdArray<Float64Array> | null {
    return this.expandToShape(value, [size], name, allowNull);
  }

  /** {@link expandToShape} for one element per neuron. */
  protected expandToNetSize(value: ArrayInput, name?: string): NdArray<Float64Array>;
  protected expandToNetSize(
    value: ArrayInput | null | undefined,
    name?: string,
    allowNull?: boolean,
  ): NdArray<Float64Array> | null;
  protected expandToNetSize(
    value: ArrayInput | null | undefined,
    name = 'input',
    allowNull = true,
  ): NdArray<Float64Array> | null {
    return this.expandToShape(value, [this.size], name, allowNull);
  }

  /**
   * One number for all neurons, or one each, as a copy.
   * @throws AssertionError for null and for another number of elements than 1 or `size`; ValueError for NaN.
   */
  protected perNeuron(value: ArrayInput | null | undefined, name: string): NdArray<Float64Array> {
    return oneEach(value, [this.size], `${this.startPrint}${name}`);
  }

  /** {@link expandToShape} for one element per pair of neurons. */
  protected expandToWeightSize(value: ArrayInput, name?: string): NdArray<Float64Array>;
  protected expandToWeightSize(
    value: ArrayInput | null | undefined,
    name?: string,
    allowNull?: boolean,
  ): NdArray<Float64Array> | null;
  protected expandToWeightSize(
    value: ArrayInput | null | undefined,
    name = 'input',
    allowNull = true,
  ): NdArray<Float64Array> | null {
    return this.expandToShape(value, [this.size, this.size], name, allowNull);
  }
}

function seriesName(type: SeriesClass): string {
  return type === TSEvent ? 'TSEvent' : 'TSContinuous';
}
