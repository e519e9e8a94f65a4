// A latch: set and reset by its input, in between it keeps what it has.
import { defineDynamics } from '@rp/dynamics';
import { Parameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { Field, type Layout } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';

export interface BooleanStateOptions extends ProgramOptions {
  readonly shape: number | readonly number[];
  /** Not negative; one, or one per channel. Default 1e-10. */
  readonly threshold?: ArrayInput | undefined;
}

const program = defineDynamics('boolean-state', {
  dims: ['n'],
  params: { threshold: ['n'] },
  state: { boolState: ['n'] },
  inputs: { input: ['n'] },
  step: ({ params, state, inputs: { input }, op }) => {
    const kept = op.select(op.lt(input, op.neg(params.threshold)), 0, state.boolState);
    const boolState = op.select(op.gt(input, params.threshold), 1, kept);
    return { state: { boolState }, outputs: { output: boolState } };
  },
});

/**
 * 1 from the step in which the input is above the threshold, 0 from the step in which it is below minus the threshold.
 * State `boolState` (0 or 1), which is recorded.
 */
export class BooleanState extends ProgramModule {
  static readonly className: string = 'BooleanState';
  declare threshold: Vector;
  declare boolState: NdArray;

  /** @throws ValueError for a shape that isn't square, and for a negative threshold. */
  constructor(options: BooleanStateOptions) {
    const size = squareSize('BooleanState', options.shape);
    const { threshold = 1e-10 } = options;
    const negative = toNdArray(threshold).data.find((value) => value < 0);
    if (negative !== undefined) {
      throw fail(
        'ValueError',
        'threshold',
        `the threshold of BooleanState can't be negative, got ${negative}`,
      );
    }
    super([size, size], options);
    const initFunc = (shape: readonly number[]) => filled(shape, 1e-10);
    const shape = [[size], []];
    this.registerAttribute(
      'threshold',
      new Parameter({ data: threshold, family: 'thresholds', initFunc, shape }),
    );
    this.registerAttribute('boolState', new State({ shape: size, initFunc: zeros }));
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const state: Layout = { boolState: new Field(['boolState'], [this.sizeOut]) };
    return {
      program,
      dims: { n: this.sizeOut },
      dt: 1,
      params: { threshold: expanded(this.threshold, [this.sizeOut]) },
      inputs: ['input'],
      outputs: ['output'],
      state,
      record: state,
      always: {},
      keepsRank: false,
    };
  }
}
