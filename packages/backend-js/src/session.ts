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
  type EventOutput,
  entriesPerStep,
  eventOutputs,
  isEventList,
  type ParameterValue,
  type RunInputs,
  type RunResult,
  type StepProgram,
  sparseParameter,
  spreadState,
  stateDeclaration,
  type Tensor,
} from '@rp/dynamics';
import { copyCsr } from '@rp/ndarray';
import type { CompiledProgram } from './compiled-program.ts';
import { fail } from './error.ts';
import { EventBuffer } from './event-buffer.ts';
import type { Kernel } from './kernel.ts';
import { allocate, arrayFor, bytesOf, keptMatrix, type Memory } from './memory.ts';
import { rotated, SavedState } from './saved-state.ts';

/** How long a run may hold the thread before it lets others go first, in milliseconds. */
const holdTime = 10;

export class JsSession implements Session {
  private readonly compiled: CompiledProgram;
  private readonly program: StepProgram;
  private readonly bound: Bound;
  private readonly memory: Memory;
  private readonly eventOutputs: readonly EventOutput[];
  private readonly onDispose: (session: JsSession) => void;
  /** The kernel of the run before, and what it records: most runs ask for the same. */
  private former: { readonly record: string; readonly kernel: Kernel } | undefined;
  private stale = true;
  private readonly saved: SavedState;
  private readonly use: SessionUse;

  constructor(compiled: CompiledProgram, bindings: Bindings, onDispose: (session: JsSession) => void) {
    this.compiled = compiled;
    this.bound = bind(compiled.program, bindings);
    this.program = compiled.basic(this.bound.dtype);
    this.eventOutputs = eventOutputs(this.program);
    this.memory = allocate(this.program, this.bound);
    this.saved = new SavedState(this.memory);
    this.onDispose = onDispose;
    this.use = new SessionUse(compiled.program.name, fail);
    for (const [name, value] of Object.entries({ ...bindings.params, ...bindings.state }))
      this.writeSync(name, value);
  }

  get bytes(): number {
    return bytesOf(this.memory);
  }

  async run(inputs: RunInputs, options: RunOptions): Promise<RunResult> {
    return this.use.during(async () => {
      options.signal?.throwIfAborted();
      const kernel = this.begin(inputs, options);
      try {
        let done = 0;
        let size = 1;
        let since = performance.now();
        for (;;) {
          const to = Math.min(options.steps, done + size);
          const reached = this.advance(kernel, options, done, to);
          if (reached < to || reached === options.steps) return this.finish(kernel, options, reached);
          // Grow while it is fast; give way when time is up.
          const now = performance.now();
          if (now - since >= holdTime) {
            size = Math.max(1, size >> 1);
            options.onProgress?.(reached, options.steps);
            await nextTurn();
            this.use.requireAlive();
            options.signal?.throwIfAborted();
            since = performance.now();
          } else {
            size *= 2;
          }
          done = reached;
        }
      } catch (error) {
        this.saved.restore();
        throw error;
      }
    });
  }

  runSync(inputs: RunInputs, options: RunOptions): RunResult {
    this.use.requireIdle();
    options.signal?.throwIfAborted();
    const kernel = this.begin(inputs, options);
    try {
      return this.finish(kernel, options, this.advance(kernel, options, 0, options.steps));
    } catch (error) {
      this.saved.restore();
      throw error;
    }
  }

  async read(name: string): Promise<ParameterValue> {
    this.use.requireIdle();
    const { program, bound, memory } = this;
    if (name === 'dt') return { data: arrayFor('float', bound.dtype, 1).fill(memory.dt), shape: [] };
    if (stateDeclaration(program, name) !== undefined) return this.stateTensor(name);
    if (!Object.hasOwn(program.params, name)) {
      throw fail('KeyError', 'run-unknown', `${program.name}: there is no parameter or state ${name}`);
    }
    if (program.params[name]!.storage === 'csr') return copyCsr(memory.sparse[name]!);
    return { data: memory.params[name]!.slice(), shape: bound.extents(program.params[name]!.shape) };
  }

  async write(name: string, value: ParameterValue): Promise<void> {
    this.writeSync(name, value);
  }

  writeSync(name: string, value: ParameterValue): void {
    this.use.requireIdle();
    const { program, bound, memory } = this;
    if (name === 'dt') {
      checkTimeStep(bound, value);
      memory.dt = bound.dtype === 'float32' ? Math.fround(value.data[0]!) : value.data[0]!;
      this.stale = true;
    } else if (Object.hasOwn(program.state, name)) {
      checkState(bound, name, value);
      memory.state[name]!.set(spreadState(bound, name, value));
    } else if (Object.hasOwn(program.lines, name)) {
      checkState(bound, name, value);
      memory.lines[name]!.set(
        rotated(this.lineOf(name, spreadState(bound, name, value)), -memory.heads[name]!),
      );
    } else {
      checkParameter(bound, name, value);
      if (program.params[name]!.storage === 'csr')
        memory.sparse[name] = keptMatrix(sparseParameter(value), bound.dtype);
      else memory.params[name]!.set(value.data);
      this.stale = true;
    }
  }

