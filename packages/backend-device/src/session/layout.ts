// Where everything lies, in 32-bit words: parameters and states for a session, rows and events for a chunk of steps.
import { type Bound, type Declaration, entriesPerStep, eventOutputs } from '@rp/dynamics';
import type { ProgramCode } from '../compile/program-code.ts';
import { listsOf, plainEvents } from '../compile/search.ts';
import type { Columns } from '../compile/sparse.ts';

export interface SessionLayout {
  /** Header fields that stay, by name. */
  readonly fields: ReadonlyMap<string, number>;
  /** Words of one of the two copies of all states. */
  readonly half: number;
  /** Words of all delay lines; they lie behind the states. */
  readonly lines: number;
  readonly memoryWords: number;
  readonly listWords: number;
}

/** Where parameters and prelude lie; sparse ones may take more or less room with each write. */
export interface ParameterLayout {
  readonly fields: ReadonlyMap<string, number>;
  readonly parameterWords: number;
  /** Words of the places of sparse entries. */
  readonly entryWords: number;
}

export function layoutParameters(
  { program, prelude }: ProgramCode,
  bound: Bound,
  sparse: Readonly<Record<string, Columns>>,
) {
  const fields = new Map<string, number>();
  let [parameterWords, entryWords] = [0, 0];
  for (const [name, { shape }] of Object.entries(program.params)) {
    const columns = sparse[name];
    fields.set(`p_${name}`, parameterWords);
    parameterWords += columns?.values.length ?? bound.size(shape);
    if (columns === undefined) continue;
    fields.set(`columns_${name}`, entryWords);
    fields.set(`rows_${name}`, entryWords + columns.places.length);
    entryWords += columns.places.length + columns.rows.length;
  }
  for (const id of prelude) {
    fields.set(`t_${id}`, parameterWords);
    parameterWords += bound.size(program.values[id]!.shape);
  }
  return { fields, parameterWords, entryWords } satisfies ParameterLayout;
}

/** @param groupsFor Workgroups that search a vector of some size. */
export function layoutSession(
  { program, temporaries, header, searches }: ProgramCode,
  bound: Bound,
  groupsFor: (size: number) => number,
) {
  const { batch } = bound;
  const fields = new Map<string, number>(program.dims.map((dim) => [`d_${dim}`, bound.extents([dim])[0]!]));
  let end = 0;
  const put = (name: string, { shape }: Declaration, copies: number) => {
    fields.set(name, end);
    end += copies * bound.size(shape);
  };
  for (const [name, declared] of Object.entries(program.state)) put(`s_${name}`, declared, batch);
  const half = end;
  end = 2 * half;
  for (const [name, declared] of Object.entries(program.lines)) put(`l_${name}`, declared, batch);
  const lines = end - 2 * half;
  for (const id of temporaries) put(`t_${id}`, program.values[id]!, batch);
  const beforeCarried = end;
  for (const [name, declared] of Object.entries(program.loop?.carried ?? {}))
    put(`x_${name}`, declared, batch);
  fields.set('carried_half', end - beforeCarried);
  end += end - beforeCarried;
  for (const [id, value] of header.constants) {
    fields.set(`c_${id}`, new Uint32Array(Float32Array.of(value).buffer)[0]!);
  }
  const memoryWords = end;
  end = 0;
  for (const { key, shape } of searches) {
    const groups = groupsFor(bound.size(shape));
    fields.set(`groups_${key}`, groups).set(`counted_${key}`, end);
    end += batch * groups;
  }
  for (const { key, shape } of listsOf(searches)) {
    const size = bound.size(shape);
    fields.set(`active_${key}`, end).set(`total_${key}`, end + batch * size);
    end += batch * (size + 1);
  }
  return { fields, half, lines, memoryWords, listWords: end } satisfies SessionLayout;
}

/** One thing that a chunk gives out. */
export interface ChunkRows {
  readonly name: string;
  readonly type: Declaration['type'];
  readonly size: number;
  /** 1 for observed rows, of which there is one more than there are steps. */
  readonly extra: 0 | 1;
  readonly at: number;
}

export interface ChunkEvents {
  readonly name: string;
  /** The most entries of one step. */
  readonly most: number;
  readonly ends: number;
  readonly units: number;
  /** Undefined where every entry counts 1. */
  readonly counts: number | undefined;
}

export interface ChunkLayout {
  readonly fields: ReadonlyMap<string, number>;
  readonly rows: readonly ChunkRows[];
  readonly events: readonly ChunkEvents[];
  readonly inputWords: number;
  /** Rows and the ends of event rows: what is always read back. */
  readonly fixedWords: number;
  /** Those and the entries of events. */
  readonly outputWords: number;
}

/** What a run gives out and takes in: the same for all of its chunks. */
export interface RunShape {
  readonly record: readonly string[];
  /** Inputs that are given. */
  readonly inputs: readonly string[];
}

export function layoutChunk({ program }: ProgramCode, bound: Bound, run: RunShape, steps: number) {
  const { batch } = bound;
  const fields = new Map<string, number>();
  const rows: ChunkRows[] = [];
  const events: ChunkEvents[] = [];
  let end = 0;
  const take = (words: number) => {
    end += words;
    return end - words;
  };
  const addRows = (name: string, { shape, type }: Declaration, extra: 0 | 1) => {
    const size = bound.size(shape);
    const at = take(batch * (steps + extra) * size);
    rows.push({ name, type, size, extra, at });
    fields.set(`r_${name}`, at);
  };
  for (const [name, id] of Object.entries(program.observe)) addRows(name, program.values[id]!, 1);
  for (const [name, id] of Object.entries(program.outputs)) addRows(name, program.values[id]!, 0);
  for (const name of run.record) {
    const id = program.records[name];
    addRows(name, id === undefined ? program.state[name]! : program.values[id]!, 0);
    fields.set(`wants_${name}`, 1);
  }
  if (program.loop !== undefined) fields.set('too_long', take(batch));
  const all = eventOutputs(program);
  const plain = plainEvents(program);
  const ends = all.map(() => take(batch * steps));
  const fixedWords = end;
  all.forEach((output, index) => {
    const { name } = output;
    const most = entriesPerStep(bound, output);
    const units = take(batch * steps * most);
    const counts = plain.has(name) ? undefined : take(batch * steps * most);
    events.push({ name, most, ends: ends[index]!, units, counts });
    fields
      .set(`ends_${name}`, ends[index]!)
      .set(`units_${name}`, units)
      .set(`counts_${name}`, counts ?? 0);
  });
  const outputWords = end;
  end = 0;
  for (const name of run.inputs) {
    fields.set(`i_${name}`, take(batch * steps * bound.size(program.inputs[name]!.shape)));
    fields.set(`has_${name}`, 1);
  }
  return { fields, rows, events, inputWords: end, fixedWords, outputWords } satisfies ChunkLayout;
}
