// A GPU whose devices can be killed, and moments to do it at.
/// <reference types="@webgpu/types" />
import { gpu, withAdapters } from './gpu.ts';

/** Its devices die when they are told to: with one of the calls to come. */
export class Mortal {
  readonly gpu: GPU;
  readonly opened: GPUDevice[] = [];
  /** Calls until the latest device dies. */
  private left = Number.POSITIVE_INFINITY;
  private late = false;

  constructor() {
    this.gpu = withAdapters(gpu, (found) => ({
      requestDevice: async (descriptor) => {
        const device = await found.requestDevice(descriptor);
        this.opened.push(device);
        this.count(device, ['createBuffer', 'createCommandEncoder', 'createBindGroup']);
        this.count(device.queue, ['submit', 'writeBuffer'], device);
        return device;
      },
    }));
  }

  get latest(): GPUDevice {
    return this.opened.at(-1)!;
  }

  /** The latest device dies with its `call`th call from now: at once, or, if `late`, in a later turn of the loop. */
  dieAt(call: number, late: boolean): void {
    this.left = call;
    this.late = late;
  }

  /** No device dies any more by itself. */
  spare(): void {
    this.left = Number.POSITIVE_INFINITY;
  }

  private count<T extends object>(
    object: T,
    methods: readonly (keyof T & string)[],
    device?: GPUDevice,
  ): void {
    for (const name of methods) {
      const own = object[name] as (...args: readonly unknown[]) => unknown;
      const counted = (...args: readonly unknown[]) => {
        const result = Reflect.apply(own, object, args);
        if (--this.left === 0) this.kill(device ?? (object as unknown as GPUDevice));
        return result;
      };
      Object.defineProperty(object, name, { value: counted });
    }
  }

  private kill(device: GPUDevice): void {
    if (this.late) setImmediate(() => device.destroy());
    else device.destroy();
  }
}

/** Random moments of a run, the same for the same seed: with which call a device dies, and whether while it works. */
export function moments(count: number, seed: number, calls: number): { call: number; late: boolean }[] {
  let word = seed;
  const random = () => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return word / 2 ** 32;
  };
  return Array.from({ length: count }, () => ({
    call: 1 + Math.floor(calls * random()),
    late: random() < 0.5,
  }));
}
