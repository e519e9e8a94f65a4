// The code of the groups of a schedule, in their order, and of what leaves a step: rows, events and the next state.
import {
  type ElementwiseOp,
  type Group,
  isComputed,
  isStored,
  type Schedule,
  type Sink,
  shapesEqual,
  type Value,
} from '@rp/dynamics';
import type { FunctionBuilder } from '../asm/function.ts';
import { get, i32, type Local, type Node, op, set, store } from '../asm/node.ts';
import { scalarOperations } from './emit-scalar.ts';
import { type Operand, vectorOperations } from './emit-vector.ts';
import { Frame, type Target } from './frame.ts';
import { isKept } from './in-place.ts';
import { emitMatvec } from './matvec.ts';
import { bitmask, constant, laneOf } from './numbers.ts';
import { philox, uniformOf } from './philox.ts';
import type { Position } from './position.ts';

/** Random numbers need to know where they are. */
export interface Moment {
  readonly item: Node;
  /** Steps since the beginning. */
  readonly step: Node;
}

/** Beyond this many values a loop does one vector at a time: there are only so many registers. */
const valuesPerPass = 24;

export class StepCode extends Frame {
  /** Entries that an event output has in the current batch item. */
  readonly fills = new Map<string, Local>();
  private readonly sinks: readonly Sink[];
  private readonly buffered: readonly string[];
  private readonly moment: Moment | undefined;

  constructor(
    target: Target,
    fn: FunctionBuilder,
    schedule: Schedule,
    sinks: readonly Sink[],
    buffered: readonly string[],
    moment?: Moment,
  ) {
    super(target, fn, schedule);
    this.sinks = sinks.filter(({ kind, name }) => kind !== 'next' || !isKept(target.program, name));
    this.buffered = buffered;
    this.moment = moment;
  }

  /** Everything, in an order in which no state is overwritten before it is read. */
  emit(): void {
    const isEarly = ({ kind, id }: Sink) => kind !== 'next' && !isComputed(this.program.values[id]!);
    const own = this.sinks.filter((sink) => !this.isInLoop(sink));
    this.readScalars();
    for (const sink of own) if (isEarly(sink)) this.sinkAlone(sink);
    for (const group of this.schedule.groups) this.group(group);
    for (const sink of own) if (!isEarly(sink)) this.sinkAlone(sink);
  }

  private readScalars(): void {
    this.program.values.forEach((value, id) => {
      if (value.op !== 'state' || value.shape.length > 0) return;
      if (!this.places.has(`state:${value.name!}`)) return;
      this.scalars.set(id, this.fn.keep(`s_${value.name}`, this.single(value.type, this.pointer(id))));
    });
  }

  private group(group: Group): void {
    const id = group.ids[0]!;
    const value = this.program.values[id]!;
    if (group.kind === 'loop') this.elementwise(group);
    else if (group.kind === 'scalar') this.scalarValue(id, value);
    else if (value.op === 'matvec') emitMatvec(this, id, value);
    else if (value.op === 'delay') this.delay(id, value);
    else this.stack(id, value);
  }

  private elementwise(group: Group): void {
    const hasRandom = group.ids.some((id) => this.program.values[id]!.op === 'uniform');
    const copies =
      hasRandom || group.ids.length > valuesPerPass ? 1 : group.ids.length > valuesPerPass / 2 ? 2 : 4;
    this.loop(
      group.shape,
      (position) => {
        const values = this.valuesAt(position, group);
        for (const id of group.ids) {
          const value = values.get(id)!;
          const { type } = this.program.values[id]!;
          if (isStored(this.program, this.schedule, id)) {
            this.fn.add(position.store(type, this.pointer(id), value));
          }
          for (const sink of this.sinks) {
            if (sink.id === id && this.isInLoop(sink)) this.put(sink, position, value);
          }
        }
      },
      { copies },
    );
  }

