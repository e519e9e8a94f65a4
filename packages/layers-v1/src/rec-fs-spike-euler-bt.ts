// Recurrent integrate-and-fire neurons with fast and slow synapses, simulated with exact spike times.
import { defineDynamics, oncePer, type StepProgram } from '@rp/dynamics';
import { asGraphHolder, FastSlowNeurons, type GraphHolder, LinearWeights } from '@rp/graph';
import { type ArrayInput, type NdArray, toNdArray, toNested } from '@rp/ndarray';
import { advanceRow, backStepParams, backStepState, type Quantities } from './back-step.ts';
import { BackStepLayer, recordName } from './back-step-layer.ts';
import { describe, fail } from './error.ts';
import { graphName } from './graph-name.ts';
import type { LayerDict } from './layer-dict.ts';
import { transposed } from './matrix.ts';
import { numberOf, smallest } from './numbers.ts';
import type { LayerBindings, ProgramLayerOptions } from './program-layer.ts';
import { reshapedWeights, weightMatrix } from './weight-matrix.ts';

export interface RecFSSpikeEulerBTOptions extends Omit<ProgramLayerOptions, 'weights' | 'dt'> {
  /** `[size][size]`, amperes by which a spike raises the fast currents; **columns** are sources. */
  readonly weightsFast: ArrayInput;
  /** `[size][size]`, amperes by which a spike raises the slow currents; **columns** are sources. */
  readonly weightsSlow: ArrayInput;
  /** Without effect; kept because networks have it. */
  readonly weightsOut?: ArrayInput | null | undefined;
  /** Constant current in amperes; one number, or one per neuron. Default 0. */
  readonly bias?: ArrayInput | undefined;
  /** Membrane time constants in seconds. Default 0.02. */
  readonly tauMem?: ArrayInput | undefined;
  /** Time constants of the fast synapses in seconds. Default 0.001. */
  readonly tauSynRFast?: ArrayInput | undefined;
  /** Time constants of the slow synapses in seconds. Default 0.1. */
  readonly tauSynRSlow?: ArrayInput | undefined;
  /** A neuron whose voltage is above it fires, volts. Default −0.055. */
  readonly vThresh?: ArrayInput | undefined;
  /** Voltage after a spike, volts. Default −0.065. */
  readonly vReset?: ArrayInput | undefined;
  /** Voltage without input, volts. Default −0.065. */
  readonly vRest?: ArrayInput | undefined;
  /** Seconds after a spike in which a neuron is held at `vReset`. Default just below 0: none. */
  readonly refractory?: ArrayInput | undefined;
  /** Called for each spike, see {@link RecFSSpikeEulerBT.spikeCallback}. Default null. Not stored in files. */
  readonly spikeCallback?: SpikeCallback | null | undefined;
  /** Seconds per time step, at most a tenth of the shortest synaptic time constant. Default null: a tenth of it. */
  readonly dt?: number | null | undefined;
  /** Whether every evolution leaves what happened in `recorded`. Default false. */
  readonly record?: boolean | undefined;
}

/** Is told of a spike: its layer, its time in seconds, its neuron. */
export type SpikeCallback = (layer: RecFSSpikeEulerBT, time: number, neuron: number) => void;

const shapes = { v: ['n'], iSynSlow: ['n'], iSynFast: ['n'] } as const;

interface Variant {
  readonly limit: number;
  readonly noisy: boolean;
  readonly recorded: boolean;
}

