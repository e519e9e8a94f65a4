// One set of parameters and state, run by a compiled kernel.
import { nextTurn, type RunOptions, type Session, SessionUse } from '@rp/backend';
import {
  type Bindings,
  type Bound,
  bind,
  checkInputs,
  checkOptions,
  checkParameter,
  checkState,
  checkTimeStep,
  type Declaration,
  type ParameterValue,
  type RunInputs,
  type RunResult,
  type StepProgram,
  sparseParameter,
  spreadState,
  stateDeclaration,
  type Tensor,
} from '@rp/dynamics';
import { Layout } from '../compile/layout.ts';
import type { CompiledProgram, Kernel } from '../compiled-program.ts';
import { fail } from '../error.ts';
import { rotated } from './delay-line.ts';
import type { Heap } from './heap.ts';
import { SessionMemory } from './session-memory.ts';
import { Stage } from './stage.ts';
import { type DoSteps, teamFor } from './team.ts';

/** How long a run may hold the thread before it lets others go first, in milliseconds. */
const holdTime = 10;

/** What runs that ask for the same records have in common. */
interface Variant {
  readonly record: string;
  readonly kernel: Kernel;
  readonly doSteps: DoSteps;
  readonly stage: Stage;
}

interface StateRead {
  readonly name: string;
  readonly key: `state:${string}`;
  readonly declared: Declaration;
  readonly length: number;
  readonly extents: readonly number[];
}

export class WasmSession implements Session {
  private readonly heap: Heap;
  private readonly compiled: CompiledProgram;
  private readonly program: StepProgram;
  private readonly bound: Bound;
  private readonly layout: Layout;
  private readonly memory: SessionMemory;
  private readonly onDispose: (session: WasmSession) => void;
  /** What every result holds of the states. */
  private readonly states: readonly StateRead[];
  /** The variant of the run before: most runs ask for the same. */
  private former: Variant | undefined;
  /** Whether the prelude has to be computed again. */
  private stale = true;
  private readonly use: SessionUse;

  constructor(
    heap: Heap,
    compiled: CompiledProgram,
    bindings: Bindings,
    onDispose: (session: WasmSession) => void,
  ) {
    this.heap = heap;
    this.compiled = compiled;
    this.bound = bind(compiled.program, bindings);
    this.program = compiled.basic(this.bound.dtype);
    this.layout = new Layout(this.program, this.bound, compiled.threads);
    this.memory = new SessionMemory(heap, this.layout, this.bound);
    this.onDispose = onDispose;
    this.use = new SessionUse(compiled.program.name, fail);
    const { batch } = this.bound;
    this.states = Object.entries(this.program.state).map(([name, declared]) => ({
      name,
      key: `state:${name}`,
      declared,
      length: batch * this.bound.size(declared.shape),
      extents: [batch, ...this.bound.extents(declared.shape)],
    }));
    try {
      for (const [name, value] of Object.entries({ ...bindings.params, ...bindings.state }))
        this.writeSync(name, value);
    } catch (error) {
      this.memory.release();
      throw error;
    }
  }

  get bytes(): number {
    return this.memory.bytes;
  }

  async run(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    return this.use.during(async () => {
      options.signal?.throwIfAborted();
      this.check(inputs, options);
      await this.compiled.prepare(this.layout, options.record ?? []);
      this.use.requireAlive();
      return this.undoneIfItFails(() => this.runInPieces(inputs, options));
    });
  }

  runSync(inputs: RunInputs, options: RunOptions): RunResult {
    this.use.requireIdle();
    options.signal?.throwIfAborted();
    this.check(inputs, options);
    this.memory.save();
    try {
      const run = this.begin(inputs, options);
      for (let size = 1; !run.finished; size *= 2) run.advance(size);
      return run.finish();
    } catch (error) {
      this.memory.restore();
      throw error;
    }
  }

  async read(name: string): Promise<ParameterValue> {
    this.use.requireIdle();
    const { program, bound, memory } = this;
    if (name === 'dt') {
      const { dt } = memory;
      return { data: bound.dtype === 'float32' ? Float32Array.of(dt) : Float64Array.of(dt), shape: [] };
    }
    if (stateDeclaration(program, name) !== undefined) return this.stateTensor(name);
    if (!Object.hasOwn(program.params, name)) {
      throw fail('KeyError', 'run-unknown', `${program.name}: there is no parameter or state ${name}`);
    }
    const { type, shape, storage } = program.params[name]!;
    if (storage === 'csr') return memory.readSparse(name);
    return { data: memory.read(`param:${name}`, type, bound.size(shape)), shape: bound.extents(shape) };
  }

  async write(name: string, value: ParameterValue): Promise<void> {
    this.writeSync(name, value);
  }

  writeSync(name: string, value: ParameterValue): void {
    this.use.requireIdle();
    const { program, bound, memory } = this;
    if (name === 'dt') {
      checkTimeStep(bound, value);
      memory.dt = value.data[0]!;
      this.stale = true;
    } else if (Object.hasOwn(program.state, name)) {
      checkState(bound, name, value);
      memory.write(`state:${name}`, program.state[name]!.type, spreadState(bound, name, value));
    } else if (Object.hasOwn(program.lines, name)) {
      checkState(bound, name, value);
      const entries = Float64Array.from(spreadState(bound, name, value));
      memory.write(`line:${name}`, 'float', rotated(entries, this.ring(name), -memory.at(`head:${name}`)));
    } else {
      checkParameter(bound, name, value);
      const { type, storage } = program.params[name]!;
      if (storage === 'csr') memory.writeSparse(name, sparseParameter(value));
      else memory.write(`param:${name}`, type, value.data);
      this.stale = true;
    }
  }

