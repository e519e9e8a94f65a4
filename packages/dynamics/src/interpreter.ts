// The reference interpreter: slow, and obviously right. It defines what a program means; backends are compared with it.
// It has no optimisation, on purpose.
import { type CsrMatrix, type NdArray, sizeOf } from '@rp/ndarray';
import {
  type Bound,
  bind,
  checkInputs,
  checkOptions,
  checkParameter,
  checkState,
  checkTimeStep,
  entriesPerStep,
  sparseParameter,
  spreadState,
  stateDeclaration,
} from './bind.ts';
import { fail } from './error.ts';
import { EventGatherer } from './gather.ts';
import { loopLimitReached } from './loop-limit.ts';
import { lowerProgram } from './lower/lower.ts';
import { type ElementwiseOp, operations } from './operations.ts';
import { keyOf, philox4x32, uniformOf } from './philox.ts';
import { loopSinks } from './plan/sinks.ts';
import {
  constantOf,
  type Declaration,
  eventOutputs,
  type Loop,
  type Stage,
  type StepProgram,
  type Value,
} from './program.ts';
import { reference, rounding } from './reference.ts';
import {
  type Bindings,
  type Dtype,
  isEventList,
  type ParameterValue,
  type Rows,
  type RunInputs,
  type RunOptions,
  type RunResult,
  type Tensor,
} from './run.ts';

/** A run in progress; see {@link Interpreter.begin}. */
export interface InterpreterRun {
  /** Does one more step; `false` if all are done, or an event output may run full. */
  advance(): boolean;
  /** What the steps so far have given. */
  finish(): RunResult;
}

/** Where an interpreter stood at some time. */
export interface InterpreterSnapshot {
  readonly stepCount: number;
  readonly state: Readonly<Record<string, readonly number[][]>>;
}

/** A program with its parameters and its state. One instance is one session; nothing is shared between instances. */
export class Interpreter {
  protected readonly program: StepProgram;
  protected readonly bound: Bound;
  protected readonly round: (x: number) => number;
  private readonly params: Record<string, number[]> = {};
  /** The parameters that are stored as `csr`. */
  private readonly sparse: Record<string, SparseRows> = {};
  /** Per state and delay line, per batch item, the elements. */
  protected state: Record<string, number[][]> = {};
  private dt: number;
  /** Steps since the beginning: the counter of the random numbers. */
  protected stepCount: number;

  /** @throws ValueError if the bindings don't fit the program. */
  constructor(program: StepProgram, bindings: Bindings) {
    this.bound = bind(program, bindings);
    this.program = lowerProgram(program, this.bound.dtype);
    this.round = rounding(this.bound.dtype);
    this.dt = this.round(this.bound.dt);
    this.stepCount = this.bound.firstStep;
    for (const [name, value] of Object.entries(bindings.params ?? {})) this.write(name, value);
    for (const [name, { shape }] of Object.entries({ ...program.state, ...program.lines })) {
      this.state[name] = this.items(() => new Array<number>(this.bound.size(shape)).fill(0));
    }
    for (const [name, value] of Object.entries(bindings.state ?? {})) this.write(name, value);
  }

  /** Runs some steps. If it throws, the state is what it was before. */
  run(inputs: RunInputs, options: RunOptions): RunResult {
    const run = this.begin(inputs, options);
    while (run.advance());
    return run.finish();
  }

  /**
   * Begins a run that is done step by step. Nothing else may be done with the interpreter until it is finished or
   * given up; to give it up, restore the {@link snapshot} from before.
   */
  begin(inputs: RunInputs, options: RunOptions): InterpreterRun {
    const { steps } = options;
    checkOptions(this.bound, options);
    checkInputs(this.bound, inputs, steps);
    const collector = new Collector(this.program, this.bound, options);
    let done = 0;
    return {
      advance: () => {
        if (done === steps || !collector.hasRoom()) return false;
        for (let item = 0; item < this.bound.batch; item++) this.step(inputs, steps, done, item, collector);
        this.stepCount++;
        done++;
        return true;
      },
      finish: () => {
        for (let item = 0; item < this.bound.batch; item++) collector.observe(item, this.observed(item));
        return collector.finish(
          done,
          Object.fromEntries(Object.keys(this.state).map((name) => [name, this.stateTensor(name)])),
        );
      },
    };
  }

