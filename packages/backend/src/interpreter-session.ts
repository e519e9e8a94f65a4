// One set of parameters and state, run by the reference interpreter; with what every session must see to: it gives the
// thread back now and then, refuses to be used twice at a time, and leaves no trace of a run that failed.
import {
  type Bindings,
  bind,
  type Interpreter,
  type ParameterValue,
  type RunInputs,
  type RunResult,
  type StepProgram,
  sparseParameter,
} from '@rp/dynamics';
import { fail } from './error.ts';
import type { RunOptions, Session } from './plugin.ts';
import { SessionUse } from './session-use.ts';
import { nextTurn } from './turn.ts';

/** How long a run may hold the thread before it lets others go first, in milliseconds. */
const holdTime = 10;

export class InterpreterSession implements Session {
  readonly bytes: number;
  private readonly interpreter: Interpreter;
  private readonly onDispose: () => void;
  private readonly use: SessionUse;

  constructor(program: StepProgram, bindings: Bindings, interpreter: Interpreter, onDispose: () => void) {
    const { size, batch } = bind(program, bindings);
    const elements = (group: StepProgram['params']) =>
      Object.entries(group).reduce((sum, [name, { shape, storage }]) => {
        const given = bindings.params?.[name];
        // Of an entry two numbers are kept: which column, and what.
        const sparse = storage !== undefined && given !== undefined;
        return sum + (sparse ? 2 * sparseParameter(given).data.length : size(shape));
      }, 0);
    this.bytes = 8 * (elements(program.params) + batch * elements({ ...program.state, ...program.lines }));
    this.use = new SessionUse(program.name, fail);
    this.interpreter = interpreter;
    this.onDispose = onDispose;
  }

  async run(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    return this.use.during(() =>
      this.undoneIfItFails(async () => {
        options.signal?.throwIfAborted();
        const run = this.interpreter.begin(inputs, options);
        let since = performance.now();
        for (let done = 1; run.advance(); done++) {
          if (performance.now() - since < holdTime) continue;
          options.onProgress?.(done, options.steps);
          await nextTurn();
          this.use.requireAlive();
          options.signal?.throwIfAborted();
          since = performance.now();
        }
        return finished(run.finish(), options);
      }),
    );
  }

  runSync(inputs: RunInputs, options: RunOptions): RunResult {
    this.use.requireIdle();
    options.signal?.throwIfAborted();
    const before = this.interpreter.snapshot();
    try {
      return finished(this.interpreter.run(inputs, options), options);
    } catch (error) {
      this.interpreter.restore(before);
      throw error;
    }
  }

  async read(name: string): Promise<ParameterValue> {
    this.use.requireIdle();
    return this.interpreter.read(name);
  }

  async write(name: string, value: ParameterValue): Promise<void> {
    this.writeSync(name, value);
  }

  writeSync(name: string, value: ParameterValue): void {
    this.use.requireIdle();
    this.interpreter.write(name, value);
  }

  async dispose(): Promise<void> {
    if (this.use.dispose()) this.onDispose();
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
}

function finished(result: RunResult, options: RunOptions): RunResult {
  options.onProgress?.(result.steps, options.steps);
  return result;
}
