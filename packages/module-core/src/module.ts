// Low-level modules: arrays in, arrays out. For time series see TimedModule, or `module.timed()`.
import type { ArrayInput, NdArray } from '@rp/ndarray';
import { autoBatch, type Batch } from './auto-batch.ts';
import {
  type EvolveResult,
  isEvolveResult,
  type ModuleEvolveOptions,
  type ModuleOutput,
  withSnapshot,
} from './evolve-types.ts';
import { fail } from './fail.ts';
import { ModuleBase } from './module-base.ts';
import { TimedModuleWrapper, type WrapperOptions } from './timed-module-wrapper.ts';

/**
 * A module over arrays. Subclasses implement `evolveImpl`, and `evolveImplSync` if they can do without waiting.
 */
export abstract class Module<Output extends ModuleOutput = NdArray> extends ModuleBase {
  /** Computes the output for the input; changes the states of the module. */
  protected abstract evolveImpl(
    input: ArrayInput,
    options: ModuleEvolveOptions,
  ): Promise<EvolveResult<Output>> | EvolveResult<Output>;

  /** The same without waiting, where the module can do that. */
  protected evolveImplSync?(input: ArrayInput, options: ModuleEvolveOptions): EvolveResult<Output>;

  /**
   * Evolves the module over an input.
   *
   * @param input Usually (steps, channels) or (batches, steps, channels); the class says what else it takes.
   * @returns The output, a snapshot of the states after the evolution, and recordings if they were asked for.
   */
  async evolve(input: ArrayInput, options: ModuleEvolveOptions = {}): Promise<EvolveResult<Output>> {
    options.signal?.throwIfAborted();
    return this.guarded(async () => withSnapshot(await this.evolveImpl(input, options)));
  }

  /**
   * The same without waiting.
   * @throws NotImplementedError where the module cannot do that.
   */
  evolveSync(input: ArrayInput, options: ModuleEvolveOptions = {}): EvolveResult<Output> {
    const evolveImplSync = this.evolveImplSync?.bind(this);
    if (evolveImplSync !== undefined)
      return this.guardedSync(() => withSnapshot(evolveImplSync(input, options)));
    throw fail(
      'NotImplementedError',
      'no-sync',
      `${this.fullName} cannot evolve without waiting; use \`await evolve(…)\``,
    );
  }

  /**
   * Evolves, as {@link evolve} does; or takes the result of another module and goes on from there: its output is
   * the input, and this module's states and recordings are added to it under this module's `name` (in quotes, or
   * the empty string). The result that was given is not changed.
   */
  async call(
    input: ArrayInput | EvolveResult<NdArray>,
    options: ModuleEvolveOptions = {},
  ): Promise<EvolveResult<Output>> {
    if (!isEvolveResult(input)) return this.evolve(input, options);
    const own = await this.evolve(input.output, options);
    return {
      output: own.output,
      state: { ...input.state, [this.name]: own.state },
      record: { ...input.record, [this.name]: own.record },
    };
  }

  /** This module over time series; see {@link TimedModuleWrapper}. Here `addEvents` is false by default. */
  timed(options: WrapperOptions = {}): TimedModuleWrapper {
    return new TimedModuleWrapper(this, { ...options, addEvents: options.addEvents ?? false });
  }

  /**
   * Input and states with a batch axis: (steps,) and (steps, channels) become one batch, a single channel is
   * copied to all inputs, and each state is repeated for every batch.
   * @param targetShapes The shape to repeat each state to; null for its own.
   * @throws ValueError for another rank or width.
   */
  protected autoBatch(
    input: ArrayInput,
    states: readonly ArrayInput[] = [],
    targetShapes: readonly (readonly number[] | null)[] | null = null,
  ): Batch {
    return autoBatch(input, this.sizeIn, states, targetShapes);
  }
}
