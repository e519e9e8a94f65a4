// What a running program is given, and what it gives back. The same for the interpreter and for every backend.
import type { CsrMatrix, NdArray } from '@rp/ndarray';

/** The number format of a run. */
export type Dtype = 'float64' | 'float32';

/** A dense array. Truth values are 0 and 1 in a `Uint8Array`. */
export type Tensor = NdArray;

/** What a parameter holds: a sparse matrix only where it is declared so. */
export type ParameterValue = Tensor | CsrMatrix;

/** What is bound when a program is instantiated. */
export interface Bindings {
  /** The extent of every dim of the program. */
  readonly dims: Readonly<Record<string, number>>;
  /** Default `float64`. */
  readonly dtype?: Dtype | undefined;
  /** Number of independent copies of the population that share parameters. Default 1. */
  readonly batch?: number | undefined;
  /** The time step in seconds. */
  readonly dt: number;
  /**
   * Every parameter, in its declared shape. One that is stored as `csr` takes a sparse matrix, with any number of
   * entries, or a dense one, of which the elements that are not zero become entries.
   */
  readonly params?: Readonly<Record<string, ParameterValue>> | undefined;
  /**
   * States and delay lines that don't start at zero, in shape `[batch, ...declared]`, or in the declared shape, which
   * then holds for every batch item.
   */
  readonly state?: Readonly<Record<string, Tensor>> | undefined;
  /** Seed of the random numbers: a whole number from 0 to 2^53 − 1. Default 0. */
  readonly seed?: number | undefined;
  /** Steps that count as done already: where the counter of the random numbers starts. Default 0. */
  readonly firstStep?: number | undefined;
}

/** A dense input or output: one row per batch item and step, shape `[batch, steps, ...declared]`. */
export type Rows = Tensor;

/**
 * A sparse input or output: the elements that are not zero. Row `r = item · steps + step` holds the entries
 * `offsets[r] … offsets[r + 1] − 1`, in ascending order of unit. A unit is a row-major index into the declared shape.
 * What a loop gives out is in the order of its iterations first, so a unit may come more than once in a row, and an
 * element may be zero.
 */
export interface EventList {
  readonly offsets: Uint32Array;
  readonly units: Int32Array;
  readonly counts: Float64Array | Float32Array;
}

/** The input of a run, by name. A missing one is zero throughout. */
export type RunInputs = Readonly<Record<string, Rows | EventList>>;

export interface RunOptions {
  /** Number of steps, 0 or more. */
  readonly steps: number;
  /** States (after each step) and records to give back, by name. Default none. */
  readonly record?: readonly string[] | undefined;
  /**
   * The most entries that each event output may have per batch item. The run stops before the first step that might
   * not fit, i.e. when fewer entries are left than the output has units (in a loop: units times the limit of its
   * iterations); see {@link RunResult.steps}. Default: no bound.
   */
  readonly eventCapacity?: number | undefined;
}

export interface RunResult {
  /** Steps that were done. Fewer than asked only if an event output ran full: run again with the rest of the input. */
  readonly steps: number;
  /** Observed values, `steps + 1` rows each, and outputs, `steps` rows each. */
  readonly outputs: Readonly<Record<string, Rows>>;
  readonly events: Readonly<Record<string, EventList>>;
  /** What was asked for with `record`, `steps` rows each. */
  readonly records: Readonly<Record<string, Rows>>;
  /** States and delay lines after the last step, shape `[batch, ...declared]`. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/** Whether an input is given as events. */
export function isEventList(input: Rows | EventList): input is EventList {
  return 'offsets' in input;
}
