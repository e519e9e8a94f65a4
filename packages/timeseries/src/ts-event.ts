// Events: times with a channel each, such as the spikes of a population of neurons.
import { type ArrayInput, type NdArray, numericArrayOf } from '@rp/ndarray';
import {
  type CombinedEvents,
  delayed,
  type EventAppendTOptions,
  type EventMergeOptions,
  type EventPart,
  eventsOneAfterAnother,
  mergeEvents,
  stackChannels,
  undelayed,
} from './combine-events.ts';
import { fail } from './error.ts';
import {
  channelCountOf,
  channelsForExisting,
  channelsForNew,
  largest,
  wholeChannels,
} from './event-channels.ts';
import { eventsOfRaster } from './events-of-raster.ts';
import { EVENT_RESOLUTION } from './float-rules.ts';
import { rangeWithin } from './interpolation/locate.ts';
import { type EventsJson, eventsJson } from './json/schema.ts';
import { type EventStorage, eventMembers, type SaveOptions, type SeriesDict } from './npz/members.ts';
import type { NpzSource } from './npz/source.ts';
import { pythonFloat } from './number-text.ts';
import { handOver, handOverAscending, isKnownAscending, ownDoubles } from './ownership.ts';
import { extendPeriodically } from './periodic.ts';
import type { PlotData } from './plot.ts';
import { plotEvents } from './plot-events.ts';
import { binsOf, columnsFor, type RasterOptions, rasterize } from './raster.ts';
import { rasterRows } from './raster-rows.ts';
import { chosen, type EventIndex, eventNumbers, stretchOf } from './select-events.ts';
import { SharedArray } from './shared-array.ts';
import { gather, stableOrder } from './stable-order.ts';
import { listing, type PrintOptions } from './text-lines.ts';
import {
  type InPlaceOption,
  type SeriesTypeName,
  seriesList,
  type TimeAxis,
  TimeSeries,
} from './time-series.ts';
import type {
  EventClipOptions,
  EventPlotOptions,
  FromRasterOptions,
  SelectedEvents,
  SelectOptions,
  TSEventOptions,
} from './ts-event-options.ts';

type Events = Pick<EventContent, 'ownTimes' | 'ownChannels'>;

interface EventContent extends TimeAxis {
  readonly ownChannels: SharedArray<Int32Array>;
  readonly channelCount: number;
}

/**
 * Events on numbered channels, in a range that stops later than the last event. It copies the arrays that it is
 * given. Only {@link times} and {@link channels} are its own arrays; no other series ever sees what is written there.
 *
 * @throws TypeError if there are events but no `tStop`; ValueError if times decrease, an event is not before
 * `tStop`, or channels don't fit.
 * @example
 * const spikes = new TSEvent({ times: [0.1, 0.3], channels: [0, 2], tStop: 1 });
 * spikes.raster({ dt: 0.25 }).shape; // [4, 3]
 */
export class TSEvent extends TimeSeries {
  protected ownChannels: SharedArray<Int32Array>;
  protected channelCount: number;

  constructor(options: TSEventOptions = {}) {
    const times = ownDoubles(options.times ?? []);
    const tStop = checkedStop(times, options.tStop ?? null);
    const { channels, minimum } = channelsForNew(options.channels, times.length);
    const channelCount = channelCountOf(options.numChannels, minimum);
    super({ ...options, times: handOver(times), tStop });
    this.ownChannels = new SharedArray(channels);
    this.channelCount = channelCount;
  }

  /**
   * The events of a raster: each entry is the number of events of its bin and channel.
   *
   * @param raster T x C counts or booleans; a vector is one channel.
   * @throws ValueError for negative entries, or if the range or the channels don't hold all events.
   */
  static fromRaster<S extends TSEvent>(
    this: new (
      options?: TSEventOptions,
    ) => S,
    raster: ArrayInput,
    options: FromRasterOptions = {},
  ): S {
    const { dt = 1, spikesAtBinStart = false, name, periodic } = options;
    const tStart = options.tStart ?? 0;
    const events = eventsOfRaster(raster, dt, tStart, spikesAtBinStart ? 0 : dt / 2);
    return new this({
      times:
        dt > 0 && Number.isFinite(dt + tStart) ? handOverAscending(events.times) : handOver(events.times),
      channels: handOver(events.channels),
      tStart,
      tStop: options.tStop ?? events.rows * dt + tStart,
      numChannels: options.numChannels ?? events.columns,
      name,
      periodic,
    });
  }

