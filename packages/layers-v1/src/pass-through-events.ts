// Routes events: each one is copied to the outputs by a matrix of whole numbers. Purely event driven, no state;
// the time step only measures how long an evolution is.
import { EventWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { type TimeSeries, TSEvent } from '@rp/timeseries';
import { fail } from './error.ts';
import { graphName } from './graph-name.ts';
import { Layer, type LayerEvolveOptions, type LayerOptions, type SeriesClass } from './layer.ts';

export interface PassThroughEventsOptions extends LayerOptions {
  /** `[sizeIn][size]` numbers of copies, at least 0; fractions are cut off. */
  readonly weights: ArrayInput;
  /** Seconds per time step. Default 0.001. */
  readonly dt?: number | undefined;
}

/**
 * Copies events from input to output channels: an event of channel i comes out of channel j `weights[i][j]` times,
 * at the same time. `noiseStd` has no effect.
 */
export class PassThroughEvents extends Layer {
  static override readonly className: string = 'PassThroughEvents';

  /** @throws ValueError for negative and infinite weights. */
  constructor(options: PassThroughEventsOptions) {
    super({ ...options, dt: options.dt ?? 0.001 });
    super.weights = wholeNumbers(super.weights);
  }

  override get inputType(): SeriesClass {
    return TSEvent;
  }

  override get outputType(): SeriesClass {
    return TSEvent;
  }

  /** `[sizeIn][size]` numbers of copies. */
  override get weights(): NdArray<Float64Array> {
    return super.weights;
  }

  /** @throws ValueError for negative and infinite weights, or another number of them; AssertionError for null. */
  override set weights(value: ArrayInput) {
    super.weights = (value ?? null) === null ? value : wholeNumbers(toNdArray(value));
  }

  /**
   * Copies the events from {@link t} on.
   * @returns events named `transformed event raster`, within the limits of the evolution.
   * @throws IndexError for an event on a channel that the layer doesn't have.
   */
  override async evolve(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): Promise<TSEvent> {
    options.signal?.throwIfAborted();
    return this.evolveSync(tsInput, options);
  }

  override evolveSync(tsInput?: TimeSeries | null, options: LayerEvolveOptions = {}): TSEvent {
    this.requireKnownOptions(options);
    this.requireInputType(tsInput);
    const numTimesteps = this.determineTimesteps(tsInput, options);
    const tStart = this.t;
    const tStop = tStart + this.dt * numTimesteps;
    const output = new TSEvent({
      ...this.copies(tsInput as TSEvent | null | undefined, tStart, tStop),
      tStart,
      tStop,
      numChannels: this.size,
      name: 'transformed event raster',
    });
    this.timestep += numTimesteps;
    options.onProgress?.({ done: numTimesteps, total: numTimesteps });
    return output;
  }

  private copies(
    input: TSEvent | null | undefined,
    tStart: number,
    tStop: number,
  ): { times: Float64Array; channels: Int32Array } {
    const events = input?.call({ tStart, tStop }) ?? { times: [], channels: [] };
    const times: number[] = [];
    const channels: number[] = [];
    for (let i = 0; i < events.times.length; i++) {
      this.requireChannel(events.channels[i]!);
      const row = events.channels[i]! * this.size;
      for (let channel = 0; channel < this.size; channel++) {
        for (let copy = this.weights.data[row + channel]!; copy > 0; copy--) {
          times.push(events.times[i]!);
          channels.push(channel);
        }
      }
    }
    return { times: Float64Array.from(times), channels: Int32Array.from(channels) };
  }

  private requireChannel(channel: number): void {
    if (channel < this.sizeIn) return;
    throw fail(
      'IndexError',
      'input-channel',
      `${this.startPrint}got an event on channel ${channel}, but has ${this.sizeIn} input channels (0 to ${this.sizeIn - 1})`,
    );
  }

  /** The weights as an `EventWeights` graph module. */
  override asGraph(): EventWeights {
    return EventWeights.factory(this.sizeIn, this.size, {
      name: graphName(this),
      computationalModule: this,
      weights: this.weights,
    });
  }
}

function wholeNumbers(weights: NdArray<Float64Array>): NdArray<Float64Array> {
  const odd = weights.data.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (odd !== undefined) {
    throw fail(
      'ValueError',
      'negative-weights',
      `PassThroughEvents needs weights of at least 0 (numbers of copies), got ${odd}`,
    );
  }
  return { ...weights, data: weights.data.map(Math.trunc) };
}
