// A series that grows while others read it: what LiveEvents and LiveSignal share. The writer never waits. A
// reader that is slower than the writer gets more at once, not sooner or later; with a memory limit it may miss
// what was dropped meanwhile, and is told how much.
import { fail } from '../error.ts';
import type { TimeSeries } from '../time-series.ts';
import type { GrowingRows } from './growing-rows.ts';

export interface LiveOptions {
  /** Name of the series that come out. Default: `'unnamed'`. */
  readonly name?: string | undefined;
  /** Keep only what is at most that many seconds older than the latest. Default: everything. */
  readonly keepSeconds?: number | undefined;
  /** Keep at most that many time points. Default: all. */
  readonly keepLength?: number | undefined;
}

export interface ReadOptions {
  /** Start with all that is kept, or with what comes from now on. Default: `'kept'`. */
  readonly from?: 'kept' | 'now' | undefined;
  /** Ends the reading; what waits for more is then rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads a growing series piece by piece; made by `read()`. */
export interface LiveReader<S> extends AsyncIterableIterator<S> {
  /** Time points that were dropped before this reader got to them. */
  readonly missed: number;
}

/** A series that grows. `S` is the class of its pieces. */
export abstract class LiveSeries<S extends TimeSeries, A extends Float64Array | Int32Array>
  implements AsyncIterable<S>
{
  readonly name: string;
  protected readonly rows: GrowingRows<A>;
  protected stop: number;
  private readonly keepSeconds: number;
  private readonly keepLength: number;
  private isClosed = false;
  private wake: (() => void)[] = [];

  constructor(options: LiveOptions, rows: GrowingRows<A>, tStart: number) {
    this.name = options.name ?? 'unnamed';
    this.keepSeconds = positive(options.keepSeconds, 'keepSeconds');
    this.keepLength = positive(options.keepLength, 'keepLength');
    this.rows = rows;
    this.stop = tStart;
  }

  /** Until when the series is known, in seconds. */
  get tStop(): number {
    return this.stop;
  }

  /** The number of time points that are kept. */
  get length(): number {
    return this.rows.end - this.rows.first;
  }

  /** Whether nothing more will come. */
  get closed(): boolean {
    return this.isClosed;
  }

  /** All that is kept, as a series of its own: a copy. */
  abstract snapshot(): S;

  /** A piece of the rows `from` up to `to`, which follows what was read until `start` (`null`: nothing). */
  protected abstract piece(from: number, to: number, start: number | null): S;

  /** Whether there is a piece to read although it has no rows. */
  protected abstract isNewsWithoutRows(start: number | null): boolean;

  /** Checked rows, to be added. */
  protected add(times: Float64Array, values: A, stop: number): void {
    this.refuseIfClosed();
    this.rows.append(times, values);
    this.moveStop(stop);
  }

  /**
   * Tells that nothing comes before `tStop` any more, so that readers know of the silence.
   * @throws ValueError if that is earlier than what is there already.
   */
  advance(tStop: number): void {
    this.refuseIfClosed();
    if (!(tStop >= this.stop && Number.isFinite(tStop))) {
      throw fail(
        'ValueError',
        'live-stop',
        `a live series that is known until ${this.stop} cannot advance to ${tStop}`,
      );
    }
    this.moveStop(tStop);
  }

  private moveStop(stop: number): void {
    this.stop = Math.max(this.stop, stop);
    this.rows.dropBefore(this.rows.end - this.keepLength);
    let first = this.rows.first;
    while (first < this.rows.end && this.rows.timeOf(first) < this.stop - this.keepSeconds) first++;
    this.rows.dropBefore(first);
    this.wakeReaders();
  }

  /** Ends the series: readers get what is left, then their loops end. */
  close(): void {
    this.isClosed = true;
    this.wakeReaders();
  }

  private refuseIfClosed(): void {
    if (this.isClosed) throw fail('RuntimeError', 'live-closed', 'a closed live series takes nothing more');
  }

  private wakeReaders(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const wake of waiting) wake();
  }

  [Symbol.asyncIterator](): LiveReader<S> {
    return this.read();
  }

  /**
   * A reader of its own: any number of them read side by side. Each turn gives all that came since the last one
   * as a series, a copy; it waits where there is nothing, and ends when the series is closed and read.
   */
  read(options: ReadOptions = {}): LiveReader<S> {
    const isFromNow = options.from === 'now';
    const place: Place = {
      row: isFromNow ? this.rows.end : 0,
      stop: isFromNow ? this.stop : null,
      missed: 0,
    };
    const pieces = this.pieces(place, options.signal);
    return Object.defineProperty(pieces, 'missed', { get: () => place.missed }) as unknown as LiveReader<S>;
  }

  private async *pieces(place: Place, signal: AbortSignal | undefined): AsyncGenerator<S, void> {
    for (;;) {
      signal?.throwIfAborted();
      const piece = this.next(place);
      if (piece !== null) yield piece;
      else if (this.isClosed) return;
      else await this.change(signal);
    }
  }

  /** What is new for a reader, who is then up to date. */
  private next(place: Place): S | null {
    const { first, end } = this.rows;
    const missed = Math.max(0, first - place.row);
    const from = Math.max(first, place.row);
    const start = missed > 0 ? null : place.stop;
    place.missed += missed;
    place.row = from;
    if (from === end && !this.isNewsWithoutRows(start)) return null;
    const piece = this.piece(from, end, start);
    place.row = end;
    place.stop = this.stop;
    return piece;
  }

  private change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      this.wake.push(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
    });
  }
}

/** How far a reader is. */
interface Place {
  row: number;
  /** `null` before the first piece. */
  stop: number | null;
  missed: number;
}

function positive(value: number | undefined, option: string): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (value > 0) return value;
  throw fail('ValueError', 'live-limit', `${option} must be a positive number, got ${value}`);
}

/** @throws ValueError unless times are finite, ascend, and don't start before `earliest`. */
export function checkNewTimes(times: Float64Array, earliest: number): void {
  let before = earliest;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (!(time >= before && time < Number.POSITIVE_INFINITY)) {
      throw fail(
        'ValueError',
        'live-times',
        `new times must not go back: number ${i} is ${time}, but the series is known until ${before}`,
      );
    }
    before = time;
  }
}
