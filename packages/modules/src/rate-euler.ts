// Rate neurons as the v1 layers have them: the bias belongs to the activation, the input has a gain.
import { defineDynamics, type Expr, oncePer, type StepProgram } from '@rp/dynamics';
import { type GraphModuleBase, RateEulerNeurons } from '@rp/graph';
import { type Constant, type InitFunc, Parameter, SimulationParameter, State } from '@rp/module-core';
import { type ArrayInput, type CsrMatrix, type NdArray, toNdArray, zeros } from '@rp/ndarray';
import { fail } from './fail.ts';
import { graphName } from './graph-name.ts';
import { randomOf, unitEigs } from './initialisers.ts';
import type { ElementExpression } from './instant.ts';
import { Field } from './layout.ts';
import { expanded, filled, type Vector } from './numbers.ts';
import { ProgramModule, type ProgramOptions } from './program-module.ts';
import { recurrentGraph } from './recurrent-graph.ts';
import { squareSize } from './sizes.ts';
import type { StepModel } from './step-model.ts';
import { type Storage, storageOf, type Weights } from './weights.ts';

type Value = ArrayInput | Constant | null | undefined;

/** What {@link RateEuler} knows by name. */
export type EulerActivation = 'relu' | 'tanh' | 'sigmoid' | 'linear';

export interface RateEulerOptions extends ProgramOptions {
  /** The number of neurons. */
  readonly shape: number | readonly number[];
  /** Time constants in seconds; one, or one per neuron. Default 1. */
  readonly tau?: Value;
  /** Added to the state before the activation; one, or one per neuron. Default 0. */
  readonly bias?: Value;
  /** Factor on the input; one, or one per neuron. Default 1. */
  readonly gain?: Value;
  /** Recurrent weights, `[from][to]`, dense or in compressed rows; only with `hasRec`. Default: from `weightInitFunc`. */
  readonly wRec?: ArrayInput | CsrMatrix | Constant | null | undefined;
  /** Whether the neurons are connected among each other. Default: false. */
  readonly hasRec?: boolean | undefined;
  /** Default {@link unitEigs}. */
  readonly weightInitFunc?: InitFunc | undefined;
  /** A name, or a function in the step language. Default `relu`. */
  readonly activationFunc?: EulerActivation | ElementExpression | undefined;
  /** Standard deviation that noise gives to the state of a neuron by itself; one, or one per neuron. Default 0. */
  readonly noiseStd?: ArrayInput | undefined;
  /** Seconds per time step. Default 1e-3. */
  readonly dt?: number | undefined;
}

const named: Readonly<Record<EulerActivation, ElementExpression>> = {
  relu: (x, op) => op.relu(x),
  tanh: (x, op) => op.tanh(x),
  sigmoid: (x, op) => op.sigmoid(x),
  linear: (x) => x,
};

/** Whether {@link RateEuler} knows an activation by this name. */
export function isEulerActivation(name: string): name is EulerActivation {
  return Object.hasOwn(named, name);
}

interface Variant {
  readonly recurrent: boolean;
  readonly noisy: boolean;
  readonly storage?: Storage;
}

function build(activation: ElementExpression, { recurrent, noisy, storage }: Variant): StepProgram {
  return defineDynamics('rate-euler', {
    dims: ['n'],
    params: {
      tau: ['n'],
      bias: ['n'],
      gain: ['n'],
      ...(recurrent ? { wRec: { shape: ['n', 'n'], storage } } : {}),
      ...(noisy ? { noiseStd: ['n'] } : {}),
    },
    state: { x: ['n'] },
    inputs: { input: ['n'] },
    prelude: ({ params, dt, op }) => ({ lambda: op.div(dt, params.tau) }),
    step: ({ params, state, inputs, pre, dt, op }) => {
      const { tau, bias, gain, wRec, noiseStd } = params as Record<string, Expr>;
      const driven = op.sub(op.mul(gain!, inputs.input), state.x);
      const scale = noiseStd && op.mul(noiseStd, op.sqrt(op.div(op.mul(tau!, 2), dt)));
      const noised = scale ? op.add(driven, op.mul(op.normal(['n']), scale)) : driven;
      const recInput = wRec && op.matvec(activation(op.add(state.x, bias!), op) as Expr, wRec);
      const change = recInput ? op.add(noised, recInput) : noised;
      const x = op.add(state.x, op.mul(change, pre.lambda));
      return {
        state: { x },
        outputs: { output: activation(op.add(x, bias!), op) },
        records: recInput ? { recInput } : {},
      };
    },
  });
}

