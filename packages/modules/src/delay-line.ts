// A delay line: every channel some time later, plus a bias.
import { defineDynamics } from '@rp/dynamics';
import { Delay, type GraphModuleBase } from '@rp/graph';
import { type Constant, Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { Field, type Layout } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';

export interface DelayLineOptions extends ProgramOptions {
  /** The number of channels. */
  readonly shape: number | readonly number[];
  /** Seconds; a whole number of time steps. Default 0. */
  readonly delay?: number | undefined;
  /** Added to what comes out; one, or one per channel. Default 0. */
  readonly bias?: ArrayInput | Constant | null | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
}

const program = defineDynamics('delay-line', {
  dims: ['d', 'n'],
  params: { bias: ['n'] },
  lines: { pending: ['d', 'n'] },
  inputs: { input: ['n'] },
  step: ({ params, inputs, lines, op }) => ({
    state: {},
    outputs: { output: op.add(op.delay(lines.pending, inputs.input), params.bias) },
  }),
});

/**
 * `output(t) = input(t − delay) + bias`; before the first input has come through, `bias`. State `pending`: what is on its
 * way, `[steps][channels]`, oldest first. The delay is fixed.
 */
export class DelayLine extends ProgramModule {
  static readonly className: string = 'DelayLine';
  /** Seconds. */
  readonly delay: number;
  /** The delay in time steps. */
  readonly delaySteps: number;
  declare bias: Vector;
  declare dt: number;
  declare pending: NdArray;

  /** @throws ValueError for a shape that isn't square, and for a delay that is no whole number of steps. */
  constructor(options: DelayLineOptions) {
    const size = squareSize('DelayLine', options.shape);
    const { delay = 0, dt = 1e-3 } = options;
    const steps = Math.round(delay / dt);
    if (!(steps >= 0) || Math.abs(delay / dt - steps) > 1e-6) {
      throw fail(
        'ValueError',
        'delay',
        `DelayLine needs a delay of a whole number of time steps of ${dt} s, got ${delay} s`,
      );
    }
    super([size, size], options);
    this.delay = delay;
    this.delaySteps = steps;
    const initFunc = (shape: readonly number[]) => filled(shape, 0);
    this.registerAttribute(
      'bias',
      new Parameter({ data: options.bias, family: 'bias', initFunc, shape: [[size], []] }),
    );
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('pending', new State({ shape: [steps, size], initFunc: zeros }));
  }

  /** The delay on fresh nodes. */
  override asGraph(): GraphModuleBase {
    return Delay.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      delay: this.delay,
      bias: this.bias,
      dt: this.dt,
    });
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const { sizeIn: n, delaySteps: d } = this;
    const state: Layout = { pending: new Field(['pending'], [d, n], false, [d, n]) };
    return {
      program,
      dims: { d, n },
      dt: this.dt,
      params: { bias: expanded(this.bias, [n]) },
      inputs: ['input'],
      outputs: ['output'],
      state,
      record: {},
      always: {},
      keepsRank: false,
    };
  }
}
