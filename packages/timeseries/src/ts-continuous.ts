// Signals: samples of any number of channels at increasing times, and how to read them in between.
import { warn } from '@rp/errors';
import { type ArrayInput, type NdArray, shapeOf } from '@rp/ndarray';
import { calculate, multiplyMatrix, type OperationName } from './arithmetic.ts';
import {
  type AppendTOptions,
  type Combined,
  type MergeOptions,
  mergeSamples,
  oneAfterAnother,
  type SignalPart,
  sideBySide,
  undelayed,
} from './combine-continuous.ts';
import { describe, fail } from './error.ts';
import { type FillValue, fillOfColumns, fillPerChannel, fillValueOf } from './fill-value.ts';
import { arange, grid, rows } from './float-rules.ts';
import { checkKnots, type InterpKind, interpKindOf, prepareSampler } from './interpolation/kinds.ts';
import { rangeWithin } from './interpolation/locate.ts';
import type { Knots, Sampler } from './interpolation/sampler.ts';
import { type ContinuousJson, continuousJson } from './json/schema.ts';
import {
  type ContinuousStorage,
  continuousMembers,
  type SaveOptions,
  type SeriesDict,
} from './npz/members.ts';
import type { NpzSource } from './npz/source.ts';
import { numpyRow, pythonFloat } from './number-text.ts';
import { handOver, ownDoubles, readDoubles } from './ownership.ts';
import { extendPeriodically } from './periodic.ts';
import type { PlotData } from './plot.ts';
import { plotContinuous } from './plot-continuous.ts';
import { arrangeSamples } from './sample-shape.ts';
import { sampleAt } from './sampling.ts';
import { type ChannelRequest, columnsOf, takeColumns } from './select-channels.ts';
import { SharedArray } from './shared-array.ts';
import { isSlice, type Slice } from './slice.ts';
import { countUpIf, gather } from './stable-order.ts';
import { listing, type PrintOptions } from './text-lines.ts';
import {
  checkOrder,
  type InPlaceOption,
  type SeriesTypeName,
  seriesList,
  type TimeAxis,
  TimeSeries,
} from './time-series.ts';
import type {
  ClockedOptions,
  ContinuousClipOptions,
  ContinuousPlotOptions,
  ResampleOptions,
  TSContinuousOptions,
} from './ts-continuous-options.ts';

/** What an arithmetic method takes: a number, an array, or a series that is read at the receiver's times. */
export type Operand = ArrayInput | TSContinuous;

interface ContinuousContent extends TimeAxis {
  readonly ownSamples: SharedArray<Float64Array>;
  readonly channelCount: number;
  readonly ownFill: FillValue;
}

/** Reading between samples, prepared for certain arrays. */
interface PreparedSampler extends Pick<Knots, 'times' | 'samples'> {
  readonly read: Sampler;
}

/**
 * A signal of T time points and C channels. It copies the arrays that it is given. Only
 * {@link times} and {@link samples} are its own arrays; no other series ever sees what is written there.
 *
 * @throws ValueError if times decrease, or samples or the fill value don't fit; NotImplementedError for an
 * unknown interpolation kind.
 * @example
 * const sine = new TSContinuous({ times: [0, 1, 2], samples: [0, 1, 0], interpKind: 'linear' });
 * sine.call([0.5, 1.5]).data; // Float64Array [0.5, 0.5]
 */
export class TSContinuous extends TimeSeries {
  /** The unit of the samples; `null` if nobody said. */
  units: string | null;

  protected ownSamples: SharedArray<Float64Array>;
  protected channelCount: number;
  protected ownFill: FillValue;
  protected ownKind: InterpKind;
  private refusesBeyond: boolean;
  private approximatesLimits: boolean;
  private preparedSampler: PreparedSampler | null;

