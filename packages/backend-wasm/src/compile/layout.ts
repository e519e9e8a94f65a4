// Where everything of a session lies, in bytes from its header: parameters, states, delay lines, vectors between the parts
// of the code. It follows from the program and the extents, so that generated code has the distances written into it, and
// one register reaches all of them. What a run changes comes first and in one piece, so that it can be saved in one go.
import {
  bufferedStates,
  carriedInStates,
  type Dtype,
  type Shape,
  type StepProgram,
  storedIds,
  type ValueType,
} from '@rp/dynamics';
import { type Division, divisionOf, readAcross, type Threads } from './division.ts';
import { bytesOfElement, Header } from './header.ts';

/** What the extents of a program are bound to. */
export interface Sizes {
  readonly dtype: Dtype;
  readonly batch: number;
  size(shape: Shape): number;
}

export type LayoutKey =
  | `param:${string}`
  /** Where the entries of each row of a sparse parameter begin, and where those of the last row end: addresses. */
  | `rows:${string}`
  | `state:${string}`
  /** The second buffer of a state that needs one. */
  | `next:${string}`
  | `line:${string}`
  /** A vector that a loop carries: before an iteration, and after it. */
  | `carried:${string}`
  | `carriedNext:${string}`
  /** A vector that one part of the code makes and another uses, by the id of its value. */
  | `vector:${number}`
  /** A row of zeros for an input that isn't given, or is sparse. */
  | `zeros:${string}`
  /** The list of active elements of a matvec. */
  | 'active';

/** Arrays begin at the beginning of a cache line, and no two at the same place of a page if that can be had cheaply. */
const line = 64;

export class Layout {
  readonly program: StepProgram;
  readonly sizes: Sizes;
  readonly division: Division;
  readonly header: Header;
  readonly buffered: readonly string[];
  /** All bytes. */
  readonly bytes: number;
  /** Bytes from the beginning that a run changes. */
  readonly changing: number;
  /**
   * What each thread needs for itself, in one piece: how many bytes it has, where that of the calling thread begins, and
   * where those of the workers begin, one after another.
   */
  readonly own: { readonly bytes: number; readonly start: number; readonly startOfWorkers: number };
  private readonly offsets = new Map<LayoutKey, number>();
  private end: number;

  constructor(program: StepProgram, sizes: Sizes, threads: Threads) {
    this.program = program;
    this.sizes = sizes;
    this.division = divisionOf(program, sizes, threads);
    const together = this.division.kind === 'blocks' ? statesReadAcross(program) : [];
    this.buffered = [...new Set([...bufferedStates(program), ...together])];
    this.header = new Header(program, this.buffered);
    this.end = aligned(this.header.bytes);
    this.placeChanging();
    this.changing = this.end;
    this.placeVectors('prelude');
    // Who does blocks of a step makes vectors that others read.
    const inBlocks = this.division.kind === 'blocks';
    if (inBlocks) this.placeVectors('step');
    const start = this.end;
    if (!inBlocks) this.placeVectors('step');
    this.placeOwn();
    const bytes = this.end - start;
    for (const [name, { type, shape, storage }] of Object.entries(program.params)) {
      if (storage === 'csr') this.add(`rows:${name}`, 4 * (this.sizes.size(shape.slice(0, 1)) + 1));
      else this.place(`param:${name}`, type, shape);
    }
    this.own = { bytes, start, startOfWorkers: this.end };
    if (this.division.kind !== 'alone') this.end += (threads.most - 1) * bytes;
    this.bytes = this.end;
  }

  /** Where something begins, in bytes from the header. */
  offset(key: LayoutKey): number {
    return this.offsets.get(key)!;
  }

  /** Whether each thread has one. */
  isOwn(key: LayoutKey): boolean {
    const offset = this.offset(key) - this.own.start;
    return offset >= 0 && offset < this.own.bytes;
  }

  private placeChanging(): void {
    const { state, lines } = this.program;
    const { batch } = this.sizes;
    for (const [name, { type, shape }] of Object.entries(state)) {
      this.place(`state:${name}`, type, shape, batch);
      if (this.buffered.includes(name)) this.place(`next:${name}`, type, shape, batch);
    }
    for (const [name, { type, shape }] of Object.entries(lines))
      this.place(`line:${name}`, type, shape, batch);
  }

  /** Where something is of which each thread has one: of the calling thread, and of the workers. */
  everyOwn(key: LayoutKey): number[] {
    const { kind, threads } = this.division;
    const first = this.offset(key);
    const { bytes, start, startOfWorkers } = this.own;
    const workers = kind === 'alone' ? 0 : threads - 1;
    const ofWorker = (worker: number) => startOfWorkers + worker * bytes + first - start;
    return [first, ...Array.from({ length: workers }, (_, worker) => ofWorker(worker))];
  }

  /** The vectors that the prelude makes, or all others. */
  private placeVectors(which: 'prelude' | 'step'): void {
    for (const id of storedIds(this.program)) {
      const { type, shape, stage } = this.program.values[id]!;
      if ((stage === 'prelude') === (which === 'prelude')) this.place(`vector:${id}`, type, shape);
    }
  }

  private placeOwn(): void {
    const { program } = this;
    const inStates = carriedInStates(program);
    for (const [name, { type, shape }] of Object.entries(program.loop?.carried ?? {})) {
      if (inStates.has(name)) continue;
      this.place(`carried:${name}`, type, shape);
      this.place(`carriedNext:${name}`, type, shape);
    }
    const longest = program.values.map(({ op, args }) =>
      op === 'matvec' ? this.sizes.size(program.values[args[0]!]!.shape) : 0,
    );
    // Indices are written a vector at a time, counted or not.
    this.add('active', 4 * (Math.max(0, ...longest) + 4));
    for (const [name, { type, shape }] of Object.entries(program.inputs))
      this.place(`zeros:${name}`, type, shape);
  }

  private place(key: LayoutKey, type: ValueType, shape: Shape, times = 1): void {
    this.add(key, times * bytesOfElement(type, this.sizes.dtype) * this.sizes.size(shape));
  }

  private add(key: LayoutKey, bytes: number): void {
    this.offsets.set(key, this.end);
    this.end += aligned(bytes) + line;
  }
}

/** The states of which a thread reads elements that another one makes: these may not be overwritten in place. */
function statesReadAcross({ values, state, next }: StepProgram): string[] {
  const read = new Set(values.flatMap((value) => readAcross(value)));
  return Object.keys(state).filter((name) => {
    const leaf = values.findIndex((value) => value.op === 'state' && value.name === name);
    return read.has(leaf) && next[name] !== leaf;
  });
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / line) * line;
}
