// The GPU that the tests run on, and whether there is one. Without one they are skipped, which is said loudly; where
// RP_REQUIRE_DEVICE is set they fail instead.
/// <reference types="@webgpu/types" />
import { useSoftwareGpu } from '../../../tooling/vitest/software-gpu.ts';

useSoftwareGpu();
const { create, globals } = (await import('webgpu')) as {
  create(flags: string[]): GPU;
  globals: object;
};

/** Must live as long as anything that came from it. */
export const gpu: GPU = create([]);
export { globals };

const adapter = await gpu.requestAdapter();
const required = process.env.RP_REQUIRE_DEVICE === '1';

/** Whether tests have to be skipped. */
export const noDevice = adapter === null && !required;
if (noDevice) {
  console.warn(
    '\n*** SKIPPED: tests on a device. There is no driver; install chromium, whose software GPU they use ***\n',
  );
}

/**
 * The same device for whoever asks: backends of its plugins share compiled shaders, and it outlives them.
 * Compiling is most of the time of a test on a software GPU.
 */
export function pooledGpu(): GPU {
  let device: Promise<GPUDevice> | undefined;
  const open = async (found: GPUAdapter, descriptor?: GPUDeviceDescriptor) => {
    const opened = await found.requestDevice(descriptor);
    Object.defineProperty(opened, 'destroy', { value: () => {} });
    return opened;
  };
  return withAdapters(gpu, (found) => ({
    requestDevice: (descriptor) => {
      device ??= open(found, descriptor);
      return device;
    },
  }));
}

/** A GPU whose adapters do some things in their own way. */
export function withAdapters(from: GPU, change: (found: GPUAdapter) => Partial<GPUAdapter>): GPU {
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    const found = await from.requestAdapter(options);
    if (found === null) return null;
    const { limits, info, features } = found;
    const requestDevice = (descriptor?: GPUDeviceDescriptor) => found.requestDevice(descriptor);
    return { limits, info, features, requestDevice, ...change(found) } as GPUAdapter;
  };
  return { requestAdapter } as GPU;
}
