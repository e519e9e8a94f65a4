// Connections without weights: from each input node to the output node at the same place.
import type { ArrayInput } from '@rp/ndarray';
import { GraphModule, type GraphModuleOptions, refuseSizes, sizesOf } from './graph-module.ts';
import { ownValue, type ParameterValue } from './values.ts';

/** Each input node is another name for the output node at the same place. */
export class AliasConnection extends GraphModule {
  static override readonly className: string = 'AliasConnection';

  /** @throws ValueError unless there are as many (distinct) outputs as inputs. */
  constructor(options: GraphModuleOptions = {}) {
    refuseSizes(options, oneToOneProblem('AliasConnection', ...sizesOf(options)));
    super(options);
  }

  override sizeProblem(): string | null {
    return oneToOneProblem('AliasConnection', this.inputNodes.length, this.outputNodes.length);
  }
}

export interface DelayOptions extends GraphModuleOptions {
  /** Seconds, one for all or one per node. A whole number of `dt`, where there is a `dt`. Default 0. */
  readonly delay?: ArrayInput | undefined;
  /** Added to the delayed value. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Seconds per step, or null for continuous time. */
  readonly dt?: number | null | undefined;
}

/** Each output repeats the input at the same place, some time later, plus a bias. Before that it is the bias. */
export class Delay extends GraphModule {
  static override readonly className: string = 'Delay';
  static override readonly attributes: readonly string[] = ['delay', 'bias', 'dt'];

  /** Seconds. */
  delay: ParameterValue;
  /** In the unit of the signal. */
  bias: ParameterValue;
  /** Seconds per step, or null. */
  dt: number | null;

  /** @throws ValueError unless there are as many (distinct) outputs as inputs. */
  constructor(options: DelayOptions = {}) {
    refuseSizes(options, oneToOneProblem('Delay', ...sizesOf(options)));
    super(options);
    this.delay = ownValue(options.delay ?? 0);
    this.bias = ownValue(options.bias ?? 0);
    this.dt = options.dt ?? null;
  }

  override sizeProblem(): string | null {
    return oneToOneProblem('Delay', this.inputNodes.length, this.outputNodes.length);
  }
}

/** What is wrong with the sizes of a module that works node by node. */
export function oneToOneProblem(className: string, sizeIn: number, sizeOut: number): string | null {
  if (sizeIn === sizeOut) return null;
  return `${className} needs as many output nodes as input nodes, got ${sizeIn} distinct inputs and ${sizeOut} distinct outputs`;
}
