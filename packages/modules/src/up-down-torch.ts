// Signals to events: one for every threshold that a signal moves up or down.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { type GraphModuleBase, UpDownEncoder } from '@rp/graph';
import { Parameter, SimulationParameter } from '@rp/module-core';
import { type ArrayInput, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { Field } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { type InputRows, ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';

export interface UpDownTorchOptions extends ProgramOptions {
  /** The number of signals. */
  readonly shape: number | readonly number[];
  /** Step up that makes an event; one, or one per signal. Default 1e-3. */
  readonly thrUp?: ArrayInput | undefined;
  /** Step down that makes an event; one, or one per signal. Default 1e-3. */
  readonly thrDown?: ArrayInput | undefined;
  /** Steps after an event in which there is no other; with more than 0, at most one event per step. Default 0. */
  readonly nRefSteps?: number | undefined;
  /** How often each event is given out. Default 1. */
  readonly repeatOutput?: number | undefined;
  /** Stands in graphs: Infinity, one or one per signal, since the tracked value doesn't decay. Default Infinity. */
  readonly tauDecay?: ArrayInput | undefined;
  /** Seconds per time step; only matters to time series. Default: none. */
  readonly dt?: number | undefined;
}

const programs = oncePer(
  (refractory: boolean): StepProgram =>
    defineDynamics('up-down', {
      dims: ['n'],
      params: { thrUp: ['n'], thrDown: ['n'], nRefSteps: [], repeatOutput: [] },
      state: { ref: ['n'], wait: ['n'], begun: [] },
      inputs: { input: ['n'] },
      step: ({ params, state, inputs: { input }, op }) => {
        const ref = op.select(op.eq(state.begun, 0), input, state.ref);
        const moved = op.sub(input, ref);
        const allUp = op.max(op.floor(op.div(moved, params.thrUp)), 0);
        const allDown = op.max(op.floor(op.div(moved, op.neg(params.thrDown))), 0);
        const give = (up: typeof ref, down: typeof ref) => ({
          up: op.mul(up, params.repeatOutput),
          down: op.mul(down, params.repeatOutput),
        });
        if (!refractory) {
          const next = op.sub(op.add(ref, op.mul(allUp, params.thrUp)), op.mul(allDown, params.thrDown));
          return {
            state: { ref: next, wait: state.wait, begun: 1 },
            outputs: give(allUp, allDown),
            records: { analogValue: ref },
          };
        }
        const silent = op.gt(state.wait, 0);
        const up = op.select(silent, 0, op.min(allUp, 1));
        const down = op.select(silent, 0, op.min(allDown, 1));
        const wait = op.select(op.gt(op.add(up, down), 0), params.nRefSteps, state.wait);
        return {
          state: { ref: op.select(op.gt(wait, 0), input, ref), wait: op.sub(wait, 1), begun: 1 },
          outputs: give(up, down),
          records: { analogValue: ref },
        };
      },
    }),
);

/**
 * Each of N signals is followed by a tracked value, which begins at the signal's first sample in every evolution.
 * Output `2k` counts the thresholds that signal k is above it, output `2k + 1` those below. No state is kept
 * between evolutions; `analogValue`, the tracked value before each step, is recorded.
 */
export class UpDownTorch extends ProgramModule {
  static readonly className: string = 'UpDownTorch';
  declare thrUp: Vector;
  declare thrDown: Vector;
  declare nRefSteps: number;
  declare repeatOutput: number;
  /** Infinity: the tracked value doesn't decay. */
  readonly tauDecay: Vector;

  /** @throws ValueError for more than one size, and for a decay. */
  constructor(options: UpDownTorchOptions) {
    const sizes = typeof options.shape === 'number' ? [options.shape] : options.shape;
    const [size] = sizes;
    if (size === undefined || sizes.length !== 1) {
      throw fail('ValueError', 'shape', `UpDownTorch needs a shape n or [n], got [${sizes}]`);
    }
    const { tauDecay = Number.POSITIVE_INFINITY } = options;
    if (toNdArray(tauDecay).data.some((tau) => Number.isFinite(tau))) {
      throw fail(
        'ValueError',
        'decay',
        'the tracked value of UpDownTorch does not decay; tauDecay is Infinity',
      );
    }
    super([size, 2 * size], options, false, true);
    this.tauDecay = typeof tauDecay === 'number' ? tauDecay : toNdArray(tauDecay);
    const register = (name: 'thrUp' | 'thrDown') => {
      const initFunc = (shape: readonly number[]) => filled(shape, 1e-3);
      const shape = [[size], []];
      this.registerAttribute(
        name,
        new Parameter({ data: options[name], family: 'thresholds', initFunc, shape }),
      );
    };
    register('thrUp');
    register('thrDown');
    this.registerAttribute('nRefSteps', new SimulationParameter({ data: options.nRefSteps ?? 0 }));
    this.registerAttribute('repeatOutput', new SimulationParameter({ data: options.repeatOutput ?? 1 }));
    if (options.dt !== undefined) this.registerAttribute('dt', new SimulationParameter({ data: options.dt }));
  }

  /** The encoder on fresh nodes. Refractory steps are not part of it. */
  override asGraph(): GraphModuleBase {
    return UpDownEncoder.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      thrUp: this.thrUp,
      thrDown: this.thrDown,
      tauDecay: this.tauDecay,
      repeatOutput: this.repeatOutput,
      multiplexSpikes: this.nRefSteps === 0,
      dt: this.hasAttribute('dt') ? (this.getAttribute('dt') as number) : null,
    });
  }

  override stepModel(parts = 2): StepModel | null {
    if (parts !== 2) return null;
    const shape = [this.sizeIn];
    const { nRefSteps, repeatOutput } = this;
    return {
      program: programs(nRefSteps > 0),
      dims: { n: this.sizeIn },
      dt: 1,
      params: {
        thrUp: expanded(this.thrUp, shape),
        thrDown: expanded(this.thrDown, shape),
        nRefSteps,
        repeatOutput,
      },
      inputs: ['input'],
      outputs: ['up', 'down'],
      state: {},
      fresh: () => ({ ref: zeros(shape), wait: zeros(shape), begun: zeros([]) }),
      record: { analogValue: new Field(['analogValue'], shape) },
      always: {},
      keepsRank: false,
    };
  }

  protected override inputRows(input: ArrayInput): InputRows {
    if (toNdArray(input).shape.at(-1) === this.sizeIn) return super.inputRows(input);
    throw fail(
      'ValueError',
      'input-width',
      `${this.fullName} takes ${this.sizeIn} signals, got shape [${toNdArray(input).shape}]`,
    );
  }
}
