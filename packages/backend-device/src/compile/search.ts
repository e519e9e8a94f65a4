// A search: which elements of a vector count, as a list in ascending order. The entries of an event output are one, and
// so are the elements of a vector that aren't zero, where a `matvec` is to read the weights of those only.
import type { LoopSink, Shape, Sink, StepProgram } from '@rp/dynamics';

/** Elements that are looked for. A vector is searched in runs of neighbours: first they are counted, then listed. */
export interface Search {
  readonly kind: 'events' | 'loop events' | 'active';
  /** The end of the names of its fields in the header. */
  readonly key: string;
  /** Of events: the output. */
  readonly name: string;
  readonly shape: Shape;
  /** The value that tells whether an element counts: true, or not zero. */
  readonly when: number;
  /** The value that is listed with it. */
  readonly value: number;
}

export function eventSearch({ name, id, shape }: Sink): Search {
  return { kind: 'events', key: `e_${name}`, name, shape, when: id, value: id };
}

export function loopSearch({ name, when, value, shape }: LoopSink): Search {
  return { kind: 'loop events', key: `e_${name}`, name, shape, when, value };
}

/** The search for the elements of a vector that aren't zero. */
export function searchOf(program: StepProgram, id: number): Search {
  const { shape } = program.values[id]!;
  return { kind: 'active', key: `a_${id}`, name: `%${id}`, shape, when: id, value: id };
}

/**
 * The vector whose active elements a value wants to know; undefined for most. A `matvec` with a dense matrix does if
 * most of its vector may be zero; one with a sparse matrix goes through the entries of a column anyway.
 */
export function activeOf(program: StepProgram, id: number): number | undefined {
  const { op, args } = program.values[id]!;
  if (op !== 'matvec') return undefined;
  const [vector, matrix] = args as [number, number];
  const dense = program.values[matrix]!.storage === undefined;
  return dense && mayBeMostlyZero(program, vector, new Set()) ? vector : undefined;
}

/** Whether a value looks like spikes or events: an input, a truth value as a number, or what is made of these. */
function mayBeMostlyZero(program: StepProgram, id: number, seen: Set<number>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const { op, args, name } = program.values[id]!;
  const isSo = (other: number) => mayBeMostlyZero(program, other, seen);
  switch (op) {
    case 'input':
    case 'cast':
      return true;
    case 'mul':
    case 'min':
      return args.some(isSo);
    case 'select':
      return args.slice(1).some((arg) => isZero(program, arg)) || args.slice(1).every(isSo);
    case 'add':
    case 'sub':
      return args.every(isSo);
    case 'floor':
    case 'abs':
    case 'delay':
      return isSo(args[0]!);
    case 'state':
      return isSo(program.next[name!]!);
    case 'carried':
    case 'final':
      return isSo(program.loop!.next[name!]!);
    default:
      return false;
  }
}

function isZero(program: StepProgram, id: number): boolean {
  const { op, value } = program.values[id]!;
  return op === 'const' && (value === 0 || value === false);
}
