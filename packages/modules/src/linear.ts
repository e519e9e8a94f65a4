// Weights, with or without a bias. No state, no clock.
import { defineDynamics, oncePer } from '@rp/dynamics';
import { type GraphModuleBase, LinearWeights } from '@rp/graph';
import { type Constant, type InitFunc, Parameter } from '@rp/module-core';
import type { ArrayInput, CsrMatrix, NdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { kaiming, randomOf, uniformSqrt } from './initialisers.ts';
import { numbered, splitVector } from './numbers.ts';
import { anyRank, type InputRows, ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';
import { columns, denseWeights, type Storage, storageOf, type Weights } from './weights.ts';

export interface LinearOptions extends ProgramOptions {
  /** `[inputs, outputs]`. */
  readonly shape: readonly number[];
  /** `[inputs][outputs]`, dense or in compressed rows. Default: from `weightInitFunc`. */
  readonly weight?: ArrayInput | CsrMatrix | Constant | null | undefined;
  /** One per output. Default: from `biasInitFunc` if `hasBias`, else none. */
  readonly bias?: ArrayInput | Constant | null | undefined;
  /** Default: whether a bias is given. */
  readonly hasBias?: boolean | undefined;
  /** Default {@link kaiming}. */
  readonly weightInitFunc?: InitFunc | undefined;
  /** Default {@link uniformSqrt}. */
  readonly biasInitFunc?: InitFunc | undefined;
}

interface Variant {
  /** How many outputs the program has; their vectors take turns in the output of the module. */
  readonly parts: number;
  readonly biased: boolean;
  readonly storage?: Storage;
}

const programs = oncePer((key: string) => {
  const { parts, biased, storage } = JSON.parse(key) as Variant;
  const shapes = <S>(stem: string, shape: S) =>
    Object.fromEntries(numbered(stem, parts).map((name) => [name, shape]));
  return defineDynamics('linear', {
    dims: ['m', 'n'],
    params: { ...shapes('weight', { shape: ['m', 'n'], storage }), ...(biased ? shapes('bias', ['n']) : {}) },
    inputs: { input: ['m'] },
    step: ({ params, inputs, op }) => {
      const sums = numbered('weight', parts).map((weight, part) => {
        const sum = op.matvec(inputs.input, params[weight]!);
        return [`output${part}`, biased ? op.add(sum, params[`bias${part}`]!) : sum] as const;
      });
      return { state: {}, outputs: Object.fromEntries(sums) };
    },
  });
});

/**
 * `output = input · weight + bias`, over the last axis of the input, which may have any rank from 1; the output has
 * the same rank.
 *
 * `weight` is a parameter of the family `weights`, `bias` (if there is one) of the family `biases`; without a bias
 * the attribute is the plain number 0.
 */
export class Linear extends ProgramModule {
  static readonly className: string = 'Linear';
  /** `[inputs][outputs]`; in compressed rows, if it was given so. */
  declare weight: Weights;
  declare bias: NdArray | number;

  /** @throws ValueError for a shape without exactly two entries, and for weights or a bias that don't fit it. */
  constructor(options: LinearOptions) {
    const [sizeIn, sizeOut] = twoSizes(options.shape);
    super([sizeIn, sizeOut], options);
    const random = randomOf(this.seed);
    const { weight, bias, hasBias = (bias ?? null) !== null } = options;
    const weightInitFunc = options.weightInitFunc ?? kaiming(random);
    this.registerAttribute(
      'weight',
      new Parameter({ data: weight, family: 'weights', initFunc: weightInitFunc, shape: [sizeIn, sizeOut] }),
    );
    if (hasBias || (bias ?? null) !== null) {
      const biasInitFunc = options.biasInitFunc ?? uniformSqrt(random);
      this.registerAttribute(
        'bias',
        new Parameter({ data: bias, family: 'biases', initFunc: biasInitFunc, shape: sizeOut }),
      );
    } else this.bias = 0;
  }

  /**
   * A module with the weights and biases of a graph module; other classes are converted to weights first.
   * @throws ValueError for a class without a rule.
   */
  static fromGraph(graph: GraphModuleBase, options: ProgramOptions = {}): Linear {
    const found = graph instanceof LinearWeights ? graph : LinearWeights.convertFrom(graph);
    const { weights, biases } = found as LinearWeights;
    return new Linear({
      ...options,
      shape: weights.shape,
      weight: copyOf(weights),
      bias: biases && copyOf(biases),
    });
  }

  /** The weights on fresh nodes. */
  override asGraph(): GraphModuleBase {
    return LinearWeights.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      weights: denseWeights(this.weight),
      biases: typeof this.bias === 'number' ? null : this.bias,
    });
  }

  override get keepsRank(): boolean {
    return true;
  }

  protected override inputRows(input: ArrayInput): InputRows {
    return anyRank(input, this.sizeIn, this.fullName);
  }

  override stepModel(parts = 1): StepModel {
    const { bias, weight } = this;
    const biased = typeof bias !== 'number';
    const weights = numbered('weight', parts).map(
      (name, part) => [name, columns(weight, part, parts)] as const,
    );
    const biases = biased ? splitVector('bias', bias, parts) : {};
    return {
      program: programs(JSON.stringify({ parts, biased, storage: storageOf(weight) })),
      dims: { m: this.sizeIn, n: this.sizeOut / parts },
      dt: 1,
      params: { ...Object.fromEntries(weights), ...biases },
      inputs: ['input'],
      outputs: numbered('output', parts),
      state: {},
      record: {},
      always: {},
      keepsRank: true,
    };
  }
}

function twoSizes(shape: readonly number[]): readonly [number, number] {
  if (Array.isArray(shape) && shape.length === 2) return [shape[0]!, shape[1]!];
  throw fail('ValueError', 'shape', `Linear needs a shape [inputs, outputs], got ${JSON.stringify(shape)}`);
}

function copyOf({ data, shape }: NdArray): NdArray {
  return { data: data.slice(), shape };
}
