// Starts a thread, in Node or in a browser. Bundlers see no import of Node's modules and no file of a worker.
import { type WorkerStart, workerSources } from './worker-source.ts';

export interface StartedWorker {
  /** Ends it, at once; resolves when it is gone. */
  end(): Promise<void>;
}

type Start = (start: WorkerStart, onLost: (why: string) => void) => StartedWorker;

/** How workers are started here, or undefined where there are none. */
export function workerStarter(): Start | undefined {
  const node = nodeModule('node:worker_threads');
  if (node !== undefined) return (start, onLost) => startInNode(node, start, onLost);
  return typeof Worker === 'function' && typeof Blob === 'function' ? startInPage : undefined;
}

/** How many threads this computer can run at a time. */
export function availableThreads(): number {
  const system = nodeModule('node:os');
  if (system !== undefined) return system.availableParallelism();
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

interface NodeModules {
  readonly 'node:worker_threads': typeof import('node:worker_threads');
  readonly 'node:os': typeof import('node:os');
}

function nodeModule<Name extends keyof NodeModules>(name: Name): NodeModules[Name] | undefined {
  const host = globalThis.process as { getBuiltinModule?(name: string): unknown } | undefined;
  return host?.getBuiltinModule?.(name) as NodeModules[Name] | undefined;
}

function startInNode(
  { Worker: NodeWorker }: NodeModules['node:worker_threads'],
  start: WorkerStart,
  onLost: (why: string) => void,
): StartedWorker {
  // What this process was started with (loaders, inspectors) is none of its business.
  const worker = new NodeWorker(workerSources.node, {
    eval: true,
    workerData: start,
    execArgv: [],
    name: 'rp-wasm',
  });
  let ending = false;
  worker.on('error', (error) => onLost(String(error)));
  worker.on('exit', () => {
    if (!ending) onLost('it ended');
  });
  // Listeners would keep the process alive again.
  worker.unref();
  return {
    end: async () => {
      ending = true;
      await worker.terminate();
    },
  };
}

function startInPage(start: WorkerStart, onLost: (why: string) => void): StartedWorker {
  const address = URL.createObjectURL(new Blob([workerSources.page], { type: 'text/javascript' }));
  const end = (worker?: Worker) => async () => {
    worker?.terminate();
    URL.revokeObjectURL(address);
  };
  try {
    const worker = new Worker(address, { name: 'rp-wasm' });
    worker.onerror = ({ message }) => onLost(message || forbidden);
    worker.postMessage(start);
    return { end: end(worker) };
  } catch (error) {
    onLost(String(error));
    return { end: end() };
  }
}

/** A policy's refusal comes without a message. */
const forbidden = 'it may be that the content-security policy forbids it; its worker-src must allow blob:';
