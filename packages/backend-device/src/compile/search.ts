// A search: which elements of a vector count, as a list in ascending order. The entries of an event output are one, and
// so are the elements of a vector that aren't zero, where a `matvec` is to read the weights of those only. One search may
// serve several of these.
import { eventOutputs, type LoopSink, type Shape, type Sink, type StepProgram } from '@rp/dynamics';

/** Where what is found goes: to a list that `matvec` reads, or to an event output, with a value. */
export type Found =
  | { readonly kind: 'list'; readonly key: string }
  | { readonly kind: 'events' | 'loop events'; readonly name: string; readonly value: number };

/** Elements that are looked for. */
export interface Search {
  /** The end of the names of its fields in the header. */
  readonly key: string;
  readonly shape: Shape;
  /** The value that tells whether an element counts: true, or not zero. */
  readonly when: number;
  readonly found: readonly Found[];
}

export function eventSearch(program: StepProgram, { name, id, shape }: Sink): Search {
  const found = { kind: 'events', name, value: id } as const;
  return { key: `e_${name}`, shape, when: truthOf(program, id), found: [found] };
}

export function loopSearch({ name, when, value, shape }: LoopSink): Search {
  return { key: `e_${name}`, shape, when, found: [{ kind: 'loop events', name, value }] };
}

/** For the elements of a vector that aren't zero, among those of the same step. */
export function listSearch(program: StepProgram, id: number): Search {
  const key = listOf(program, id);
  return {
    key,
    shape: program.values[id]!.shape,
    when: truthOf(program, id),
    found: [{ kind: 'list', key }],
  };
}

/** For the elements of a state that the next step will find, at the end of a step: what makes them often is an event too. */
export function nextSearch(program: StepProgram, state: string): Search {
  const key = `n_${state}`;
  const { shape } = program.state[state]!;
  const when = truthOf(program, program.next[state]!);
  return { key, shape, when, found: [{ kind: 'list', key: `s_${state}` }] };
}

/** The list that has the elements of a vector. That of a state is carried from step to step. */
export function listOf(program: StepProgram, id: number): string {
  return isCarried(program, id) ? `s_${program.values[id]!.name}` : `a_${id}`;
}

/** Whether the list of a vector is made at the end of the step before. Loops begin anew with each step. */
export function isCarried(program: StepProgram, id: number): boolean {
  return program.loop === undefined && program.values[id]!.op === 'state';
}

/** The states whose lists are carried, by name, with the value that is the state. */
export function carriedLists(program: StepProgram): ReadonlyMap<string, number> {
  const vectors = program.values.flatMap((_, id) => activeOf(program, id) ?? []);
  const carried = vectors.filter((id) => isCarried(program, id));
  return new Map(carried.map((id) => [program.values[id]!.name!, id]));
}

/** Searches for the same, as one. */
export function mergeSearches(searches: readonly Search[]): Search[] {
  const merged = new Map<string, Search>();
  for (const search of searches) {
    const same = `${search.when} ${search.shape.join()}`;
    const before = merged.get(same);
    merged.set(same, before ? { ...before, found: [...before.found, ...search.found] } : search);
  }
  return [...merged.values()];
}

/** The lists that some searches make, each once, with the shape of its vector. */
export function listsOf(searches: readonly Search[]): { readonly key: string; readonly shape: Shape }[] {
  const lists = searches.flatMap(({ found, shape }) =>
    found.flatMap((own) => (own.kind === 'list' ? [[own.key, { key: own.key, shape }] as const] : [])),
  );
  return [...new Map(lists).values()];
}

/** The values that a search reads. */
export function readBySearch(program: StepProgram, { when, found }: Search): number[] {
  const values = found.flatMap((own) => (hasCounts(program, own) ? [own.value] : []));
  return [when, ...values];
}

type FoundEvents = Exclude<Found, { readonly kind: 'list' }>;

/** Whether entries have values that aren't all 1. */
export function hasCounts(program: StepProgram, found: Found): found is FoundEvents {
  return found.kind !== 'list' && program.values[found.value]!.type !== 'bool';
}

/** The event outputs whose entries all count 1: truth values. */
export function plainEvents(program: StepProgram): ReadonlySet<string> {
  const { events, loop, values } = program;
  const countOf = (name: string) => events[name] ?? loop!.events[name]!.value;
  const names = eventOutputs(program).map(({ name }) => name);
  return new Set(names.filter((name) => values[countOf(name)]!.type === 'bool'));
}

/** The truth value behind a number, if it is one as a number: then both are found at once. */
function truthOf({ values }: StepProgram, id: number): number {
  const { op, args, type } = values[id]!;
  const isTruth = op === 'cast' && type !== 'bool' && values[args[0]!]!.type === 'bool';
  return isTruth ? args[0]! : id;
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
