// The layers of the test kit.
import { errorFactory } from '@rp/errors';
import { Layer, type LayerEvolveOptions } from '@rp/layers-v1';
import { type ArrayInput, type NdArray, numericArrayOf } from '@rp/ndarray';
import { type TimeSeries, TSContinuous, TSEvent } from '@rp/timeseries';
import { decodeFields } from '../decode.ts';
import type { Constructor } from '../scene.ts';

const fail = errorFactory('golden');
const LARGEST_GAIN = 100;

export interface SizedOptions {
  readonly size?: number | undefined;
  readonly dt?: number | undefined;
  readonly name?: string | undefined;
  readonly weights?: ArrayInput | undefined;
}

function baseOptions({ size = 1, dt = 1e-3, name, weights }: SizedOptions, defaultName: string) {
  return { weights: weights ?? identity(size), dt, name: name ?? defaultName };
}

function identity(size: number): NdArray {
  const data = new Float64Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return { data, shape: [size, size] };
}

/** Sums up its scaled input, into a new vector each step. */
class AccumLayer extends Layer {
  private sum: NdArray<Float64Array>;
  private factor = 1;

  constructor(options: SizedOptions & { readonly gain?: number | undefined } = {}) {
    super(baseOptions(options, 'accum'));
    this.gain = options.gain ?? 1;
    this.sum = vector(this.size);
  }

  get gain(): number {
    return this.factor;
  }

  set gain(gain: number) {
    if (gain < 0) throw fail('ValueError', 'negative-gain', `the gain must not be negative, got ${gain}`);
    this.factor = Math.min(gain, LARGEST_GAIN);
  }

  get v(): NdArray<Float64Array> {
    return this.sum;
  }

  set v(value: ArrayInput) {
    const data = numericArrayOf(value);
    if (data.length !== this.size) {
      throw fail('ValueError', 'state-size', `v has ${this.size} entries, got ${data.length}`);
    }
    this.sum = { data: data.slice(), shape: [this.size] };
  }

  override resetState(): void {
    this.sum = vector(this.size);
  }

  override async evolve(
    input: TimeSeries | null = null,
    options: LayerEvolveOptions = {},
  ): Promise<TimeSeries> {
    this.requireKnownOptions(options, ['scale']);
    const [positional] = (options.args ?? []) as number[];
    const scale = positional ?? (options.scale as number | undefined) ?? 1;
    return accumulate(this, this.prepareInput(input, options).input, (row) => {
      this.sum = { data: this.sum.data.map((x, i) => x + this.gain * scale * row[i]!), shape: [this.size] };
      return this.sum.data;
    });
  }
}

/** Like AccumLayer without a gain, but adds into its state array, and takes any value for it. */
class InPlaceLayer extends Layer {
  v: unknown;
  private readonly outputs: number | null;

  constructor(
    options: SizedOptions & { readonly sizeOut?: number | undefined } = {},
    defaultName = 'inplace',
  ) {
    super(baseOptions(options, defaultName));
    this.v = vector(this.size);
    this.outputs = options.sizeOut ?? null;
  }

  override get sizeOut(): number {
    return this.outputs ?? super.sizeOut;
  }

  override resetState(): void {
    this.v = vector(this.size);
  }

  override async evolve(
    input: TimeSeries | null = null,
    options: LayerEvolveOptions = {},
  ): Promise<TimeSeries> {
    this.requireKnownOptions(options, []);
    const { data } = this.v as NdArray<Float64Array>;
    return accumulate(this, this.prepareInput(input, options).input, (row) => {
      row.forEach((x, i) => {
        data[i]! += x;
      });
      return data;
    });
  }
}

/** Presents the attribute `state` that every layer has; modules have a method of that name. */
class NamedStateLayer extends InPlaceLayer {
  constructor(options: SizedOptions = {}) {
    super(options, 'named');
  }
}

/** Passes events on along positive weights, at most one per step and channel. */
class RelayLayer extends Layer {
  constructor(options: SizedOptions = {}) {
    super(baseOptions(options, 'relay'));
  }

  override get inputType() {
    return TSEvent;
  }

  override get outputType() {
    return TSEvent;
  }

  override async evolve(
    input: TimeSeries | null = null,
    options: LayerEvolveOptions = {},
  ): Promise<TimeSeries> {
    this.requireKnownOptions(options, []);
    const rows = this.prepareInput(input, options).input;
    const output = { data: new Float64Array(rows.shape[0]! * this.size), shape: [rows.shape[0]!, this.size] };
    rows.data.forEach((count, index) => {
      if (count > 0) this.relay(Math.floor(index / this.sizeIn), index % this.sizeIn, output.data);
    });
    const { dt, t: tStart, size: numChannels } = this;
    this.timestep += rows.shape[0]!;
    return TSEvent.fromRaster(output, { dt, tStart, name: 'relayed', numChannels });
  }

  private relay(step: number, source: number, output: Float64Array): void {
    const weights = this.weights.data;
    for (let target = 0; target < this.size; target++) {
      if (weights[source * this.size + target]! > 0) output[step * this.size + target] = 1;
    }
  }
}

function vector(size: number): NdArray<Float64Array> {
  return { data: new Float64Array(size), shape: [size] };
}

/** One output row per input row; advances the layer's clock. */
function accumulate(
  layer: Layer,
  rows: NdArray<Float64Array>,
  next: (row: Float64Array) => Float64Array,
): TimeSeries {
  const [steps = 0, width = 0] = rows.shape;
  const { dt, t: tStart, size } = layer;
  const output = new Float64Array(steps * size);
  for (let step = 0; step < steps; step++) {
    output.set(next(rows.data.subarray(step * width, (step + 1) * width)), step * size);
  }
  layer.timestep += steps;
  if (steps === 0) return new TSContinuous({ numChannels: size, tStart, tStop: tStart, name: 'accumulated' });
  return TSContinuous.fromClocked(
    { data: output, shape: [steps, size] },
    { dt, tStart, name: 'accumulated' },
  );
}

export const layerClasses = { AccumLayer, InPlaceLayer, NamedStateLayer, RelayLayer } as const;

export const layerConstructors: Record<string, Constructor> = Object.fromEntries(
  Object.entries(layerClasses).map(([name, LayerClass]) => [
    name,
    (args, scene) => new LayerClass(decodeFields(args, scene) as SizedOptions),
  ]),
);
