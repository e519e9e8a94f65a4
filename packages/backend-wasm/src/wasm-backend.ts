// The backend itself: what it can do, its memory, its cache of programs, and the sessions that it has open.
import {
  type Backend,
  type BackendPlugin,
  type Capabilities,
  type Executable,
  executableOf,
  type Probe,
  refusal,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { type Bindings, basicOps, type Dtype, type StepProgram } from '@rp/dynamics';
import type { Threads } from './compile/division.ts';
import { ProgramCache } from './compiled-program.ts';
import { fail } from './error.ts';
import { hasSimd, threadsProblem, webAssemblyProblem } from './features.ts';
import { probe, remedy } from './probe.ts';
import { Heap } from './run/heap.ts';
import { WasmSession } from './run/session.ts';
import { mostThreads } from './threads/control.ts';
import { Pool } from './threads/pool.ts';
import { availableThreads } from './threads/start-worker.ts';

const capabilities: Capabilities = {
  dtypes: ['float64', 'float32'],
  operations: basicOps,
  boundedLoop: true,
  sparseParameters: true,
  sync: true,
  bitExact: ['float64', 'float32'],
};

export interface WasmBackendOptions {
  /** Whether to use vectors of 128 bits; the bits of the results are the same. Default: wherever they are there. */
  readonly simd?: boolean | undefined;
  /**
   * How many threads a run may use, the calling one included: 1 to 64, or `'auto'` for as many as this computer runs at a
   * time, up to 8. The bits of the results are the same. Default: 1, since a worker takes some ten milliseconds and ten
   * megabytes to start, and whose cores they are is not for a library to say. Where there are no threads, one is used;
   * `probe` says so.
   */
  readonly threads?: number | 'auto' | undefined;
  /**
   * For tests: has all threads take part in every run that can be divided so, however little there is to do; opening waits
   * for them.
   */
  readonly unstable_division?: 'items' | 'blocks' | undefined;
}

/**
 * WebAssembly: a program becomes one module that does all steps of all batch items in one call, with vectors of 128 bits
 * where those are there. Each call makes a plugin of its own, with its own backend; sessions that are opened at once
 * share another one.
 */
export function wasmBackend({
  simd,
  threads = 1,
  unstable_division,
}: WasmBackendOptions = {}): BackendPlugin {
  const wanted = { simd, threads: wantedThreads(threads) };
  let atOnce: WasmBackend | undefined;
  const open = () => {
    const problem = webAssemblyProblem();
    if (problem !== undefined) throw fail('RuntimeError', 'unavailable', `${problem}; ${remedy}`);
    const most = threadsProblem() === undefined ? wanted.threads : 1;
    return new WasmBackend(simd ?? hasSimd(), { most, forced: unstable_division });
  };
  let probed: Promise<Probe> | undefined;
  return {
    contract: 1,
    name: 'wasm',
    probe: () => {
      probed ??= probe(wanted);
      return probed;
    },
    open: async () => {
      const backend = open();
      if (unstable_division !== undefined) await backend.startThreads();
      return backend;
    },
    openSync: (program, bindings) => {
      atOnce ??= open();
      // When nobody needs it, its memory and its threads go.
      return atOnce.instantiate(program, bindings, (backend) => {
        if (backend !== atOnce || backend.usage().sessions > 0) return;
        atOnce = undefined;
        void backend.dispose();
      });
    },
  };
}

const mostAutomatically = 8;

function wantedThreads(threads: number | 'auto'): number {
  if (threads === 'auto') return Math.min(mostAutomatically, availableThreads());
  if (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads) return threads;
  throw fail(
    'ValueError',
    'threads',
    `threads is ${threads}; it has to be a whole number from 1 to ${mostThreads}, or 'auto'`,
  );
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly capabilities = capabilities;
  private readonly heap: Heap;
  private readonly pool: Pool | undefined;
  private readonly cache: ProgramCache;
  private readonly sessions = new Set<WasmSession>();
  private disposed = false;

  constructor(simd: boolean, threads: Threads) {
    const heap = new Heap(threads.most > 1);
    this.heap = heap;
    this.pool = threads.most > 1 ? new Pool(heap, threads) : undefined;
    this.cache = new ProgramCache({ heap, simd, pool: this.pool });
  }

  /** Has the threads there before the first run. */
  async startThreads(): Promise<void> {
    const problem = await this.pool?.started();
    if (problem !== undefined) throw fail('RuntimeError', 'worker', problem);
  }

  check(program: StepProgram) {
    return standardDiagnostics(program, capabilities);
  }

  async compile(program: StepProgram): Promise<Executable> {
    this.requireRunnable(program);
    return executableOf(program, fail, {
      instantiate: async (bindings) => this.instantiate(program, bindings),
      explain: (dtype: Dtype = 'float64') => this.cache.get(program).listing(dtype),
    });
  }

  /** Opens a session; `onClose` is called when that is closed. */
  instantiate(program: StepProgram, bindings: Bindings, onClose?: (backend: WasmBackend) => void): Session {
    this.requireRunnable(program);
    const session = new WasmSession(this.heap, this.cache.get(program), bindings, (closed) => {
      this.sessions.delete(closed);
      onClose?.(this);
    });
    this.sessions.add(session);
    return session;
  }

  usage() {
    let bytes = 0;
    for (const session of this.sessions) bytes += session.bytes;
    return { sessions: this.sessions.size, bytes };
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    for (const session of [...this.sessions]) await session.dispose();
    this.cache.clear();
    await this.pool?.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private requireRunnable(program: StepProgram): void {
    if (this.disposed) throw fail('RuntimeError', 'disposed', 'this backend was disposed');
    const problems = this.check(program);
    if (problems.length > 0) throw refusal(this.name, program, problems);
  }
}
