// Programs joined into one: a whole network in one time step. The values of each program are taken over as they
// are, under new numbers and prefixed names, so a network computes the bits that its programs compute one by one.

import { checkProgram } from './check.ts';
import { fail } from './error.ts';
import { Expr, Ops } from './expression.ts';
import { latest } from './infer.ts';
import {
  type Declaration,
  type Dim,
  type Loop,
  type Shape,
  type Stage,
  type StepProgram,
  shapesEqual,
  type Value,
} from './program.ts';
import { pruned } from './prune.ts';
import { ValueList } from './value-list.ts';

/** What a network takes from a program that was placed in it. */
export interface Placed {
  /** The outputs of the program, to be led to other programs or out. */
  readonly outputs: Readonly<Record<string, Expr>>;
}

/** The results of a network beside the records and states of its programs. */
export interface NetworkResults {
  readonly outputs: Readonly<Record<string, Expr>>;
  readonly records?: Readonly<Record<string, Expr>> | undefined;
}

/**
 * Builds one program from several.
 *
 * Parameters, states, delay lines and records of a placed program get its prefix: `lif_vmem`. Its extents are
 * numbers from then on, and its time step is the parameter `lif_dt`. What it gives out is given out only if
 * {@link Network.finish} says so; observed values and events are not. Random streams keep their numbers.
 */
export class Network {
  /** Operations between the programs. */
  readonly op: Ops;
  private readonly name: string;
  private readonly list: ValueList;
  private readonly params: Record<string, Declaration> = {};
  private readonly state: Record<string, Declaration> = {};
  private readonly lines: Record<string, Declaration> = {};
  private readonly inputs: Record<string, Declaration> = {};
  private readonly next: Record<string, number> = {};
  private readonly records: Record<string, number> = {};

  /** @param name Names the program in messages and listings. */
  constructor(name: string) {
    this.name = name;
    this.list = new ValueList(name);
    this.op = new Ops(this.list);
  }

  /** Declares an input of the network. */
  input(name: string, shape: Shape): Expr {
    return this.declare('input', this.inputs, name, { shape, type: 'float' });
  }

  /** Declares a parameter of the network. */
  param(name: string, shape: Shape): Expr {
    return this.declare('param', this.params, name, { shape, type: 'float' });
  }

  /**
   * Puts a program into the network.
   * @param prefix Goes before its names, with an underscore.
   * @param dims Its extents.
   * @param inputs What its inputs are led from, each in the declared shape.
   * @throws ValueError for an input that is missing or of another shape, for an extent that is missing, and for a
   * second program with a loop.
   */
  place(
    prefix: string,
    program: StepProgram,
    dims: Readonly<Record<string, number>>,
    inputs: Readonly<Record<string, Expr>>,
  ): Placed {
    if (program.loop !== undefined && this.list.loop !== undefined) {
      throw fail(
        'ValueError',
        'network-loop',
        `${this.name}: ${program.name} has a loop, and so has a program before it; a step has one`,
      );
    }
    const extents = (shape: Shape): Shape => shape.map((dim) => this.extent(program, dim, dims));
    const renamed = (name: string) => `${prefix}_${name}`;
    const take = (from: Readonly<Record<string, Declaration>>, into: Record<string, Declaration>) => {
      for (const [name, declared] of Object.entries(from))
        into[renamed(name)] = { ...declared, shape: extents(declared.shape) };
    };
    take(program.params, this.params);
    take(program.state, this.state);
    take(program.lines, this.lines);
    const ids: number[] = [];
    for (const value of program.values) {
      const shape = extents(value.shape);
      if (value.op === 'input') ids.push(this.led(program, value.name!, shape, inputs));
      else if (value.op === 'dt') ids.push(this.param(renamed('dt'), []).id);
      else ids.push(this.list.add(this.moved(program, value, shape, ids, renamed)));
    }
    if (program.loop !== undefined) this.list.loop = movedLoop(program.loop, ids, extents, renamed);
    for (const [name, id] of Object.entries(program.next)) this.next[renamed(name)] = ids[id]!;
    for (const [name, id] of Object.entries(program.records)) this.records[renamed(name)] = ids[id]!;
    const outputs = Object.entries(program.outputs).map(([name, id]) => [name, this.expr(ids[id]!)] as const);
    return { outputs: Object.fromEntries(outputs) };
  }

