// The base of all series: a time axis with a range, a name and a period. It holds no values itself;
// TSContinuous and TSEvent do.
import { warn } from '@rp/errors';
import {
  type ArrayInput,
  isNdArray,
  isNumericArray,
  type NdArray,
  type NumericArray,
  numericArrayOf,
} from '@rp/ndarray';
import { deepCopy } from './deep-copy.ts';
import { describe, fail } from './error.ts';
import { ABSOLUTE_TOLERANCE } from './float-rules.ts';
import type { NpzSource } from './npz/source.ts';
import { pythonFloat } from './number-text.ts';
import { ownDoubles, takeAscending } from './ownership.ts';
import { backendSetting, getGlobalTsPlottingBackend } from './plotting-backend.ts';
import { SharedArray } from './shared-array.ts';

/** What every series can be constructed with. */
export interface TimeSeriesOptions {
  /** Time points in seconds, not decreasing; flattened if they have more than one axis. Default: none. */
  readonly times?: ArrayInput | null | undefined;
  /** Whether the series repeats outside its range. Default: false. */
  readonly periodic?: boolean | undefined;
  /** Start of the range in seconds. Default: the first time, or 0. */
  readonly tStart?: number | null | undefined;
  /** End of the range in seconds. Default: the last time, or `tStart`. */
  readonly tStop?: number | null | undefined;
  /** Default: `'unnamed'`. */
  readonly name?: string | null | undefined;
  /** How this series is drawn; `null` leaves it to the global choice. */
  readonly plottingBackend?: string | null | undefined;
}

/** Options of methods that can work on the series itself. */
export interface InPlaceOption {
  /** Change and return the series itself instead of a changed copy. Default: false. */
  readonly inplace?: boolean | undefined;
}

export interface ConcatenateOptions {
  /** The gaps before each series, as in `appendT`. */
  readonly offset?: Offsets;
}

/** One gap for all series, or one for each. `null` stands for the automatic gap. */
export type Offsets = number | null | undefined | readonly (number | null)[] | NumericArray | NdArray;

/** A class of series, as the static methods see it. */
export type SeriesClass<S extends TimeSeries> = new (options?: TimeSeriesOptions) => S;

/** The part of the content that the base class knows; see {@link TimeSeries.become}. */
export interface TimeAxis {
  readonly ownTimes: SharedArray<Float64Array>;
  readonly startTime: number;
  readonly stopTime: number;
  readonly startIsDefault: boolean;
}

/**
 * A time axis: time points within a range, a name, and whether it repeats.
 *
 * @throws ValueError if times decrease or lie outside the range.
 */
export class TimeSeries {
  /** Whether the series repeats outside its range, with the period {@link duration}. */
  periodic: boolean;
  /** When each trial of an experiment started, in seconds; kept in files. */
  trialStartTimes: ArrayInput | undefined;

  protected ownTimes: SharedArray<Float64Array>;
  protected startTime: number;
  protected stopTime: number;
  /** An empty series whose start nobody gave: the reference then holds (and prints, and stores) the integer 0. */
  protected startIsDefault: boolean;
  private ownName: string;
  private ownBackend: string | null;

  constructor(options: TimeSeriesOptions = {}) {
    const times = ownDoubles(options.times ?? []);
    this.ownTimes = new SharedArray(times, takeAscending(times) || checkOrder(times));
    this.periodic = options.periodic ?? false;
    this.ownName = options.name ?? 'unnamed';
    this.ownBackend = backendSetting(options.plottingBackend ?? null);
    this.startIsDefault = this.isempty() && (options.tStart ?? null) === null;
    this.startTime = this.checkedFirstStart(options.tStart ?? this.timesData[0] ?? 0);
    this.stopTime = this.checkedStop(
      options.tStop ?? this.timesData[this.length - 1] ?? this.startTime,
      this.startTime,
    );
  }

  private checkedFirstStart(start: number): number {
    checkNumber('tStart', start);
    const first = this.timesData[0];
    return first !== undefined && (start > first || Number.isNaN(start))
      ? this.checkedStart(start, first)
      : start;
  }

