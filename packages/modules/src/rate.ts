// Rate neurons by forward Euler, with or without recurrent weights.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { type GraphModuleBase, RateNeuronWithSynsRealValue } from '@rp/graph';
import { type Constant, type InitFunc, Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type CsrMatrix, type NdArray, zeros } from '@rp/ndarray';
import { type Activation, type ActivationFunction, activationFunction } from './activation.ts';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { randomOf, unitEigs } from './initialisers.ts';
import { Field } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { recurrentGraph } from './recurrent-graph.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';
import { type Storage, storageOf, type Weights } from './weights.ts';

export interface RateOptions extends ProgramOptions {
  /** The number of neurons. */
  readonly shape: number | readonly number[];
  /** Time constants in seconds; one, or one per neuron. Below ten time steps they count as ten. Default 0.02. */
  readonly tau?: ArrayInput | Constant | null | undefined;
  /** Added to the input; one, or one per neuron. Default 0. */
  readonly bias?: ArrayInput | Constant | null | undefined;
  /** Of the activation; one, or one per neuron. Default 0. */
  readonly threshold?: ArrayInput | Constant | null | undefined;
  /** Recurrent weights, `[from][to]`, dense or in compressed rows; only with `hasRec`. Default: from `weightInitFunc`. */
  readonly wRec?: ArrayInput | CsrMatrix | Constant | null | undefined;
  /** Whether the neurons are connected among each other. Default: false. */
  readonly hasRec?: boolean | undefined;
  /** Default {@link unitEigs}. */
  readonly weightInitFunc?: InitFunc | undefined;
  /** Default `relu`. */
  readonly activationFunc?: Activation | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
  /** Standard deviation that noise gives to the input in a second. Default 0. */
  readonly noiseStd?: number | undefined;
}

interface Variant {
  readonly recurrent: boolean;
  readonly noisy: boolean;
  readonly storage?: Storage;
}

function rateProgram(activation: ActivationFunction, { recurrent, noisy, storage }: Variant): StepProgram {
  return defineDynamics('rate', {
    dims: ['n'],
    params: {
      tau: ['n'],
      bias: ['n'],
      threshold: ['n'],
      ...(recurrent ? { wRec: { shape: ['n', 'n'], storage } } : {}),
      ...(noisy ? { noiseStd: [] } : {}),
    },
    state: { x: ['n'] },
    inputs: { input: ['n'] },
    prelude: ({ params, dt, op }) => ({ alpha: op.div(dt, op.max(params.tau, op.mul(dt, 10))) }),
    step: ({ params, state, inputs, pre, dt, op }) => {
      const { tau: _tau, bias, threshold, wRec, noiseStd } = params as Record<string, typeof dt>;
      const recInput = wRec && op.matvec(activation(state.x, threshold!, op), wRec);
      const noise = noiseStd && op.mul(op.mul(op.normal(['n']), noiseStd), op.sqrt(dt));
      const input = noise ? op.add(inputs.input, noise) : inputs.input;
      const driven = op.add(op.add(op.neg(state.x), input), bias!);
      const change = op.mul(recInput ? op.add(driven, recInput) : driven, pre.alpha);
      const x = op.add(state.x, change);
      return {
        state: { x },
        outputs: { output: activation(x, threshold!, op) },
        records: recInput ? { recInput } : {},
      };
    },
  });
}

const programs = oncePer((activation: ActivationFunction) =>
  oncePer((key: string) => rateProgram(activation, JSON.parse(key) as Variant)),
);

/**
 * `tau dx/dt = −x + input + noise + bias + H(x) · wRec`, output `H(x)`: rate neurons by forward Euler. `H` compares
 * with the threshold: `relu` is `x − threshold` where that is positive.
 *
 * State `x`. Records `x` and `recInput`, the recurrent input.
 */
export class Rate extends ProgramModule {
  static readonly className: string = 'Rate';
  declare x: NdArray;
  /** `[from][to]`; in compressed rows, if it was given so. */
  declare wRec: Weights;
  declare tau: Vector;
  declare bias: Vector;
  declare threshold: Vector;
  declare dt: number;
  declare noiseStd: number;
  declare actFn: ActivationFunction;

  /** @throws ValueError for a shape that isn't square, for `wRec` without `hasRec`, and for an unknown activation. */
  constructor(options: RateOptions) {
    const size = squareSize('Rate', options.shape);
    const { hasRec = false, wRec, activationFunc = 'relu', dt = 1e-3, noiseStd = 0 } = options;
    if (!hasRec && (wRec ?? null) !== null) {
      throw fail('ValueError', 'not-recurrent', 'Rate got `wRec` without `hasRec: true`');
    }
    const actFn = activationFunction(activationFunc);
    super([size].concat(Array.isArray(options.shape) ? options.shape.slice(1) : []), options);
    this.registerAttribute('x', new State({ shape: size, initFunc: zeros }));
    if (hasRec) {
      const initFunc = options.weightInitFunc ?? unitEigs(randomOf(this.seed));
      this.registerAttribute(
        'wRec',
        new Parameter({ data: wRec, family: 'weights', initFunc, shape: [size, size] }),
      );
    }
    const register = (name: 'tau' | 'bias' | 'threshold', family: string, value: number) => {
      const initFunc = (shape: readonly number[]) => filled(shape, value);
      this.registerAttribute(
        name,
        new Parameter({ data: options[name], family, initFunc, shape: [[size], []] }),
      );
    };
    register('tau', 'taus', 20e-3);
    register('bias', this.biasFamily, 0);
    register('threshold', 'thresholds', 0);
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('noiseStd', new SimulationParameter({ data: noiseStd }));
    this.registerAttribute('actFn', new SimulationParameter({ data: actFn }));
  }

  /** The family of `bias`. */
  protected get biasFamily(): string {
    return 'bias';
  }

  private get hasRec(): boolean {
    return this.hasRegisteredAttribute('wRec');
  }

  /** The neurons and, if there are any, the recurrent weights from their outputs to their inputs. */
  override asGraph(): GraphModuleBase {
    const neurons = RateNeuronWithSynsRealValue.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      tau: this.tau,
      bias: this.bias,
      dt: this.dt,
    });
    return recurrentGraph(this, neurons, this.hasRec ? this.wRec : null);
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const shape = [this.sizeOut];
    const { hasRec, noiseStd, tau, bias, threshold } = this;
    const noisy = noiseStd !== 0;
    const program = programs(this.actFn)(
      JSON.stringify({ recurrent: hasRec, noisy, storage: hasRec ? storageOf(this.wRec) : undefined }),
    );
    return {
      program: noisy ? this.withNoise(program) : program,
      dims: { n: this.sizeOut },
      dt: this.dt,
      params: {
        tau: expanded(tau, shape),
        bias: expanded(bias, shape),
        threshold: expanded(threshold, shape),
        ...(hasRec ? { wRec: this.wRec } : {}),
        ...(noisy ? { noiseStd } : {}),
      },
      inputs: ['input'],
      outputs: ['output'],
      state: { x: new Field(['x'], shape) },
      record: { recInput: new Field(hasRec ? ['recInput'] : [], shape), x: new Field(['x'], shape) },
      always: {},
      keepsRank: false,
    };
  }
}
