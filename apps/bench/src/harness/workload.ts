// What a workload is, and what a peer is. A workload does a named piece of work on data with a fixed seed; a
// peer does the same work some other way. Times are worth printing only when both got the same result.
import type { NumericArray } from '@rp/ndarray';

/** Named arrays: what a workload made, or what it works on. */
export type Arrays = Readonly<Record<string, NumericArray>>;

export interface Workload {
  /** Unique, for the command line: `raster-counts`. */
  readonly name: string;
  /** What is done, with its sizes, for the report. */
  readonly title: string;
  /** At least how many times faster than a peer this is meant to be, by the peer's name. */
  readonly goals?: Readonly<Record<string, number>> | undefined;
  /** Makes the data. Not timed. */
  prepare(): Prepared;
}

export interface Prepared {
  /** The data, for peers that run elsewhere. */
  readonly inputs: Arrays;
  readonly settings: Readonly<Record<string, number | string>>;
  /** The work. The returned arrays are compared with those of the peers. */
  run(): Arrays | Promise<Arrays>;
  /** Other ways of doing it in this process, by the name of the peer. */
  readonly others?: Readonly<Record<string, () => Arrays | Promise<Arrays>>> | undefined;
}

export interface Peer {
  readonly name: string;
  /** Whether it can run here, and in which versions. Never throws. */
  probe(): Promise<PeerProbe>;
  /** Does the work of a workload, or says why it doesn't. */
  measure(workload: string, prepared: Prepared, rounds: Rounds): Promise<PeerMeasurement>;
}

export type PeerProbe =
  | { readonly available: true; readonly versions: string }
  | { readonly available: false; readonly reason: string };

export type PeerMeasurement =
  | { readonly milliseconds: readonly number[]; readonly result: Arrays }
  | { readonly skipped: string };

/** How often work is done: first untimed, then timed. */
export interface Rounds {
  readonly warmUp: number;
  readonly timed: number;
  /** Time of the processor instead of the wall clock: not wrong on a busy machine, where that is. Default: false. */
  readonly processorTime?: boolean | undefined;
}
