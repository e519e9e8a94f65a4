// The backend itself: what it can do, its cache of programs, and the sessions that it has open.
import {
  type Backend,
  type BackendPlugin,
  type Capabilities,
  type Executable,
  type Probe,
  refusal,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { type Bindings, basicOps, type Dtype, type StepProgram } from '@rp/dynamics';
import { ProgramCache } from './compiled-program.ts';
import { fail } from './error.ts';
import { codeGenerationProblem } from './kernel.ts';
import { JsSession } from './session.ts';

const capabilities: Capabilities = {
  dtypes: ['float64', 'float32'],
  operations: basicOps,
  sync: true,
  bitExact: ['float64', 'float32'],
};

/**
 * Plain JavaScript: a program becomes one function over typed arrays. Runs anywhere; needs no installation.
 * Each call makes a plugin of its own, with its own backend.
 */
export function jsBackend(): BackendPlugin {
  return {
    contract: 1,
    name: 'js',
    probe: async () => probe(),
    open: async () => new JsBackend(),
    openSync: (program, bindings) => {
      const backend = new JsBackend();
      return backend.instantiate(program, bindings);
    },
  };
}

function probe(): Probe {
  const problem = codeGenerationProblem();
  if (problem === undefined) return { available: true, summary: 'generated JavaScript, float64 and float32' };
  return {
    available: false,
    reason: `code generation is forbidden here (${problem}).`,
    remedy: "Allow 'unsafe-eval' in the content-security policy's script-src.",
  };
}

class JsBackend implements Backend {
  readonly name = 'js';
  readonly capabilities = capabilities;
  private readonly cache = new ProgramCache();
  private readonly sessions = new Set<JsSession>();
  private disposed = false;

  check(program: StepProgram) {
    return standardDiagnostics(program, capabilities);
  }

  async compile(program: StepProgram): Promise<Executable> {
    this.requireRunnable(program);
    let open = true;
    const requireOpen = () => {
      if (!open) throw fail('RuntimeError', 'disposed', `${program.name}: this executable was disposed`);
    };
    const dispose = async () => {
      open = false;
    };
    return {
      instantiate: async (bindings) => {
        requireOpen();
        return this.instantiate(program, bindings);
      },
      explain: (dtype: Dtype = 'float64') => this.cache.get(program).source(dtype, []),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  }

  instantiate(program: StepProgram, bindings: Bindings): Session {
    this.requireRunnable(program);
    const session = new JsSession(this.cache.get(program), bindings, (closed) =>
      this.sessions.delete(closed),
    );
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
