// Dropout: channels or samples that are left out at random, for training and for testing robustness.
import { defineDynamics } from '@rp/dynamics';
import { GraphHolder, type GraphModuleBase, makeNodes } from '@rp/graph';
import { SimulationParameter } from '@rp/module-core';
import type { NdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { type Random, randomOf } from './initialisers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';

export interface DropoutOptions extends ProgramOptions {
  readonly shape: number | readonly number[];
  /** The probability of being left out. Default 0.5. */
  readonly p?: number | undefined;
  /** Whether anything is left out at all. Default: true. */
  readonly training?: boolean | undefined;
}

const passing = defineDynamics('pass', {
  dims: ['n'],
  inputs: { input: ['n'] },
  step: ({ inputs }) => ({ state: {}, outputs: { output: inputs.input } }),
});

const masked = defineDynamics('unit-dropout', {
  dims: ['n'],
  state: { mask: ['n'] },
  inputs: { input: ['n'] },
  step: ({ state, inputs, op }) => ({
    state: { mask: state.mask },
    outputs: { output: op.mul(inputs.input, state.mask) },
  }),
});

const sparse = defineDynamics('time-step-dropout', {
  dims: ['n'],
  params: { p: [] },
  inputs: { input: ['n'] },
  step: ({ params, inputs, op }) => ({
    state: {},
    outputs: { output: op.select(op.lt(op.uniform(['n']), params.p), 0, inputs.input) },
  }),
});

abstract class Dropout extends ProgramModule {
  declare p: number;
  /** Whether anything is left out. */
  training: boolean;

  constructor(className: string, options: DropoutOptions, allowed: (p: number) => boolean, range: string) {
    const { p = 0.5, training = true } = options;
    const size = squareSize(className, options.shape);
    if (!allowed(p)) throw fail('ValueError', 'probability', `p of ${className} must be ${range}, got ${p}`);
    super([size, size], options);
    this.registerAttribute('p', new SimulationParameter({ data: p }));
    this.training = training;
  }

  /** A holder whose inputs are its outputs: nothing happens in between. */
  override asGraph(): GraphModuleBase {
    const nodes = makeNodes(this.sizeIn);
    return new GraphHolder({
      inputNodes: nodes,
      outputNodes: nodes,
      name: graphName(this),
      computationalModule: this,
    });
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    return {
      program: passing,
      dims: { n: this.sizeIn },
      dt: 1,
      params: {},
      inputs: ['input'],
      outputs: ['output'],
      state: {},
      record: {},
      always: {},
      keepsRank: false,
      ...(this.training ? this.dropping() : {}),
    };
  }

  /** What is different while something is left out. */
  protected abstract dropping(): Partial<StepModel>;
}

/**
 * Leaves out units: in every evolution and batch item each with probability p, for the whole evolution; the others are
 * scaled by `1 / (1 − p)`. Without `training` it hands everything on.
 */
export class UnitDropout extends Dropout {
  static readonly className: string = 'UnitDropout';
  private readonly random: Random;

  /** @throws ValueError unless 0 ≤ p < 1, and for a shape that isn't square. */
  constructor(options: DropoutOptions) {
    super('UnitDropout', options, (p) => p >= 0 && p < 1, 'at least 0 and less than 1');
    this.random = randomOf(this.seed);
  }

  protected override dropping(): Partial<StepModel> {
    return { program: masked, fresh: (batches) => ({ mask: this.mask(batches) }) };
  }

  private mask(batches: number): NdArray {
    const draw = () => (this.random() < this.p ? 0 : 1 / (1 - this.p));
    return {
      data: Float64Array.from({ length: batches * this.sizeIn }, draw),
      shape: [batches, this.sizeIn],
    };
  }
}

/** Leaves out samples: in every step each with probability p, without scaling. Without `training` it hands everything on. */
export class TimeStepDropout extends Dropout {
  static readonly className: string = 'TimeStepDropout';

  /** @throws ValueError unless 0 ≤ p ≤ 1, and for a shape that isn't square. */
  constructor(options: DropoutOptions) {
    super('TimeStepDropout', options, (p) => p >= 0 && p <= 1, 'from 0 to 1');
  }

  protected override dropping(): Partial<StepModel> {
    return { program: this.withNoise(sparse), params: { p: this.p } };
  }
}
