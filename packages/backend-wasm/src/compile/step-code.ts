// The code of the groups of a schedule, in their order, each value put where it goes as soon as it is there.
import {
  type Assumption,
  armOf,
  carriedInStates,
  type ElementwiseOp,
  type Group,
  isAssumed,
  isComputed,
  isKept,
  isStored,
  isWorthBranch,
  type Need,
  type Schedule,
  type Sink,
  type StepProgram,
  shapesEqual,
  type Value,
  type Version,
  versionsOf,
} from '@rp/dynamics';
import type { FunctionBuilder } from '../asm/function.ts';
import { i32, type Node, op } from '../asm/node.ts';
import { readAcross } from './division.ts';
import { scalarOperations } from './emit-scalar.ts';
import { type Operand, vectorOperations } from './emit-vector.ts';
import type { Frame } from './frame.ts';

import type { Numbers } from './numbers.ts';
import { philox, uniformOf } from './philox.ts';
import type { Position } from './position.ts';
import { putSink } from './sinks.ts';
import { emitStructural } from './structural.ts';

/** Random numbers need to know where they are. */
export interface Moment {
  readonly item: Node;
  /** Steps since the beginning. */
  readonly step: Node;
}

/** Beyond this many values a loop does one vector at a time: there are only so many registers. */
const valuesPerPass = 24;

/** Whether a value lies where it goes: of a state that nothing changes, or that a loop carries. */
function isThere(program: StepProgram, { kind, name }: Sink): boolean {
  const inStates = carriedInStates(program);
  return kind === 'start'
    ? inStates.has(name)
    : kind === 'next' && (isKept(program, name) || [...inStates.values()].includes(name));
}

type OneVersion = Extract<Version, { readonly ids: readonly number[] }>;

export class StepCode {
  private readonly frame: Frame;
  private readonly fn: FunctionBuilder;
  private readonly program: StepProgram;
  private readonly numbers: Numbers;
  private readonly schedule: Schedule;
  private readonly sinks: readonly Sink[];
  private readonly moment: Moment | undefined;

  constructor(frame: Frame, schedule: Schedule, sinks: readonly Sink[], moment?: Moment) {
    this.frame = frame;
    this.fn = frame.fn;
    this.program = frame.program;
    this.numbers = frame.numbers;
    this.schedule = schedule;
    this.sinks = sinks.filter((sink) => !isThere(frame.program, sink));
    this.moment = moment;
  }

  /** Everything, in an order in which no state is overwritten before it is read. */
  emit(): void {
    const isEarly = ({ kind, id }: Sink) => kind !== 'next' && !isComputed(this.program.values[id]!);
    const own = this.sinks.filter((sink) => !this.isInLoop(sink));
    for (const sink of own) if (isEarly(sink)) this.sinkAlone(sink);
    this.groups(this.schedule.groups, []);
    for (const sink of own) if (!isEarly(sink)) this.sinkAlone(sink);
  }

  /** Groups one after another, with branches around those that something else must hold for than is assumed. */
  private groups(groups: readonly Group[], assumed: Need): void {
    // Where threads wait for each other, all must come by.
    const canBranch = this.frame.shared?.blocks === undefined;
    for (let place = 0; place < groups.length; ) {
      const one = groups[place]!.need.find((other) => canBranch && !isAssumed(assumed, other));
      const end =
        one === undefined ? -1 : groups.findIndex(({ need }, at) => at > place && !isAssumed(need, one));
      const some = groups.slice(place, one === undefined ? place + 1 : end < 0 ? groups.length : end);
      place += some.length;
      if (one === undefined) this.group(some[0]!);
      else if (isWorthBranch(this.program, some))
        this.branch(one, () => this.groups(some, [...assumed, one]));
      else this.groups(some, [...assumed, one]);
    }
  }

  private branch({ condition, holds }: Assumption, body: () => void): void {
    const value = this.frame.scalar(condition);
    this.fn.when(holds ? value : op('i32.eqz', value), body);
  }

  private group(group: Group): void {
    const id = group.ids[0]!;
    const value = this.program.values[id]!;
    const blocks = this.frame.shared?.blocks;
    blocks?.require(readAcross(value));
    if (group.kind === 'loop') this.version(group, versionsOf(this.program, this.schedule, group));
    else if (group.kind === 'scalar') this.scalarValue(id, value);
    else emitStructural(this.frame, id, value);
    blocks?.made(group.ids);
  }

  private version(group: Group, version: Version): void {
    if ('ids' in version) {
      this.elementwise(group, version);
      return;
    }
    const { condition, yes, no } = version;
    this.fn.when(
      this.frame.scalar(condition),
      () => this.version(group, yes),
      () => this.version(group, no),
    );
  }