  /** State, delay lines and the counter of the random numbers, to be put back with {@link restore}. */
  snapshot(): InterpreterSnapshot {
    const { stepCount } = this;
    // The elements of an item are replaced as a whole, never changed in place.
    const items = Object.entries(this.state).map(([name, value]) => [name, [...value]] as const);
    return { stepCount, state: Object.fromEntries(items) };
  }

  /** Goes back to a snapshot, which stays good. Parameters and dt are as they are now. */
  restore({ stepCount, state }: InterpreterSnapshot): void {
    this.stepCount = stepCount;
    for (const [name, items] of Object.entries(state)) this.state[name] = [...items];
  }

  /** The current value of a state, delay line or parameter, or `dt`. */
  read(name: string): ParameterValue {
    if (name === 'dt') return tensor([this.dt], [], 'float', this.bound.dtype);
    if (stateDeclaration(this.program, name) !== undefined) return this.stateTensor(name);
    if (!Object.hasOwn(this.program.params, name))
      throw fail('KeyError', 'run-unknown', `${this.program.name}: there is no parameter or state ${name}`);
    const parameter = this.program.params[name]!;
    if (parameter.storage === 'csr') return matrixOf(this.sparse[name]!, this.bound, parameter);
    return tensor(this.params[name]!, this.bound.extents(parameter.shape), parameter.type, this.bound.dtype);
  }

  private stateTensor(name: string): Tensor {
    const { type, shape } = stateDeclaration(this.program, name)!;
    const extents = [this.bound.batch, ...this.bound.extents(shape)];
    return tensor(this.state[name]!.flat(), extents, type, this.bound.dtype);
  }

  /** Replaces a state, a delay line, a parameter, or `dt`. */
  write(name: string, value: ParameterValue): void {
    if (name === 'dt') {
      checkTimeStep(this.bound, value);
      this.dt = this.round(value.data[0]!);
    } else if (stateDeclaration(this.program, name) !== undefined) {
      checkState(this.bound, name, value);
      const elements = Array.from(spreadState(this.bound, name, value), this.round);
      const size = elements.length / Math.max(1, this.bound.batch);
      this.state[name] = this.items((item) => elements.slice(item * size, (item + 1) * size));
    } else {
      checkParameter(this.bound, name, value);
      if (this.program.params[name]!.storage === 'csr')
        this.sparse[name] = this.rowsOf(sparseParameter(value));
      else this.params[name] = Array.from(value.data, this.round);
    }
  }

  private step(inputs: RunInputs, steps: number, step: number, item: number, collector: Collector): void {
    const values: Computed = {
      item,
      ids: [],
      carried: {},
      input: (name) => inputRow(this.program, this.bound, inputs, name, item * steps + step, this.round),
    };
    this.compute(values, ['prelude', 'observe', 'step']);
    collector.observe(item, values.ids);
    const { loop } = this.program;
    if (loop !== undefined) this.iterate(loop, values, collector);
    this.compute(values, ['after']);
    this.finishStep(values, item, collector);
  }

  /** The values that are given out between the steps. */
  private observed(item: number): number[][] {
    const values: Computed = { item, ids: [], carried: {}, input: () => [] };
    this.compute(values, ['prelude', 'observe']);
    return values.ids;
  }

  /** All iterations of a step; afterwards the carried values are the final ones. */
  private iterate(loop: Loop, values: Computed, collector: Collector): void {
    const carry = (ids: Readonly<Record<string, number>>) => {
      const entries = Object.entries(loop.carried).map(([name, { shape }]) => {
        const source = values.ids[ids[name]!]!;
        return [name, Array.from({ length: this.bound.size(shape) }, (_, index) => element(source, index))];
      });
      values.carried = Object.fromEntries(entries);
    };
    carry(loop.start);
    for (let done = 0; ; done++) {
      this.compute(values, ['loop']);
      if (!this.goesOn(values.ids[loop.while]![0] !== 0, done)) return;
      collector.iteration(values.item, values.ids);
      carry(loop.next);
    }
  }

