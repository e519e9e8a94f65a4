// What one schedule of a program becomes on a device: levels of parts. The parts of a level need nothing of each other,
// so there is one barrier (or one dispatch) per level, however many values it computes.
import {
  isComputed,
  type LoopSink,
  type Schedule,
  type Shape,
  type Sink,
  type StepProgram,
  shapesEqual,
} from '@rp/dynamics';
import { activeOf, eventSearch, loopSearch, type Search, searchOf } from './search.ts';

/**
 * A piece of code that computes one element (`loop`, `scalar`, `structural`, `sink`), one for a run of neighbouring
 * elements (`count`: how many of them a search finds), or one for some such runs that a whole workgroup does together
 * (`entries`: lists what the search finds).
 */
export interface Part {
  readonly kind: 'loop' | 'scalar' | 'structural' | 'sink' | 'count' | 'entries';
  /** What it computes, in order. */
  readonly ids: readonly number[];
  /** The elements that it is done for. */
  readonly shape: Shape;
  /** Where its values go, beside memory. Of `sink`: the one sink that it is. */
  readonly sinks: readonly Sink[];
  /** Of `count` and `entries`. */
  readonly search?: Search | undefined;
  /** Of the values that it computes, those that others read from memory. */
  readonly stored: ReadonlySet<number>;
}

export type Level = readonly Part[];

interface Draft {
  readonly kind: Part['kind'];
  readonly ids: number[];
  readonly shape: Shape;
  readonly sinks: Sink[];
  readonly search?: Search | undefined;
}

/** The levels of one schedule, before it is known what others read of it. */
export type Drafts = readonly (readonly Draft[])[];

/** Puts the groups and sinks of a schedule into levels. What a part reads is made in it or on an earlier level. */
export function draftLevels(
  program: StepProgram,
  schedule: Schedule,
  sinks: readonly Sink[],
  loopEvents: readonly LoopSink[] = [],
): Drafts {
  const levels: Draft[][] = [];
  const places = new Map<number, { readonly level: number; readonly draft: Draft }>();
  const after = (id: number) => levelAfter(places.get(id), 'sink');
  const put = (level: number, draft: Draft) => {
    while (levels.length <= level) levels.push([]);
    levels[level]!.push(draft);
    for (const id of draft.ids) places.set(id, { level, draft });
  };
  /** Counts on one level, lists on the next; the level after both. */
  const find = (search: Search, level: number) => {
    const { shape } = search;
    put(level, { kind: 'count', ids: [], shape, sinks: [], search });
    put(level + 1, { kind: 'entries', ids: [], shape, sinks: [], search });
    return level + 2;
  };
  const listed = new Map<number, number>();
  /** The level on which it is known which elements of a vector aren't zero. */
  const afterList = (id: number) => {
    const level = listed.get(id) ?? find(searchOf(program, id), after(id));
    listed.set(id, level);
    return level;
  };
  for (const { kind, ids, shape } of schedule.groups) {
    const own = new Set(ids);
    const args = ids.flatMap((id) => program.values[id]!.args).filter((arg) => !own.has(arg));
    const lists = ids.flatMap((id) => activeOf(program, id) ?? []);
    const level = Math.max(
      0,
      ...args.map((arg) => levelAfter(places.get(arg), kind)),
      ...lists.map((id) => afterList(id)),
    );
    const scalars = kind === 'scalar' ? levels[level]?.find((draft) => draft.kind === 'scalar') : undefined;
    if (scalars === undefined) put(level, { kind, ids: [...ids], shape, sinks: [] });
    else {
      scalars.ids.push(...ids);
      for (const id of ids) places.set(id, { level, draft: scalars });
    }
  }
  for (const sink of sinks) {
    const place = places.get(sink.id);
    if (sink.kind === 'events') find(eventSearch(sink), after(sink.id));
    else if (place !== undefined && isInline(program, place.draft, sink)) place.draft.sinks.push(sink);
    else put(after(sink.id), { kind: 'sink', ids: [], shape: sink.shape, sinks: [sink] });
  }
  for (const loopEvent of loopEvents)
    find(loopSearch(loopEvent), Math.max(after(loopEvent.when), after(loopEvent.value)));
  return levels;
}

/**
 * The levels of all schedules of a step, which may read what others of them have made; `wanted` are read from elsewhere.
 */
export function finishLevels<K extends string>(
  program: StepProgram,
  schedules: Readonly<Record<K, Drafts>>,
  wanted: readonly number[] = [],
): Record<K, Level[]> {
  const all = Object.values<Drafts>(schedules).flat(2);
  const finish = (drafts: Drafts) =>
    drafts.map((level) =>
      level.map((draft): Part => ({ ...draft, stored: storedOf(program, draft, all, wanted) })),
    );
  const entries = Object.entries<Drafts>(schedules).map(([name, drafts]) => [name, finish(drafts)]);
  return Object.fromEntries(entries) as Record<K, Level[]>;
}

/** Scalars of one level are computed one after another by one thread, so they may use each other. */
function levelAfter(
  place: { readonly level: number; readonly draft: Draft } | undefined,
  kind: Part['kind'],
): number {
  if (place === undefined) return 0;
  return kind === 'scalar' && place.draft.kind === 'scalar' ? place.level : place.level + 1;
}

/** Whether a value goes where it belongs as soon as it is computed. */
function isInline(program: StepProgram, draft: Draft, sink: Sink): boolean {
  if (program.values[sink.id]!.op === 'stack') return false;
  return shapesEqual(draft.shape, sink.shape);
}

function storedOf(
  program: StepProgram,
  draft: Draft,
  all: readonly Draft[],
  wanted: readonly number[],
): Set<number> {
  const readers = all.filter((other) => other !== draft);
  const read = new Set([...wanted, ...readers.flatMap((other) => readBy(program, other))]);
  return new Set(draft.ids.filter((id) => read.has(id) || program.values[id]!.op === 'stack'));
}

function readBy(program: StepProgram, { ids, kind, sinks, search }: Draft): number[] {
  const sources = kind === 'sink' ? sinks.map(({ id }) => id) : [];
  const given = search === undefined ? [] : [search.when, search.value];
  return [...ids.flatMap((id) => program.values[id]!.args), ...sources, ...given].filter((id) =>
    isComputed(program.values[id]!),
  );
}

/** The parts of a level that are done for the same elements, together. */
export function byShape(level: Level): { readonly shape: Shape; readonly parts: Part[] }[] {
  const loops: { shape: Shape; parts: Part[] }[] = [];
  for (const part of level) {
    if (part.search !== undefined) continue;
    const same = loops.find(({ shape }) => shapesEqual(shape, part.shape));
    if (same === undefined) loops.push({ shape: part.shape, parts: [part] });
    else same.parts.push(part);
  }
  return loops;
}
