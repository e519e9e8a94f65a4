// An exponential low-pass over data with the time axis first.
import { defineDynamics } from '@rp/dynamics';
import { Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { Field } from './layout.ts';
import { type InputRows, ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';

export interface LowPassOptions extends ProgramOptions {
  readonly nNeurons: number;
  /** Seconds. Default 0.02. */
  readonly tauMem?: number | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
}

const program = defineDynamics('low-pass', {
  dims: ['n'],
  params: { tauMem: [] },
  state: { vmem: ['n'] },
  inputs: { input: ['n'] },
  prelude: ({ params, dt, op }) => ({ alpha: op.exp(op.div(op.neg(dt), params.tauMem)) }),
  step: ({ state, inputs, pre, op }) => {
    const vmem = op.add(op.mul(state.vmem, pre.alpha), inputs.input);
    return { state: { vmem }, outputs: { output: vmem } };
  },
});

/**
 * `vmem = vmem · exp(−dt / tauMem) + input`, given out after every step. Data are (steps, batches, neurons), unlike
 * everywhere else; the state `vmem` has the shape (1, neurons). Can't be part of a network that runs as one program.
 * @deprecated The reference keeps it for old models; use {@link ExpSyn}.
 */
export class LowPass extends ProgramModule {
  static readonly className: string = 'LowPass';
  declare tauMem: number;
  declare dt: number;
  declare vmem: NdArray;

  constructor({ nNeurons, tauMem = 20e-3, dt = 1e-3, ...options }: LowPassOptions) {
    super([nNeurons, nNeurons], options);
    this.registerAttribute('tauMem', new Parameter({ data: tauMem, family: 'taus' }));
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('vmem', new State({ shape: [1, nNeurons], initFunc: zeros }));
  }

  /** What is left of the state after a step. */
  get alphaMem(): number {
    return Math.exp(-this.dt / this.tauMem);
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    return {
      program,
      dims: { n: this.sizeIn },
      dt: this.dt,
      params: { tauMem: this.tauMem },
      inputs: ['input'],
      outputs: ['output'],
      state: { vmem: new Field(['vmem'], [1, this.sizeIn]) },
      record: {},
      always: {},
      keepsRank: false,
      alone: true,
    };
  }

  protected override inputRows(input: ArrayInput): InputRows {
    const array = toNdArray(input);
    if (array.shape.length !== 3 || array.shape[2] !== this.sizeIn) {
      throw fail(
        'ValueError',
        'input-shape',
        `LowPass takes (steps, batches, ${this.sizeIn}), the time axis first; got shape [${array.shape}]`,
      );
    }
    const data = swapped(array);
    return { data, lead: data.shape.slice(0, 2) };
  }

  protected override finishOutput(output: NdArray<Float64Array>): NdArray {
    return swapped(output);
  }
}

/** The first two axes exchanged. */
function swapped({ data, shape }: NdArray<Float64Array>): NdArray<Float64Array> {
  const [rows = 0, columns = 0, width = 0] = shape;
  const result = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * width;
      result.set(data.subarray(from, from + width), (column * rows + row) * width);
    }
  }
  return { data: result, shape: [columns, rows, width] };
}
