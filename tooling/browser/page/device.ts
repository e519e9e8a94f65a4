// What the page with WebGPU offers to the test: the conformance kit, free-running evolutions, and golden cases of layers, on
// the page's device.
import './node-in-page.ts';
import { setDefaultBackend } from '@rp/backend';
import { conformanceCases } from '@rp/backend/conformance';
import { type DeviceBackendOptions, deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import { setMessageHandlers } from '@rp/errors';
import { bitsOf } from '../../../packages/backend-device/test/bits.ts';
import { evolutions } from '../../../packages/backend-device/test/evolutions.ts';
import { type LayerCase, runLayerCase } from '../../golden/src/layers/run-layer-case.ts';
import { runWithTwin } from '../../golden/src/twin.ts';

type GpuEntry = NonNullable<DeviceBackendOptions['gpu']>;
const kit = conformanceCases({ programs: 5, seed: 2000 });

/** The first device of the page for whoever asks, so that what was compiled is shared. */
function pooled(): GpuEntry {
  const { gpu } = navigator as unknown as { readonly gpu: GpuEntry };
  let device: Promise<object> | undefined;
  return {
    requestAdapter: async (options) => {
      const found = (await gpu.requestAdapter(options)) as {
        requestDevice(descriptor: object): Promise<object>;
      } & Record<'limits' | 'info' | 'features', unknown>;
      const { limits, info, features } = found;
      const requestDevice = (descriptor: object) => {
        device ??= found
          .requestDevice(descriptor)
          .then((opened) => Object.defineProperty(opened, 'destroy', { value: () => {} }));
        return device;
      };
      return { limits, info, features, requestDevice };
    },
  };
}

const plugin = deviceBackend({ gpu: pooled() });

const offered = {
  probe: () => deviceBackend().probe(),
  /** The names of all cases of the conformance kit. */
  cases: () => kit.map(({ group, name }) => `${group}: ${name}`),
  /** What is wrong with a case, or null. */
  runCase: (index: number) => problemOf(() => kit[index]!.run(plugin)),
  evolutions: () => Object.keys(evolutions),
  /** How much happens in a free-running evolution, and which backends' bits the device gives. */
  runEvolution: async (name: string) => {
    const evolve = evolutions[name]!;
    const here = await evolve(plugin);
    const others = { js: await evolve(jsBackend()), wasm: await evolve(wasmBackend()) };
    const same = Object.entries(others).filter(([, other]) => bitsOf(other) === bitsOf(here));
    return { activity: here.activity, same: same.map(([backend]) => backend) };
  },
  /** What differs in a golden case of a layer. */
  runGolden: async (golden: LayerCase) => {
    setMessageHandlers({ warn: () => {}, notice: () => {} });
    setDefaultBackend(plugin);
    const run = (options: Parameters<typeof runLayerCase>[1]) => runLayerCase(golden, options);
    return runWithTwin({ id: golden.id, run }, { backend: plugin, dtype: 'float32' });
  },
};

declare global {
  interface Window {
    rpDevice: typeof offered;
  }
}

window.rpDevice = offered;

async function problemOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
