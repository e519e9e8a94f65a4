// A function of each element, without state or time.
import { defineDynamics, type Expr, type Operand, type Ops, oncePer } from '@rp/dynamics';
import { type GraphModuleBase, InstantFunction } from '@rp/graph';
import { type EvolveResult, type ModuleShape, SimulationParameter } from '@rp/module-core';
import type { ArrayInput, NdArray } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { type EvolveOptions, ProgramModule, type ProgramOptions } from './program-module.ts';
import type { StepModel } from './step-model.ts';

/** `(x, op) => op.tanh(x)`: a function in the step language. It runs once, to build the program. */
export type ElementExpression = (x: Expr, op: Ops) => Operand;

export interface InstantOptions extends ProgramOptions {
  /** The number of channels, or any shape; the first entry is that of the input. */
  readonly shape: ModuleShape;
  /**
   * An ordinary function of one number, applied to every element. It can't run on a backend, so a stack with such a
   * module runs module by module.
   */
  readonly function?: ((x: number) => number) | undefined;
  /** A function in the step language, which runs on every backend. Default: the identity. */
  readonly expression?: ElementExpression | undefined;
}

const identity: ElementExpression = (x) => x;

const programs = oncePer((expression: ElementExpression) =>
  defineDynamics('instant', {
    dims: ['n'],
    inputs: { input: ['n'] },
    step: ({ inputs, op }) => ({ state: {}, outputs: { output: expression(inputs.input, op) } }),
  }),
);

/** `output = f(input)`, element by element; the output always has a batch axis. No state, no clock. */
export class Instant extends ProgramModule {
  static readonly className: string = 'Instant';
  declare function: ((x: number) => number) | ElementExpression;
  private readonly expression: ElementExpression | null;

  /** @throws ValueError without a shape, and for both a function and an expression. */
  constructor(options: InstantOptions) {
    if ((options?.shape ?? null) === null) {
      throw fail('ValueError', 'shape', 'Instant needs a shape: the number of its channels');
    }
    if (options.function !== undefined && options.expression !== undefined) {
      throw fail('ValueError', 'two-functions', 'Instant takes a `function` or an `expression`, got both');
    }
    super(options.shape, options);
    this.expression = options.function === undefined ? (options.expression ?? identity) : null;
    this.registerAttribute(
      'function',
      new SimulationParameter({ data: options.function ?? this.expression }),
    );
  }

  /** A module with the same function. */
  copy(): Instant {
    const { expression } = this;
    if (expression === null)
      return new Instant({ shape: this.shape, function: this.function as (x: number) => number });
    return new Instant({ shape: this.shape, expression: this.function as ElementExpression });
  }

  /** A graph module that names the function. */
  override asGraph(): GraphModuleBase {
    return InstantFunction.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      function: this.function === identity ? 'identity' : this.function.name || 'custom',
    });
  }

  override stepModel(parts = 1): StepModel | null {
    // A function that was assigned later is an expression only if the one before it was.
    if (this.expression === null || parts !== 1) return null;
    return {
      program: programs(this.function as ElementExpression),
      dims: { n: this.sizeIn },
      dt: 1,
      params: {},
      inputs: ['input'],
      outputs: ['output'],
      state: {},
      record: {},
      always: {},
      keepsRank: false,
    };
  }

  override whyNoProgram(): string {
    return 'has an ordinary function, which no backend can run; an `expression` can';
  }

  protected override async evolveImpl(
    input: ArrayInput,
    options: EvolveOptions,
  ): Promise<EvolveResult<NdArray>> {
    return this.expression === null ? this.byElement(input) : super.evolveImpl(input, options);
  }

  protected override evolveImplSync(input: ArrayInput, options: EvolveOptions): EvolveResult<NdArray> {
    return this.expression === null ? this.byElement(input) : super.evolveImplSync(input, options);
  }

  private byElement(input: ArrayInput): EvolveResult<NdArray> {
    const { data } = this.autoBatch(input);
    const of = this.function as (x: number) => number;
    const output = { data: data.data.map((x) => of(x)), shape: data.shape };
    return { output, state: {}, record: {} };
  }
}
