// Integrate-and-fire neurons with refractory time, densely coupled, in float32: one second in steps of 0.1 ms.
import { defineDynamics } from '@rp/dynamics';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';
import { SpikeList } from './spikes.ts';

const neurons = 1000;
const steps = 10_000;

const program = defineDynamics('iaf-rec', {
  dims: ['n'],
  params: { weights: ['n', 'n'], drive: ['n'], decay: ['n'], lambda: ['n'], refractory: [] },
  state: { current: ['n'], potential: ['n'], wait: ['n'], spikes: ['n'] },
  step: ({ params, state, op }) => {
    const current = op.add(op.mul(state.current, params.decay), op.matvec(state.spikes, params.weights));
    const change = op.mul(op.sub(op.add(current, params.drive), state.potential), params.lambda);
    const waits = op.gt(state.wait, 0);
    const potential = op.select(waits, state.potential, op.add(state.potential, change));
    const fires = op.gt(potential, 1);
    return {
      state: {
        current,
        potential: op.select(fires, 0, potential),
        wait: op.select(fires, params.refractory, op.sub(state.wait, op.toFloat(waits))),
        spikes: op.toFloat(fires),
      },
      events: { spikes_out: fires },
    };
  },
});

function makeCase(): ProgramCase {
  const random = seeded(14);
  const n = neurons;
  const numbers = (length: number, make: () => number) => Float32Array.from({ length }, make);
  const weights = numbers(n * n, () => 0.04 * (random() - 0.6));
  const drive = numbers(n, () => 0.9 + 0.4 * random());
  const decay = numbers(n, () => 0.98 + 0.01 * random());
  const lambda = numbers(n, () => 0.004 + 0.004 * random());
  const potential = numbers(n, random);
  const vector = (data: Float32Array) => ({ data, shape: [n] });
  return {
    program,
    bindings: {
      dims: { n },
      dt: 0.0001,
      params: {
        weights: { data: weights, shape: [n, n] },
        drive: vector(drive),
        decay: vector(decay),
        lambda: vector(lambda),
        refractory: { data: Float32Array.of(20), shape: [] },
      },
      state: { potential: { data: potential, shape: [1, n] } },
    },
    inputs: {},
    steps,
    results: ({ events, state }) => ({
      offsets: events.spikes_out!.offsets,
      units: events.spikes_out!.units,
      potential: state.potential!.data,
      current: state.current!.data,
    }),
    plain: () => plain({ weights, drive, decay, lambda, potential }),
    data: { weights, drive, decay, lambda, potential },
    settings: { n, refractory: 20 },
    neurons,
    weightsRead: ({ units }) => units!.length * n,
  };
}

interface Data {
  readonly weights: Float32Array;
  readonly drive: Float32Array;
  readonly decay: Float32Array;
  readonly lambda: Float32Array;
  readonly potential: Float32Array;
}

function plain({ weights, drive, decay, lambda, potential: start }: Data): Arrays {
  const f = Math.fround;
  const n = neurons;
  const potential = start.slice();
  const [current, wait, sums] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  let [active, next, count] = [new Int32Array(n), new Int32Array(n), 0];
  const spikes = new SpikeList(steps);
  for (let t = 0; t < steps; t++) {
    sums.fill(0);
    for (let a = 0; a < count; a++) {
      const row = active[a]! * n;
      for (let j = 0; j < n; j++) sums[j] = sums[j]! + weights[row + j]!;
    }
    count = 0;
    for (let i = 0; i < n; i++) {
      const c = f(f(current[i]! * decay[i]!) + sums[i]!);
      current[i] = c;
      let v = potential[i]!;
      if (wait[i]! > 0) wait[i] = wait[i]! - 1;
      else v = f(v + f(f(f(c + drive[i]!) - v) * lambda[i]!));
      if (v > 1) {
        v = 0;
        wait[i] = 20;
        next[count++] = i;
        spikes.push(i);
      }
      potential[i] = v;
    }
    spikes.endRow();
    [active, next] = [next, active];
  }
  return { ...spikes.list, potential, current };
}

export const iaf = [
  programWorkload(
    'iaf-rec',
    '1000 IAF neurons, densely coupled, 1 s in steps of 0.1 ms',
    'float32',
    { native: 0.8, 'Brian2 C++': 3.5 },
    makeCase,
  ),
];
