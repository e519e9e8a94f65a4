// Whole weights for events: how many events each event makes, and where.
import { EventWeights, type GraphModuleBase } from '@rp/graph';
import { type ArrayInput, toNdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { Linear } from './linear.ts';
import type { ProgramOptions } from './program-module.ts';
import { denseWeights } from './weights.ts';

export interface EventLinearOptions extends ProgramOptions {
  /** `[inputs][outputs]`, whole numbers from 0 up: the events at each output that one event at an input makes. */
  readonly weight: ArrayInput;
}

/** {@link Linear} for numbers of events: takes them and gives them. Without bias. */
export class EventLinear extends Linear {
  static override readonly className: string = 'EventLinear';

  /** @throws ValueError for weights that are no matrix of whole numbers from 0 up. */
  constructor({ weight, ...options }: EventLinearOptions) {
    const { data, shape } = toNdArray(weight);
    const wrong = data.find((value) => !(Number.isInteger(value) && value >= 0));
    if (shape.length !== 2 || wrong !== undefined) {
      throw fail(
        'ValueError',
        'event-weights',
        `EventLinear needs a matrix of whole numbers from 0 up, got ${wrong === undefined ? `shape [${shape}]` : wrong}`,
      );
    }
    super({ ...options, shape, weight: { data: data.slice(), shape } });
  }

  override get spikingInput(): boolean {
    return true;
  }

  override get spikingOutput(): boolean {
    return true;
  }

  /** The weights on fresh nodes. */
  override asGraph(): GraphModuleBase {
    return EventWeights.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      weights: denseWeights(this.weight),
    });
  }
}
