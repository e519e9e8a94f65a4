// What a layer or module runs its program with. It opens a session on the first run and keeps it, writes what has
// changed on the outside since the last run, and never leaves a trace of a run that failed.
import type {
  Bindings,
  Dtype,
  ParameterValue,
  RunInputs,
  RunResult,
  StepProgram,
  Tensor,
} from '@rp/dynamics';
import { copyCsr, isCsrMatrix } from '@rp/ndarray';
import { type BackendChoice, chooseBackend, getDefaultBackend, openSyncFirst } from './choose.ts';
import { fail } from './error.ts';
import type { RunOptions, Session } from './plugin.ts';
import { sameNumbers } from './same-numbers.ts';

export interface ProgramRunnerOptions {
  readonly program: StepProgram;
  /** What to use when neither a backend was given nor a default set. */
  readonly fallback: BackendChoice;
  readonly backend?: BackendChoice | undefined;
  readonly dtype?: Dtype | undefined;
  /** Steps that count as done, where the random numbers go on; another runner's {@link ProgramRunner.stepsDone}. Default 0. */
  readonly stepsDone?: number | undefined;
}

/** An open session, with what is known about it. */
interface Open {
  readonly choice: BackendChoice;
  readonly name: string;
  readonly session: Session;
  /** Closes the session and what was opened for it. */
  readonly close: () => Promise<void>;
  /** What a new session would be needed for. */
  readonly frame: string;
  /** What the session holds, by name. */
  readonly held: Map<string, ParameterValue>;
}

export class ProgramRunner implements AsyncDisposable {
  readonly program: StepProgram;
  private readonly fallback: BackendChoice;
  private chosen: BackendChoice | undefined;
  private dtype: Dtype | undefined;
  private current: Open | undefined;
  private done: number;

  constructor({ program, fallback, backend, dtype, stepsDone = 0 }: ProgramRunnerOptions) {
    this.program = program;
    this.fallback = fallback;
    this.chosen = backend;
    this.dtype = dtype;
    this.done = stepsDone;
  }

  /** Steps done in all sessions; the random numbers go on from there in the next one. */
  get stepsDone(): number {
    return this.done;
  }

  /** Moves to another backend (and dtype): the session is closed, the next run opens one there. */
  async to(backend: BackendChoice | undefined, dtype: Dtype | undefined = this.dtype): Promise<void> {
    await this.dispose();
    this.chosen = backend;
    this.dtype = dtype;
  }

  /** Runs some steps from the given parameters and state; the result holds the state afterwards. */
  async run(bindings: Bindings, inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    options.signal?.throwIfAborted();
    const open = await this.opened(bindings);
    await this.update(open, bindings);
    return this.remember(open, await open.session.run(inputs, options));
  }

  /**
   * The same at once.
   * @throws RuntimeError (code `no-sync`) if the backend answers asynchronously only.
   */
  runSync(bindings: Bindings, inputs: RunInputs, options: RunOptions): RunResult {
    options.signal?.throwIfAborted();
    const open = this.openedSync(bindings);
    const { session } = open;
    if (session.runSync === undefined || session.writeSync === undefined) {
      throw fail(
        'RuntimeError',
        'no-sync',
        `${this.program.name}: the backend ${open.name} answers asynchronously only; use evolve`,
      );
    }
    for (const [name, value] of this.changes(open, bindings)) {
      session.writeSync(name, value);
      open.held.set(name, copyOf(value));
    }
    return this.remember(open, session.runSync(inputs, options));
  }

  /** Opens the session now, so that the first run doesn't have to. */
  async prepare(bindings: Bindings): Promise<void> {
    await this.update(await this.opened(bindings), bindings);
  }

  /** Closes the session and the backend. The next run opens them again. */
  async dispose(): Promise<void> {
    const open = this.current;
    this.current = undefined;
    await open?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private choice(): BackendChoice {
    return this.chosen ?? getDefaultBackend() ?? this.fallback;
  }

  private frameOf({ dims, batch = 1, seed = 0 }: Bindings): string {
    return JSON.stringify([Object.entries(dims), batch, seed, this.dtype]);
  }

  private async opened(bindings: Bindings): Promise<Open> {
    const former = this.stillGood(bindings);
    if (former !== undefined) return former;
    await this.dispose();
    const choice = this.choice();
    const { backend, release } = await chooseBackend(choice, this.program, this.dtype);
    try {
      const executable = await backend.compile(this.program);
      const dtype = this.dtype ?? backend.capabilities.dtypes[0];
      const session = await executable.instantiate({ ...bindings, dtype, firstStep: this.stepsDone });
      return this.keep(bindings, choice, session, backend.name, async () => {
        await session.dispose();
        await executable.dispose();
        await release();
      });
    } catch (error) {
      await release();
      throw error;
    }
  }

  private openedSync(bindings: Bindings): Open {
    const former = this.stillGood(bindings);
    if (former !== undefined) return former;
    const choice = this.choice();
    const { name, session } = openSyncFirst(choice, this.program, {
      ...bindings,
      dtype: this.dtype,
      firstStep: this.stepsDone,
    });
    // Closing what is no longer used may go on in the background; its failure is reported like any unhandled one.
    void this.dispose();
    return this.keep(bindings, choice, session, name, () => session.dispose());
  }

  private stillGood(bindings: Bindings): Open | undefined {
    const open = this.current;
    return open !== undefined && open.choice === this.choice() && open.frame === this.frameOf(bindings)
      ? open
      : undefined;
  }

  private keep(
    bindings: Bindings,
    choice: BackendChoice,
    session: Session,
    name: string,
    close: () => Promise<void>,
  ): Open {
    const open: Open = {
      choice,
      name,
      session,
      close,
      frame: this.frameOf(bindings),
      held: heldAfter(bindings),
    };
    this.current = open;
    return open;
  }

  private async update(open: Open, bindings: Bindings): Promise<void> {
    for (const [name, value] of this.changes(open, bindings)) {
      await open.session.write(name, value);
      open.held.set(name, copyOf(value));
    }
  }

  /** What differs from what the session holds. Compared by content, so that changes in place are seen too. */
  private changes(open: Open, bindings: Bindings): [string, ParameterValue][] {
    const given: [string, ParameterValue][] = [
      ['dt', scalar(bindings.dt)],
      ...Object.entries(bindings.params ?? {}),
      ...Object.entries(bindings.state ?? {}),
    ];
    return given.filter(([name, value]) => !sameElements(open.held.get(name), value));
  }

  private remember(open: Open, result: RunResult): RunResult {
    for (const [name, value] of Object.entries(result.state)) open.held.set(name, copyOf(value));
    this.done += result.steps;
    return result;
  }
}

function heldAfter({ dt, params = {}, state = {} }: Bindings): Map<string, ParameterValue> {
  const given = [['dt', scalar(dt)] as const, ...Object.entries(params), ...Object.entries(state)];
  return new Map(given.map(([name, value]) => [name, copyOf(value)]));
}

function scalar(value: number): Tensor {
  return { data: Float64Array.of(value), shape: [] };
}

function copyOf(value: ParameterValue): ParameterValue {
  return isCsrMatrix(value) ? copyCsr(value) : { data: value.data.slice(), shape: value.shape };
}

function sameElements(held: ParameterValue | undefined, value: ParameterValue): boolean {
  if (held === undefined || isCsrMatrix(held) !== isCsrMatrix(value)) return false;
  if (isCsrMatrix(held) && isCsrMatrix(value)) {
    if (!sameNumbers(held.indptr, value.indptr) || !sameNumbers(held.indices, value.indices)) return false;
  }
  return sameNumbers(held.data, value.data);
}