  async dispose(): Promise<void> {
    if (this.use.dispose()) this.onDispose(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  private begin(inputs: RunInputs, options: RunOptions): Kernel {
    const { bound, memory } = this;
    checkOptions(bound, options);
    checkInputs(bound, inputs, options.steps);
    this.bindInputs(inputs, options.steps);
    memory.steps = options.steps;
    memory.rows = this.rowArrays(options);
    memory.events = Object.fromEntries(
      this.eventOutputs.map(({ name }) => [name, new EventBuffer(bound.batch, options.steps, bound.dtype)]),
    );
    const kernel = this.kernelFor(options.record ?? []);
    if (this.stale) kernel.prelude();
    this.stale = false;
    this.saved.save();
    return kernel;
  }

  /** Does steps `from … to − 1`, or fewer if an event output may run full; returns where it stopped. */
  private advance(kernel: Kernel, { eventCapacity }: RunOptions, from: number, to: number): number {
    if (eventCapacity === undefined || this.eventOutputs.length === 0) {
      if (to > from) kernel.steps(from, to);
      return to;
    }
    let step = from;
    while (step < to && this.hasRoom(eventCapacity)) {
      kernel.steps(step, step + 1);
      step++;
    }
    return step;
  }

  private hasRoom(eventCapacity: number): boolean {
    return this.eventOutputs.every(
      (output) => this.memory.events[output.name]!.fill + entriesPerStep(this.bound, output) <= eventCapacity,
    );
  }

  private finish(kernel: Kernel, options: RunOptions, steps: number): RunResult {
    const { program, bound, memory } = this;
    kernel.observe(steps);
    options.onProgress?.(steps, options.steps);
    const rows = (name: string, { shape }: Declaration, count: number, allocated: number): Tensor => {
      const size = bound.size(shape);
      const all = memory.rows[name]!;
      const data = count === allocated ? all : keepRows(all, bound.batch, count * size, allocated * size);
      return { data, shape: [bound.batch, count, ...bound.extents(shape)] };
    };
    const group = (names: readonly string[], declared: (name: string) => Declaration, extra: number) =>
      Object.fromEntries(
        names.map((name) => [name, rows(name, declared(name), steps + extra, options.steps + extra)]),
      );
    const declaredBy = (ids: Readonly<Record<string, number>>) => (name: string) =>
      program.values[ids[name]!]!;
    const result: RunResult = {
      steps,
      outputs: {
        ...group(Object.keys(program.observe), declaredBy(program.observe), 1),
        ...group(Object.keys(program.outputs), declaredBy(program.outputs), 0),
      },
      events: Object.fromEntries(
        Object.entries(memory.events).map(([name, events]) => [name, events.finish(steps)]),
      ),
      records: group(options.record ?? [], (name) => this.recordDeclaration(name), 0),
      state: Object.fromEntries(
        Object.keys({ ...program.state, ...program.lines }).map((name) => [name, this.stateTensor(name)]),
      ),
    };
    memory.rows = {};
    memory.events = {};
    return result;
  }

  private recordDeclaration(name: string): Declaration {
    const id = this.program.records[name];
    return id === undefined ? this.program.state[name]! : this.program.values[id]!;
  }

  private rowArrays({ steps, record = [] }: RunOptions): Memory['rows'] {
    const { program, bound } = this;
    const rows: Memory['rows'] = {};
    const add = (name: string, { type, shape }: Declaration, count: number) => {
      rows[name] = arrayFor(type, bound.dtype, bound.batch * count * bound.size(shape));
    };
    for (const [name, id] of Object.entries(program.observe)) add(name, program.values[id]!, steps + 1);
    for (const [name, id] of Object.entries(program.outputs)) add(name, program.values[id]!, steps);
    for (const name of record) add(name, this.recordDeclaration(name), steps);
    return rows;
  }

  private bindInputs(inputs: RunInputs, steps: number): void {
    const { program, bound, memory } = this;
    for (const [name, { type, shape }] of Object.entries(program.inputs)) {
      const size = bound.size(shape);
      const source = memory.inputs[name]!;
      const input = inputs[name];
      source.events = undefined;
      source.stride = 0;
      if (input === undefined || isEventList(input)) {
        source.data = arrayFor(type, bound.dtype, size);
        source.events = input;
        continue;
      }
      source.stride = size;
      const own = arrayFor(type, bound.dtype, 0);
      source.data =
        input.data.constructor === own.constructor
          ? input.data
          : converted(input.data, arrayFor(type, bound.dtype, bound.batch * steps * size));
    }
  }

  private kernelFor(record: readonly string[]): Kernel {
    const key = JSON.stringify(record);
    if (this.former?.record !== key) {
      this.former = { record: key, kernel: this.compiled.kernel(this.memory, this.bound.dtype, record) };
    }
    return this.former.kernel;
  }

  private stateTensor(name: string): Tensor {
    const { program, bound, memory } = this;
    const shape = [bound.batch, ...bound.extents(stateDeclaration(program, name)!.shape)];
    if (program.state[name] !== undefined) return { data: memory.state[name]!.slice(), shape };
    return { data: rotated(this.lineOf(name, memory.lines[name]!), memory.heads[name]!), shape };
  }

  private lineOf(name: string, elements: ArrayLike<number>) {
    const [length = 0, ...rest] = this.bound.extents(this.program.lines[name]!.shape);
    return {
      elements,
      length,
      size: rest.reduce((product, extent) => product * extent, 1),
      batch: this.bound.batch,
      dtype: this.bound.dtype,
    };
  }
}

function converted(from: ArrayLike<number>, to: Tensor['data']): Tensor['data'] {
  to.set(from);
  return to;
}

/** The first `kept` elements of every batch item's `allocated`. */
function keepRows(all: Tensor['data'], batch: number, kept: number, allocated: number): Tensor['data'] {
  const data = all.slice(0, batch * kept);
  for (let item = 1; item < batch; item++)
    data.set(all.subarray(item * allocated, item * allocated + kept), item * kept);
  return data;
}
