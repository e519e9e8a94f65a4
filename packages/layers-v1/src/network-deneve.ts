// Tightly balanced spiking networks that follow a linear dynamical system, after Boerlin, Machens and Denève (2013).
import { type ArrayInput, type NdArray, toNdArray } from '@rp/ndarray';
import { fail } from './error.ts';
import { FFExpSyn } from './ff-exp-syn.ts';
import { LayerNetwork } from './layer-network.ts';
import { mapMatrix, product, transposed } from './matrix.ts';
import { normal } from './normal.ts';
import { PassThrough } from './pass-through.ts';
import type { ProgramOptions } from './program-layer.ts';
import { RecFSSpikeEulerBT } from './rec-fs-spike-euler-bt.ts';
import { weightMatrix } from './weight-matrix.ts';

interface NeuronOptions extends ProgramOptions {
  /** Seconds per time step of input and reservoir. Default null: a tenth of the shortest synaptic time constant. */
  readonly dt?: number | null | undefined;
  /** Standard deviation of the reservoir's noise. Default 0. */
  readonly noiseStd?: number | undefined;
  /** Membrane time constants in seconds. Default 0.02. */
  readonly tauMem?: ArrayInput | undefined;
  /** Thresholds in volts. Default −0.055. */
  readonly vThresh?: ArrayInput | undefined;
  /** Voltages without input, volts. Default −0.065. */
  readonly vRest?: ArrayInput | undefined;
  /** Seconds after a spike in which a neuron is held at its reset voltage. Default: none. */
  readonly refractory?: ArrayInput | undefined;
}

export interface SpecifyDeneveOptions extends NeuronOptions {
  /** `[size][size]`, columns are sources. */
  readonly weightsFast: ArrayInput;
  /** `[size][size]`, columns are sources. */
  readonly weightsSlow: ArrayInput;
  /** `[sizeIn][size]`. */
  readonly weightsIn: ArrayInput;
  /** `[size][sizeOut]`. */
  readonly weightsOut: ArrayInput;
  /** Voltages after a spike, volts. Default −0.065. */
  readonly vReset?: ArrayInput | undefined;
  /** Time constants of the fast synapses in seconds. Default 0.001. */
  readonly tauSynRFast?: ArrayInput | undefined;
  /** Time constants of the slow synapses in seconds. Default 0.1. */
  readonly tauSynRSlow?: ArrayInput | undefined;
  /** Time constant of the read-out in seconds. Default 0.1. */
  readonly tauSynOut?: number | undefined;
}

export interface SolveLinearOptions extends NeuronOptions {
  /** `[P][P]`, the system: `dx/dt = a·x + input`. */
  readonly a: ArrayInput;
  /** Number of neurons. Default 100, or what `gamma` has. */
  readonly netSize?: number | undefined;
  /** `[P][size]`, what a spike of each neuron stands for. Default: drawn at random. */
  readonly gamma?: ArrayInput | null | undefined;
  /** Cost of many spikes, quadratic. Default 1e-4. */
  readonly mu?: number | undefined;
  /** Cost of many spikes, linear. Default 1e-3. */
  readonly nu?: number | undefined;
  /** Time constant of the fast synapses in seconds. Default 0.001. */
  readonly tauSynFast?: number | undefined;
  /** Time constant of the slow synapses and the read-out in seconds. Default 0.1. */
  readonly tauSynSlow?: number | undefined;
  /** Uniform numbers from 0 to 1, for a `gamma` that is drawn. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Seconds per time step of the read-out, whatever the reservoir has. */
const readOutStep = 1e-5;

/** Weighted input, a RecFSSpikeEulerBT reservoir, and exponential synapses that read its spikes in steps of 10 µs. */
export class NetworkDeneve extends LayerNetwork<RecFSSpikeEulerBT> {
  /**
   * A network with given weights.
   * @throws ValueError for weights whose sizes don't fit, and for a dt that is too long; see {@link RecFSSpikeEulerBT}.
   */
  static specifyNetwork(options: SpecifyDeneveOptions): NetworkDeneve {
    const { weightsIn, tauSynOut = 0.1, backend, dtype, seed, ...neurons } = options;
    const where = { backend, dtype, seed };
    const reservoir = new RecFSSpikeEulerBT({ ...neurons, ...where, name: 'Deneve_Reservoir' });
    const input = new PassThrough({ ...where, weights: weightsIn, dt: reservoir.dt, name: 'Input' });
    const output = new FFExpSyn({
      ...where,
      weights: options.weightsOut,
      tauSyn: tauSynOut,
      dt: readOutStep,
      name: 'Output',
    });
    return new NetworkDeneve({ input, reservoir, output });
  }