  protected override earliestStop(last: number): number {
    return last + EVENT_RESOLUTION;
  }

  /** The channel of each event. The array is the series' own: change it only by assigning a new one. */
  get channels(): Int32Array {
    return this.ownChannels.handOut();
  }

  /** The channels for reading, where nobody outside gets hold of the array. */
  protected get channelsData(): Int32Array {
    return this.ownChannels.data;
  }

  /**
   * A channel for each event, or one for all. {@link numChannels} grows to hold them.
   * @throws ValueError for another number of channels, and for negative ones.
   */
  set channels(value: ArrayInput) {
    const { channels, minimum } = channelsForExisting(value, this.length);
    this.ownChannels = new SharedArray(channels);
    this.channelCount = Math.max(this.channelCount, minimum);
  }

  get numChannels(): number {
    return this.channelCount;
  }

  /** @throws ValueError for fewer than are in use. */
  set numChannels(value: number) {
    this.channelCount = channelCountOf(value, largest(this.channelsData) + 1);
  }

  /**
   * The events with `tStart <= time < tStop` (the limits in either order) on the chosen channels,
   * in new arrays.
   * @throws IndexError for channels that don't exist.
   */
  call(options: SelectOptions = {}): SelectedEvents {
    const [from, to] = this.limits(options);
    const isWanted = this.channelFilter(options.channels);
    return chosen(this.candidates(from, to), from, to, isWanted);
  }

  private limits({ tStart, tStop }: SelectOptions): [number, number] {
    const from = tStart ?? this.startTime;
    const to = tStop ?? this.stopTime;
    return from <= to ? [from, to] : [to, from];
  }

  private channelFilter(channels: ArrayInput | null | undefined): Uint8Array | null {
    if (channels === null || channels === undefined) return null;
    const wanted = new Uint8Array(this.channelCount);
    for (const channel of numericArrayOf(channels)) {
      if (!(channel >= 0 && channel < this.channelCount)) {
        throw fail(
          'IndexError',
          'channel-index',
          `channel ${channel} was asked for, but ${this.label} has ${this.channelCount} (0 to ${this.channelCount - 1})`,
        );
      }
      wanted[channel] = 1;
    }
    return wanted;
  }

  private get repeats(): boolean {
    return this.periodic && this.duration > 0 && !this.isempty();
  }

  /** The events that can lie in a range: those of the series, or of all periods that touch the range. */
  private candidates(from: number, to: number): SelectedEvents {
    if (this.repeats) {
      const { times, source } = extendPeriodically(this.timesData, this.startTime, this.stopTime, from, to);
      return { times, channels: gather(this.channelsData, source) };
    }
    const isUseless = this.ownTimes.ascends === false;
    const [first, end] = isUseless ? [0, this.length] : rangeWithin(this.timesData, from, to, false);
    return { times: this.timesData.subarray(first, end), channels: this.channelsData.subarray(first, end) };
  }

  /**
   * The events between two times (in either order) on the chosen channels. The range becomes that of the
   * limits, if any are given.
   * @throws IndexError for channels that don't exist.
   */
  clip(options: EventClipOptions = {}): this {
    const [from, to] = this.limits(options);
    const isLimited = (options.tStart ?? options.tStop ?? null) !== null;
    const range = isLimited ? { startTime: from, stopTime: to, startIsDefault: false } : {};
    const events = this.eventsWithin(from, to, options.channels);
    const numbering = options.remapChannels && renumbered(events.ownChannels.data, options.channels);
    return this.become({ ...events, ...numbering, ...range }, options.inplace);
  }

  /** The events of {@link call}, in the memory of this series if they are all of a stretch. */
  private eventsWithin(from: number, to: number, channels: ArrayInput | null | undefined): Events {
    const isWanted = this.channelFilter(channels);
    if (isWanted === null && !this.repeats && this.isSurelyInOrder) {
      return this.stretch(...rangeWithin(this.timesData, from, to, false));
    }
    return eventsOf(chosen(this.candidates(from, to), from, to, isWanted));
  }

  private get isSurelyInOrder(): boolean {
    return !this.ownTimes.isOut && this.ownTimes.ascends === true;
  }

  private stretch(first: number, end: number): Events {
    return { ownTimes: this.ownTimes.part(first, end), ownChannels: this.ownChannels.part(first, end) };
  }

