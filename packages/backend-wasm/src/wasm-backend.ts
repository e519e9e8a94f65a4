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
import { ProgramCache } from './compiled-program.ts';
import { fail } from './error.ts';
import { hasSimd, webAssemblyProblem } from './features.ts';
import { Heap } from './run/heap.ts';
import { WasmSession } from './run/session.ts';

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
}

/**
 * WebAssembly: a program becomes one module that does all steps of all batch items in one call, with vectors of 128 bits
 * where those are there. Each call makes a plugin of its own, with its own backend; sessions that are opened at once
 * share another one.
 */
export function wasmBackend({ simd }: WasmBackendOptions = {}): BackendPlugin {
  let atOnce: WasmBackend | undefined;
  const open = () => {
    const problem = webAssemblyProblem();
    if (problem !== undefined) throw fail('RuntimeError', 'unavailable', `${problem}; ${remedy}`);
    return new WasmBackend(simd ?? hasSimd());
  };
  return {
    contract: 1,
    name: 'wasm',
    probe: async () => probe(simd),
    open: async () => open(),
    openSync: (program, bindings) => {
      atOnce ??= open();
      // When nobody needs it, its memory goes.
      return atOnce.instantiate(program, bindings, (backend) => {
        if (backend === atOnce && backend.usage().sessions === 0) atOnce = undefined;
      });
    },
  };
}

const remedy =
  'use a browser with WebAssembly, allow it in the content-security policy, or take another backend';

function probe(simd: boolean | undefined): Probe {
  const reason = webAssemblyProblem();
  if (reason !== undefined)
    return { available: false, reason: `${reason.replace(/\.$/, '')}.`, remedy: `Please ${remedy}.` };
  const summary = (kind: string) => `WebAssembly ${kind}, float64 and float32, one thread`;
  if (simd ?? hasSimd()) return { available: true, summary: summary('with SIMD') };
  const why = simd === false ? 'it was asked not to' : 'this place has no SIMD';
  return { available: true, summary: summary('without SIMD'), notes: [`No vectors are used (${why}).`] };
}

class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly capabilities = capabilities;
  private readonly heap = new Heap();
  private readonly cache: ProgramCache;
  private readonly sessions = new Set<WasmSession>();
  private disposed = false;

  constructor(simd: boolean) {
    this.cache = new ProgramCache(this.heap.memory, simd);
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