  /**
   * A network whose output follows `dx/dt = a·x + input`.
   * @throws ValueError for a system that isn't square, and for a gamma that doesn't fit it.
   */
  static solveLinearProblem(options: SolveLinearOptions): NetworkDeneve {
    const { a, netSize, gamma, mu, nu, tauSynFast, tauSynSlow, random, ...neurons } = options;
    const { tauSynFast: fast, tauSynSlow: slow, ...derived } = linearSolution(options);
    return NetworkDeneve.specifyNetwork({
      ...neurons,
      ...derived,
      tauSynRFast: fast,
      tauSynRSlow: slow,
      tauSynOut: slow,
    });
  }
}

/** Weights and reset voltages for a linear system. */
function linearSolution(options: SolveLinearOptions) {
  const { mu = 1e-4, nu = 1e-3, tauSynFast = 1e-3, tauSynSlow = 0.1, tauMem = 0.02 } = options;
  const system = systemOf(options.a);
  const gamma = gammaOf(options, system.shape[0]!);
  const size = gamma.shape[1]!;
  const each = (value: ArrayInput) => {
    const { data } = toNdArray(value);
    return (neuron: number) => data[data.length === 1 ? 0 : neuron]!;
  };
  const [threshold, rest, membrane] = [options.vThresh ?? -0.055, options.vRest ?? -0.065, tauMem].map(
    each,
  ) as [(neuron: number) => number, (neuron: number) => number, (neuron: number) => number];
  const rate = 1 / tauSynSlow;
  const cost = Float64Array.from({ length: size }, (_, neuron) => {
    const sum = columnOf(gamma, neuron).reduce((total, value) => total + Math.abs(value), 0);
    return (nu * rate + mu * rate ** 2 + sum ** 2) / 2;
  });

  const back = transposed(gamma);
  const leaky = mapMatrix(system, (value, row, column) => value + (row === column ? rate : 0));
  const scaled = (matrix: NdArray<Float64Array>) =>
    mapMatrix(matrix, (value, row) => ((threshold(row) - rest(row)) * value) / cost[row]!);
  const withCost = mapMatrix(product(back, gamma), (value, row, column) =>
    row === column ? value + mu * rate ** 2 : value,
  );
  const fast = scaled(withCost);
  const slow = scaled(product(product(back, leaky), gamma));
  const vReset = Float64Array.from(
    cost,
    (_, neuron) => threshold(neuron) - fast.data[neuron * size + neuron]!,
  );
  return {
    weightsFast: mapMatrix(fast, (value, row, column) =>
      row === column ? 0 : -((value / tauSynFast) * membrane(row)),
    ),
    weightsSlow: mapMatrix(slow, (value, row) => value * membrane(row)),
    weightsIn: transposed(mapMatrix(scaled(back), (value, row) => value * membrane(row))),
    weightsOut: back,
    vReset,
    tauSynFast,
    tauSynSlow,
  };
}

function systemOf(a: ArrayInput): NdArray<Float64Array> {
  const system = weightMatrix(a);
  if (system.shape[0] === system.shape[1]) return system;
  throw fail('ValueError', 'not-square', `a must be square, got [${system.shape.join('][')}]`);
}

function gammaOf({ gamma, netSize, random }: SolveLinearOptions, dimensions: number): NdArray<Float64Array> {
  if (!gamma) return randomGamma(dimensions, netSize ?? 100, random ?? Math.random);
  const given = weightMatrix(gamma);
  const [rows, columns] = given.shape;
  if (rows === dimensions && (netSize === undefined || netSize === columns)) return given;
  throw fail(
    'ValueError',
    'gamma-size',
    `gamma must be [${dimensions}][${netSize ?? 'any'}], as many rows as the system has, got [${rows}][${columns}]`,
  );
}

/** Normal numbers, every column scaled to a sum of magnitudes of 50 / size. */
function randomGamma(rows: number, size: number, random: () => number): NdArray<Float64Array> {
  const drawn = {
    data: Float64Array.from({ length: rows * size }, () => normal(random)),
    shape: [rows, size],
  };
  const sums = Array.from({ length: size }, (_, column) =>
    columnOf(drawn, column).reduce((total, value) => total + Math.abs(value), 0),
  );
  return mapMatrix(drawn, (value, _, column) => ((value / sums[column]!) * 50) / size);
}

function columnOf({ data, shape }: NdArray<Float64Array>, column: number): number[] {
  return Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]! + column]!);
}