  private checkedStart(start: number, latest: number): number {
    checkNumber('tStart', start);
    if (start < latest) return start;
    if (start - latest < ABSOLUTE_TOLERANCE) return latest;
    const limit = this.isempty() ? 'the stop time' : 'the first time point';
    throw fail(
      'ValueError',
      't-start',
      `${this.label} cannot start at ${start}: it must not start after ${limit}, ${latest}`,
    );
  }

  private checkedStop(stop: number, tStart: number): number {
    checkNumber('tStop', stop);
    const earliest = this.isempty() ? tStart : this.earliestStop(this.timesData[this.length - 1]!);
    if (stop >= earliest) return stop;
    if (earliest - stop < ABSOLUTE_TOLERANCE) return earliest;
    const limit = this.isempty() ? 'the start time' : 'the last time point';
    throw fail(
      'ValueError',
      't-stop',
      `${this.label} cannot stop at ${stop}: it must not stop before ${limit} (${earliest} is the earliest)`,
    );
  }

  /** The earliest stop time that fits a last time point. */
  protected earliestStop(last: number): number {
    return last;
  }

  /** What error messages call this series. */
  protected get label(): string {
    return `${this.typeName} \`${this.name}\``;
  }

  /** The class in text forms; not the name of the constructor, which bundlers shorten. */
  protected get typeName(): string {
    return 'TimeSeries';
  }

  /** Time points in seconds. The array is the series' own: change it only by assigning a new one. */
  get times(): Float64Array {
    return this.ownTimes.handOut();
  }

  /** The times for reading, where nobody outside gets hold of the array. */
  protected get timesData(): Float64Array {
    return this.ownTimes.data;
  }

  /**
   * As many times as before, not decreasing. The range grows to hold them; it does not move along.
   * @throws ValueError otherwise.
   */
  set times(value: ArrayInput) {
    const times = ownDoubles(value);
    if (times.length !== this.length) {
      throw fail(
        'ValueError',
        'times-length',
        `${this.label} has ${this.length} time points, got ${times.length}; make a new series to change their number`,
      );
    }
    const ownTimes = new SharedArray(times, checkOrder(times));
    if (times.length === 0) return;
    const earliestStop = this.earliestStop(times[times.length - 1]!);
    this.become(
      {
        ownTimes,
        startTime: Math.min(this.startTime, times[0]!),
        stopTime: Math.max(this.stopTime, earliestStop),
      },
      true,
    );
  }

  /** Start of the range in seconds. Snaps to the first time if less than 1e-9 after it; later is a ValueError. */
  get tStart(): number {
    return this.startTime;
  }

  set tStart(value: number) {
    this.startTime = this.checkedStart(value, this.timesData[0] ?? this.stopTime);
    this.startIsDefault = false;
  }

  /** End of the range in seconds. Snaps to the last time if less than 1e-9 before it; earlier is a ValueError. */
  get tStop(): number {
    return this.stopTime;
  }

  set tStop(value: number) {
    this.stopTime = this.checkedStop(value, this.startTime);
  }

  get name(): string {
    return this.ownName;
  }

  set name(value: string | null) {
    this.ownName = value ?? 'unnamed';
  }

  /** `tStop - tStart`, in seconds. */
  get duration(): number {
    return this.stopTime - this.startTime;
  }

  /** The number of time points. */
  get length(): number {
    return this.timesData.length;
  }

  /** Whether there are no time points. */
  isempty(): boolean {
    return this.timesData.length === 0;
  }

  /** Own choice of how the series is drawn, or else the global one; `null` where there is none. */
  get plottingBackend(): string | null {
    return this.ownBackend ?? getGlobalTsPlottingBackend();
  }

  /**
   * Chooses how this series is drawn; `null` leaves it to the global choice.
   * @throws ValueError for an unknown name, RuntimeError for one that is not available here.
   */
  setPlottingBackend(name: string | null, verbose = true): void {
    this.ownBackend = backendSetting(name, verbose ? this.label : undefined);
  }