  /** The program of the network. @throws ValueError for names that are used twice. */
  finish({ outputs, records = {} }: NetworkResults): StepProgram {
    const ids = (exprs: Readonly<Record<string, Expr>>) =>
      Object.fromEntries(Object.entries(exprs).map(([name, { id }]) => [name, id]));
    const program = pruned({
      format: 'rp-step/1',
      name: this.name,
      dims: [],
      params: this.params,
      state: this.state,
      lines: this.lines,
      inputs: this.inputs,
      values: this.list.values,
      ...(this.list.loop && { loop: this.list.loop }),
      next: this.next,
      observe: {},
      outputs: ids(outputs),
      events: {},
      records: { ...this.records, ...ids(records) },
    });
    const problems = checkProgram(program);
    if (problems.length > 0)
      throw fail('ValueError', 'program-invalid', `${this.name}: ${problems.join('; ')}`);
    return program;
  }

  private declare(
    op: 'input' | 'param',
    into: Record<string, Declaration>,
    name: string,
    declaration: Declaration,
  ): Expr {
    into[name] = declaration;
    return this.expr(this.list.declared(op, name, declaration));
  }

  private led(
    program: StepProgram,
    name: string,
    shape: Shape,
    inputs: Readonly<Record<string, Expr>>,
  ): number {
    const source = inputs[name];
    if (source !== undefined && shapesEqual(source.shape, shape)) return source.id;
    const got = source === undefined ? 'nothing' : `[${source.shape.join(', ')}]`;
    throw fail(
      'ValueError',
      'network-input',
      `${this.name}: the input ${name} of ${program.name} needs shape [${shape.join(', ')}], got ${got}`,
    );
  }

  /** The value in the network; whatever else an operation holds stays as it is. */
  private moved(
    program: StepProgram,
    value: Value,
    shape: Shape,
    ids: readonly number[],
    renamed: (name: string) => string,
  ): Value {
    const args = value.args.map((arg) => ids[arg]!);
    const stages = (list: readonly Value[], of: readonly number[]): Stage =>
      latest(of.map((id) => list[id]!.stage));
    // A value that is later than its operands (a delay) is so by its operation; others may have become earlier.
    const ownStage = value.args.length === 0 || value.stage !== stages(program.values, value.args);
    return {
      ...value,
      args,
      shape,
      stage: ownStage ? value.stage : stages(this.list.values, args),
      ...(value.name === undefined ? {} : { name: renamed(value.name) }),
    };
  }

  private extent(program: StepProgram, dim: Dim, dims: Readonly<Record<string, number>>): number {
    const extent = typeof dim === 'number' ? dim : dims[dim];
    if (extent !== undefined) return extent;
    throw fail(
      'ValueError',
      'network-extent',
      `${this.name}: the extent ${dim} of ${program.name} is missing`,
    );
  }

  private expr(id: number): Expr {
    return new Expr(this.list, id);
  }
}

/** The loop of a program among the values of the network. What it gives out in each iteration stays inside. */
function movedLoop(
  { limit, carried, start, while: condition, next }: Loop,
  ids: readonly number[],
  extents: (shape: Shape) => Shape,
  renamed: (name: string) => string,
): Loop {
  const under = <A, B>(record: Readonly<Record<string, A>>, moved: (value: A) => B) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [renamed(name), moved(value)]));
  return {
    limit,
    carried: under(carried, (declared) => ({ ...declared, shape: extents(declared.shape) })),
    start: under(start, (id) => ids[id]!),
    while: ids[condition]!,
    next: under(next, (id) => ids[id]!),
    events: {},
  };
}
