// What one schedule of a program becomes on a device: levels of parts. The parts of a level need nothing of each other,
// so there is one barrier (or one dispatch) per level, however many values it computes.
import {
  type Group,
  isComputed,
  type LoopSink,
  type Schedule,
  type Shape,
  type Sink,
  type StepProgram,
  shapesEqual,
} from '@rp/dynamics';
import {
  activeOf,
  eventSearch,
  isCarried,
  listOf,
  listSearch,
  loopSearch,
  mergeSearches,
  nextSearch,
  readBySearch,
  type Search,
} from './search.ts';

/**
 * A piece of code that computes one element (`loop`, `scalar`, `structural`, `sink`), or one that a whole workgroup does
 * together: `find` lists what a search finds; where several workgroups search one vector, `count` tells them before how
 * much the others will find. A `loop` may begin with an operation that has a loop of its own, like `matvec`.
 */
export interface Part {
  readonly kind: 'loop' | 'scalar' | 'structural' | 'sink' | 'count' | 'find';
  /** What it computes, in order. */
  readonly ids: readonly number[];
  /** The elements that it is done for. */
  readonly shape: Shape;
  /** Where its values go, beside memory. Of `sink`: the one sink that it is. */
  readonly sinks: readonly Sink[];
  /** Of `count` and `find`. */
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

/** What a schedule has to give, beside the values that others of it need. */
export interface Wanted {
  readonly sinks?: readonly Sink[];
  readonly loopEvents?: readonly LoopSink[];
  /** States whose active elements the next step wants listed. */
  readonly lists?: Iterable<string>;
}

/** Puts the groups and sinks of a schedule into levels. What a part reads is made in it or on an earlier level. */
export function draftLevels(program: StepProgram, schedule: Schedule, wanted: Wanted): Drafts {
  const drafting = new Drafting(program);
  for (const group of schedule.groups) drafting.addGroup(group);
  drafting.addSinks(wanted);
  return drafting.levels.filter((level) => level.length > 0);
}

/** The levels of some searches, for what is in memory already. */
export function draftSearches(program: StepProgram, searches: readonly Search[]): Drafts {
  const drafting = new Drafting(program);
  for (const search of searches) drafting.find(search, 0);
  return drafting.levels;
}

class Drafting {
  readonly levels: Draft[][] = [];
  private readonly program: StepProgram;
  private readonly places = new Map<number, { readonly level: number; readonly draft: Draft }>();
  /** Values that another part reads. */
  private readonly read = new Set<number>();
  /** The level on which it is known which elements of a vector aren't zero. */
  private readonly listed = new Map<number, number>();

  constructor(program: StepProgram) {
    this.program = program;
  }

  addGroup({ kind, ids, shape }: Group): void {
    const own = new Set(ids);
    const args = ids.flatMap((id) => this.program.values[id]!.args).filter((arg) => !own.has(arg));
    const begun = kind === 'loop' ? this.beginnings(args, shape) : [];
    const inside = new Set(begun.flatMap((draft) => draft.ids));
    const others = args.filter((arg) => !inside.has(arg));
    const level = Math.max(
      0,
      ...begun.map((draft) => this.places.get(draft.ids[0]!)!.level),
      ...others.map((arg) => levelAfter(this.places.get(arg), kind)),
      ...ids.flatMap((id) => activeOf(this.program, id) ?? []).map((id) => this.afterList(id)),
    );
    for (const arg of others) this.read.add(arg);
    for (const draft of begun) this.remove(draft);
    const all = [...begun.flatMap((draft) => draft.ids), ...ids];
    const scalars =
      kind === 'scalar' ? this.levels[level]?.find((draft) => draft.kind === 'scalar') : undefined;
    if (scalars === undefined) this.put(level, { kind, ids: all, shape, sinks: [] });
    else {
      scalars.ids.push(...all);
      for (const id of all) this.places.set(id, { level, draft: scalars });
    }
  }

  addSinks({ sinks = [], loopEvents = [], lists = [] }: Wanted): void {
    const { program } = this;
    for (const sink of sinks) {
      const place = this.places.get(sink.id);
      if (sink.kind === 'events') continue;
      if (place !== undefined && isInline(program, place.draft, sink)) place.draft.sinks.push(sink);
      else this.put(this.after(sink.id), { kind: 'sink', ids: [], shape: sink.shape, sinks: [sink] });
    }
    const events = sinks.filter(({ kind }) => kind === 'events').map((sink) => eventSearch(program, sink));
    const next = Array.from(lists, (state) => nextSearch(program, state));
    for (const search of mergeSearches([...events, ...next])) {
      const made = readBySearch(program, search).map((id) => this.after(id));
      this.find(search, Math.max(0, ...made, this.lastUse(search) - 1));
    }
    for (const loopEvent of loopEvents)
      this.find(loopSearch(loopEvent), Math.max(this.after(loopEvent.when), this.after(loopEvent.value)));
  }

  /** Counts on one level, finds on the next; the level after both. */
  find(search: Search, level: number): number {
    const { shape } = search;
    this.put(level, { kind: 'count', ids: [], shape, sinks: [], search });
    this.put(level + 1, { kind: 'find', ids: [], shape, sinks: [], search });
    return level + 2;
  }

  private put(level: number, draft: Draft): void {
    while (this.levels.length <= level) this.levels.push([]);
    this.levels[level]!.push(draft);
    for (const id of draft.ids) this.places.set(id, { level, draft });
  }

  private after(id: number): number {
    return levelAfter(this.places.get(id), 'sink');
  }

  private afterList(id: number): number {
    if (isCarried(this.program, id)) return 0;
    const level = this.listed.get(id) ?? this.find(listSearch(this.program, id), this.after(id));
    this.listed.set(id, level);
    return level;
  }

  /** Lists that are made for the next step replace those of this one: the level after whoever reads them. */
  private lastUse({ found }: Search): number {
    const replaced = found.flatMap((own) => (own.kind === 'list' ? [own.key] : []));
    const uses = (draft: Draft) =>
      draft.ids.some((id) => {
        const vector = activeOf(this.program, id);
        return vector !== undefined && replaced.includes(listOf(this.program, vector));
      });
    return Math.max(0, ...this.levels.map((level, index) => (level.some(uses) ? index + 1 : 0)));
  }

  /** The parts, made for a loop alone so far, that it can begin with: element by element, and no trip through memory. */
  private beginnings(args: readonly number[], shape: Shape): Draft[] {
    const drafts = args.flatMap((arg) => (this.read.has(arg) ? [] : (this.places.get(arg)?.draft ?? [])));
    return [...new Set(drafts)].filter(
      (draft) => draft.kind === 'structural' && shapesEqual(draft.shape, shape) && shape.length > 0,
    );
  }

  private remove(draft: Draft): void {
    for (const level of this.levels) {
      const place = level.indexOf(draft);
      if (place >= 0) level.splice(place, 1);
    }
  }
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
  const given = search === undefined ? [] : readBySearch(program, search);
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
