// TensorFlow.js on its WebAssembly backend, one thread.
import { join } from 'node:path';
import type { Arrays } from '../../harness/workload.ts';
import { load } from './installed.ts';
import { type Library, npmPeer, type Size } from './peer.ts';

/** What is used of the library. */
interface Tensor {
  add(other: Tensor): Tensor;
  sub(other: Tensor): Tensor;
  mul(other: Tensor): Tensor;
  greater(other: Tensor): Tensor;
  relu(): Tensor;
  toFloat(): Tensor;
  reshape(shape: readonly number[]): Tensor;
  matMul(other: Tensor): Tensor;
  data(): Promise<Float32Array>;
  dispose(): void;
}

interface Tf {
  readonly version: { readonly tfjs: string };
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
  unstack(tensor: Tensor): Tensor[];
  stack(tensors: readonly Tensor[]): Tensor;
  zeros(shape: readonly number[]): Tensor;
  where(condition: Tensor, yes: Tensor, no: Tensor): Tensor;
  tidy<T>(work: () => T): T;
}

interface WasmBackend {
  setWasmPaths(folder: string): void;
  setThreadsCount(count: number): void;
}

const packages = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];

async function open(): Promise<Library> {
  const tf = load(packages[0]!).module as Tf;
  const backend = load(packages[1]!);
  const wasm = backend.module as WasmBackend;
  wasm.setThreadsCount(1);
  wasm.setWasmPaths(`${join(backend.folder, 'dist')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('its wasm backend cannot be used');
  return {
    versions: `TensorFlow.js ${tf.version.tfjs}, wasm`,
    lif: (numbers, rows, size, recurrent) => lif(tf, numbers, rows, size, recurrent),
    rate: (numbers, rows, size) => rate(tf, numbers, rows, size),
  };
}

export const tfjsPeer = npmPeer('tfjs', packages, open);

function vectors(tf: Tf, numbers: Arrays, names: readonly string[]): Tensor[] {
  return names.map((name) => tf.tensor(numbers[name] as Float32Array, [numbers[name]!.length]));
}

function lif(tf: Tf, numbers: Arrays, rows: Float32Array, { n, steps }: Size, recurrent: boolean) {
  const [alpha, beta, threshold, bias] = vectors(tf, numbers, ['alpha', 'beta', 'threshold', 'bias']) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const weights = tf.tensor(numbers.weights as Float32Array, [n, n]);
  const inputs = tf.unstack(tf.tensor(rows, [steps, n]));
  const step = (input: Tensor, before: Tensor[]) => {
    const [current, potential, spikes] = before as [Tensor, Tensor, Tensor];
    const drive = recurrent ? input.add(spikes.reshape([1, n]).matMul(weights).reshape([n])) : input;
    const next = current.add(drive).mul(beta);
    const moved = potential.mul(alpha).add(next).add(bias);
    const fires = moved.greater(threshold);
    return [next, tf.where(fires, moved.sub(threshold), moved), fires.toFloat()];
  };
  return async () => {
    let state = [tf.zeros([n]), tf.zeros([n]), tf.zeros([n])];
    const fired: Tensor[] = [];
    for (const input of inputs) {
      const before = state;
      state = tf.tidy(() => step(input, before));
      before[0]!.dispose();
      before[1]!.dispose();
      fired.push(state[2]!);
    }
    const spikes = tf.stack(fired);
    const [all, potential, current] = await Promise.all([spikes, state[1]!, state[0]!].map((t) => t.data()));
    for (const tensor of [spikes, state[0]!, state[1]!, ...fired]) tensor.dispose();
    return { spikes: all!, potential: potential!, current: current! };
  };
}

function rate(tf: Tf, numbers: Arrays, rows: Float32Array, { n, steps }: Size) {
  const [bias, lambda] = vectors(tf, numbers, ['bias', 'lambda']) as [Tensor, Tensor];
  const weights = tf.tensor(numbers.weights as Float32Array, [n, n]);
  const inputs = tf.unstack(tf.tensor(rows, [steps, n]));
  const step = (input: Tensor, x: Tensor) => {
    const activity = x.add(bias).relu();
    const sums = activity.reshape([1, n]).matMul(weights).reshape([n]);
    return [x.add(input.sub(x).add(sums).mul(lambda)), activity];
  };
  return async () => {
    let x = tf.zeros([n]);
    const activities: Tensor[] = [];
    for (const input of inputs) {
      const before = x;
      const [next, activity] = tf.tidy(() => step(input, before));
      before.dispose();
      x = next!;
      activities.push(activity!);
    }
    const all = tf.stack(activities);
    const [activity, last] = await Promise.all([all.data(), x.data()]);
    for (const tensor of [all, x, ...activities]) tensor.dispose();
    return { activity, x: last };
  };
}