  /** Whether to do another iteration. */
  protected goesOn(condition: boolean, done: number): boolean {
    if (condition && done === this.program.loop?.limit) throw loopLimitReached(this.program);
    return condition;
  }

  private finishStep({ ids: values }: Computed, item: number, collector: Collector): void {
    for (const value of this.program.values) {
      if (value.op === 'delay') this.shift(value, item, values[value.args[0]!]!);
    }
    for (const [name, id] of Object.entries(this.program.next)) {
      const size = this.bound.size(this.program.state[name]!.shape);
      this.state[name]![item] = Array.from({ length: size }, (_, index) => element(values[id]!, index));
    }
    collector.step(item, values, (name) => this.state[name]![item]!);
  }

  /** Computes every value of some stages. */
  private compute(values: Computed, stages: readonly Stage[]): void {
    this.program.values.forEach((value, id) => {
      if (stages.includes(value.stage)) values.ids[id] = this.valueOf(value, values);
    });
  }

  private valueOf(value: Value, { item, ids, carried, input }: Computed): number[] {
    const args = value.args.map((arg) => ids[arg]!);
    const size = this.bound.size(value.shape);
    switch (value.op) {
      case 'const':
        return [this.round(Number(constantOf(value.value!)))];
      case 'dt':
        return [this.dt];
      case 'param':
        // A sparse one has no elements of its own; matvec asks for its rows.
        return value.storage === 'csr' ? [] : this.params[value.name!]!;
      case 'state':
        return this.state[value.name!]![item]!;
      case 'input':
        return input(value.name!);
      case 'carried':
      case 'final':
        return carried[value.name!]!;
      case 'index':
        return Array.from({ length: size }, (_, index) => this.round(index));
      case 'sum':
        return this.reduced(args[0]!, size, (row) => row.reduce((sum, x) => this.round(sum + x), 0));
      case 'minOf':
        return this.reduced(args[0]!, size, (row) =>
          row.reduce((least, x) => (x < least ? x : least), Infinity),
        );
      case 'maxOf':
        return this.reduced(args[0]!, size, (row) =>
          row.reduce((most, x) => (most < x ? x : most), -Infinity),
        );
      case 'argmin':
        return this.reduced(args[0]!, size, (row) => this.round(placeOfLeast(row)));
      case 'row':
      case 'column':
        return part(value.op, args[0]!, args[1]![0]!, size);
      case 'uniform':
        return Array.from({ length: size }, (_, index) => this.uniform(value, item, index));
      case 'matvec': {
        const weights = this.program.values[value.args[1]!]!;
        return weights.storage === 'csr'
          ? this.sparseMatvec(args[0]!, this.sparse[weights.name!]!, size)
          : this.matvec(args[0]!, args[1]!, size);
      }
      case 'stack':
        return Array.from(
          { length: size },
          (_, index) => args[index % args.length]![Math.floor(index / args.length)]!,
        );
      case 'delay':
        return this.delayed(value, item, args[0]!);
      case 'cast':
        return args[0]!.map((x) => (value.type === 'bool' ? Number(x !== 0) : x));
      default: {
        const compute = reference[value.op as ElementwiseOp];
        if (compute === undefined)
          throw fail('NotImplementedError', 'operation', `${operations[value.op].meaning} was not lowered`);
        const { dtype } = this.bound;
        return Array.from({ length: size }, (_, index) => {
          const [a, b, c] = args.map((arg) => element(arg, index));
          return this.round(compute(dtype, a!, b!, c!));
        });
      }
    }
  }

  /** One number for each row of elements along the last axis. */
  private reduced(x: readonly number[], rows: number, reduce: (row: readonly number[]) => number): number[] {
    const length = rows === 0 ? 0 : x.length / rows;
    return Array.from({ length: rows }, (_, row) => reduce(x.slice(row * length, (row + 1) * length)));
  }

  protected matvec(x: readonly number[], weights: readonly number[], posts: number): number[] {
    const sums = new Array<number>(posts).fill(0);
    x.forEach((xi, pre) => {
      if (xi === 0) return;
      for (let post = 0; post < posts; post++) {
        sums[post] = this.round(sums[post]! + this.round(xi * weights[pre * posts + post]!));
      }
    });
    return sums;
  }

