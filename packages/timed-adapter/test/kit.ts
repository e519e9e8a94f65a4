// A layer for the tests of this package.
import { RpError } from '@rp/errors';
import { GraphHolder, type GraphModuleBase } from '@rp/graph';
import { Layer, type LayerEvolveOptions } from '@rp/layers-v1';
import { type ArrayInput, type NdArray, numericArrayOf } from '@rp/ndarray';
import { type TimeSeries, TSContinuous } from '@rp/timeseries';

/** Sums up its input; its clock, its limits and its recordings are its own. */
export class SumLayer extends Layer {
  private sums: NdArray<Float64Array> = { data: new Float64Array(2), shape: [2] };
  private factor = 1;
  label = 'anything goes';
  lastOptions: LayerEvolveOptions = {};

  constructor({ dt = 0.5, name = 'sum' }: { dt?: number; name?: string } = {}) {
    super({
      weights: [
        [1, 0],
        [0, 1],
      ],
      dt,
      name,
    });
  }

  /** Not negative, at most 100. */
  get gain(): number {
    return this.factor;
  }

  set gain(gain: number) {
    if (gain < 0) throw new RpError('ValueError', 'negative-gain', 'the gain must not be negative');
    this.factor = Math.min(gain, 100);
  }

  /** Takes any number of entries, which the adapter must notice. */
  get v(): NdArray<Float64Array> {
    return this.sums;
  }

  set v(value: ArrayInput) {
    const data = numericArrayOf(value).slice();
    this.sums = { data, shape: [data.length] };
  }

  get half(): number {
    return this.factor / 2;
  }

  override resetState(): void {
    this.v = [0, 0];
  }

  override evolveSync(input: TimeSeries | null = null, options: LayerEvolveOptions = {}): TimeSeries {
    this.lastOptions = options;
    const rows = this.prepareInput(input, options).input;
    const [steps = 0] = rows.shape;
    const data = rows.data.map((x, index) => {
      this.sums.data[index % 2]! += this.gain * x;
      return this.sums.data[index % 2]!;
    });
    const output = TSContinuous.fromClocked(
      { data, shape: [steps, 2] },
      { dt: this.dt, tStart: this.t, name: 'sums' },
    );
    this.timestep += steps;
    return output;
  }

  override async evolve(
    input: TimeSeries | null = null,
    options: LayerEvolveOptions = {},
  ): Promise<TimeSeries> {
    return this.evolveSync(input, options);
  }

  override async evolveRecorded(input: TimeSeries | null = null, options: LayerEvolveOptions = {}) {
    const output = this.evolveSync(input, options);
    return { output, record: { v: output.copy() } };
  }

  override asGraph(): GraphModuleBase {
    return new GraphHolder({ name: this.name });
  }
}

export const input = (steps = 3) =>
  TSContinuous.fromClocked(
    Array.from({ length: steps }, (_, step) => [step, 1]),
    { dt: 0.5 },
  );