  private elementwise(group: Group, version: OneVersion): void {
    const { ids } = version;
    if (ids.length === 0) return;
    const hasRandom = ids.some((id) => this.program.values[id]!.op === 'uniform');
    const copies = hasRandom || ids.length > valuesPerPass ? 1 : ids.length > valuesPerPass / 2 ? 2 : 4;
    this.frame.loop(
      group.shape,
      (position) => {
        const values = this.valuesAt(position, version);
        for (const id of ids) {
          const value = values.get(id)!;
          const { type } = this.program.values[id]!;
          if (isStored(this.program, this.schedule, id)) {
            this.fn.add(position.store(type, this.frame.pointer(id), value));
          }
          for (const sink of this.sinks) {
            if (sink.id === id && this.isInLoop(sink)) putSink(this.frame, sink, position, value);
          }
        }
      },
      { copies },
    );
  }

  /** The values of a loop at one position, each in a variable; nothing is written yet. */
  private valuesAt(position: Position, { ids, assumed }: OneVersion): Map<number, Node> {
    const values = new Map<number, Node>();
    const words = new Map<number, readonly Node[]>();
    const read = (id: number): Node => {
      let node = values.get(id);
      if (node === undefined) {
        node = this.frame.at(position, id);
        if (this.program.values[id]!.shape.length > 0) node = this.fn.keep(`a${id}`, node);
        values.set(id, node);
      }
      return node;
    };
    for (const id of ids) {
      const value = this.program.values[id]!;
      const arm = armOf(value, assumed);
      const node =
        arm !== undefined
          ? read(arm)
          : value.op === 'index'
            ? this.index(position)
            : value.op === 'uniform'
              ? this.uniform(position, value, words)
              : this.elementwiseValue(
                  position,
                  value,
                  value.args.map((arg) => this.frame.operand(arg, read(arg))),
                );
      values.set(id, this.fn.keep(`v${id}`, node));
    }
    return values;
  }

  private elementwiseValue(
    { isVector }: { isVector: boolean },
    value: Value,
    args: readonly Operand[],
  ): Node {
    const name = value.op as ElementwiseOp;
    const [a, b, c] = args as [Operand, Operand, Operand];
    if (isVector) return vectorOperations[name](this.numbers, a, b, c);
    return scalarOperations[name](this.numbers, a.node, b?.node, c?.node);
  }

  private scalarValue(id: number, value: Value): void {
    const node =
      value.op === 'uniform'
        ? this.scalarUniform(value)
        : this.elementwiseValue(
            { isVector: false },
            value,
            value.args.map((arg) => this.frame.operand(arg, this.frame.scalar(arg))),
          );
    this.frame.keepScalar(id, node);
  }

  private index(position: Position): Node {
    const { scalar } = this.numbers;
    if (!position.isVector) return op(`${scalar}.convert_i32_u`, position.index);
    return op(scalar === 'f32' ? 'f32x4.convert_i32x4_u' : 'f64x2.convert_low_i32x4_u', position.indices);
  }

  /** One of the four random words of a counter; those of one stream are made together. */
  private uniform(position: Position, { stream, word }: Value, made: Map<number, readonly Node[]>): Node {
    let words = made.get(stream!);
    if (words === undefined) {
      words = position.isVector
        ? this.randomWords(this.fn.keep('c0', position.indices), stream!, (node) => op('i32x4.splat', node))
        : this.randomWords(position.index, stream!, (node) => node);
      made.set(stream!, words);
    }
    return uniformOf(this.numbers, words[word!]!);
  }

  private scalarUniform({ stream, word }: Value): Node {
    const words = this.randomWords(i32(0), stream!, (node) => node);
    return uniformOf(this.numbers, words[word!]!);
  }

  private randomWords(index: Node, stream: number, spread: (node: Node) => Node): readonly Node[] {
    const { item, step } = this.moment!;
    const counter = [index, spread(step), spread(item), spread(i32(stream))] as const;
    const key = [spread(this.frame.entry('seedLow')), spread(this.frame.entry('seedHigh'))] as const;
    return philox((name, value) => this.fn.keep(name, value), counter, key);
  }

  /** A result that no loop puts in its place: of a leaf, a scalar, or an operation with a loop of its own. */
  private sinkAlone(sink: Sink): void {
    const put = () =>
      this.frame.loop(sink.shape, (position) => {
        putSink(this.frame, sink, position, this.fn.keep(`a${sink.id}`, this.frame.at(position, sink.id)));
      });
    const blocks = this.frame.shared?.blocks;
    // One number isn't divided: all threads have it.
    if (blocks === undefined || sink.shape.length > 0) put();
    else blocks.inFirst(put);
  }

  private isInLoop({ id, shape }: Sink): boolean {
    const group = this.schedule.groupOf(id);
    return group !== undefined && group.kind === 'loop' && shapesEqual(group.shape, shape);
  }
}
