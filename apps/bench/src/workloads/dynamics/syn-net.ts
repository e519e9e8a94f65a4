// A whole network of modules, evolved as one program or module by module: SynNet, 16 → 64 → 64 → 64 → 10, in float32. Its
// leaks are bit shifts and its weights multiples of 2^-14, so that sums are exact: a peer may add in any order.
import type { Backend, BackendPlugin } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { LIFBitshiftTorch, type LinearTorch, SynNet } from '@rp/modules';
import { type NdArray, toNdArray } from '@rp/ndarray';
import { seeded } from '../../harness/random.ts';
import type { Arrays, Prepared, Workload } from '../../harness/workload.ts';

const sizes = [16, 64, 64, 64, 10] as const;
const layers = ['0', '1', '2', 'out'] as const;
const timeConstants = 4;
const batch = 256;
const steps = 100;

interface Net {
  run(fuse: boolean): Promise<Arrays>;
  bytesHeld(): number;
  dispose(): Promise<void>;
}

/** The weights of a layer, the same for every network here. */
function weightsOf(layer: number): NdArray<Float64Array> {
  const random = seeded(20 + layer);
  const shape = [sizes[layer]!, sizes[layer + 1]!];
  const data = Float64Array.from(
    { length: shape[0]! * shape[1]! },
    () => Math.round(2 ** 12 * (random() - 0.45)) / 2 ** 14,
  );
  return { data, shape };
}

function netOn(plugin: BackendPlugin, input: NdArray): Net {
  const { watched, bytesHeld } = watching(plugin);
  const net = new SynNet({
    nChannels: sizes[0],
    nClasses: sizes[4],
    sizeHiddenLayers: sizes.slice(1, 4),
    timeConstantsPerLayer: [timeConstants, timeConstants, timeConstants],
    neuronModel: LIFBitshiftTorch,
    backend: watched,
    dtype: 'float32',
    seed: 1,
  });
  layers.forEach((name, layer) => {
    (net.seq.at(`${name}_linear`) as LinearTorch).weight = weightsOf(layer);
  });
  const state = net.state();
  return {
    run: async (fuse) => ({
      output: toNdArray((await net.evolve(input, { state, fuse, keepOutputs: false })).output).data,
    }),
    bytesHeld,
    dispose: () => net.dispose(),
  };
}

/** A plugin that keeps an eye on what its backends hold. */
function watching(plugin: BackendPlugin): { readonly watched: BackendPlugin; bytesHeld(): number } {
  const opened: Backend[] = [];
  const watched: BackendPlugin = {
    contract: plugin.contract,
    name: plugin.name,
    probe: () => plugin.probe(),
    open: async () => {
      const backend = await plugin.open();
      opened.push(backend);
      return backend;
    },
  };
  return { watched, bytesHeld: () => opened.reduce((sum, backend) => sum + backend.usage().bytes, 0) };
}

/** What is left of the currents after a step: the network's own rule, `tauSynBase` being two steps. */
function betasOf(layer: number): Float32Array {
  const constants = layer < 3 ? timeConstants : 1;
  return Float32Array.from(
    { length: sizes[layer + 1]! },
    (_, neuron) => 1 - 2 ** -((neuron % constants) + 1),
  );
}

async function prepare(): Promise<Prepared> {
  const random = seeded(19);
  const data = Float32Array.from({ length: batch * steps * sizes[0] }, () => (random() < 0.2 ? 1 : 0));
  const input = toNdArray({ data, shape: [batch, steps, sizes[0]] });
  const here = netOn(wasmBackend(), input);
  const apart = netOn(wasmBackend(), input);
  const js = netOn(jsBackend(), input);
  const weights = layers.map((_, layer) => weightsOf(layer).data);
  const named = (stem: string, arrays: readonly (Float64Array | Float32Array)[]) =>
    Object.fromEntries(arrays.map((array, layer) => [`${stem}${layer + 1}`, Float32Array.from(array)]));
  const neurons = sizes.slice(1).reduce((sum, size) => sum + size, 0);
  const weightCount = weights.reduce((sum, { length }) => sum + length, 0);
  return {
    inputs: {
      input: data,
      ...named('w', weights),
      ...named(
        'beta',
        layers.map((_, layer) => betasOf(layer)),
      ),
    },
    settings: { batch, steps, alpha: 0.5, threshold: 1, maxSpikes: 31, maxSpikesOut: 1 },
    run: () => here.run(true),
    others: { unfused: () => apart.run(false), 'js backend': () => js.run(true) },
    cost: {
      neuronSteps: batch * steps * neurons,
      // per neuron: three states read and written, four parameters read, what it and its weights give out recorded
      bytesMoved: ({ output }) =>
        4 * batch * steps * (12 * neurons + weightCount) + data.byteLength + output!.length * 4,
      bytesHeld: here.bytesHeld,
    },
    dispose: async () => {
      for (const net of [here, apart, js]) await net.dispose();
    },
  };
}

export const synNet: readonly Workload[] = [
  {
    name: 'synnet',
    title: 'the module SynNet 16→64→64→64→10, batch 256, 100 steps, every module’s output recorded',
    subject: 'step programs',
    dtype: 'float32',
    prepare,
  },
];
