// Training of linear read-outs by ridge regression, batch by batch (`trainRR`). What the inputs of the regression are is
// said by each layer; the regression itself is @rp/reservoir's, which is loaded when it is first needed.
import { type NdArray, zeros } from '@rp/ndarray';
import type { RidgeRegression, RidgeSolution } from '@rp/reservoir';
import type { TimeSeries, TSContinuous } from '@rp/timeseries';
import { fail } from './error.ts';
import { continuousRows } from './prepare-input.ts';

export interface TrainRROptions<Input extends TimeSeries> {
  /** What the output should be, `[size]` channels. Its range, in whole time steps, is that of the batch. */
  readonly target: TSContinuous;
  /** Default: silence. */
  readonly input?: Input | null | undefined;
  /** How strongly large weights are punished, 0 or more. Counts in the last batch. Default 0. */
  readonly regularize?: number | undefined;
  /** Whether earlier batches are forgotten. Default true. */
  readonly isFirst?: boolean | undefined;
  /** Whether the layer gets its new weights after this batch. Default false. */
  readonly isLast?: boolean | undefined;
}

/** For layers with a bias. */
export interface TrainBiases {
  /** Whether the bias is fitted, too (default), or stays. */
  readonly trainBiases?: boolean | undefined;
}

/** The steps of a batch. */
export interface BatchSpan {
  readonly firstStep: number;
  readonly numTimesteps: number;
  /** The start of each step, seconds. */
  readonly times: Float64Array;
}

interface ReadOut {
  readonly sizeIn: number;
  readonly size: number;
  readonly dt: number;
  readonly startPrint: string;
}

// Series that start at a step may lie a rounding error beside it: this part of a step doesn't count.
const TOLERANCE = 1e-6;

/** The training of one layer, from batch to batch. */
export class RidgeTraining {
  private regression: RidgeRegression | undefined;

  /**
   * Adds a batch.
   * @param fixedBias is taken off the targets, and no constant is fitted; undefined to fit one.
   * @param inputRows the inputs of the regression, `[numTimesteps][sizeIn]`.
   * @returns the solution after the last batch, null before.
   * @throws RuntimeError for a further batch without a first; AssertionError for a target of another width; ValueError
   * for targets that aren't finite, and where the batches don't determine the weights.
   */
  async batch(
    layer: ReadOut,
    { target, regularize = 0, isFirst = true, isLast = false }: TrainRROptions<TimeSeries>,
    fixedBias: NdArray<Float64Array> | undefined,
    inputRows: (span: BatchSpan, isFirst: boolean) => NdArray<Float64Array> | Promise<NdArray<Float64Array>>,
  ): Promise<RidgeSolution | null> {
    const { RidgeRegression } = await import('@rp/reservoir');
    const { sizeIn: numInputs, size: numTargets } = layer;
    const regression = isFirst
      ? new RidgeRegression({ numInputs, numTargets, bias: fixedBias === undefined })
      : this.regression;
    if (regression === undefined) {
      throw fail(
        'RuntimeError',
        'no-batch',
        `${layer.startPrint}there is no earlier batch to go on from; train with isFirst: true`,
      );
    }
    const span = spanOf(target, layer.dt);
    const targets = targetRows(target, span, layer, fixedBias);
    regression.add(await inputRows(span, isFirst), targets);
    this.regression = regression;
    if (!isLast) return null;
    const solution = regression.solve(regularize);
    this.regression = undefined;
    return solution;
  }
}

/** The whole steps within the range of the target. */
function spanOf({ tStart, tStop }: TSContinuous, dt: number): BatchSpan {
  const firstStep = Math.ceil(tStart / dt - TOLERANCE);
  const numTimesteps = Math.max(Math.ceil(tStop / dt - TOLERANCE) - firstStep, 0);
  const times = Float64Array.from({ length: numTimesteps }, (_, step) => (firstStep + step) * dt);
  return { firstStep, numTimesteps, times };
}

/** Where to look at a series: a sample that holds from a step on must not be missed by a rounding error. */
function lookedAt({ interpKind }: TSContinuous, times: Float64Array, dt: number): Float64Array {
  return interpKind === 'previous' ? times.map((time) => time + TOLERANCE * dt) : times;
}

function targetRows(
  target: TSContinuous,
  { times }: BatchSpan,
  { size, dt, startPrint }: ReadOut,
  bias: NdArray<Float64Array> | undefined,
): NdArray<Float64Array> {
  if (times.length === 0) return zeros([0, size]);
  if (target.numChannels !== size) {
    throw fail(
      'AssertionError',
      'target-channels',
      `${startPrint}the target must have ${size} channels, one per output; got ${target.numChannels}`,
    );
  }
  const rows = target.call(lookedAt(target, times, dt));
  if (!rows.data.every(Number.isFinite)) {
    throw fail('ValueError', 'not-finite', `${startPrint}the target holds samples that aren’t finite`);
  }
  if (bias === undefined) return rows;
  return { data: rows.data.map((value, place) => value - bias.data[place % size]!), shape: rows.shape };
}

/** A signal at the steps of a batch, one row per step. */
export function signalRows(
  input: TSContinuous | null | undefined,
  { times }: BatchSpan,
  { sizeIn, dt }: ReadOut,
): NdArray<Float64Array> {
  if (!input) return zeros([times.length, sizeIn]);
  const timeBase = lookedAt(input, times, dt);
  return continuousRows(input, { timeBase, tStart: timeBase[0] ?? 0, dt, sizeIn });
}

/** What makes currents of events, as the layer does, but each channel for itself; it lives from batch to batch. */
export interface EventFilter {
  timestep: number;
  evolve(input: TimeSeries | null, options: { readonly numTimesteps: number }): Promise<TSContinuous>;
}

/** The currents before each step of a batch, one row per step. */
export async function currentRows(
  filter: EventFilter,
  input: TimeSeries | null | undefined,
  { firstStep, numTimesteps }: BatchSpan,
): Promise<NdArray<Float64Array>> {
  filter.timestep = firstStep;
  const { samples } = await filter.evolve(input ?? null, { numTimesteps });
  const width = samples.shape[1]!;
  return { data: samples.data.slice(0, numTimesteps * width), shape: [numTimesteps, width] };
}
