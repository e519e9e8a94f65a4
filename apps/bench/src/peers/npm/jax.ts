// jax-js on its WebAssembly backend: a compiled step, called once per time step (it has no loop that compiles).
import type { Arrays } from '../../harness/workload.ts';
import { load } from './installed.ts';
import { type Library, npmPeer, type Size } from './peer.ts';

/** What is used of the library. An array is used up by the operation that takes it, unless that is given `ref`. */
interface Jax {
  readonly ref: Jax;
  add(other: Jax): Jax;
  sub(other: Jax): Jax;
  mul(other: Jax): Jax;
  greater(other: Jax): Jax;
  astype(type: unknown): Jax;
  reshape(shape: readonly number[]): Jax;
  data(): Promise<Float32Array>;
}

interface Module {
  init(device: string): Promise<unknown>;
  defaultDevice(device: string): unknown;
  jit(step: (...arrays: Jax[]) => Jax[]): (...arrays: Jax[]) => Jax[];
  readonly numpy: {
    readonly float32: unknown;
    array(data: Float32Array): Jax;
    dot(left: Jax, right: Jax): Jax;
    where(condition: Jax, yes: Jax, no: Jax): Jax;
    maximum(left: Jax, right: Jax | number): Jax;
  };
}

const packages = ['@jax-js/jax'];

async function open(): Promise<Library> {
  const { module, version } = load(packages[0]!);
  const jax = module as Module;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return {
    versions: `jax-js ${version}, wasm`,
    lif: (numbers, rows, size, recurrent) => lif(jax, numbers, rows, size, recurrent),
    rate: (numbers, rows, size) => rate(jax, numbers, rows, size),
  };
}

export const jaxPeer = { ...npmPeer('jax-js', packages, open), onlyWhenNamed: true };

function rowsOf({ numpy }: Module, rows: Float32Array, { n, steps }: Size): Jax[] {
  return Array.from({ length: steps }, (_, row) => numpy.array(rows.slice(row * n, (row + 1) * n)));
}

/** Gathers rows that a step gives out. */
async function gathered(arrays: readonly Jax[], { n, steps }: Size): Promise<Float32Array> {
  const all = new Float32Array(n * steps);
  for (let row = 0; row < steps; row++) all.set(await arrays[row]!.data(), row * n);
  return all;
}

function lif(jax: Module, numbers: Arrays, rows: Float32Array, size: Size, recurrent: boolean) {
  const { n } = size;
  const np = jax.numpy;
  const vector = (name: string) => np.array(numbers[name] as Float32Array);
  const constants = ['alpha', 'beta', 'threshold', 'bias'].map(vector);
  const weights = recurrent ? [vector('weights').reshape([n, n])] : [];
  const inputs = rowsOf(jax, rows, size);
  const step = jax.jit((...arrays) => {
    const [current, potential, spikes, input, alpha, beta, threshold, bias, w] = arrays as [
      ...[Jax, Jax, Jax, Jax],
      ...[Jax, Jax, Jax, Jax, Jax?],
    ];
    const drive = w ? input.add(np.dot(spikes, w)) : input;
    const next = current.add(drive).mul(beta);
    const moved = potential.mul(alpha).add(next.ref).add(bias);
    const fires = moved.ref.greater(threshold.ref);
    const reset = np.where(fires.ref, moved.ref.sub(threshold), moved);
    return [next, reset, fires.astype(np.float32)];
  });
  return async () => {
    const zeros = () => np.array(new Float32Array(n));
    let state = [zeros(), zeros(), zeros()];
    const fired: Jax[] = [];
    for (const input of inputs) {
      state = step(...state, input.ref, ...constants.map(({ ref }) => ref), ...weights.map(({ ref }) => ref));
      fired.push(state[2]!.ref);
    }
    const spikes = await gathered(fired, size);
    return { spikes, potential: await state[1]!.data(), current: await state[0]!.data() };
  };
}

function rate(jax: Module, numbers: Arrays, rows: Float32Array, size: Size) {
  const { n } = size;
  const np = jax.numpy;
  const vector = (name: string) => np.array(numbers[name] as Float32Array);
  const constants = [vector('bias'), vector('lambda'), vector('weights').reshape([n, n])];
  const inputs = rowsOf(jax, rows, size);
  const step = jax.jit((...arrays) => {
    const [x, input, bias, lambda, weights] = arrays as [Jax, Jax, Jax, Jax, Jax];
    const activity = np.maximum(x.ref.add(bias), 0);
    const change = input.sub(x.ref).add(np.dot(activity.ref, weights));
    return [x.add(change.mul(lambda)), activity];
  });
  return async () => {
    let x = np.array(new Float32Array(n));
    const activities: Jax[] = [];
    for (const input of inputs) {
      const [next, activity] = step(x, input.ref, ...constants.map(({ ref }) => ref));
      x = next!;
      activities.push(activity!);
    }
    const activity = await gathered(activities, size);
    return { activity, x: await x.data() };
  };
}