const programs = oncePer((activation: ElementExpression) =>
  oncePer((key: string) => build(activation, JSON.parse(key) as Variant)),
);

/**
 * `tau dx/dt = −x + gain · input + noise + H(x + bias) · wRec` by forward Euler, output `H(x + bias)`: the neurons of the
 * v1 layers `FFRateEuler` and `RecRateEuler`. The output of a step is that after the step; the layers give out one
 * sample more, that before the first.
 *
 * State `x`. Records `x` and `recInput`, the recurrent input.
 */
export class RateEuler extends ProgramModule {
  static readonly className: string = 'RateEuler';
  declare x: NdArray;
  /** `[from][to]`; in compressed rows, if it was given so. */
  declare wRec: Weights;
  declare tau: Vector;
  declare bias: Vector;
  declare gain: Vector;
  declare dt: number;
  declare noiseStd: Vector;
  declare actFn: ElementExpression;

  /** @throws ValueError for a shape that isn't square, for `wRec` without `hasRec`, and for an unknown activation. */
  constructor(options: RateEulerOptions) {
    const size = squareSize('RateEuler', options.shape);
    const { hasRec = false, wRec, activationFunc = 'relu', dt = 1e-3, noiseStd = 0 } = options;
    if (!hasRec && (wRec ?? null) !== null) {
      throw fail('ValueError', 'not-recurrent', 'RateEuler got `wRec` without `hasRec: true`');
    }
    const actFn = expressionOf(activationFunc);
    super([size, size], options);
    this.registerAttribute('x', new State({ shape: size, initFunc: zeros }));
    if (hasRec) {
      const initFunc = options.weightInitFunc ?? unitEigs(randomOf(this.seed));
      this.registerAttribute(
        'wRec',
        new Parameter({ data: wRec, family: 'weights', initFunc, shape: [size, size] }),
      );
    }
    const register = (name: 'tau' | 'bias' | 'gain', family: string, value: number) => {
      const initFunc = (shape: readonly number[]) => filled(shape, value);
      const shape = [[size], []];
      this.registerAttribute(name, new Parameter({ data: options[name], family, initFunc, shape }));
    };
    register('tau', 'taus', 1);
    register('bias', 'bias', 0);
    register('gain', 'gains', 1);
    this.registerAttribute('dt', new SimulationParameter({ data: dt }));
    this.registerAttribute('noiseStd', new SimulationParameter({ data: noiseStd, shape: [[size], []] }));
    this.registerAttribute('actFn', new SimulationParameter({ data: actFn }));
  }

  private get hasRec(): boolean {
    return this.hasRegisteredAttribute('wRec');
  }

  /** The neurons and, if there are any, the recurrent weights from their outputs to their inputs. */
  override asGraph(): GraphModuleBase {
    const { tau, bias, gain, noiseStd, dt, actFn } = this;
    const known = Object.entries(named).find(([, expression]) => expression === actFn);
    const neurons = RateEulerNeurons.factory(this.sizeIn, this.sizeOut, {
      name: graphName(this),
      computationalModule: this,
      tau,
      bias,
      gain,
      noiseStd,
      dt,
      activation: known?.[0] ?? (actFn.name || 'custom'),
    });
    return recurrentGraph(this, neurons, this.hasRec ? this.wRec : null);
  }

  override stepModel(parts = 1): StepModel | null {
    if (parts !== 1) return null;
    const shape = [this.sizeOut];
    const { hasRec, tau, bias, gain, noiseStd } = this;
    const noisy = toNdArray(noiseStd).data.some((std) => std !== 0);
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
        gain: expanded(gain, shape),
        ...(hasRec ? { wRec: this.wRec } : {}),
        ...(noisy ? { noiseStd: expanded(noiseStd, shape) } : {}),
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

function expressionOf(activation: EulerActivation | ElementExpression): ElementExpression {
  if (typeof activation === 'function') return activation;
  if (isEulerActivation(activation)) return named[activation];
  throw fail(
    'ValueError',
    'activation',
    `an activation of RateEuler is one of ${Object.keys(named).join(', ')}, or a function (x, op) => …; got ${String(activation)}`,
  );
}
