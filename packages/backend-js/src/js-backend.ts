// The backend itself: what it can do, its cache of programs, and the sessions that it has open.
import {
  type Backend,
  type BackendPlugin,
  type Capabilities,
  type Executable,
  executableOf,
  interpreterBackend,
  type Probe,
  refusal,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { type Bindings, basicOps, type Dtype, type StepProgram } from '@rp/dynamics';
import { warn } from '@rp/errors';
import { ProgramCache } from './compiled-program.ts';
import { fail } from './error.ts';
import { codeGenerationProblem } from './kernel.ts';
import { JsSession } from './session.ts';

const capabilities: Capabilities = {
  dtypes: ['float64', 'float32'],
  operations: basicOps,
  boundedLoop: true,
  sparseParameters: true,
  sync: true,
  bitExact: ['float64', 'float32'],
};

export interface JsBackendOptions {
  /**
   * Whether to generate code. `false` runs everything in the reference interpreter, which is slow and gives the same
   * bits. Default: wherever it isn't forbidden.
   */
  readonly generate?: boolean | undefined;
}

/**
 * Plain JavaScript: a program becomes one function over typed arrays. Runs anywhere; needs no installation. Where code
 * generation is forbidden (by a content-security policy, say) it runs the reference interpreter instead; `probe` says
 * so in its notes, and opening it gives a warning.
 * Each call makes a plugin of its own, with its own backend.
 */
export function jsBackend({ generate }: JsBackendOptions = {}): BackendPlugin {
  const name = 'js';
  const interpreter = interpreterBackend({ name });
  const interprets = () => generate === false || isForbidden();
  return {
    contract: 1,
    name,
    probe: async () => probe(generate),
    open: async () => (interprets() ? interpreter.open() : new JsBackend()),
    openSync: (program, bindings) =>
      interprets()
        ? openSync(interpreter, program, bindings)
        : new JsBackend().instantiate(program, bindings),
  };
}

function probe(generate: boolean | undefined): Probe {
  const problem = generate === false ? 'it was asked not to' : codeGenerationProblem();
  if (problem === undefined) return { available: true, summary: 'generated JavaScript, float64 and float32' };
  const notes = [
    `No code is generated (${problem}); programs run in the reference interpreter, which is slow.`,
  ];
  if (generate !== false) notes.push(remedy);
  return { available: true, summary: 'the reference interpreter, float64 and float32; slow', notes };
}

const remedy = "Allow 'unsafe-eval' in the content-security policy's script-src, or use another backend.";

/** Whether code can't be generated here, with a warning if so. */
function isForbidden(): boolean {
  const problem = codeGenerationProblem();
  if (problem === undefined) return false;
  warn(
    'js',
    `code generation is forbidden here (${problem}); the slow reference interpreter is used. ${remedy}`,
  );
  return true;
}

function openSync({ openSync: open }: BackendPlugin, program: StepProgram, bindings: Bindings): Session {
  if (open === undefined) throw fail('RuntimeError', 'no-sync', 'the interpreter can only be awaited');
  return open(program, bindings);
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
    return executableOf(program, fail, {
      instantiate: async (bindings) => this.instantiate(program, bindings),
      explain: (dtype: Dtype = 'float64') => this.cache.get(program).source(dtype, []),
    });
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