  constructor(options: TSContinuousOptions = {}) {
    super(options);
    const fillValue = options.fillValue ?? 'extrapolate';
    fillValueOf(fillValue, 0);
    const samples = options.samples ?? { data: new Float64Array(), shape: [0, options.numChannels ?? 0] };
    const { data, numChannels } = arrangeSamples(samples, this.length);
    this.ownSamples = new SharedArray(data);
    this.channelCount = numChannels;
    this.ownFill = fillValueOf(fillValue, numChannels);
    this.ownKind = interpKindOf(options.interpKind ?? 'previous');
    checkKnots(this.ownKind, this.timesData);
    this.preparedSampler = null;
    this.units = options.units ?? null;
    this.refusesBeyond = true;
    this.approximatesLimits = true;
  }

  /**
   * Values on a clock: row k at `(k * dt) + tStart`; the series stops one step after the last.
   *
   * @param samples a number, a list for one channel, or a T x C matrix.
   * @throws TypeError if there are none; ValueError for a negative step.
   */
  static fromClocked<S extends TSContinuous>(
    this: new (
      options?: TSContinuousOptions,
    ) => S,
    samples: ArrayInput,
    options: ClockedOptions,
  ): S {
    const shape = samples === null || samples === undefined ? [0] : shapeOf(samples);
    if (shape.includes(0)) {
      throw fail('TypeError', 'no-samples', 'fromClocked needs at least one sample');
    }
    const [count, width] = [shape[0] ?? 1, shape[1] ?? 1];
    if (shape.length > 2) {
      throw fail('ValueError', 'samples-axes', `samples have at most two axes, got shape [${shape}]`);
    }
    const { dt, tStart = 0, ...rest } = options;
    const times = grid(count, dt, tStart);
    return new this({
      ...rest,
      times: handOver(times),
      samples: { data: handOver(ownDoubles(samples)), shape: [count, width] },
      tStop: times[count - 1]! + dt,
    });
  }

  /** The samples, T x C. The array is the series' own: change it only by assigning a new one. */
  get samples(): NdArray<Float64Array> {
    return { data: this.ownSamples.handOut(), shape: [this.length, this.channelCount] };
  }

  /** The samples for reading, where nobody outside gets hold of the array. */
  protected get samplesData(): Float64Array {
    return this.ownSamples.data;
  }

  private get matrix(): NdArray<Float64Array> {
    return { data: this.samplesData, shape: [this.length, this.channelCount] };
  }

  /**
   * New samples for the same times: T x C, or a vector of k * T values for k interleaved channels.
   * @throws ValueError if they don't fit.
   */
  set samples(value: ArrayInput) {
    const { data, numChannels } = arrangeSamples(value, this.length);
    this.become({ ownSamples: new SharedArray(data), channelCount: numChannels }, true);
  }

  get numChannels(): number {
    return this.channelCount;
  }

  /** The same as {@link numChannels}. */
  get numTraces(): number {
    return this.channelCount;
  }

  /** How the series is read between its samples. */
  get interpKind(): InterpKind {
    return this.ownKind;
  }

  set interpKind(value: InterpKind | 0 | 1 | 2 | 3) {
    const kind = interpKindOf(value);
    checkKnots(kind, this.timesData);
    this.ownKind = kind;
    this.preparedSampler = null;
  }

  /** What is read within the range but outside the samples. */
  get fillValue(): FillValue {
    return this.ownFill;
  }

  set fillValue(value: FillValue) {
    this.ownFill = fillValueOf(value, this.channelCount);
  }

  /** Whether reading outside of what can be read is an error (else NaN or the fill value). Default: true. */
  get beyondRangeException(): boolean {
    return this.refusesBeyond;
  }

  set beyondRangeException(value: boolean) {
    this.refusesBeyond = truthOf(value, 'beyondRangeException');
  }

  /** Whether times outside by less than 1e-9 count as the limit. Default: true. */
  get approxLimitTimes(): boolean {
    return this.approximatesLimits;
  }

  set approxLimitTimes(value: boolean) {
    this.approximatesLimits = truthOf(value, 'approxLimitTimes');
  }

  /** The largest sample. NaN is ignored, unless there is nothing else. */
  get max(): number {
    return this.extreme('largest', (a, b) => a > b);
  }

  /** The smallest sample. NaN is ignored, unless there is nothing else. */
  get min(): number {
    return this.extreme('smallest', (a, b) => a < b);
  }