function define({ limit, noisy, recorded }: Variant): StepProgram {
  return defineDynamics('rec-fs-spike-euler-bt', {
    dims: ['n'],
    params: {
      ...backStepParams,
      ...{ weightsFast: ['n', 'n'], weightsSlow: ['n', 'n'] },
      ...{ vRest: ['n'], bias: ['n'], tauMem: ['n'], tauSynRFast: ['n'], tauSynRSlow: ['n'], noiseStd: [] },
    },
    state: backStepState(shapes),
    inputs: { input: ['n'] },
    step: (context) => {
      const { op, params, inputs, dt } = context;
      const input = noisy ? op.add(inputs.input, op.mul(op.normal(['n']), params.noiseStd)) : inputs.input;
      const synapse = (current: Quantities[string], tau: typeof current, rise: typeof current) =>
        op.add(current, op.mul(op.add(op.div(op.neg(current), tau), rise), dt));
      const slope = (v: typeof input, slow: typeof input, fast: typeof input) => {
        const currents = op.add(
          op.add(op.add(op.add(op.sub(params.vRest, v), slow), fast), input),
          params.bias,
        );
        return op.div(currents, params.tauMem);
      };
      const state = advanceRow(
        context,
        {
          shapes,
          jump: (neuron) => ({
            iSynSlow: op.column(params.weightsSlow, neuron),
            iSynFast: op.column(params.weightsFast, neuron),
          }),
          flow: (now, jump, fired) => {
            const rise = (name: string) => op.select(fired, op.div(jump[name]!, dt), 0);
            const slow = synapse(now.iSynSlow!, params.tauSynRSlow, rise('iSynSlow'));
            const fast = synapse(now.iSynFast!, params.tauSynRFast, rise('iSynFast'));
            return {
              v: op.add(now.v!, op.mul(slope(now.v!, slow, fast), dt)),
              iSynSlow: slow,
              iSynFast: fast,
            };
          },
          rows: (now, later) =>
            recorded
              ? {
                  recordedTime: { value: now.time },
                  ...Object.fromEntries(
                    Object.keys(shapes).map((name) => [recordName(name), { value: now[name]! }]),
                  ),
                  [recordName('dvdt')]: { value: slope(now.v!, later.iSynSlow!, later.iSynFast!) },
                }
              : {},
        },
        limit,
      );
      return { state };
    },
  });
}

const programs = oncePer((key: string) => define(JSON.parse(key) as Variant));

/**
 * `tauMem dv/dt = vRest − v + iSynSlow + iSynFast + input + bias`, and both currents decay with their time constants.
 * A neuron that crosses its threshold fires exactly then: the solver goes back to that time. v becomes `vReset`, and the
 * currents jump by the neuron's columns of `weightsSlow` and `weightsFast`. The input is not weighted; one channel
 * serves all neurons. `noiseStd` is the standard deviation of what is added to each input sample.
 */
export class RecFSSpikeEulerBT extends BackStepLayer {
  static override readonly className: string = 'RecFSSpikeEulerBT';
  private ownWeightsSlow: NdArray<Float64Array>;
  private ownCallback: SpikeCallback | null = null;
  /** Without effect. */
  readonly weightsOut: NdArray<Float64Array> | null;

  /**
   * @throws ValueError for weights that are not square or of two sizes, for a dt above a tenth of the shortest synaptic
   * time constant, and for time constants that aren't positive; AssertionError for vectors of a wrong length; TypeError for
   * a spikeCallback that is no function.
   */
  constructor(options: RecFSSpikeEulerBTOptions) {
    const { tauSynRFast = 1e-3, tauSynRSlow = 0.1 } = options;
    const fast = square(options.weightsFast, 'weightsFast');
    const slow = square(options.weightsSlow, 'weightsSlow');
    const least = Math.min(smallest(toNdArray(tauSynRFast)), smallest(toNdArray(tauSynRSlow)));
    super(
      { ...options, weights: fast, dt: timeStep(options.dt ?? least / 10, least) },
      {
        bias: options.bias ?? 0,
        tauMem: options.tauMem ?? 0.02,
        tauSynRFast,
        tauSynRSlow,
        vThresh: options.vThresh ?? -0.055,
        vReset: options.vReset ?? -0.065,
        vRest: options.vRest ?? -0.065,
        refractory: options.refractory ?? -Number.EPSILON,
      },
      { iSynSlow: fast.shape[0]!, iSynFast: fast.shape[0]! },
    );
    if (slow.shape[0] !== this.size) {
      throw fail(
        'ValueError',
        'weights-size',
        `${this.startPrint}weightsFast and weightsSlow must have one size, got ${this.size} and ${slow.shape[0]}`,
      );
    }
    this.ownWeightsSlow = slow;
    this.weightsOut = options.weightsOut ? weightMatrix(options.weightsOut) : null;
    this.spikeCallback = options.spikeCallback ?? null;
  }

  /**
   * Called for each spike in the order of their times, after the time step in which it was found; null for none. What it
   * changes of the layer's parameters acts from the next time step on. State and clock are still those before the
   * evolution. With it, a backend is asked for one time step after the other, which is slower.
   */
  get spikeCallback(): SpikeCallback | null {
    return this.ownCallback;
  }

  /** @throws TypeError for anything but a function or null. */
  set spikeCallback(callback: SpikeCallback | null) {
    if (callback !== null && typeof callback !== 'function') {
      throw fail(
        'TypeError',
        'spike-callback',
        `${this.startPrint}spikeCallback must be a function (layer, time, neuron) => …, or null; got ${describe(callback)}`,
      );
    }
    this.ownCallback = callback;
  }

