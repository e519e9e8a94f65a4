// Where the values of a step go: rows that are given out, events, and the next state.
import type { Shape, StepProgram } from '../program.ts';

export interface Sink {
  readonly kind: 'observe' | 'row' | 'events' | 'next';
  readonly name: string;
  readonly id: number;
  /** The shape in which it is given out; a scalar value fills it. */
  readonly shape: Shape;
}

/** The rows that are given out between steps. */
export function observeSinks(program: StepProgram): Sink[] {
  return Object.entries(program.observe).map(([name, id]) => ({
    kind: 'observe',
    name,
    id,
    shape: program.values[id]!.shape,
  }));
}

/** Everything that leaves a step, with the states and records that a run asks for. */
export function stepSinks(program: StepProgram, record: readonly string[]): Sink[] {
  const sinks = (
    kind: Sink['kind'],
    ids: Readonly<Record<string, number>>,
    shape: (name: string, id: number) => Shape,
  ): Sink[] => Object.entries(ids).map(([name, id]) => ({ kind, name, id, shape: shape(name, id) }));
  const own = (_: string, id: number) => program.values[id]!.shape;
  const recorded = [...new Set(record)].map((name): Sink => {
    const id = program.records[name];
    return id === undefined
      ? { kind: 'row', name, id: program.next[name]!, shape: program.state[name]!.shape }
      : { kind: 'row', name, id, shape: program.values[id]!.shape };
  });
  return [
    ...observeSinks(program),
    ...sinks('row', program.outputs, own),
    ...sinks('events', program.events, own),
    ...sinks('next', program.next, (name) => program.state[name]!.shape),
    ...recorded,
  ];
}
