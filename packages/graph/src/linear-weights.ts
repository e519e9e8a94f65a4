// Connections with a weight each. What flows through them (values or events) is said by the subclass.
import { type ArrayInput, type NdArray, sameShape } from '@rp/ndarray';
import { fail } from './error.ts';
import { GraphModule, type GraphModuleOptions } from './graph-module.ts';
import type { GraphNode } from './graph-node.ts';
import { SetList } from './set-list.ts';
import { ownArray } from './values.ts';

export interface LinearWeightsOptions extends GraphModuleOptions {
  /** One row per input node, one column per output node. Copied. */
  readonly weights: ArrayInput;
  /** One per output node, added to the weighted sum. Copied. Default: none. */
  readonly biases?: ArrayInput | null | undefined;
}

/** Every output is the weighted sum of the inputs, plus a bias. */
export class LinearWeights extends GraphModule {
  static override readonly className: string = 'LinearWeights';
  static override readonly attributes: readonly string[] = ['weights', 'biases'];

  /** `[inputs, outputs]`: row = source, column = destination. */
  weights: NdArray<Float64Array>;
  /** `[outputs]`, or null. */
  biases: NdArray<Float64Array> | null;

  /** @throws ValueError if the shapes don't fit the numbers of (distinct) nodes. */
  constructor(options: LinearWeightsOptions) {
    // Before super(): a refused construction must leave no links at the nodes.
    const weights = ownArray(options.weights);
    const biases = options.biases == null ? null : ownArray(options.biases);
    checkShapes(weights, biases, options);
    super(options);
    this.weights = weights;
    this.biases = biases;
  }
}

/**
 * Weights for events: an event at input i makes `weights[i][j]` events at output j, at the same time.
 * The weights are whole numbers, at least 0.
 */
export class EventWeights extends LinearWeights {
  static override readonly className: string = 'EventWeights';
}

function checkShapes(
  weights: NdArray,
  biases: NdArray | null,
  options: { inputNodes?: Iterable<GraphNode> | undefined; outputNodes?: Iterable<GraphNode> | undefined },
): void {
  const sizeIn = new SetList(options.inputNodes).length;
  const sizeOut = new SetList(options.outputNodes).length;
  if (!sameShape(weights.shape, [sizeIn, sizeOut])) {
    throw fail(
      'ValueError',
      'weight-shape',
      `weights for ${sizeIn} distinct input nodes and ${sizeOut} distinct output nodes must have shape [${sizeIn}, ${sizeOut}], got [${weights.shape.join(', ')}]`,
    );
  }
  if (biases && !sameShape(biases.shape, [sizeOut])) {
    throw fail(
      'ValueError',
      'bias-shape',
      `biases for ${sizeOut} distinct output nodes must have shape [${sizeOut}], got [${biases.shape.join(', ')}]`,
    );
  }
}