  private extreme(what: string, better: (a: number, b: number) => boolean): number {
    if (this.samplesData.length === 0) {
      throw fail('ValueError', 'no-samples', `${this.label} has no samples and so no ${what} one`);
    }
    return this.samplesData.reduce((best, value) =>
      better(value, best) || Number.isNaN(best) ? value : best,
    );
  }

  /**
   * Reads the series.
   *
   * @param times one time or a list of n times, in seconds, in any order.
   * @returns n x C values, in a new array.
   * @throws ValueError for times that cannot be read, unless {@link beyondRangeException} is false.
   */
  call(times: ArrayInput): NdArray<Float64Array> {
    checkQueryAxes(times);
    const queries = readDoubles(times);
    return { data: this.readAt(queries), shape: [queries.length, this.channelCount] };
  }

  private readAt(queries: Float64Array): Float64Array {
    return sampleAt(
      {
        label: this.label,
        times: this.timesData,
        samples: this.samplesData,
        width: this.channelCount,
        tStart: this.startTime,
        tStop: this.stopTime,
        periodic: this.periodic,
        interpKind: this.ownKind,
        approxLimitTimes: this.approximatesLimits,
        beyondRangeException: this.refusesBeyond,
        fill: fillPerChannel(this.ownFill, this.channelCount),
        sampler: () => this.sampler(),
      },
      queries,
    );
  }

  private sampler(): Sampler {
    const { timesData: times, samplesData: samples } = this;
    const prepared = this.preparedSampler;
    if (prepared !== null && prepared.times === times && prepared.samples === samples) return prepared.read;
    const read = prepareSampler(this.ownKind, { times, samples, width: this.channelCount });
    this.preparedSampler = { times, samples, read };
    return read;
  }

  /**
   * The series read at other times, which become its own; the range is then that of the times.
   *
   * @param times one time or a list of times that doesn't decrease, in seconds.
   * @throws ValueError for decreasing times and for times that cannot be read.
   */
  resample(times: ArrayInput, options: ResampleOptions = {}): this {
    checkQueryAxes(times);
    const queries = ownDoubles(times);
    const ownTimes = new SharedArray(queries, checkOrder(queries));
    return this.become(this.resampled(ownTimes, options.channels), options.inplace);
  }

  private resampled(
    ownTimes: SharedArray<Float64Array>,
    channels: ChannelRequest,
  ): Partial<ContinuousContent> {
    const times = ownTimes.data;
    const columns = columnsOf(channels, this.channelCount);
    const samples = this.readAt(times);
    const content = {
      ownTimes,
      ownSamples: new SharedArray(columns ? takeColumns(samples, this.channelCount, columns) : samples),
      channelCount: columns ? columns.length : this.channelCount,
      ownFill: fillOfColumns(this.ownFill, columns),
    };
    if (times.length === 0) return content;
    return { ...content, startTime: times[0]!, stopTime: times[times.length - 1]!, startIsDefault: false };
  }

  /**
   * The part of the series between two times (in either order).
   * @throws ValueError for limits that cannot be read, after a warning, unless `sampleLimits` is false.
   */
  clip(options: ContinuousClipOptions = {}): this {
    const { channels, sampleLimits = true, inplace } = options;
    const includeStop = (options.tStop ?? null) === null || (options.includeStop ?? true);
    const limits = [options.tStart ?? this.startTime, options.tStop ?? this.stopTime] as const;
    const [from, to] = limits[0] <= limits[1] ? limits : [limits[1], limits[0]];
    const kept = this.timesWithin(from, to, includeStop);
    const times = sampleLimits && !this.isempty() ? withLimits(kept, from, to, includeStop) : kept;
    if (sampleLimits) this.warnAboutLimits(from, to);
    const content = this.resampled(new SharedArray(times), channels);
    return this.become({ ...content, startTime: from, stopTime: to, startIsDefault: false }, inplace);
  }

