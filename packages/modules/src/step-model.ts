// What a module that has a program says about itself: the program, its numbers, and which of its names make the
// arrays that the module shows. Combinators put the models of their modules together (wiring-model.ts).
import type { ParameterValue, StepProgram, Tensor } from '@rp/dynamics';
import type { Layout } from './layout.ts';

export interface StepModel {
  /** One time step. The same object for the same dynamics, because sessions are kept by it. */
  readonly program: StepProgram;
  readonly dims: Readonly<Record<string, number>>;
  /** Seconds; only matters where the program uses it. */
  readonly dt: number;
  readonly params: Readonly<Record<string, ParameterValue | number>>;
  /** Inputs of the program that together are the module's input, interleaved (see layout.ts). */
  readonly inputs: readonly string[];
  /** The same for the outputs. */
  readonly outputs: readonly string[];
  /** The states of the module among those of the program. */
  readonly state: Layout;
  /** States of the program that begin anew with every evolution, for so many batch items. */
  readonly fresh?: ((batches: number, steps: number) => Readonly<Record<string, Tensor>>) | undefined;
  /** What is recorded when it is asked for. */
  readonly record: Layout;
  /** What is recorded even if nobody asks for it. */
  readonly always: Layout;
  /** Whether the output has the leading axes of the input, instead of always batch and steps. */
  readonly keepsRank: boolean;
  /** Whether it can't be part of a network, because it treats input or output in a way of its own. Default: false. */
  readonly alone?: boolean | undefined;
}