  protected sparseMatvec(x: readonly number[], rows: SparseRows, posts: number): number[] {
    const sums = new Array<number>(posts).fill(0);
    x.forEach((xi, pre) => {
      if (xi === 0) return;
      for (const { post, weight } of rows[pre]!)
        sums[post] = this.round(sums[post]! + this.round(xi * weight));
    });
    return sums;
  }

  private rowsOf({ shape, indptr, indices, data }: CsrMatrix): SparseRows {
    return Array.from({ length: shape[0] }, (_, row) =>
      Array.from({ length: indptr[row + 1]! - indptr[row]! }, (_, place) => {
        const entry = indptr[row]! + place;
        return { post: indices[entry]!, weight: this.round(data[entry]!) };
      }),
    );
  }

  private delayed({ name }: Value, item: number, x: readonly number[]): number[] {
    const line = this.state[name!]![item]!;
    return line.length === 0 ? [...x] : line.slice(0, x.length);
  }

  private shift({ name }: Value, item: number, x: readonly number[]): void {
    const line = this.state[name!]![item]!;
    this.state[name!]![item] = line.length === 0 ? [] : [...line.slice(x.length), ...x];
  }

  private uniform(value: Value, item: number, index: number): number {
    const words = philox4x32([index, this.stepCount >>> 0, item, value.stream!], keyOf(this.bound.seed));
    return uniformOf(words[value.word!]!, this.round);
  }

  private items<T>(make: (item: number) => T): T[] {
    return Array.from({ length: this.bound.batch }, (_, item) => make(item));
  }
}

/** The entries of a sparse matrix, row by row, in ascending order of their columns. */
export type SparseRows = readonly (readonly { readonly post: number; readonly weight: number }[])[];

function matrixOf(rows: SparseRows, { dtype, extents }: Bound, { shape }: Declaration): CsrMatrix {
  const [pres = 0, posts = 0] = extents(shape);
  const indptr = new Int32Array(pres + 1);
  rows.forEach((row, pre) => {
    indptr[pre + 1] = indptr[pre]! + row.length;
  });
  const weights = rows.flat().map(({ weight }) => weight);
  return {
    shape: [pres, posts],
    indptr,
    indices: Int32Array.from(rows.flat(), ({ post }) => post),
    data: dtype === 'float32' ? Float32Array.from(weights) : Float64Array.from(weights),
  };
}

/** What is known of a step of one batch item so far. */
interface Computed {
  readonly item: number;
  /** The elements of every value that was computed, by id. */
  readonly ids: number[][];
  carried: Record<string, number[]>;
  readonly input: (name: string) => number[];
}

function placeOfLeast(row: readonly number[]): number {
  const least = row.reduce((smallest, x) => (x < smallest ? x : smallest), Infinity);
  return Math.max(
    0,
    row.findIndex((x) => x === least && x < Infinity),
  );
}

/** `x[⌊at⌋, …]` or `x[…, ⌊at⌋]`, of `size` elements; zeros if there is no such part. */
function part(kind: 'row' | 'column', x: readonly number[], at: number, size: number): number[] {
  const place = Math.floor(at);
  const count = size === 0 ? 0 : x.length / size;
  if (!(place >= 0 && place < count)) return new Array<number>(size).fill(0);
  return Array.from({ length: size }, (_, k) => x[kind === 'row' ? place * size + k : k * count + place]!);
}

/** An element of a value; a scalar stands for every index. */
function element(value: readonly number[], index: number): number {
  return value.length === 1 ? value[0]! : value[index]!;
}

function inputRow(
  program: StepProgram,
  bound: Bound,
  inputs: RunInputs,
  name: string,
  row: number,
  round: (x: number) => number,
): number[] {
  const size = bound.size(program.inputs[name]!.shape);
  const input = inputs[name];
  const values = new Array<number>(size).fill(0);
  if (input === undefined) return values;
  if (!isEventList(input)) return Array.from(input.data.subarray(row * size, (row + 1) * size), round);
  for (let entry = input.offsets[row]!; entry < input.offsets[row + 1]!; entry++) {
    values[input.units[entry]!] = round(input.counts[entry]!);
  }
  return values;
}