  /** An independent copy of everything, extra attributes included. Costs nothing until an array is asked for. */
  copy(): this {
    return this.become({});
  }

  /** Whether all the times lie within the range (its ends included). A periodic series contains every time. */
  contains(times: ArrayInput): boolean {
    if (this.periodic) return true;
    return numericArrayOf(times).every((time) => this.startTime <= time && time <= this.stopTime);
  }

  /** Shifts all times and the range by `offset` seconds. */
  delay(offset: number, options: InPlaceOption = {}): this {
    checkNumber('a delay', offset);
    const delayed: TimeAxis = {
      ownTimes: shifted(this.ownTimes, offset),
      startTime: this.startTime + offset,
      stopTime: this.stopTime + offset,
      startIsDefault: false,
    };
    return this.become(delayed, options.inplace);
  }

  /** Shifts the series so that its range starts at `tStart`. */
  startAt(tStart: number, options: InPlaceOption = {}): this {
    return this.delay(tStart - this.startTime, options);
  }

  /** Shifts the series so that its range starts at 0. */
  startAtZero(options: InPlaceOption = {}): this {
    return this.delay(-this.startTime, options);
  }

  /** The text of {@link print}, with the final line break. */
  printText(): string {
    return `${this.toString()}\n`;
  }

  /** Writes the text form to the console. */
  print(): void {
    console.log(this.printText().slice(0, -1));
  }

  toString(): string {
    const periodic = this.periodic ? 'periodic' : 'non-periodic';
    const [start, stop] = this.rangeText();
    return `${periodic} ${this.typeName} object \`${this.name}\` from t=${start} to ${stop}`;
  }

  /** Start and stop in Python's notation. */
  protected rangeText(): [string, string] {
    if (!this.startIsDefault) return [pythonFloat(this.startTime), pythonFloat(this.stopTime)];
    return ['0', this.stopTime === 0 ? '0' : pythonFloat(this.stopTime)];
  }

  /**
   * Gives the series (`inplace`) or a copy of it another content, all at once and without checks. Extra
   * attributes are copied deeply, so subclasses that keep what they add in ordinary properties need not
   * override anything.
   */
  protected become(changes: Partial<TimeAxis>, inplace = false): this {
    if (inplace) return Object.assign(this, changes);
    const twin = Object.create(Object.getPrototypeOf(this)) as Record<string, unknown>;
    for (const [key, value] of Object.entries(this)) {
      if (!(key in changes)) twin[key] = value instanceof SharedArray ? value.share() : deepCopy(value);
    }
    return Object.assign(twin, changes) as unknown as this;
  }

  /**
   * Puts series one after another in time; see `appendT` of the concrete class. The result is a new series of
   * the class of the first one; it has no name and no period. No series at all give an empty one.
   *
   * @param series one series, or any iterable of series.
   * @throws TypeError for anything else.
   */
  static concatenateT<S extends TimeSeries>(
    this: SeriesClass<S>,
    series: S | Iterable<S>,
    options: ConcatenateOptions = {},
  ): S {
    // biome-ignore lint/complexity/noThisInStatic: the class that was called decides what fits.
    const list = seriesList(series, this);
    const first = list[0];

    if (first === undefined) return new this();
    return first.emptyLike().appendT(list, options);
  }

  /** A new empty series of the same class, at the start of this one. */
  protected emptyLike(): this {
    const Class = this.constructor as SeriesClass<this>;
    return new Class({ tStart: this.startTime, tStop: this.startTime });
  }

  /**
   * Appends series in time. The base class holds no values and cannot.
   * @throws NotImplementedError
   */
  appendT(_other: unknown, _options?: unknown): this {
    throw fail(
      'NotImplementedError',
      'append-base',
      `a plain TimeSeries has no values to append; use TSContinuous or TSEvent`,
    );
  }

