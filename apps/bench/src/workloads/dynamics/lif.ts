// Leaky integrate-and-fire neurons in float32: driven by spikes, and densely coupled.
import { defineDynamics, type EventList, type RunResult, type StepProgram } from '@rp/dynamics';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';
import { randomSpikes, SpikeList } from './spikes.ts';

const neurons = 1000;
const steps = 1000;

/** Neurons that are coupled by a matrix, dense or sparse, or not at all. */
export function defineLif(name: string, recurrent: boolean, storage?: 'csr'): StepProgram {
  return defineDynamics(name, {
    dims: ['n'],
    params: {
      alpha: ['n'],
      beta: ['n'],
      threshold: ['n'],
      bias: ['n'],
      ...(recurrent ? { weights: { shape: ['n', 'n'], storage } } : {}),
    },
    state: { current: ['n'], potential: ['n'], spikes: ['n'] },
    inputs: { input: ['n'] },
    step: ({ params, state, inputs, op }) => {
      const drive = recurrent ? op.add(inputs.input, op.matvec(state.spikes, params.weights!)) : inputs.input;
      const current = op.mul(op.add(state.current, drive), params.beta);
      const potential = op.add(op.add(op.mul(state.potential, params.alpha), current), params.bias);
      const fires = op.gt(potential, params.threshold);
      return {
        state: {
          current,
          potential: op.select(fires, op.sub(potential, params.threshold), potential),
          spikes: op.toFloat(fires),
        },
        events: { spikes_out: fires },
      };
    },
  });
}

// Weights are multiples of 2^-14, so small that their sums are exact: a peer may add them in any order.
export interface Data {
  readonly alpha: Float32Array;
  readonly beta: Float32Array;
  readonly threshold: Float32Array;
  readonly bias: Float32Array;
  readonly weights: Float32Array;
  readonly input: EventList;
}

/** Neurons that differ a little, some number of weights up to a scale, and spikes that come in. */
export function makeData(
  random: () => number,
  count: number,
  weights: { readonly count: number; readonly scale: number },
  rows = steps,
): Data {
  const around = (middle: number, spread: number) =>
    Float32Array.from({ length: count }, () => middle + spread * (random() - 0.5));
  return {
    alpha: around(0.95, 0.02),
    beta: around(0.9, 0.04),
    threshold: around(8, 0.8),
    bias: around(0.004, 0.002),
    weights: Float32Array.from(
      { length: weights.count },
      () => Math.round(weights.scale * (random() - 0.55)) / 2 ** 14,
    ),
    input: randomSpikes(rows, count, 0.05, random),
  };
}

export function results({ events, state }: RunResult): Arrays {
  const { offsets, units } = events.spikes_out!;
  return { offsets, units, potential: state.potential!.data, current: state.current!.data };
}

/** The loop by hand; `couple` adds to `drive` what comes from the neurons that fired. */
export function plain(
  { alpha, beta, threshold, bias, input }: Data,
  couple: (drive: Float32Array, active: Int32Array, count: number) => void,
): Arrays {
  const f = Math.fround;
  const n = alpha.length;
  const rows = input.offsets.length - 1;
  const [current, potential, drive] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  let [active, count] = [new Int32Array(n), 0];
  let next = new Int32Array(n);
  const spikes = new SpikeList(rows);
  for (let t = 0; t < rows; t++) {
    drive.fill(0);
    couple(drive, active, count);
    for (let e = input.offsets[t]!, end = input.offsets[t + 1]!; e < end; e++) {
      const unit = input.units[e]!;
      drive[unit] = input.counts[e]! + drive[unit]!;
    }
    count = 0;
    for (let i = 0; i < n; i++) {
      const c = f(f(current[i]! + drive[i]!) * beta[i]!);
      const v = f(f(f(potential[i]! * alpha[i]!) + c) + bias[i]!);
      current[i] = c;
      if (v > threshold[i]!) {
        potential[i] = v - threshold[i]!;
        next[count++] = i;
        spikes.push(i);
      } else potential[i] = v;
    }
    spikes.endRow();
    [active, next] = [next, active];
  }
  return { ...spikes.list, potential, current };
}

function addRows(weights: Float32Array) {
  return (drive: Float32Array, active: Int32Array, count: number) => {
    const n = drive.length;
    for (let a = 0; a < count; a++) {
      const row = active[a]! * n;
      for (let j = 0; j < n; j++) drive[j] = drive[j]! + weights[row + j]!;
    }
  };
}

/** As many neurons and steps, coupled or not. */
export function lifCase(recurrent: boolean, count = neurons, rows = steps): ProgramCase {
  const random = seeded(recurrent ? 12 : 11);
  const data = makeData(random, count, { count: count * count, scale: 320 }, rows);
  const { input, weights, ...vectors } = data;
  const vector = (array: Float32Array) => ({ data: array, shape: [count] });
  return {
    program: defineLif(recurrent ? 'lif-rec' : 'lif-ff', recurrent),
    bindings: {
      dims: { n: count },
      dt: 0.001,
      params: {
        ...Object.fromEntries(Object.entries(vectors).map(([name, array]) => [name, vector(array)])),
        ...(recurrent ? { weights: { data: weights, shape: [count, count] } } : {}),
      },
    },
    inputs: { input },
    steps: rows,
    results,
    plain: () => plain(data, recurrent ? addRows(weights) : () => {}),
    data: { ...vectors, weights, offsets: input.offsets, units: input.units },
    settings: { n: count },
    neurons: count,
    // a row of weights for each spike of the step before
    weightsRead: ({ units }) => units!.length * count,
  };
}

/** Such neurons, not coupled, in other numbers: a session of them, for what stands around a run. */
export function feedForwardLif(count = neurons, rows = steps) {
  const random = seeded(18);
  const around = (middle: number, spread: number) => ({
    data: Float32Array.from({ length: count }, () => middle + spread * (random() - 0.5)),
    shape: [count],
  });
  const params = {
    alpha: around(0.95, 0.02),
    beta: around(0.9, 0.04),
    threshold: around(8, 0.8),
    bias: around(0.004, 0.002),
  };
  return {
    program: defineLif('lif-ff', false),
    bindings: { dims: { n: count }, dt: 0.001, params },
    input: randomSpikes(rows, count, 0.05, random),
    steps: rows,
  };
}

export const lif = [
  programWorkload(
    'lif-ff',
    '1000 LIF neurons, 1000 steps, 5 % input spikes',
    'float32',
    { native: 0.8, reference: 200 },
    () => lifCase(false),
  ),
  programWorkload(
    'lif-rec',
    '1000 LIF neurons, densely coupled, 1000 steps',
    'float32',
    { native: 0.8, reference: 40, PyTorch: 100 },
    () => lifCase(true),
  ),
];
