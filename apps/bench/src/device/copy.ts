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
  const bytes = Math.min(256 * 2 ** 20, maxBufferSize);
  // As in WebGPU, of which Node has no constants: COPY_SRC and COPY_DST.
  const [from, to] = [4, 8].map((usage) => device.createBuffer({ size: bytes, usage })) as [
    GPUBuffer,
    GPUBuffer,
  ];
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
  device.destroy();
  return { bytes, perMs: (2 * bytes * copies) / median(times.slice(1)) };
}