  private timesWithin(from: number, to: number, includeStop: boolean): Float64Array {
    const repeats = this.periodic && this.duration > 0 && !this.isempty();
    if (!repeats) {
      const [first, end] = rangeWithin(this.timesData, from, to, includeStop);
      return keepWithin(this.timesData.subarray(first, end), from, to, includeStop);
    }
    const { times } = extendPeriodically(this.timesData, this.startTime, this.stopTime, from, to);
    return keepWithin(times, from, to, includeStop);
  }

  private warnAboutLimits(from: number, to: number): void {
    if (!this.contains(from)) warn('timeseries', `${this.label}: the limit ${from} is not in its range`);
    if (!this.contains(to)) warn('timeseries', `${this.label}: the limit ${to} is not in its range`);
  }

  /**
   * Python's `series[time, channels]`: a time or times are resampled, a {@link Slice} is clipped (without a
   * step) or resampled (with one).
   * @throws IndexError for more than two indices and for unknown channels.
   */
  at(time?: ArrayInput | Slice | null, channels?: ChannelRequest, ...more: readonly never[]): this {
    if (more.length > 0) {
      throw fail(
        'IndexError',
        'indices',
        `a series has two axes, time and channel, got ${2 + more.length} indices`,
      );
    }
    if (time !== null && time !== undefined && !isSlice(time)) return this.resample(time, { channels });
    const [tStart, tStop, step] = time?.slice ?? [];
    if (step === null || step === undefined) {
      const includeStop = (tStop ?? null) === null;
      return this.clip({ tStart, tStop, channels, sampleLimits: false, includeStop });
    }
    if (!(step > 0)) {
      throw fail('ValueError', 'slice-step', `the step of a time slice must be positive, got ${step}`);
    }
    const points = arange(tStart ?? this.startTime, tStop ?? this.stopTime, step);
    const inside = points.filter((point) => point >= this.startTime && point < this.stopTime);
    return this.resample(inside, { channels });
  }

  /**
   * The series read on a clock from `tStart` on: one row for each step of `dt` seconds in its range.
   * @returns n x C values, in a new array.
   */
  toClocked(dt: number): NdArray<Float64Array> {
    const count = rows(this.duration / dt);
    if (!(dt > 0) || !Number.isFinite(count)) {
      throw fail('ValueError', 'dt', `toClocked needs a positive time step, got ${dt}`);
    }
    return this.call(grid(count, dt, this.startTime));
  }

  /**
   * All samples of this and the other series, in the order of time, within a range that holds all ranges.
   * @throws TypeError for other things than TSContinuous; ValueError for different numbers of channels.
   */
  merge(other: TSContinuous | Iterable<TSContinuous>, options: MergeOptions = {}): this {
    const list = [this, ...seriesList(other, TSContinuous)].map((series) => undelayed(series.asPart()));
    return this.combined(mergeSamples(list, options.removeDuplicates ?? true), options);
  }

  /**
   * Adds the channels of another series, read at the times of this one.
   * @throws TypeError for anything but a TSContinuous; ValueError where it cannot be read.
   */
  appendC(other: TSContinuous, options: InPlaceOption = {}): this {
    if (!(other instanceof TSContinuous)) {
      throw fail('TypeError', 'not-a-series', `appendC needs a TSContinuous, got ${describe(other)}`);
    }
    const right = { data: other.call(this.timesData).data, shape: [this.length, other.numChannels] };
    return this.withSamples(sideBySide(this.matrix, right), options);
  }

  /**
   * Puts the other series after this one, each delayed so that it starts a gap after the one before stops.
   * @throws TypeError for other things than TSContinuous; ValueError for different numbers of channels.
   */
  override appendT(other: TSContinuous | Iterable<TSContinuous>, options: AppendTOptions = {}): this {
    const others = seriesList(other, TSContinuous);
    if (others.length === 0) return this.become({}, options.inplace);
    const own = this.asPart();
    const parts = others.map((series) => series.asPart());
    const list = [undelayed(own), ...oneAfterAnother(own, parts, options.offset)];
    return this.combined(mergeSamples(list, false), options);
  }

  private asPart(): SignalPart {
    const { timesData: times, samplesData: samples, numChannels, tStart, tStop } = this;
    return { times, samples, numChannels, tStart, tStop };
  }

