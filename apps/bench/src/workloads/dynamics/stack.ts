// Four layers of leaky integrate-and-fire neurons behind matrices, 16 → 64 → 64 → 64 → 10, a batch of 256, in float32.
// Weights are multiples of 2^-14, so that their sums are exact: a peer may add them in any order.
import { defineDynamics, type Expr } from '@rp/dynamics';
import { seeded } from '../../harness/random.ts';
import type { Arrays } from '../../harness/workload.ts';
import { type ProgramCase, programWorkload } from './program-workload.ts';

const sizes = [16, 64, 64, 64, 10] as const;
const batch = 256;
const steps = 100;
const layers = [1, 2, 3, 4] as const;
const alpha = Math.fround(0.95);
const beta = Math.fround(0.9);

const program = defineDynamics('lif-stack', {
  dims: [],
  params: { w1: [16, 64], w2: [64, 64], w3: [64, 64], w4: [64, 10], alpha: [], beta: [] },
  state: { i1: [64], v1: [64], i2: [64], v2: [64], i3: [64], v3: [64], i4: [10], v4: [10] },
  inputs: { input: [16] },
  step: ({ params, state, inputs, op }) => {
    const next: Record<string, Expr> = {};
    let signal: Expr = inputs.input;
    for (const layer of layers) {
      const drive = op.matvec(signal, params[`w${layer}`]);
      const current = op.mul(op.add(state[`i${layer}`], drive), params.beta);
      const potential = op.add(op.mul(state[`v${layer}`], params.alpha), current);
      const fires = op.gt(potential, 1);
      next[`i${layer}`] = current;
      next[`v${layer}`] = op.select(fires, op.sub(potential, 1), potential);
      signal = op.toFloat(fires);
    }
    return {
      state: next as Record<'i1' | 'v1' | 'i2' | 'v2' | 'i3' | 'v3' | 'i4' | 'v4', Expr>,
      outputs: { spikes: signal },
    };
  },
});

export function stackCase(): ProgramCase {
  const random = seeded(16);
  const weights = layers.map((layer) =>
    Float32Array.from(
      { length: sizes[layer - 1]! * sizes[layer]! },
      () => Math.round(2 ** 13 * (random() - 0.4)) / 2 ** 14,
    ),
  );
  const input = Float32Array.from({ length: batch * steps * sizes[0] }, () => (random() < 0.2 ? 1 : 0));
  const matrices = layers.map(
    (layer) =>
      [`w${layer}`, { data: weights[layer - 1]!, shape: [sizes[layer - 1]!, sizes[layer]!] }] as const,
  );
  const scalar = (value: number) => ({ data: Float32Array.of(value), shape: [] });
  return {
    program,
    bindings: {
      dims: {},
      batch,
      dt: 0.001,
      params: { ...Object.fromEntries(matrices), alpha: scalar(alpha), beta: scalar(beta) },
    },
    inputs: { input: { data: input, shape: [batch, steps, sizes[0]] } },
    steps,
    results: ({ outputs }) => ({ spikes: outputs.spikes!.data }),
    plain: () => plain(weights, input),
    data: { ...Object.fromEntries(layers.map((layer) => [`w${layer}`, weights[layer - 1]!])), input },
    settings: { batch },
    neurons: 64 + 64 + 64 + 10,
  };
}

function plain(weights: readonly Float32Array[], input: Float32Array): Arrays {
  const f = Math.fround;
  const spikes = new Float32Array(batch * steps * sizes[4]);
  const signals = sizes.map((size) => new Float32Array(size));
  for (let item = 0; item < batch; item++) {
    const currents = sizes.map((size) => new Float32Array(size));
    const potentials = sizes.map((size) => new Float32Array(size));
    for (let t = 0; t < steps; t++) {
      const row = item * steps + t;
      signals[0]!.set(input.subarray(row * sizes[0], (row + 1) * sizes[0]));
      for (let layer = 1; layer < sizes.length; layer++) {
        const [size, before] = [sizes[layer]!, sizes[layer - 1]!];
        const [w, from, to] = [weights[layer - 1]!, signals[layer - 1]!, signals[layer]!];
        const [current, potential] = [currents[layer]!, potentials[layer]!];
        to.fill(0);
        for (let i = 0; i < before; i++) {
          const x = from[i]!;
          if (x === 0) continue;
          for (let j = 0; j < size; j++) to[j] = to[j]! + f(x * w[i * size + j]!);
        }
        for (let j = 0; j < size; j++) {
          const c = f(f(current[j]! + to[j]!) * beta);
          const v = f(f(potential[j]! * alpha) + c);
          current[j] = c;
          potential[j] = v > 1 ? v - 1 : v;
          to[j] = v > 1 ? 1 : 0;
        }
      }
      spikes.set(signals[4]!, row * sizes[4]);
    }
  }
  return { spikes };
}

export const stack = [
  programWorkload(
    'lif-stack',
    'LIF layers 16→64→64→64→10, batch 256, 100 steps',
    'float32',
    { native: 0.8 },
    stackCase,
  ),
];