  /** `[size][size]`, columns are sources. Takes any shape with as many elements. */
  get weightsFast(): NdArray<Float64Array> {
    return this.weights;
  }

  set weightsFast(value: ArrayInput) {
    this.weights = reshapedWeights(value, [this.size, this.size]).weights;
  }

  /** `[size][size]`, columns are sources. Takes any shape with as many elements. */
  get weightsSlow(): NdArray<Float64Array> {
    return this.ownWeightsSlow;
  }

  set weightsSlow(value: ArrayInput) {
    this.ownWeightsSlow = reshapedWeights(value, [this.size, this.size]).weights;
  }

  override get dt(): number {
    return super.dt;
  }

  /** @throws ValueError for more than a tenth of the shortest synaptic time constant. */
  override set dt(value: number) {
    const taus = [this.tauSynRFast, this.tauSynRSlow].map((tau) => smallest(toNdArray(tau)));
    super.dt = timeStep(value, Math.min(...taus));
  }

  override toDict(): LayerDict {
    const { dt, noise_std, name, class_name } = super.toDict();
    return {
      class_name,
      weights_fast: toNested(this.weightsFast),
      weights_slow: toNested(this.weightsSlow),
      weights_out: this.weightsOut && toNested(this.weightsOut),
      bias: plainOf(this.bias),
      noise_std: noise_std!,
      tau_mem: plainOf(this.tauMem),
      tau_syn_r_fast: plainOf(this.tauSynRFast),
      tau_syn_r_slow: plainOf(this.tauSynRSlow),
      v_thresh: toNested(this.vThresh),
      v_reset: toNested(this.vReset),
      v_rest: toNested(this.vRest),
      refractory: plainOf(this.refractory),
      dt: dt!,
      name: name!,
      record: this.record,
    };
  }

  /** The neurons, with fast and slow recurrent weights from their outputs back to their inputs. */
  override asGraph(): GraphHolder {
    const { tauMem, tauSynRFast: tauSynFast, tauSynRSlow: tauSynSlow, refractory, dt } = this;
    const { vThresh, vReset, vRest, bias } = this;
    const neurons = FastSlowNeurons.factory(this.size, this.size, {
      name: graphName(this),
      computationalModule: this,
      ...{ tauMem, tauSynFast, tauSynSlow, refractory, vThresh, vReset, vRest, bias, dt },
    });
    for (const [kind, weights] of [
      ['fast', this.weightsFast],
      ['slow', this.weightsSlow],
    ] as const) {
      new LinearWeights({
        inputNodes: neurons.outputNodes,
        outputNodes: neurons.inputNodes,
        name: graphName(this, kind),
        computationalModule: this,
        weights: transposed(weights),
      });
    }
    return asGraphHolder(neurons);
  }

  protected override get onSpike(): ((time: number, neuron: number) => void) | undefined {
    const { spikeCallback } = this;
    return spikeCallback === null ? undefined : (time, neuron) => spikeCallback(this, time, neuron);
  }

  protected override programFor(limit: number, recorded: boolean): StepProgram {
    return programs(JSON.stringify({ limit, noisy: this.noiseStd !== 0, recorded } satisfies Variant));
  }

  protected override bindings(): LayerBindings {
    const { params, state } = this.solverBindings();
    const { weightsFast, weightsSlow } = this;
    return { dims: { n: this.size }, params: { ...params, weightsFast, weightsSlow }, state };
  }
}

/** A parameter as files have it. */
function plainOf(value: number | NdArray<Float64Array>) {
  return typeof value === 'number' ? value : toNested(value);
}

function square(weights: ArrayInput, name: string): NdArray<Float64Array> {
  const matrix = weightMatrix(weights);
  const [rows, columns] = matrix.shape;
  if (rows === columns) return matrix;
  throw fail('ValueError', 'not-square', `${name} must be square, got [${rows}][${columns}]`);
}

function timeStep(value: number, shortestTau: number): number {
  const dt = numberOf(value, 'dt');
  if (dt > 0 && dt <= shortestTau / 10) return dt;
  throw fail(
    'ValueError',
    'dt',
    `dt must be positive and at most a tenth of the shortest synaptic time constant, ${shortestTau / 10} s; got ${dt}`,
  );
}
