// Neurons whose spikes have exact times, in float64: the program of the layer RecFSSpikeEulerBT, which steps back to each
// crossing of a threshold. One second in rows of 0.1 ms; each row is a loop of as many solver steps as begin in it.
import type { Bindings, Rows, Tensor } from '@rp/dynamics';
import { RecFSSpikeEulerBT } from '@rp/layers-v1';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';
import { SpikeList } from './spikes.ts';

const neurons = 200;
const rows = 10_000;
const dt = 1e-4;
const minDelta = dt / 10;
const tEnd = rows * dt;

/** The numbers of all neurons and of their connections. */
interface Data {
  readonly vRest: Float64Array;
  readonly vThresh: Float64Array;
  readonly vReset: Float64Array;
  readonly bias: Float64Array;
  readonly tauMem: Float64Array;
  readonly tauFast: Float64Array;
  readonly tauSlow: Float64Array;
  readonly refractory: Float64Array;
  /** Row by row: what a spike of a neuron adds to all currents. */
  readonly jumpsFast: Float64Array;
  readonly jumpsSlow: Float64Array;
  readonly input: Float64Array;
}

/** The layer, with its program laid open. */
class OpenLayer extends RecFSSpikeEulerBT {
  caseOf(): { readonly program: ProgramCase['program']; readonly bindings: Bindings } {
    const { dims, params, state } = this.bindings();
    const { program, params: more } = this.programInputs(null, { duration: tEnd });
    const tensors = (values: Readonly<Record<string, Tensor | number>>) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tensor(value)]));
    return {
      program: program!,
      bindings: { dims, dt: this.dt, params: tensors({ ...params, ...more }), state: tensors(state) },
    };
  }
}

function tensor(value: Tensor | number): NdArray {
  return typeof value === 'number' ? { data: Float64Array.of(value), shape: [] } : toNdArray(value);
}

function makeData(): Data {
  const random = seeded(17);
  const numbers = (length: number, from: number, to: number) =>
    Float64Array.from({ length }, () => from + (to - from) * random());
  const vector = (from: number, to: number) => numbers(neurons, from, to);
  const jumps = (size: number) => numbers(neurons * neurons, -size, 0.8 * size);
  return {
    vRest: vector(-0.066, -0.064),
    vThresh: vector(-0.056, -0.054),
    vReset: vector(-0.066, -0.064),
    bias: vector(0.008, 0.013),
    tauMem: vector(0.018, 0.022),
    tauFast: vector(0.001, 0.002),
    tauSlow: vector(0.05, 0.1),
    refractory: vector(0, 0.002),
    jumpsFast: jumps(4e-4),
    jumpsSlow: jumps(1e-4),
    input: numbers(rows * neurons, -0.002, 0.002),
  };
}

function transposed(jumps: Float64Array): NdArray<Float64Array> {
  const data = jumps.map((_, at) => jumps[(at % neurons) * neurons + Math.floor(at / neurons)]!);
  return { data, shape: [neurons, neurons] };
}

function layerOf(data: Data): OpenLayer {
  const vector = (values: Float64Array) => ({ data: values, shape: [neurons] });
  return new OpenLayer({
    weightsFast: transposed(data.jumpsFast),
    weightsSlow: transposed(data.jumpsSlow),
    vRest: vector(data.vRest),
    vThresh: vector(data.vThresh),
    vReset: vector(data.vReset),
    bias: vector(data.bias),
    tauMem: vector(data.tauMem),
    tauSynRFast: vector(data.tauFast),
    tauSynRSlow: vector(data.tauSlow),
    refractory: vector(data.refractory),
    dt,
  });
}

