// A backend around the reference interpreter: slow, complete, and right by definition. It runs where nothing else can,
// and with interpreter-session.ts it is a whole example of a plugin: whoever writes a backend can start from here.
import {
  type Bindings,
  basicOps,
  type Dtype,
  Interpreter,
  lowerProgram,
  printProgram,
  type StepProgram,
} from '@rp/dynamics';
import { refusal } from './choose.ts';
import { fail } from './error.ts';
import { executableOf } from './executable.ts';
import { InterpreterSession } from './interpreter-session.ts';
import type { Backend, BackendPlugin, Capabilities, Executable, Session } from './plugin.ts';
import { standardDiagnostics } from './standard-checks.ts';

export interface InterpreterBackendOptions {
  /** For messages. Default `interpreter`. */
  readonly name?: string | undefined;
  /** Makes the interpreter of a session; for variants of it. */
  readonly interpreter?: ((program: StepProgram, bindings: Bindings) => Interpreter) | undefined;
}

const capabilities: Capabilities = {
  dtypes: ['float64', 'float32'],
  operations: basicOps,
  boundedLoop: true,
  sparseParameters: true,
  sync: true,
  bitExact: ['float64', 'float32'],
};

/** The reference interpreter as a backend. Hundreds of times slower than the others; needs nothing. */
export function interpreterBackend(options: InterpreterBackendOptions = {}): BackendPlugin {
  const {
    name = 'interpreter',
    interpreter = (program: StepProgram, bindings: Bindings) => new Interpreter(program, bindings),
  } = options;
  return {
    contract: 1,
    name,
    probe: async () => ({ available: true, summary: 'the reference interpreter, float64 and float32; slow' }),
    open: async () => new InterpreterBackend(name, interpreter),
    openSync: (program, bindings) => new InterpreterBackend(name, interpreter).instantiate(program, bindings),
  };
}

type MakeInterpreter = NonNullable<InterpreterBackendOptions['interpreter']>;

class InterpreterBackend implements Backend {
  readonly capabilities = capabilities;
  readonly name: string;
  private readonly make: MakeInterpreter;
  private readonly sessions = new Set<InterpreterSession>();
  private disposed = false;

  constructor(name: string, make: MakeInterpreter) {
    this.name = name;
    this.make = make;
  }

  check(program: StepProgram) {
    return standardDiagnostics(program, capabilities);
  }

  async compile(program: StepProgram): Promise<Executable> {
    this.requireRunnable(program);
    return executableOf(program, fail, {
      instantiate: async (bindings) => this.instantiate(program, bindings),
      explain: (dtype: Dtype = 'float64') => printProgram(lowerProgram(program, dtype)),
    });
  }

  instantiate(program: StepProgram, bindings: Bindings): Session {
    this.requireRunnable(program);
    const session = new InterpreterSession(program, bindings, this.make(program, bindings), () =>
      this.sessions.delete(session),
    );
    this.sessions.add(session);
    return session;
  }

  usage() {
    const bytes = [...this.sessions].reduce((sum, session) => sum + session.bytes, 0);
    return { sessions: this.sessions.size, bytes };
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    for (const session of [...this.sessions]) await session.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private requireRunnable(program: StepProgram): void {
    if (this.disposed) throw fail('RuntimeError', 'disposed', `this backend (${this.name}) was disposed`);
    const problems = this.check(program);
    if (problems.length > 0) throw refusal(this.name, program, problems);
  }
}
