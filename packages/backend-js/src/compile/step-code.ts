// The code of the groups of a schedule, in their order, each value put where it goes as soon as it is there.
import {
  type Assumption,
  armOf,
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
  type Version,
  versionsOf,
} from '@rp/dynamics';
import { emitElementwise } from './emit.ts';
import type { Frame } from './frame.ts';
import { fillingLoop, putSink } from './sinks.ts';
import { emitStructural } from './structural.ts';
import { block } from './text.ts';

type OneVersion = Extract<Version, { readonly ids: readonly number[] }>;

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
    this.sinks = sinks.filter((sink) => !isThere(frame, sink));
  }

  /** Everything, in an order in which no state is overwritten before it is read. */
  emit(): string[] {
    this.frame.listed = undefined;
    const isEarly = ({ kind, id }: Sink) => kind !== 'next' && !isComputed(this.program.values[id]!);
    return [
      ...this.leftOverSinks(isEarly),
      ...this.groups(this.schedule.groups, []),
      ...this.leftOverSinks((sink) => !isEarly(sink)),
    ];
  }

  /** Groups one after another, with branches around those that something else must hold for than is assumed. */
  private groups(groups: readonly Group[], assumed: Need): string[] {
    const code: string[] = [];
    for (let place = 0; place < groups.length; ) {
      const one = groups[place]!.need.find((other) => !isAssumed(assumed, other));
      const end =
        one === undefined ? -1 : groups.findIndex(({ need }, at) => at > place && !isAssumed(need, one));
      const some = groups.slice(place, one === undefined ? place + 1 : end < 0 ? groups.length : end);
      place += some.length;
      if (one === undefined) code.push(...this.group(some[0]!));
      else if (isWorthBranch(this.program, some)) code.push(...this.branch(one, some, [...assumed, one]));
      else code.push(...this.groups(some, [...assumed, one]));
    }
    return code;
  }

  /** Scalars are declared before it, since choices outside name them. */
  private branch({ condition, holds }: Assumption, groups: readonly Group[], assumed: Need): string[] {
    const { values } = this.program;
    const { declared } = this.frame;
    const scalars = groups
      .flatMap(({ ids }) => ids)
      .filter((id) => values[id]!.shape.length === 0 && !declared.has(id));
    for (const id of scalars) declared.add(id);
    const body = this.groups(groups, assumed);
    for (const id of scalars) declared.delete(id);
    this.frame.listed = undefined;
    const zeros = scalars.map((id) => `v${id} = ${values[id]!.type === 'bool' ? 'false' : '0'}`);
    const value = this.frame.scalar(condition);
    return [
      ...(zeros.length > 0 ? [`let ${zeros.join(', ')};`] : []),
      ...block(`if (${holds ? '' : '!'}${value}) {`, body, '}'),
    ];
  }

  private group(group: Group): string[] {
    const id = group.ids[0]!;
    if (group.kind === 'loop') return this.version(group, versionsOf(this.program, this.schedule, group));
    return group.kind === 'scalar'
      ? this.scalar(id)
      : emitStructural(this.frame, id, this.program.values[id]!);
  }

  private version(group: Group, version: Version): string[] {
    if ('ids' in version) return this.elementwise(group, version);
    const { condition, yes, no } = version;
    return [
      ...block(`if (${this.frame.scalar(condition)}) {`, this.version(group, yes), '} else {'),
      ...block('', this.version(group, no), '}').slice(1),
    ];
  }

  private elementwise(group: Group, { ids, assumed }: OneVersion): string[] {
    if (ids.length === 0) return [];
    const loads = new Map<number, string>();
    const sinks = this.sinks.filter((sink) => ids.includes(sink.id) && this.isInLoop(sink));
    const body = ids.flatMap((id) => {
      const value = this.program.values[id]!;
      const arm = armOf(value, assumed);
      const inLoop = (arg: number) => this.inLoop(arg, group, loads);
      const expression = arm === undefined ? this.expression(id, value.args.map(inLoop)) : inLoop(arm);
      return [
        `const v${id} = ${expression};`,
        ...(isStored(this.program, this.schedule, id) ? [`t${id}[i] = v${id};`] : []),
        ...sinks.filter((sink) => sink.id === id).map((sink) => putSink(this.frame, sink, `v${id}`)),
      ];
    });
    return fillingLoop(this.frame, sinks, this.frame.loop(group.shape, [...loads.values(), ...body]));
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
    const name = this.frame.declared.has(id) ? `v${id}` : `const v${id}`;
    return [`${name} = ${this.expression(id, args, '0')};`, ...store];
  }

  private expression(id: number, args: readonly string[], index = 'i'): string {
    const value = this.program.values[id]!;
    if (value.op === 'uniform')
      return `uniform(${index}, m.count + t - from, b, ${value.stream}, ${value.word})`;
    if (value.op === 'index') return index;
    return emitElementwise(value.op as ElementwiseOp, value.type === 'bool', this.frame.dtype, args);
  }

  /** Results that no loop has put in their place: of leaves, of scalars and of operations with their own loop. */
  private leftOverSinks(which: (sink: Sink) => boolean): string[] {
    return this.sinks
      .filter((sink) => !this.isInLoop(sink) && which(sink))
      .flatMap((sink) => {
        const put = putSink(this.frame, sink, this.frame.at(sink.id, 'i'));
        return fillingLoop(this.frame, [sink], this.frame.loop(sink.shape, [put]));
      });
  }

  private isInLoop({ id, shape }: Sink): boolean {
    const group = this.schedule.groupOf(id);
    return group !== undefined && group.kind === 'loop' && shapesEqual(group.shape, shape);
  }
}

/** Whether a value lies where it goes: of a state that nothing changes, or that a loop carries. */
function isThere({ program, carriedIn }: Frame, { kind, name }: Sink): boolean {
  return kind === 'start'
    ? carriedIn.has(name)
    : kind === 'next' && (isKept(program, name) || [...carriedIn.values()].includes(name));
}
