// A signal that is sampled while others read it.
import { type ArrayInput, shapeOf } from '@rp/ndarray';
import { fail } from '../error.ts';
import { handOver, ownDoubles } from '../ownership.ts';
import { arrangeSamples } from '../sample-shape.ts';
import { TSContinuous } from '../ts-continuous.ts';
import type { TSContinuousOptions } from '../ts-continuous-options.ts';
import { GrowingRows } from './growing-rows.ts';
import { checkNewTimes, type LiveOptions, LiveSeries } from './live-series.ts';

export interface LiveSignalOptions extends LiveOptions {
  readonly numChannels: number;
  /** How the pieces are read between samples. Default: `'previous'`. */
  readonly interpKind?: TSContinuousOptions['interpKind'];
  readonly units?: string | null | undefined;
}

/**
 * A growing signal. Pieces are `TSContinuous` of the samples since the last turn; they start with the first of
 * them and reach until what is known.
 *
 * @example
 * const live = new LiveSignal({ numChannels: 1, keepLength: 10_000 });
 * live.push(0.01, 3.3);
 * for await (const piece of live.read({ from: 'now' })) console.log(piece.max);
 */
export class LiveSignal extends LiveSeries<TSContinuous, Float64Array> {
  readonly numChannels: number;
  private readonly look: Pick<LiveSignalOptions, 'interpKind' | 'units'>;

  constructor(options: LiveSignalOptions) {
    const { numChannels, interpKind, units } = options;
    if (!Number.isInteger(numChannels) || numChannels < 1) {
      throw fail(
        'ValueError',
        'num-channels',
        `a live signal needs a number of channels, got ${numChannels}`,
      );
    }
    const rows = new GrowingRows(numChannels, (length) => new Float64Array(length));
    super(options, rows, Number.NEGATIVE_INFINITY);
    this.numChannels = numChannels;
    this.look = { interpKind, units };
  }

  /**
   * Adds samples, which are copied.
   * @param times a number or a list of T times, in seconds, not earlier than {@link tStop}.
   * @param samples T x C values, or a vector of T * C.
   * @throws ValueError for times that go back and samples that don't fit; nothing is added then.
   */
  push(times: ArrayInput, samples: ArrayInput): void {
    const newTimes = ownDoubles(shapeOf(times).length === 0 ? [times as number] : times);
    const { data, numChannels } = arrangeSamples(samples, newTimes.length);
    if (newTimes.length > 0 && numChannels !== this.numChannels) {
      throw fail(
        'ValueError',
        'live-samples',
        `${newTimes.length} times on ${this.numChannels} channels need as many samples each, got ${numChannels}`,
      );
    }
    checkNewTimes(newTimes, this.stop);
    this.add(newTimes, data, newTimes[newTimes.length - 1] ?? this.stop);
  }

  snapshot(): TSContinuous {
    return this.piece(this.rows.first, this.rows.end);
  }

  protected piece(from: number, to: number): TSContinuous {
    const { times, values } = this.rows.copy(from, to);
    const samples = { data: handOver(values), shape: [times.length, this.numChannels] };
    const tStop = times.length === 0 ? undefined : this.stop;
    return new TSContinuous({ ...this.look, times: handOver(times), samples, tStop, name: this.name });
  }

  protected isNewsWithoutRows(): boolean {
    return false;
  }
}
