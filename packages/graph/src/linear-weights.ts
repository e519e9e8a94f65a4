// Connections with a weight each. What flows through them (values or events) is said by the subclass.
import { type ArrayInput, type NdArray, sameShape } from '@rp/ndarray';
import { GraphModule, type GraphModuleOptions, refuseSizes, sizesOf } from './graph-module.ts';
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
    const weights = ownArray(options.weights);
    const biases = options.biases == null ? null : ownArray(options.biases);
    refuseSizes(options, shapeProblem(weights, biases, ...sizesOf(options)));
    super(options);
    this.weights = weights;
    this.biases = biases;
  }

  override sizeProblem(): string | null {
    return shapeProblem(this.weights, this.biases, this.inputNodes.length, this.outputNodes.length);
  }
}

/**
 * Weights for events: an event at input i makes `weights[i][j]` events at output j, at the same time.
 * The weights are whole numbers, at least 0.
 */
export class EventWeights extends LinearWeights {
  static override readonly className: string = 'EventWeights';
}

function shapeProblem(
  weights: NdArray,
  biases: NdArray | null,
  sizeIn: number,
  sizeOut: number,
): string | null {
  if (!sameShape(weights.shape, [sizeIn, sizeOut])) {
    return `weights for ${sizeIn} distinct input nodes and ${sizeOut} distinct output nodes must have shape [${sizeIn}, ${sizeOut}], got [${weights.shape.join(', ')}]`;
  }
  if (biases && !sameShape(biases.shape, [sizeOut])) {
    return `biases for ${sizeOut} distinct output nodes must have shape [${sizeOut}], got [${biases.shape.join(', ')}]`;
  }
  return null;
}