  /**
   * Moves the events of channel c to channel `channelMap[c]`. The number of channels may grow but not shrink.
   * @throws ValueError unless there is an entry for each channel.
   */
  remapChannels(channelMap: ArrayInput, options: InPlaceOption = {}): this {
    const map = wholeChannels(channelMap);
    if (map.length !== this.channelCount) {
      throw fail(
        'ValueError',
        'channel-map',
        `a channel map needs an entry for each of the ${this.channelCount} channels, got ${map.length}`,
      );
    }
    const channelsData = gather(map, this.channelsData);
    const channelCount = Math.max(this.channelCount, largest(channelsData) + 1);
    return this.become({ ownChannels: new SharedArray(channelsData), channelCount }, options.inplace);
  }

  /**
   * Python's `series[index]`: chosen events, in the order of time.
   * @throws IndexError for events that don't exist.
   */
  at(index: EventIndex): this {
    const stretch = this.isSurelyInOrder ? stretchOf(index, this.length) : null;
    if (stretch) return this.become(this.stretch(...stretch));
    const numbers = eventNumbers(index, this.length);
    const order = stableOrder(gather(this.timesData, numbers));
    const sorted = order ? gather(numbers, order) : numbers;
    const times = gather(this.timesData, sorted);
    return this.become(eventsOf({ times, channels: gather(this.channelsData, sorted) }));
  }

  /**
   * A table of time steps and channels.
   *
   * @returns n x C: `Uint8Array` that tells whether there are events, or with `addEvents` an `Int32Array` of
   * their numbers. A time step k holds the events with `floor((time - tStart) / dt) = k`.
   * @throws ValueError for impossible time steps; IndexError for negative channels.
   */
  raster(options: RasterOptions & { readonly addEvents: true }): NdArray<Int32Array>;
  raster(options: RasterOptions & { readonly addEvents?: false | null | undefined }): NdArray<Uint8Array>;
  raster(options: RasterOptions): NdArray<Uint8Array | Int32Array>;
  raster(options: RasterOptions): NdArray<Uint8Array | Int32Array> {
    const bins = binsOf(options, this.startTime, this.stopTime);
    const columns = columnsFor(options.channels, this.channelCount, this.label);
    const { times, channels } = this.candidates(bins.start, bins.stop);
    return rasterize(times, channels, bins, columns, options.addEvents ?? false);
  }

  /**
   * The rows of {@link raster}, one at a time, each a new array: the whole table is never in memory.
   * @throws the same errors, right away.
   */
  xraster(options: RasterOptions): Generator<Uint8Array | Int32Array> {
    const bins = binsOf(options, this.startTime, this.stopTime);
    const columns = columnsFor(options.channels, this.channelCount, this.label);
    const { times, channels } = this.candidates(bins.start, bins.stop);
    return rasterRows(times, channels, bins, columns, options.addEvents ?? false);
  }

  /**
   * All events of this and the other series, in the order of time, within a range that holds all ranges.
   * @throws TypeError for other things than TSEvent.
   */
  merge(other: TSEvent | Iterable<TSEvent>, options: EventMergeOptions = {}): this {
    const others = seriesList(other, TSEvent).map((series) => series.asPart());
    const list = [undelayed(this.asPart()), ...delayed(others, options.delay ?? 0)];
    return this.combined(mergeEvents(list, options.removeDuplicates ?? false), options);
  }

  /**
   * Adds the channels of other series; their numbers follow those of the series before.
   * @throws TypeError for other things than TSEvent.
   */
  appendC(other: TSEvent | Iterable<TSEvent>, options: InPlaceOption = {}): this {
    const others = seriesList(other, TSEvent);
    return others.length === 0
      ? this.become({}, options.inplace)
      : this.combined(stackChannels([this, ...others].map((series) => series.asPart())), options);
  }

  /**
   * Puts the other series after this one, each delayed so that it starts a gap after the one before stops.
   * @throws TypeError for other things than TSEvent.
   */
  override appendT(other: TSEvent | Iterable<TSEvent>, options: EventAppendTOptions = {}): this {
    const others = seriesList(other, TSEvent);
    if (others.length === 0) return this.become({}, options.inplace);
    const own = this.asPart();
    const parts = others.map((series) => series.asPart());
    const list = [undelayed(own), ...eventsOneAfterAnother(own, parts, options.offset)];
    return this.combined(mergeEvents(list, options.removeDuplicates ?? false), options);
  }

  private asPart(): EventPart {
    const { timesData: times, channelsData: channels, numChannels, tStart, tStop } = this;
    return { times, channels, numChannels, tStart, tStop };
  }

