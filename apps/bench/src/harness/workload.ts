// What a workload is, and what a peer is. A workload does a named piece of work on data with a fixed seed; a
// peer does the same work some other way. Times are worth printing only when both got the same result.
import type { Dtype } from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';

/** Named arrays: what a workload made, or what it works on. */
export type Arrays = Readonly<Record<string, NumericArray>>;

export interface Workload {
  /** Unique, for the command line: `raster-counts`. */
  readonly name: string;
  /** What is done, with its sizes, for the report. */
  readonly title: string;
  /** The report has a table for each. */
  readonly subject: Subject;
  /** In which numbers it computes, where that is a choice. */
  readonly dtype?: Dtype | undefined;
  /** At least how many times faster than a peer this is meant to be, by the peer's name. */
  readonly goals?: Readonly<Record<string, number>> | undefined;
  /** At most how many milliseconds it is meant to take, `here` or on a peer. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Makes the data. Not timed. */
  prepare(): Prepared | Promise<Prepared>;
}

export type Subject = 'step programs' | 'two threads' | 'around a run' | 'time series';

export interface Prepared {
  /** The data, for peers that run elsewhere. */
  readonly inputs: Arrays;
  readonly settings: Readonly<Record<string, number | string>>;
  /**
   * The work. Its arrays are compared with those of the peers. Where reading them is no part of the work, it gives a
   * function that reads them, after the time is taken.
   */
  run(): Arrays | Promise<Arrays> | (() => Arrays);
  /** Other ways of doing it in this process, by the name of the peer. */
  readonly others?: Readonly<Record<string, () => Arrays | Promise<Arrays>>> | undefined;
  readonly cost?: Cost | undefined;
  /** Frees what it holds. */
  dispose?(): Promise<void>;
}

/** What the work is to be measured by, beside its time. */
export interface Cost {
  /** Neurons times time steps times batch items. */
  readonly neuronSteps: number;
  /** What must be read and written at least, if nothing stayed in a cache from one time step to the next. */
  bytesMoved(result: Arrays): number;
  /** What the session holds at present. */
  bytesHeld(): number;
}

export interface Peer {
  readonly name: string;
  /** Whether it is somebody else's library: wide tables show those apart. Default: false. */
  readonly library?: boolean | undefined;
  /** Whether it is so slow that it has to be asked for by name. Default: false. */
  readonly onlyWhenNamed?: boolean | undefined;
  /** Whether it can run here, and in which versions. Never throws. */
  probe(): Promise<PeerProbe>;
  /** Whether there is a form of this workload, be it possible here or not. */
  has(workload: string, prepared: Prepared): boolean;
  /** Does the work of a workload that it has, or says why it can't here. */
  measure(workload: string, prepared: Prepared, rounds: Rounds): Promise<PeerMeasurement>;
}

export type PeerProbe =
  | { readonly available: true; readonly versions: string }
  | { readonly available: false; readonly reason: string };

export type PeerMeasurement =
  | {
      readonly milliseconds: readonly number[];
      readonly result: Arrays;
      /** Where a peer may give other bits. Default: they must be the same. */
      readonly tolerance?: Tolerance | undefined;
    }
  | { readonly missing: string };

/** How far results may be apart, and why they are. */
export interface Tolerance {
  /** The difference may be this much of the larger of 1 and the number itself. */
  readonly within: number;
  readonly why: string;
}

/** How often work is done: first untimed, then timed. */
export interface Rounds {
  readonly warmUp: number;
  readonly timed: number;
  /**
   * Work in this process goes on until its timed rounds have taken as many milliseconds, and its untimed ones a third of
   * that, since V8 needs time to compile: short work gets more rounds. Default: none.
   */
  readonly atLeast?: number | undefined;
  /**
   * Slow work has fewer rounds: none begins once the untimed ones, or once three timed ones or more, have taken as many
   * milliseconds together. Default: as many rounds as asked.
   */
  readonly enough?: number | undefined;
  /** Time of the processor instead of the wall clock: not wrong on a busy machine, where that is. Default: false. */
  readonly processorTime?: boolean | undefined;
}
