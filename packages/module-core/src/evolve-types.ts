// What every evolve takes and gives back.
import type { NdArray } from '@rp/ndarray';
import { type AttributeTree, snapshot } from './attribute-value.ts';

/** How far an evolution has come. */
export interface Progress {
  /** Time steps done. */
  readonly done: number;
  /** Time steps altogether. */
  readonly total: number;
}

/** Options of {@link Module.evolve}; further names are handed to the implementation. */
export interface ModuleEvolveOptions {
  /** Whether to return recordings of what happened inside. Default: false. */
  readonly record?: boolean | undefined;
  /** Stops the evolution; state is then what it was before. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly [extra: string]: unknown;
}

/** What an evolution results in. */
export interface EvolveResult<Output> {
  readonly output: Output;
  /** The states after the evolution, laid out like `state()`; a snapshot. */
  readonly state: AttributeTree;
  /** Recordings; empty unless they were asked for. */
  readonly record: AttributeTree;
}

/** The output of a low-level module: (batches, steps, channels) or (steps, channels), or several such arrays. */
export type ModuleOutput = NdArray | readonly NdArray[];

/** Whether a value is the result of an evolution, to be handed to the next module. */
export function isEvolveResult(value: unknown): value is EvolveResult<unknown> {
  return (
    typeof value === 'object' && value !== null && 'output' in value && 'state' in value && 'record' in value
  );
}

/** The result with states that no longer change with the module. */
export function withSnapshot<Output>(result: EvolveResult<Output>): EvolveResult<Output> {
  return { output: result.output, state: snapshot(result.state), record: result.record };
}