  async dispose(): Promise<void> {
    if (!this.use.dispose()) return;
    this.memory.release();
    this.onDispose(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private check(inputs: RunInputs, options: RunOptions): void {
    checkOptions(this.bound, options);
    checkInputs(this.bound, inputs, options.steps);
  }

  private async runInPieces(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    const run = this.begin(inputs, options);
    let size = 1;
    let since = performance.now();
    while (!run.finished) {
      run.advance(size);
      // Grow while it is fast; give way when time is up.
      if (performance.now() - since < holdTime) {
        size *= 2;
        continue;
      }
      if (run.finished) break;
      size = Math.max(1, size >> 1);
      options.onProgress?.(run.done, options.steps);
      await nextTurn();
      this.use.requireAlive();
      options.signal?.throwIfAborted();
      since = performance.now();
    }
    return run.finish();
  }

  private begin(inputs: RunInputs, options: RunOptions): Run {
    const variant = this.variantFor(options.record ?? []);
    variant.stage.begin(inputs, options.steps);
    if (this.stale) variant.kernel.prelude(this.memory.base);
    this.stale = false;
    return new Run(variant, this.memory, options, () => this.allState());
  }

  private variantFor(record: readonly string[]): Variant {
    const key = record.length === 0 ? '' : JSON.stringify(record);
    if (this.former?.record !== key) {
      const { heap, memory, layout, bound, compiled } = this;
      const kernel = compiled.kernel(layout, record);
      const doSteps = teamFor(kernel, memory, layout, compiled.place.pool);
      this.former = { record: key, kernel, doSteps, stage: new Stage(heap, memory, layout, bound, record) };
    }
    return this.former;
  }

  private async undoneIfItFails<R>(action: () => Promise<R>): Promise<R> {
    this.memory.save();
    try {
      return await action();
    } catch (error) {
      // The memory of a session that was disposed meanwhile is no longer its own.
      if (!this.use.disposed) this.memory.restore();
      throw error;
    }
  }

  private allState(): RunResult['state'] {
    const state: Record<string, Tensor> = {};
    for (const { name, key, declared, length, extents } of this.states) {
      state[name] = { data: this.memory.read(key, declared.type, length), shape: extents.slice() };
    }
    for (const name in this.program.lines) state[name] = this.stateTensor(name);
    return state;
  }

  private stateTensor(name: string): Tensor {
    const { program, bound, memory } = this;
    const { type, shape } = stateDeclaration(program, name)!;
    const extents = [bound.batch, ...bound.extents(shape)];
    const isLine = program.state[name] === undefined;
    const data = memory.read(
      isLine ? `line:${name}` : `state:${name}`,
      type,
      bound.batch * bound.size(shape),
    );
    return {
      data: isLine ? rotated(data, this.ring(name), memory.at(`head:${name}`)) : data,
      shape: extents,
    };
  }

  private ring(name: string) {
    const [length = 0, ...rest] = this.bound.extents(this.program.lines[name]!.shape);
    return { length, size: rest.reduce((product, extent) => product * extent, 1), batch: this.bound.batch };
  }
}

/** A run in progress. */
class Run {
  done = 0;
  finished = false;
  private readonly variant: Variant;
  private readonly stage: Stage;
  private readonly memory: SessionMemory;
  private readonly options: RunOptions;
  private readonly state: () => RunResult['state'];
  private readonly mostSteps: number;

  constructor(variant: Variant, memory: SessionMemory, options: RunOptions, state: () => RunResult['state']) {
    this.variant = variant;
    this.stage = variant.stage;
    this.memory = memory;
    this.options = options;
    this.state = state;
    this.mostSteps = this.stage.comfortableSteps;
  }

  /** Does some steps, or fewer: no more than are comfortable, than are left, and than are sure to fit. */
  advance(wanted: number): void {
    const { steps, eventCapacity = Number.POSITIVE_INFINITY } = this.options;
    const most = Math.min(wanted, this.mostSteps, steps - this.done);
    const count = Math.min(most, this.stage.stepsThatFit(eventCapacity));
    const stopped = count < 1 && most > 0;
    this.piece(Math.max(0, count), stopped || this.done + count === steps);
  }

  finish(): RunResult {
    const result = this.stage.finish(this.done, this.state());
    this.options.onProgress?.(this.done, this.options.steps);
    return result;
  }

  private piece(steps: number, last: boolean): void {
    const { variant, stage, memory } = this;
    let threads = 1;
    stage.put(this.done, steps);
    if (steps > 0) {
      threads = variant.doSteps(steps);
      memory.requireEnd();
      memory.advance(steps);
    }
    if (last) variant.kernel.observe(memory.base, steps);
    stage.take(this.done, steps, last, threads);
    this.done += steps;
    this.finished = last;
  }
}