  private combined({ times, channels, ...range }: CombinedEvents, { inplace }: InPlaceOption): this {
    return this.become({ ...eventsOf({ times, channels }), ...range, startIsDefault: false }, inplace);
  }

  /** Events with their channels. */
  *[Symbol.iterator](): Generator<[time: number, channel: number]> {
    for (let i = 0; i < this.length; i++) yield [this.timesData[i]!, this.channelsData[i]!];
  }

  override toString(): string {
    const [start, stop] = this.rangeText();
    const object = `\`${this.typeName}\` object \`${this.name}\` from t=${start}`;
    if (this.isempty()) return `Empty ${object} to t=${stop}.`;
    const periodic = this.periodic ? 'periodic' : 'non-periodic';
    return `${periodic} ${object} to ${stop}. Channels: ${this.channelCount}. Events: ${this.length}`;
  }

  protected override get typeName(): string {
    return 'TSEvent';
  }

  override printText(options: PrintOptions = {}): string {
    const line = (i: number) => `${pythonFloat(this.timesData[i]!)}: \t ${this.channelsData[i]}`;
    return `${this.toString()}\nTime \t Ch.-ID\n${listing(this.length, line, options)}\n`;
  }

  /** Writes the text form and the events to the console; a long series is shortened. */
  override print(options: PrintOptions = {}): void {
    console.log(this.printText(options).slice(0, -1));
  }

  /** What a renderer needs to draw the events: points at times and channels. */
  plot(options: EventPlotOptions = {}): PlotData {
    return plotEvents(this, options);
  }

  /** The members of a file of this series, in their order. */
  toDict(options: EventStorage = {}): SeriesDict {
    const { startIsDefault, timesData: times, channelsData: channels } = this;
    return eventMembers(this, { startIsDefault, times, channels }, options);
  }

  /**
   * Everything that the series holds, as plain values for `JSON.stringify`; `fromJSON` reads it. NaN, infinities
   * and -0 are texts. What subclasses add is not in it. Shares nothing with the series.
   */
  toJSON(): EventsJson {
    const { startIsDefault, timesData: times, channelsData: channels } = this;
    return eventsJson(this, { startIsDefault, times, channels });
  }

  /**
   * Saves the series as an `.npz` file (Node; elsewhere see `toNpz`). `.npz` is appended to the path where it
   * is missing.
   */
  async save(path: string | URL, options: EventStorage & SaveOptions = {}): Promise<void> {
    const { saveMembers } = await import('./npz/save.ts');
    await saveMembers(this.toDict(options), path, options.verbose ?? false);
  }

  protected override become(changes: Partial<EventContent>, inplace = false): this {
    return super.become(changes, inplace);
  }

  /** Loads an event series from an `.npz` file; see `TimeSeries.load`. */
  static override async load(
    source: NpzSource,
    options: { readonly expectedType?: SeriesTypeName | null | undefined } = {},
  ): Promise<TSEvent> {
    const { loadEvents } = await import('./npz/load.ts');
    return loadEvents(source, options.expectedType ?? undefined);
  }
}

function eventsOf({ times, channels }: SelectedEvents): Events {
  return { ownTimes: new SharedArray(times), ownChannels: new SharedArray(channels) };
}

function checkedStop(times: Float64Array, tStop: number | null): number | null {
  if (times.length === 0) return tStop;
  if (tStop === null) {
    throw fail('TypeError', 't-stop-missing', 'a series of events needs a tStop, later than the last event');
  }
  const last = isKnownAscending(times) ? times[times.length - 1]! : latest(times);
  if (!(last >= tStop)) return tStop;
  throw fail('ValueError', 't-stop', `tStop must be later than the last event (${last}), got ${tStop}`);
}

/** The largest time, whatever is NaN. */
function latest(times: Float64Array): number {
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) if (times[i]! > last) last = times[i]!;
  return last;
}

/** Each channel becomes its position among the sorted distinct channels that were asked for, or that occur. */
function renumbered(
  channels: Int32Array,
  wanted: ArrayInput | null | undefined,
): Pick<EventContent, 'ownChannels' | 'channelCount'> {
  const reference = [...new Set(wanted === null || wanted === undefined ? channels : numericArrayOf(wanted))];
  const position = new Map(reference.sort((a, b) => a - b).map((channel, i) => [channel, i]));
  return {
    ownChannels: new SharedArray(channels.map((channel) => position.get(channel)!)),
    channelCount: reference.length,
  };
}
