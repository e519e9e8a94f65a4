// The benchmark of Vogels and Abbott (2005) with currents (CUBA), in float32: 3200 neurons that excite and 800 that inhibit,
// each connected to 2 % of all, one second in steps of 0.1 ms. Millivolts; forward Euler for the membrane, exact decays.
import { defineDynamics } from '@rp/dynamics';
import type { CsrMatrix } from '@rp/ndarray';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';
import { SpikeList } from './spikes.ts';

const neurons = 4000;
const excitatory = 3200;
const steps = 10_000;
const dt = 1e-4;
const probability = 0.02;
const [rest, reset, threshold, refractory] = [-49, -60, -50, 50];
const f = Math.fround;
const lambda = f(dt / 20e-3);
const [decayE, decayI] = [f(Math.exp(-dt / 5e-3)), f(Math.exp(-dt / 10e-3))];
const [jumpE, jumpI] = [f(1.62), f(-9)];

const csr = { shape: ['n', 'n'], storage: 'csr' } as const;

const program = defineDynamics('cuba', {
  dims: ['n'],
  params: { weightsE: csr, weightsI: csr, lambda: [], decayE: [], decayI: [] },
  state: { v: ['n'], ge: ['n'], gi: ['n'], wait: ['n'], spikes: ['n'] },
  step: ({ params, state, op }) => {
    const ge = op.add(state.ge, op.matvec(state.spikes, params.weightsE));
    const gi = op.add(state.gi, op.matvec(state.spikes, params.weightsI));
    const change = op.mul(op.sub(op.add(ge, gi), op.sub(state.v, rest)), params.lambda);
    const waits = op.gt(state.wait, 0);
    const v = op.select(waits, state.v, op.add(state.v, change));
    const fires = op.gt(v, threshold);
    return {
      state: {
        v: op.select(fires, reset, v),
        ge: op.mul(ge, params.decayE),
        gi: op.mul(gi, params.decayI),
        wait: op.select(fires, refractory, op.sub(state.wait, op.toFloat(waits))),
        spikes: op.toFloat(fires),
      },
      events: { spikes_out: fires },
    };
  },
});

type Targets = Pick<CsrMatrix, 'indptr' | 'indices'>;

function connections(random: () => number): Targets {
  const indptr = new Int32Array(neurons + 1);
  const indices: number[] = [];
  for (let pre = 0; pre < neurons; pre++) {
    for (let post = 0; post < neurons; post++) if (random() < probability) indices.push(post);
    indptr[pre + 1] = indices.length;
  }
  return { indptr, indices: Int32Array.from(indices) };
}

/** The rows of some of the neurons, the others empty. */
function rowsOf({ indptr, indices }: Targets, first: number, end: number, jump: number): CsrMatrix {
  const [from, to] = [indptr[first]!, indptr[end]!];
  return {
    shape: [neurons, neurons],
    indptr: indptr.map((entry) => Math.min(Math.max(entry, from), to) - from),
    indices: indices.slice(from, to),
    data: new Float32Array(to - from).fill(jump),
  };
}

function makeCase(): ProgramCase {
  const random = seeded(22);
  const targets = connections(random);
  const v = Float32Array.from({ length: neurons }, () => reset + (threshold - reset) * random());
  const scalar = (value: number) => ({ data: Float32Array.of(value), shape: [] });
  return {
    program,
    bindings: {
      dims: { n: neurons },
      dt,
      params: {
        weightsE: rowsOf(targets, 0, excitatory, jumpE),
        weightsI: rowsOf(targets, excitatory, neurons, jumpI),
        lambda: scalar(lambda),
        decayE: scalar(decayE),
        decayI: scalar(decayI),
      },
      state: { v: { data: v, shape: [1, neurons] } },
    },
    inputs: {},
    steps,
    results: ({ events, state }) => ({
      offsets: events.spikes_out!.offsets,
      units: events.spikes_out!.units,
      v: state.v!.data,
      ge: state.ge!.data,
      gi: state.gi!.data,
    }),
    plain: () => plain(targets, v),
    data: { ...targets, v },
    settings: {
      n: neurons,
      ...{ excitatory, rest, reset, threshold, refractory, lambda, decayE, decayI, jumpE, jumpI },
    },
    neurons,
    // of each spike a row: weights, and where they lead
    weightsRead: ({ units }) => 2 * units!.length * neurons * probability,
  };
}

function plain({ indptr, indices }: Targets, start: Float32Array): Arrays {
  const n = neurons;
  const v = start.slice();
  const [ge, gi, wait, sumE, sumI] = [0, 0, 0, 0, 0].map(() => new Float32Array(n)) as Vectors;
  let [active, next, count] = [new Int32Array(n), new Int32Array(n), 0];
  const spikes = new SpikeList(steps);
  for (let t = 0; t < steps; t++) {
    sumE.fill(0);
    sumI.fill(0);
    for (let a = 0; a < count; a++) {
      const pre = active[a]!;
      const [sums, jump] = pre < excitatory ? [sumE, jumpE] : [sumI, jumpI];
      for (let k = indptr[pre]!, end = indptr[pre + 1]!; k < end; k++) {
        const post = indices[k]!;
        sums[post] = sums[post]! + jump;
      }
    }
    count = 0;
    for (let i = 0; i < n; i++) {
      const e = f(ge[i]! + sumE[i]!);
      const inhibition = f(gi[i]! + sumI[i]!);
      ge[i] = e * decayE;
      gi[i] = inhibition * decayI;
      let now = v[i]!;
      if (wait[i]! > 0) wait[i] = wait[i]! - 1;
      else now = f(now + f(f(f(e + inhibition) - f(now - rest)) * lambda));
      if (now > threshold) {
        now = reset;
        wait[i] = refractory;
        next[count++] = i;
        spikes.push(i);
      }
      v[i] = now;
    }
    spikes.endRow();
    [active, next] = [next, active];
  }
  return { ...spikes.list, v, ge, gi };
}

type Vectors = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

export const cuba = [
  programWorkload(
    'cuba',
    'the benchmark of Vogels and Abbott: 4000 neurons, 2 % connected, 1 s in steps of 0.1 ms',
    'float32',
    { native: 0.8, 'Brian2 C++': 3.5 },
    makeCase,
  ),
];