function tensor(
  elements: readonly number[],
  shape: readonly number[],
  type: Declaration['type'],
  dtype: Dtype,
): NdArray {
  const data =
    type === 'bool'
      ? Uint8Array.from(elements)
      : dtype === 'float32'
        ? Float32Array.from(elements)
        : Float64Array.from(elements);
  return { data, shape };
}

/** Gathers what a run gives out. */
class Collector {
  private readonly program: StepProgram;
  private readonly bound: Bound;
  private readonly options: RunOptions;
  /** Each name once, however often it was asked for. */
  private readonly record: readonly string[];
  private readonly rows = new Map<string, number[][]>();
  private readonly events = new Map<string, EventGatherer>();

  constructor(program: StepProgram, bound: Bound, options: RunOptions) {
    this.program = program;
    this.bound = bound;
    this.options = options;
    this.record = [...new Set(options.record)];
    const names = [...Object.keys(program.observe), ...Object.keys(program.outputs), ...this.record];
    for (const name of names)
      this.rows.set(
        name,
        Array.from({ length: bound.batch }, () => []),
      );
    for (const { name } of eventOutputs(program)) this.events.set(name, new EventGatherer(bound.batch));
  }

  /** Whether one more step is sure to fit. */
  hasRoom(): boolean {
    const { eventCapacity = Number.POSITIVE_INFINITY } = this.options;
    return eventOutputs(this.program).every(
      (output) => this.events.get(output.name)!.fill + entriesPerStep(this.bound, output) <= eventCapacity,
    );
  }

  observe(item: number, values: readonly number[][]): void {
    for (const [name, id] of Object.entries(this.program.observe))
      this.put(name, item, values[id]!, this.program.values[id]!);
  }

  /** What an iteration of the loop gives out. */
  iteration(item: number, values: readonly number[][]): void {
    for (const { name, shape, when, value } of loopSinks(this.program).events) {
      for (let unit = 0; unit < this.bound.size(shape); unit++) {
        if (element(values[when]!, unit) !== 0)
          this.events.get(name)!.push(item, unit, element(values[value]!, unit));
      }
    }
  }

  step(item: number, values: readonly number[][], stateOf: (name: string) => readonly number[]): void {
    const { program } = this;
    for (const [name, id] of Object.entries(program.outputs))
      this.put(name, item, values[id]!, program.values[id]!);
    for (const [name, id] of Object.entries(program.events)) {
      values[id]!.forEach((count, unit) => {
        if (count !== 0) this.events.get(name)!.push(item, unit, count);
      });
    }
    for (const events of this.events.values()) events.endRow(item);
    for (const name of this.record) {
      const id = program.records[name];
      if (id === undefined) for (const x of stateOf(name)) this.rows.get(name)![item]!.push(x);
      else this.put(name, item, values[id]!, program.values[id]!);
    }
  }

  finish(steps: number, state: Record<string, Tensor>): RunResult {
    const { program, bound } = this;
    const rows = (name: string, { shape, type }: Declaration, count: number): Rows =>
      tensor(this.rows.get(name)!.flat(), [bound.batch, count, ...bound.extents(shape)], type, bound.dtype);
    const all = (ids: Readonly<Record<string, number>>, count: number) =>
      Object.entries(ids).map(([name, id]) => [name, rows(name, program.values[id]!, count)] as const);
    const recorded = this.record.map((name) => {
      const id = program.records[name];
      return [
        name,
        rows(name, id === undefined ? program.state[name]! : program.values[id]!, steps),
      ] as const;
    });
    return {
      steps,
      outputs: Object.fromEntries([...all(program.observe, steps + 1), ...all(program.outputs, steps)]),
      events: Object.fromEntries(
        [...this.events].map(([name, events]) => [name, events.finish(bound.dtype)]),
      ),
      records: Object.fromEntries(recorded),
      state,
    };
  }

  private put(name: string, item: number, value: readonly number[], { shape }: Declaration): void {
    const size = sizeOf(this.bound.extents(shape));
    for (let index = 0; index < size; index++) this.rows.get(name)![item]!.push(element(value, index));
  }
}