  /**
   * Loads a series from an `.npz` file.
   *
   * @param source a path (Node), a `Blob` or `File`, or the bytes.
   * @param options `expectedType`: the class that the file must hold; also used when the file does not say what it
   *   holds.
   * @throws TypeError if the file holds another class; KeyError if something is missing in it.
   */
  static async load(
    source: NpzSource,
    options: { readonly expectedType?: SeriesTypeName | null | undefined } = {},
  ): Promise<TimeSeries> {
    const { loadSeries } = await import('./npz/load.ts');
    return loadSeries(source, options.expectedType ?? undefined);
  }
}

/** The classes that a file can hold. */
export type SeriesTypeName = 'TSContinuous' | 'TSEvent';

/**
 * Whether times ascend and none is NaN, which is not earlier than anything.
 * @throws ValueError if a time is earlier than the one before it.
 */
export function checkOrder(times: Float64Array): boolean {
  let ascends = !Number.isNaN(times[0]);
  for (let i = 1; i < times.length; i++) {
    if (times[i]! >= times[i - 1]!) continue;
    ascends = false;
    if (times[i]! - times[i - 1]! < 0) {
      throw fail(
        'ValueError',
        'times-decreasing',
        `times must not decrease, but time ${i} is ${times[i]} after ${times[i - 1]}`,
      );
    }
  }
  return ascends;
}

/**
 * One series, or an iterable of them, as a list.
 * @throws TypeError for anything that is neither, or that holds something else.
 */
export function seriesList<S extends TimeSeries>(
  value: S | Iterable<S>,
  Class: abstract new (...args: never[]) => S,
): S[] {
  if (value instanceof TimeSeries) return [checkedClass(value, Class)];
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    return Array.from(value, (item) => checkedClass(item, Class));
  }
  throw fail('TypeError', 'not-a-series', `expected ${Class.name} or a list of them, got ${describe(value)}`);
}

function checkedClass<S extends TimeSeries>(value: unknown, Class: abstract new (...args: never[]) => S): S {
  if (value instanceof Class) return value;
  throw fail('TypeError', 'not-a-series', `expected ${Class.name}, got ${describe(value)}`);
}

function shifted({ data, ascends }: SharedArray<Float64Array>, offset: number): SharedArray<Float64Array> {
  const moved = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) moved[i] = data[i]! + offset;
  return new SharedArray(moved, (ascends && staysInOrder(moved)) || undefined);
}

/** Whether ascending times that were shifted all together still ascend: if the outermost are not NaN now. */
export function staysInOrder(shiftedTimes: Float64Array): boolean {
  return !Number.isNaN(shiftedTimes[0]) && !Number.isNaN(shiftedTimes[shiftedTimes.length - 1]);
}

/** @throws TypeError for anything but a number. */
export function checkNumber(what: string, value: unknown): void {
  if (typeof value === 'number') return;
  throw fail('TypeError', 'not-a-number', `${what} is a number of seconds, got ${describe(value)}`);
}

/** One offset or delay for each of `count` series: a single one is repeated, a list is cut to what is there. */
export function perSeries(offsets: Offsets, count: number): (number | null)[] {
  if (isOneOffset(offsets)) return new Array<number | null>(count).fill(offsets ?? null);
  return offsetList(offsets).slice(0, count);
}

/** Announces a list of offsets that has not one for each of `count` series. */
export function announceOffsets(method: string, offsets: Offsets, count: number): void {
  const given = isOneOffset(offsets) ? count : offsetList(offsets).length;
  if (given === count) return;
  warn('timeseries', `${method}: got ${given} offsets for ${count} series; the rest is left out`);
}

function isOneOffset(offsets: Offsets): offsets is number | null | undefined {
  return offsets === null || offsets === undefined || typeof offsets === 'number';
}

function offsetList(offsets: Exclude<Offsets, number | null | undefined>): readonly (number | null)[] {
  return isNumericArray(offsets) || isNdArray(offsets) ? Array.from(numericArrayOf(offsets)) : offsets;
}