  private combined({ times, samples, ...range }: Combined, { inplace }: InPlaceOption): this {
    const content = { ownTimes: new SharedArray(times), ownSamples: new SharedArray(samples) };
    return this.become({ ...content, ...range, startIsDefault: false }, inplace);
  }

  /** `this + other`; a NaN on one side counts as 0. */
  add(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('add', other, options);
  }

  /** `this - other`; a NaN on one side counts as 0. */
  sub(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('sub', other, options);
  }

  /** `this * other`; the result may have more channels than a series of one. */
  mul(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('mul', other, options);
  }

  /** `this / other` */
  div(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('div', other, options);
  }

  /** The largest whole number not above `this / other`. */
  floordiv(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('floordiv', other, options);
  }

  /** `this ** other`; NaN wherever either is. */
  pow(other: Operand, options: InPlaceOption = {}): this {
    return this.calculated('pow', other, options);
  }

  /** `other + this` */
  radd(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('add', other, options);
  }

  /** `other - this`; a NaN on one side counts as 0. */
  rsub(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('rsub', other, options);
  }

  /** `other * this` */
  rmul(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('mul', other, options);
  }

  /** `other / this`, as `(1 / this) * other`. */
  rdiv(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('rdiv', other, options);
  }

  /** The largest whole number not above `other / this`. */
  rfloordiv(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('rfloordiv', other, options);
  }

  /** `other ** this` */
  rpow(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.calculated('rpow', other, options);
  }

  /**
   * The matrix product of the samples with a matrix of one row per channel.
   * @throws ValueError if the inner sizes differ; TypeError for a series.
   */
  matmul(other: ArrayInput, options: InPlaceOption = {}): this {
    return this.withSamples(multiplyMatrix(this.matrix, arrayOnly(other, 'matmul')), options);
  }

  /** @throws NotImplementedError always: a matrix times a series is not defined. */
  rmatmul(_other: ArrayInput): this {
    throw fail('NotImplementedError', 'rmatmul', 'a matrix times a series is not defined; use matmul');
  }

  /** Absolute values. */
  abs(options: InPlaceOption = {}): this {
    return this.withSamples({ data: this.samplesData.map(Math.abs), shape: this.matrix.shape }, options);
  }

  /** `-this`; turns 0 into -0. */
  neg(options: InPlaceOption = {}): this {
    return this.withSamples({ data: this.samplesData.map((x) => -x), shape: this.matrix.shape }, options);
  }

  private calculated(name: OperationName, other: Operand, options: InPlaceOption): this {
    const operand = other instanceof TSContinuous ? other.call(this.timesData) : arrayOnly(other, name);
    return this.withSamples(calculate(name, this.matrix, operand), options);
  }

  private withSamples({ data, shape }: NdArray<Float64Array>, { inplace }: InPlaceOption): this {
    return this.become({ ownSamples: new SharedArray(data), channelCount: shape[1]! }, inplace);
  }

  /** Time points with their samples; each row is a copy. */
  *[Symbol.iterator](): Generator<[time: number, row: Float64Array]> {
    for (let i = 0; i < this.length; i++) yield [this.timesData[i]!, this.row(i)];
  }

  private row(i: number): Float64Array {
    return this.samplesData.slice(i * this.channelCount, (i + 1) * this.channelCount);
  }

  override toString(): string {
    const counts = `Samples: ${this.length}. Channels: ${this.channelCount}`;
    if (!this.isempty()) return `${super.toString()}. ${counts}`;
    const [start, stop] = this.rangeText();
    return `Empty ${this.typeName} object \`${this.name}\` from t=${start} to ${stop}. ${counts}`;
  }

  protected override get typeName(): string {
    return 'TSContinuous';
  }

  override printText(options: PrintOptions = {}): string {
    const line = (i: number) => `${pythonFloat(this.timesData[i]!)}: \t ${numpyRow(this.row(i))}`;
    const ending = this.periodic ? ['\t (...periodic...)'] : [];
    return `${this.toString()}\n${listing(this.length, line, options, ending)}\n`;
  }

