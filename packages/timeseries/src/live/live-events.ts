// Events that come in while others read them.
import { type ArrayInput, shapeOf } from '@rp/ndarray';
import { fail } from '../error.ts';
import { channelsForNew, largest } from '../event-channels.ts';
import { EVENT_RESOLUTION, nextUp } from '../float-rules.ts';
import { handOver, ownDoubles } from '../ownership.ts';
import { TSEvent } from '../ts-event.ts';
import { GrowingRows } from './growing-rows.ts';
import { checkNewTimes, type LiveOptions, LiveSeries } from './live-series.ts';

export interface LiveEventsOptions extends LiveOptions {
  readonly numChannels: number;
  /** Where the series starts, in seconds. Default: 0. */
  readonly tStart?: number | undefined;
}

/**
 * A growing series of events. Pieces are `TSEvent`; a piece without events tells of silence (see `advance`).
 * All pieces merged are what the snapshot is, unless something was dropped.
 *
 * @example
 * const live = new LiveEvents({ numChannels: 2, keepSeconds: 60 });
 * live.push([0.1, 0.2], [0, 1]);
 * for await (const piece of live) console.log(piece.raster({ dt: 0.1 }));
 */
export class LiveEvents extends LiveSeries<TSEvent, Int32Array> {
  readonly numChannels: number;
  private readonly start: number;

  constructor(options: LiveEventsOptions) {
    const { numChannels, tStart = 0 } = options;
    if (!Number.isInteger(numChannels) || numChannels < 1) {
      throw fail('ValueError', 'num-channels', `live events need a number of channels, got ${numChannels}`);
    }
    super(options, new GrowingRows(1, (length) => new Int32Array(length)), tStart);
    this.numChannels = numChannels;
    this.start = tStart;
  }

  /**
   * Adds events, which are copied. They must not be earlier than {@link tStop} tells, but several may come at
   * the time of the latest.
   * @param times a number or a list, in seconds. @param channels one for each, or one for all.
   * @throws ValueError for times that go back and channels that don't exist; nothing is added then.
   */
  push(times: ArrayInput, channels: ArrayInput = 0): void {
    const newTimes = ownDoubles(shapeOf(times).length === 0 ? [times as number] : times);
    const { channels: newChannels } = channelsForNew(channels, newTimes.length);
    checkNewTimes(newTimes, this.earliest());
    if (largest(newChannels) >= this.numChannels) {
      const highest = largest(newChannels);
      throw fail(
        'ValueError',
        'live-channel',
        `channel ${highest} is not below numChannels, ${this.numChannels}`,
      );
    }
    const last = newTimes[newTimes.length - 1];
    this.add(newTimes, newChannels, last === undefined ? this.stop : stopAfter(last));
  }

  private earliest(): number {
    const { first, end } = this.rows;
    const latest = first < end ? this.rows.timeOf(end - 1) : Number.NEGATIVE_INFINITY;
    // The stop that an event made by itself still takes events at the same time.
    return this.stop === stopAfter(latest) ? latest : this.stop;
  }

  snapshot(): TSEvent {
    return this.piece(this.rows.first, this.rows.end, null);
  }

  protected piece(from: number, to: number, start: number | null): TSEvent {
    const { times, values } = this.rows.copy(from, to);
    // What was dropped is not known to be silent, so the piece then starts with its first event.
    const known = start ?? (from === 0 ? this.start : (times[0] ?? this.stop));
    const tStart = Math.min(known, times[0] ?? known);
    const series = { times: handOver(times), channels: handOver(values), numChannels: this.numChannels };
    return new TSEvent({ ...series, tStart, tStop: this.stop, name: this.name });
  }

  protected isNewsWithoutRows(start: number | null): boolean {
    return this.stop > (start ?? this.start);
  }
}

/** The earliest stop of a series with that last event. */
function stopAfter(last: number): number {
  const stop = last + EVENT_RESOLUTION;
  return stop > last ? stop : nextUp(last);
}
