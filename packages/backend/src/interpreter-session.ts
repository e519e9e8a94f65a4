// One set of parameters and state, run by the reference interpreter; with what every session must see to: it gives the
// thread back now and then, refuses to be used twice at a time, and leaves no trace of a run that failed.
import {
  type Bindings,
  bind,
  type Interpreter,
  type RunInputs,
  type RunResult,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import { fail } from './error.ts';
import type { RunOptions, Session } from './plugin.ts';
import { nextTurn } from './turn.ts';

/** How long a run may hold the thread before it lets others go first, in milliseconds. */
const holdTime = 10;

export class InterpreterSession implements Session {
  readonly bytes: number;
  private readonly where: string;
  private readonly interpreter: Interpreter;
  private readonly onDispose: () => void;
  private busy = false;
  private disposed = false;

  constructor(program: StepProgram, bindings: Bindings, interpreter: Interpreter, onDispose: () => void) {
    const { size, batch } = bind(program, bindings);
    const elements = (group: StepProgram['params']) =>
      Object.values(group).reduce((sum, { shape }) => sum + size(shape), 0);
    this.bytes = 8 * (elements(program.params) + batch * elements({ ...program.state, ...program.lines }));
    this.where = program.name;
    this.interpreter = interpreter;
    this.onDispose = onDispose;
  }

  async run(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    this.requireIdle();
    this.busy = true;
    try {
      return await this.undoneIfItFails(async () => {
        options.signal?.throwIfAborted();
        const run = this.interpreter.begin(inputs, options);
        let since = performance.now();
        for (let done = 1; run.advance(); done++) {
          if (performance.now() - since < holdTime) continue;
          options.onProgress?.(done, options.steps);
          await nextTurn();
          this.requireAlive();
          options.signal?.throwIfAborted();
          since = performance.now();
        }
        return finished(run.finish(), options);
      });
    } finally {
      this.busy = false;
    }
  }

  runSync(inputs: RunInputs, options: RunOptions): RunResult {
    this.requireIdle();
    options.signal?.throwIfAborted();
    const before = this.interpreter.snapshot();
    try {
      return finished(this.interpreter.run(inputs, options), options);
    } catch (error) {
      this.interpreter.restore(before);
      throw error;
    }
  }

  async read(name: string): Promise<Tensor> {
    this.requireIdle();
    return this.interpreter.read(name);
  }

  async write(name: string, value: Tensor): Promise<void> {
    this.writeSync(name, value);
  }

  writeSync(name: string, value: Tensor): void {
    this.requireIdle();
    this.interpreter.write(name, value);
  }

  async dispose(): Promise<void> {
    if (!this.disposed) this.onDispose();
    this.disposed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private async undoneIfItFails(action: () => Promise<RunResult>): Promise<RunResult> {
    const before = this.interpreter.snapshot();
    try {
      return await action();
    } catch (error) {
      this.interpreter.restore(before);
      throw error;
    }
  }

  private requireIdle(): void {
    this.requireAlive();
    if (this.busy)
      throw fail(
        'RuntimeError',
        'session-busy',
        `${this.where}: a run is going on in this session; wait for it`,
      );
  }

  private requireAlive(): void {
    if (this.disposed) throw fail('RuntimeError', 'disposed', `${this.where}: this session was disposed`);
  }
}

function finished(result: RunResult, options: RunOptions): RunResult {
  options.onProgress?.(result.steps, options.steps);
  return result;
}