  /** Writes the text form and the samples to the console; a long series is shortened. */
  override print(options: PrintOptions = {}): void {
    console.log(this.printText(options).slice(0, -1));
  }

  /** What a renderer needs to draw the series: one line per channel. */
  plot(options: ContinuousPlotOptions = {}): PlotData {
    return plotContinuous(this, { times: this.timesData, samples: this.samplesData }, options);
  }

  /** The members of a file of this series, in their order. */
  toDict(options: ContinuousStorage = {}): SeriesDict {
    const { startIsDefault, timesData: times, samplesData: samples } = this;
    return continuousMembers(this, { startIsDefault, times, samples }, options);
  }

  /**
   * Everything that the series holds, as plain values for `JSON.stringify`; `fromJSON` reads it. NaN, infinities
   * and -0 are texts. What subclasses add is not in it. Shares nothing with the series.
   */
  toJSON(): ContinuousJson {
    const { startIsDefault, timesData: times, samplesData: samples } = this;
    return continuousJson(this, { startIsDefault, times, samples });
  }

  /**
   * Saves the series as an `.npz` file (Node; elsewhere see `toNpz`). `.npz` is appended to the path where it
   * is missing. Units, fill value and settings for reading are not stored.
   */
  async save(path: string | URL, options: ContinuousStorage & SaveOptions = {}): Promise<void> {
    const { saveMembers } = await import('./npz/save.ts');
    await saveMembers(this.toDict(options), path, options.verbose ?? false);
  }

  protected override become(changes: Partial<ContinuousContent>, inplace = false): this {
    if (changes.ownTimes) checkKnots(this.ownKind, changes.ownTimes.data);
    const fits = changes.channelCount === undefined || changes.channelCount === this.channelCount;
    if (!fits) fillValueOf(changes.ownFill ?? this.ownFill, changes.channelCount);
    const unprepared = { ...changes, preparedSampler: null };
    return super.become(unprepared, inplace);
  }

  protected override emptyLike(): this {
    const Class = this.constructor as new (options: TSContinuousOptions) => this;
    return new Class({
      tStart: this.startTime,
      tStop: this.startTime,
      interpKind: this.ownKind,
      fillValue: this.ownFill,
      units: this.units,
    });
  }

  /** Loads a continuous series from an `.npz` file; see `TimeSeries.load`. */
  static override async load(
    source: NpzSource,
    options: { readonly expectedType?: SeriesTypeName | null | undefined } = {},
  ): Promise<TSContinuous> {
    const { loadContinuous } = await import('./npz/load.ts');
    return loadContinuous(source, options.expectedType ?? undefined);
  }
}

function keepWithin(times: Float64Array, from: number, to: number, includeStop: boolean): Float64Array {
  const isWithin = (i: number) => from <= times[i]! && (times[i]! < to || (includeStop && times[i] === to));
  return gather(times, countUpIf(times.length, isWithin));
}

/** @throws TypeError for something that is neither true nor false. */
function truthOf(value: unknown, attribute: string): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  throw fail('TypeError', 'no-truth-value', `${attribute} is true or false, got ${describe(value)}`);
}

/** @throws ValueError for more than one axis. */
function checkQueryAxes(times: ArrayInput): void {
  const shape = shapeOf(times);
  if (shape.length <= 1) return;
  throw fail('ValueError', 'query-axes', `times to read must be a number or a list, got shape [${shape}]`);
}

function withLimits(kept: Float64Array, from: number, to: number, includeStop: boolean): Float64Array {
  const none = kept.length === 0;
  const before = none || kept[0]! > from ? [from] : [];
  const after = none || (includeStop && kept[kept.length - 1]! < to) ? [to] : [];
  return before.length + after.length === 0 ? kept : Float64Array.from([...before, ...kept, ...after]);
}

function arrayOnly(value: unknown, method: string): ArrayInput {
  if (value instanceof TimeSeries) {
    throw fail('TypeError', 'operand', `${method} does not take ${describe(value)} here`);
  }
  return value as ArrayInput;
}