function makeCase(): ProgramCase {
  const data = makeData();
  const input: Rows = { data: data.input, shape: [1, rows, neurons] };
  return {
    ...layerOf(data).caseOf(),
    inputs: { input },
    steps: rows,
    results: ({ events, state }) => ({
      offsets: events.spikes!.offsets,
      units: events.spikes!.units,
      times: events.spikes!.counts,
      v: state.v!.data,
      slow: state.iSynSlow!.data,
      fast: state.iSynFast!.data,
    }),
    plain: () => plain(data),
    data: { ...data },
    settings: { n: neurons, dt, minDelta, tEnd },
    neurons,
    weightsRead: ({ units }) => 2 * neurons * units!.length,
  };
}

/** Python's `//`, which decides which row is read. */
function floorDiv(a: number, b: number): number {
  const quotient = (a - (a % b)) / b;
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

function plain(data: Data): Arrays {
  const { vRest, vThresh, vReset, bias, tauMem, tauFast, tauSlow, refractory, jumpsFast, jumpsSlow } = data;
  const n = neurons;
  const v = vRest.slice();
  const vLast = v.slice();
  const [slow, slowLast, fast, fastLast] = [0, 0, 0, 0].map(() => new Float64Array(n)) as Vectors;
  const waiting = new Float64Array(n);
  const spikes = new SpikeList(rows);
  const times: number[] = [];
  let [time, lastTime, firing, fresh] = [0, 0, -1, true];
  for (let row = 0; row < rows; row++) {
    while (fresh || (time < tEnd && (floorDiv(time, dt) <= row || row === rows - 1))) {
      if (!fresh) {
        for (let i = 0; i < n; i++) {
          const jumpSlow = firing < 0 ? 0 : jumpsSlow[firing * n + i]!;
          const jumpFast = firing < 0 ? 0 : jumpsFast[firing * n + i]!;
          const s = slow[i]! + (-slow[i]! / tauSlow[i]! + jumpSlow / dt) * dt;
          const f = fast[i]! + (-fast[i]! / tauFast[i]! + jumpFast / dt) * dt;
          const currents = vRest[i]! - v[i]! + s + f + data.input[row * n + i]! + bias[i]!;
          vLast[i] = v[i]!;
          v[i] = v[i]! + (currents / tauMem[i]!) * dt;
          slowLast[i] = slow[i]! + jumpSlow;
          fastLast[i] = fast[i]! + jumpFast;
          slow[i] = s;
          fast[i] = f;
          waiting[i] = waiting[i]! - dt;
        }
        lastTime = time;
        time += dt;
      }
      fresh = false;
      firing = -1;
      const active = time < tEnd;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < n; i++) {
        if (active && waiting[i]! > 0) v[i] = vReset[i]!;
        if (!(v[i]! > vThresh[i]!)) continue;
        const crossing = ((vThresh[i]! - vLast[i]!) * dt) / (v[i]! - vLast[i]!);
        if (active && crossing < least) [least, firing] = [crossing, i];
      }
      if (firing < 0) continue;
      const crossed = lastTime + least;
      const earliest = lastTime + minDelta;
      time = crossed < earliest ? earliest : crossed > time ? time : crossed;
      const passed = time - lastTime;
      for (let i = 0; i < n; i++) {
        v[i] = ((v[i]! - vLast[i]!) / dt) * passed + vLast[i]!;
        slow[i] = ((slow[i]! - slowLast[i]!) / dt) * passed + slowLast[i]!;
        fast[i] = ((fast[i]! - fastLast[i]!) / dt) * passed + fastLast[i]!;
        waiting[i] = waiting[i]! + dt - passed;
      }
      v[firing] = vReset[firing]!;
      waiting[firing] = refractory[firing]!;
      spikes.push(firing);
      times.push(time);
    }
    spikes.endRow();
  }
  return { ...spikes.list, times: Float64Array.from(times), v, slow, fast };
}

type Vectors = [Float64Array, Float64Array, Float64Array, Float64Array];

export const backStep = [
  programWorkload(
    'backtick',
    '200 neurons with exact spike times, 1 s in rows of 0.1 ms',
    'float64',
    { native: 0.8 },
    makeCase,
  ),
];
