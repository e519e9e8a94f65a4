// The code of the groups of a schedule, in their order, each value put where it goes as soon as it is there.
import {
  type ElementwiseOp,
  type Group,
  isComputed,
  isKept,
  isStored,
  type Schedule,
  type Sink,
  type StepProgram,
  shapesEqual,
} from '@rp/dynamics';
import { emitElementwise } from './emit.ts';
import type { Frame } from './frame.ts';
import { putSink } from './sinks.ts';
import { emitStructural } from './structural.ts';

/** The code of a schedule, and of the sinks that its values fill. */
export function stepCode(frame: Frame, schedule: Schedule, sinks: readonly Sink[]): string[] {
  return new StepCode(frame, schedule, sinks).emit();
}

class StepCode {
  private readonly frame: Frame;
  private readonly program: StepProgram;
  private readonly schedule: Schedule;
  private readonly sinks: readonly Sink[];

  constructor(frame: Frame, schedule: Schedule, sinks: readonly Sink[]) {
    this.frame = frame;
    this.program = frame.program;
    this.schedule = schedule;
    this.sinks = sinks.filter(({ kind, name }) => kind !== 'next' || !isKept(frame.program, name));
  }

  /** Everything, in an order in which no state is overwritten before it is read. */
  emit(): string[] {
    const isEarly = ({ kind, id }: Sink) => kind !== 'next' && !isComputed(this.program.values[id]!);
    return [
      ...this.leftOverSinks(isEarly),
      ...this.schedule.groups.flatMap((group) => this.group(group)),
      ...this.leftOverSinks((sink) => !isEarly(sink)),
    ];
  }

  private group(group: Group): string[] {
    const id = group.ids[0]!;
    if (group.kind === 'loop') return this.elementwise(group);
    return group.kind === 'scalar'
      ? this.scalar(id)
      : emitStructural(this.frame, id, this.program.values[id]!);
  }

  private elementwise(group: Group): string[] {
    const loads = new Map<number, string>();
    const body = group.ids.flatMap((id) => {
      const args = this.program.values[id]!.args.map((arg) => this.inLoop(arg, group, loads));
      return [
        `const v${id} = ${this.expression(id, args)};`,
        ...(isStored(this.program, this.schedule, id) ? [`t${id}[i] = v${id};`] : []),
        ...this.sinksOf(id, `v${id}`),
      ];
    });
    return this.frame.loop(group.shape, [...loads.values(), ...body]);
  }

  /** An operand inside of a loop; what comes from memory is loaded once. */
  private inLoop(id: number, group: Group, loads: Map<number, string>): string {
    if (this.schedule.groupOf(id) === group) return `v${id}`;
    const source = this.frame.at(id, 'i');
    if (!source.includes('[')) return source;
    if (!loads.has(id)) loads.set(id, `const a${id} = ${source};`);
    return `a${id}`;
  }

  private scalar(id: number): string[] {
    const args = this.program.values[id]!.args.map((arg) => this.frame.scalar(arg));
    const store = this.frame.isPrelude(id) ? [`m.scalars[${id}] = v${id};`] : [];
    return [`const v${id} = ${this.expression(id, args, '0')};`, ...store];
  }

  private expression(id: number, args: readonly string[], index = 'i'): string {
    const value = this.program.values[id]!;
    if (value.op === 'uniform')
      return `uniform(${index}, m.count + t - from, b, ${value.stream}, ${value.word})`;
    if (value.op === 'index') return index;
    return emitElementwise(value.op as ElementwiseOp, value.type === 'bool', this.frame.dtype, args);
  }

  private sinksOf(id: number, value: string): string[] {
    return this.sinks
      .filter((sink) => sink.id === id && this.isInLoop(sink))
      .map((sink) => putSink(this.frame, sink, value));
  }

  /** Results that no loop has put in their place: of leaves, of scalars and of operations with their own loop. */
  private leftOverSinks(which: (sink: Sink) => boolean): string[] {
    return this.sinks
      .filter((sink) => !this.isInLoop(sink) && which(sink))
      .flatMap((sink) =>
        this.frame.loop(sink.shape, [putSink(this.frame, sink, this.frame.at(sink.id, 'i'))]),
      );
  }

  private isInLoop({ id, shape }: Sink): boolean {
    const group = this.schedule.groupOf(id);
    return group !== undefined && group.kind === 'loop' && shapesEqual(group.shape, shape);
  }
}