  /** The values of a group at one position, each in a variable; nothing is written yet. */
  private valuesAt(position: Position, group: Group): Map<number, Node> {
    const values = new Map<number, Node>();
    const words = new Map<number, readonly Node[]>();
    const read = (id: number): Node => {
      let node = values.get(id);
      if (node === undefined) {
        node = this.at(position, id);
        if (this.program.values[id]!.shape.length > 0) node = this.fn.keep(`a${id}`, node);
        values.set(id, node);
      }
      return node;
    };
    for (const id of group.ids) {
      const value = this.program.values[id]!;
      const node =
        value.op === 'uniform'
          ? this.uniform(position, value, words)
          : this.elementwiseValue(
              position,
              value,
              value.args.map((arg) => this.operand(arg, read(arg))),
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
            value.args.map((arg) => this.operand(arg, this.scalar(arg))),
          );
    const kept = this.fn.keep(`v${id}`, node);
    this.scalars.set(id, kept);
    if (value.stage !== 'prelude') return;
    const name = value.type === 'bool' ? 'i32.store' : (`${this.numbers.scalar}.store` as const);
    this.fn.add(store(name, this.fn.param(0), kept, this.target.header.offset(`scalar:${id}`)));
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
    const key = [spread(this.entry('seedLow')), spread(this.entry('seedHigh'))] as const;
    return philox((name, value) => this.fn.keep(name, value), counter, key);
  }

  /** Takes the oldest entry out of the line and puts the operand in its place. */
  private delay(id: number, { args, shape, name }: Value): void {
    const { fn } = this;
    const x = args[0]!;
    const length = this.size([this.program.lines[name!]!.shape[0]!]);
    const isScalar = shape.length === 0;
    const result = fn.local(`v${id}`, this.numbers.scalar);
    const give = (position: Position, node: Node) => {
      fn.add(isScalar ? set(result, node) : position.store('float', this.pointer(id), node));
    };
    fn.when(
      length,
      () => {
        const head = op('i32.mul', this.place(`head:${name!}`), this.bytes('float', shape));
        const oldest = fn.keep('oldest', op('i32.add', this.place(`line:${name!}`), head));
        this.loop(shape, (position) => {
          const newest = fn.keep(`a${x}`, this.at(position, x));
          give(position, position.load('float', oldest));
          fn.add(position.store('float', oldest, newest));
        });
      },
      () => this.loop(shape, (position) => give(position, this.at(position, x))),
    );
    if (isScalar) this.scalars.set(id, get(result));
  }

  private stack(id: number, { args, type }: Value): void {
    const name = type === 'bool' ? 'i32.store8' : (`${this.numbers.scalar}.store` as const);
    const bytes = type === 'bool' ? 1 : this.numbers.bytes;
    const parts = (position: Position) => {
      const address = position.addressOfParts(type, this.pointer(id), args.length);
      args.forEach((arg, part) => {
        this.fn.add(store(name, address, this.at(position, arg), part * bytes));
      });
    };
    this.loop(this.program.values[args[0]!]!.shape, parts, { vectors: false });
  }

  /** A result that no loop puts in its place: of a leaf, a scalar, or an operation with a loop of its own. */
  private sinkAlone(sink: Sink): void {
    this.loop(sink.shape, (position) => {
      this.put(sink, position, this.fn.keep(`a${sink.id}`, this.at(position, sink.id)));
    });
  }

  private isInLoop({ id, shape }: Sink): boolean {
    const group = this.schedule.groupOf(id);
    return group !== undefined && group.kind === 'loop' && shapesEqual(group.shape, shape);
  }

  private put({ kind, name, id }: Sink, position: Position, value: Node): void {
    const { type } = this.program.values[id]!;
    if (kind === 'events') this.event(name, position, value, type === 'bool');
    else if (kind === 'next') {
      const key = this.buffered.includes(name) ? (`next:${name}` as const) : (`state:${name}` as const);
      this.fn.add(position.store(type, this.place(key), value));
    } else this.fn.add(position.store(type, this.place(`row:${name}`), value));
  }

  /** Writes an entry for every element that is not zero. */
  private event(name: string, position: Position, value: Node, isBool: boolean): void {
    const { fn, numbers } = this;
    const zero = constant(numbers, 0);
    const one = constant(numbers, 1);
    if (!position.isVector) {
      const condition = isBool ? value : op(`${numbers.scalar}.ne`, value, zero);
      fn.when(condition, () => this.entryOf(name, position.index, isBool ? one : value));
      return;
    }
    const mask = isBool ? value : op(`${numbers.vector}.ne`, value, op(`${numbers.vector}.splat`, zero));
    const bits = fn.keep('bits', bitmask(numbers, mask));
    fn.when(bits, () => {
      for (let lane = 0; lane < numbers.lanes; lane++) {
        fn.when(op('i32.and', bits, i32(1 << lane)), () => {
          const count = isBool ? one : laneOf(numbers, value, lane);
          this.entryOf(name, op('i32.add', position.index, i32(lane)), count);
        });
      }
    });
  }

  private entryOf(name: string, unit: Node, count: Node): void {
    const { fn, numbers } = this;
    const fill = this.fills.get(name)!;
    const place = (key: Node, shift: number) => op('i32.add', key, op('i32.shl', get(fill), i32(shift)));
    fn.add(
      store('i32.store', place(this.place(`eventUnits:${name}`), 2), unit),
      store(`${numbers.scalar}.store`, place(this.place(`eventCounts:${name}`), numbers.shift), count),
    );
    fn.increase(fill, 1);
  }
}
