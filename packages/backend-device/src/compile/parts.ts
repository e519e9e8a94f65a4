// What one schedule of a program becomes on a device: levels of parts. The parts of a level need nothing of each other,
// so there is one barrier (or one dispatch) per level, however many values it computes.
import {
  isComputed,
  type Schedule,
  type Shape,
  type Sink,
  type StepProgram,
  shapesEqual,
} from '@rp/dynamics';

/**
 * A piece of code that computes one element (`loop`, `scalar`, `structural`, `sink`), or one that a whole workgroup does
 * together for a batch item (`events`).
 */
export interface Part {
  readonly kind: 'loop' | 'scalar' | 'structural' | 'sink' | 'events';
  /** What it computes, in order. */
  readonly ids: readonly number[];
  /** The elements that it is done for. */
  readonly shape: Shape;
  /** Where its values go, beside memory. Of `sink` and `events`: the one sink that it is. */
  readonly sinks: readonly Sink[];
  /** Of the values that it computes, those that others read from memory. */
  readonly stored: ReadonlySet<number>;
}

export type Level = readonly Part[];

interface Draft {
  readonly kind: Part['kind'];
  readonly ids: number[];
  readonly shape: Shape;
  readonly sinks: Sink[];
}

/** The levels of a schedule. Every value that a part reads was made in its own part or on an earlier level. */
export function levelsOf(program: StepProgram, schedule: Schedule, sinks: readonly Sink[]): Level[] {
  const levels: Draft[][] = [];
  const places = new Map<number, { readonly level: number; readonly draft: Draft }>();
  const put = (level: number, draft: Draft) => {
    while (levels.length <= level) levels.push([]);
    levels[level]!.push(draft);
    for (const id of draft.ids) places.set(id, { level, draft });
  };
  for (const { kind, ids, shape } of schedule.groups) {
    const own = new Set(ids);
    const args = ids.flatMap((id) => program.values[id]!.args).filter((arg) => !own.has(arg));
    const level = Math.max(0, ...args.map((arg) => levelAfter(places.get(arg), kind)));
    const scalars = kind === 'scalar' ? levels[level]?.find((draft) => draft.kind === 'scalar') : undefined;
    if (scalars === undefined) put(level, { kind, ids: [...ids], shape, sinks: [] });
    else {
      scalars.ids.push(...ids);
      for (const id of ids) places.set(id, { level, draft: scalars });
    }
  }
  for (const sink of sinks) {
    const place = places.get(sink.id);
    if (place !== undefined && isInline(program, place.draft, sink)) place.draft.sinks.push(sink);
    else {
      const kind = sink.kind === 'events' ? 'events' : 'sink';
      put(place === undefined ? 0 : place.level + 1, { kind, ids: [], shape: sink.shape, sinks: [sink] });
    }
  }
  return levels.map((drafts) =>
    drafts.map((draft) => ({ ...draft, stored: storedOf(program, draft, levels.flat()) })),
  );
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
  if (sink.kind === 'events' || program.values[sink.id]!.op === 'stack') return false;
  return shapesEqual(draft.shape, sink.shape);
}

function storedOf(program: StepProgram, draft: Draft, all: readonly Draft[]): Set<number> {
  const readers = all.filter((other) => other !== draft);
  const read = new Set(readers.flatMap((other) => readBy(program, other)));
  return new Set(draft.ids.filter((id) => read.has(id) || program.values[id]!.op === 'stack'));
}

function readBy(program: StepProgram, { ids, kind, sinks }: Draft): number[] {
  const sources = kind === 'sink' || kind === 'events' ? sinks.map(({ id }) => id) : [];
  return [...ids.flatMap((id) => program.values[id]!.args), ...sources].filter((id) =>
    isComputed(program.values[id]!),
  );
}

/** The parts of a level that are done for the same elements, together. */
export function byShape(level: Level): { readonly shape: Shape; readonly parts: Part[] }[] {
  const loops: { shape: Shape; parts: Part[] }[] = [];
  for (const part of level) {
    if (part.kind === 'events') continue;
    const same = loops.find(({ shape }) => shapesEqual(shape, part.shape));
    if (same === undefined) loops.push({ shape: part.shape, parts: [part] });
    else same.parts.push(part);
  }
  return loops;
}
