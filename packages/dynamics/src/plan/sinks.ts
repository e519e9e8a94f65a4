// Where the values of a step go: rows that are given out, events, what a loop carries, and the next state.
import { eventOutputs, type Shape, type StepProgram } from '../program.ts';

export interface Sink {
  /** `start` and `carried` put a value into what the loop carries, before it and at the end of an iteration. */
  readonly kind: 'observe' | 'row' | 'events' | 'start' | 'carried' | 'next';
  readonly name: string;
  readonly id: number;
  /** The shape in which it is given out; a scalar value fills it. */
  readonly shape: Shape;
}

/** An event output of the loop: entries where `when` is true, once all of an iteration is computed. */
export interface LoopSink {
  readonly name: string;
  readonly when: number;
  readonly value: number;
  readonly shape: Shape;
}

/** The rows that are given out between steps. */
export function observeSinks(program: StepProgram): Sink[] {
  return sinksOf('observe', program.observe, ownShape(program));
}

/** Everything that leaves a step, with the states and records that a run asks for; without the loop. */
export function stepSinks(program: StepProgram, record: readonly string[]): Sink[] {
  const { loop } = program;
  const all = [...observeSinks(program), ...resultSinks(program, record)];
  return [
    ...all.filter(({ id }) => !isAfter(program, id)),
    ...sinksOf('start', loop?.start ?? {}, (name) => loop!.carried[name]!.shape),
  ];
}

/** What leaves a step when its loop has ended. */
export function afterSinks(program: StepProgram, record: readonly string[]): Sink[] {
  return resultSinks(program, record).filter(({ id }) => isAfter(program, id));
}

/** What an iteration carries on, and what it gives out. */
export function loopSinks(program: StepProgram): { readonly carried: Sink[]; readonly events: LoopSink[] } {
  const { loop } = program;
  const shapes = new Map(eventOutputs(program).map(({ name, shape }) => [name, shape]));
  return {
    carried: sinksOf('carried', loop?.next ?? {}, (name) => loop!.carried[name]!.shape),
    events: Object.entries(loop?.events ?? {}).map(([name, ids]) => ({
      name,
      ...ids,
      shape: shapes.get(name)!,
    })),
  };
}

function resultSinks(program: StepProgram, record: readonly string[]): Sink[] {
  const recorded = [...new Set(record)].map((name): Sink => {
    const id = program.records[name];
    return id === undefined
      ? { kind: 'row', name, id: program.next[name]!, shape: program.state[name]!.shape }
      : { kind: 'row', name, id, shape: program.values[id]!.shape };
  });
  return [
    ...sinksOf('row', program.outputs, ownShape(program)),
    ...sinksOf('events', program.events, ownShape(program)),
    ...sinksOf('next', program.next, (name) => program.state[name]!.shape),
    ...recorded,
  ];
}

function isAfter(program: StepProgram, id: number): boolean {
  return program.values[id]!.stage === 'after';
}

function ownShape({ values }: StepProgram): (name: string, id: number) => Shape {
  return (_, id) => values[id]!.shape;
}

function sinksOf(
  kind: Sink['kind'],
  ids: Readonly<Record<string, number>>,
  shape: (name: string, id: number) => Shape,
): Sink[] {
  return Object.entries(ids).map(([name, id]) => ({ kind, name, id, shape: shape(name, id) }));
}
