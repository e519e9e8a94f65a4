// How fast a device copies its own memory: what no program gets past.
/// <reference types="@webgpu/types" />
import { median } from '../harness/measure.ts';

const copies = 16;

/** Bytes read and written per millisecond while a large buffer is copied on the device, and how large it was. */
export async function deviceCopy(gpu: GPU): Promise<{ readonly bytes: number; readonly perMs: number }> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('there is no adapter');
  const { maxBufferSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize } });
  const { perMs } = await copyOn(device, small);
  // On a GPU that much is too little to tell, and stays in a cache.
  const result =
    perMs < slow ? { bytes: small, perMs } : await copyOn(device, Math.min(large, maxBufferSize));
  device.destroy();
  return result;
}

const small = 16 * 2 ** 20;
const large = 512 * 2 ** 20;
/** Bytes per millisecond of a device that is no GPU. */
const slow = 3e7;

async function copyOn(device: GPUDevice, bytes: number) {
  // As in WebGPU, of which Node has no constants: COPY_SRC and COPY_DST.
  const make = (usage: number) => device.createBuffer({ size: bytes, usage });
  const [from, to] = [make(4), make(8)];
  const once = async () => {
    const encoder = device.createCommandEncoder();
    for (let copy = 0; copy < copies; copy++) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  const times: number[] = [];
  for (let round = 0; round < 6; round++) times.push(await once());
  from.destroy();
  to.destroy();
  return { bytes, perMs: (2 * bytes * copies) / median(times.slice(1)) };
}
