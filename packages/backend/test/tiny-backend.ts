import {
  type Backend,
  type BackendPlugin,
  type Executable,
  nextTurn,
  refusal,
  requireDtype,
  type Session,
  standardDiagnostics,
} from '@rp/backend';
import { type Bindings, basicOps, Interpreter, printProgram, type StepProgram } from '@rp/dynamics';
import { errorFactory } from '@rp/errors';

const fail = errorFactory('tiny');
const capabilities = {
  dtypes: ['float64'],
  operations: basicOps,
  boundedLoop: true,
  sparseParameters: true,
  sync: false,
  bitExact: ['float64'],
} as const;

export function tinyBackend(): BackendPlugin {
  return {
    contract: 1,
    name: 'tiny',
    probe: async () => ({ available: true, summary: 'an example around the reference interpreter' }),
    open: async () => openBackend(),
  };
}

function openBackend(): Backend {
  const sessions = new Map<Session, number>(); // with the bytes that each holds
  let disposed = false;
  const check = (program: StepProgram) => standardDiagnostics(program, capabilities);
  const requireOpen = () => {
    if (disposed) throw fail('RuntimeError', 'disposed', 'this backend was disposed');
  };
  const instantiate = async (program: StepProgram, bindings: Bindings) => {
    requireOpen();
    requireDtype('tiny', capabilities, bindings.dtype);
    const interpreter = new Interpreter(program, bindings);
    const session = openSession(program, interpreter, () => sessions.delete(session));
    const held = Object.keys({ ...program.params, ...program.state, ...program.lines });
    sessions.set(
      session,
      held.reduce((bytes, name) => bytes + interpreter.read(name).data.byteLength, 0),
    );
    return session;
  };
  const compile = async (program: StepProgram): Promise<Executable> => {
    requireOpen();
    const problems = check(program);
    if (problems.length > 0) throw refusal('tiny', program, problems);
    let usable = true;
    const dispose = async () => {
      usable = false;
    };
    return {
      instantiate: async (bindings: Bindings) => {
        if (!usable) throw fail('RuntimeError', 'disposed', 'this executable was disposed');
        return instantiate(program, bindings);
      },
      explain: () => printProgram(program),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  };
  const dispose = async () => {
    disposed = true;
    for (const session of [...sessions.keys()]) await session.dispose();
  };
  const usage = () => ({
    sessions: sessions.size,
    bytes: [...sessions.values()].reduce((sum, n) => sum + n, 0),
  });
  return { name: 'tiny', capabilities, check, compile, usage, dispose, [Symbol.asyncDispose]: dispose };
}

function openSession(program: StepProgram, interpreter: Interpreter, onDispose: () => void): Session {
  let status: 'idle' | 'busy' | 'disposed' = 'idle';
  const isDisposed = () => status === 'disposed';
  const requireIdle = () => {
    if (isDisposed()) throw fail('RuntimeError', 'disposed', `${program.name}: this session was disposed`);
    if (status === 'busy') throw fail('RuntimeError', 'session-busy', `${program.name}: a run is going on`);
  };
  const dispose = async () => {
    status = 'disposed';
    onDispose();
  };
  return {
    run: async (inputs, options) => {
      requireIdle();
      status = 'busy';
      const before = interpreter.snapshot();
      try {
        const run = interpreter.begin(inputs, options);
        for (let done = 0, more = true; more; done++) {
          if (done % 100 === 0) {
            options.onProgress?.(done, options.steps);
            await nextTurn(); // lets others have the thread
            if (isDisposed()) throw fail('RuntimeError', 'disposed', 'the session was disposed during a run');
            options.signal?.throwIfAborted();
          }
          more = run.advance();
        }
        const result = run.finish();
        options.onProgress?.(result.steps, options.steps);
        return result;
      } catch (error) {
        interpreter.restore(before);
        throw error;
      } finally {
        if (!isDisposed()) status = 'idle';
      }
    },
    read: async (name) => {
      requireIdle();
      return interpreter.read(name);
    },
    write: async (name, value) => {
      requireIdle();
      interpreter.write(name, value);
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
