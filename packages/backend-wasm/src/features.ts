// What the WebAssembly of this place can do: a tiny function is made for each, and looked at.
import { encodeModule } from './asm/encode.ts';
import { FunctionBuilder } from './asm/function.ts';
import { atomic, i32, op, store, words } from './asm/node.ts';
import { sharedMemory } from './run/heap.ts';
import { workerStarter } from './threads/start-worker.ts';

/** Why WebAssembly can't be used here, or undefined where it can: a module that stores 7 is made and run. */
export function webAssemblyProblem(): string | undefined {
  if (typeof WebAssembly === 'undefined') return 'there is no WebAssembly here';
  try {
    const fn = new FunctionBuilder('seven', []);
    fn.add(store('i32.store', i32(0), i32(7)));
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(encodeModule([fn])), {
      env: { memory },
    });
    (exports.seven as () => void)();
    return new Uint8Array(memory.buffer)[0] === 7 ? undefined : 'WebAssembly gives wrong results';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Why several threads can't be used here, or undefined where they can be, as far as can be told at once. */
export function threadsProblem(): string | undefined {
  if (typeof SharedArrayBuffer === 'undefined') {
    return globalThis.crossOriginIsolated === false
      ? 'this page is not cross-origin isolated; serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
      : 'there is no SharedArrayBuffer here';
  }
  if (workerStarter() === undefined) return 'there are no worker threads here';
  try {
    const memory = sharedMemory();
    const fn = new FunctionBuilder('shared', []);
    fn.add(atomic('i32.atomic.store', i32(0), i32(7)));
    const module = new WebAssembly.Module(encodeModule([fn], true));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    (exports.shared as () => void)();
    return new Uint8Array(memory.buffer)[0] === 7 ? undefined : 'WebAssembly’s shared memory doesn’t work';
  } catch (error) {
    return `WebAssembly can't share its memory: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Whether vectors of 128 bits are there. */
export function hasSimd(): boolean {
  const fn = new FunctionBuilder('vector', []);
  fn.add(store('v128.store', i32(0), op('f32x4.pmin', words(0, 0, 0, 0), words(0, 0, 0, 0))));
  return WebAssembly.validate(encodeModule([fn]));
}
