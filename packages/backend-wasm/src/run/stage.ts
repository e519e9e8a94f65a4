// How rows and events get into WebAssembly's memory and out of it: some steps at a time, through a region that all
// sessions share. So a run may be longer than the memory, and what passes through stays in the cache.
import {
  type Bound,
  type Declaration,
  type EventList,
  entriesPerStep,
  eventOutputs,
  isEventList,
  type RunInputs,
  type RunResult,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import type { NumericArray } from '@rp/ndarray';
import { bytesOfElement } from '../compile/header.ts';
import type { Layout } from '../compile/layout.ts';
import { EventPieces, type EventPlaces } from './event-list.ts';
import type { Heap } from './heap.ts';
import type { SessionMemory } from './session-memory.ts';

/** About how much is staged at a time, in bytes: a good part of a second-level cache. */
const comfortable = 1 << 19;

/** Of the entries that an event output may have in a step, so many are usual: the room for others isn't touched. */
const usualShare = 1 / 16;

interface RowsOf {
  readonly name: string;
  readonly type: Declaration['type'];
  readonly size: number;
  readonly rowBytes: number;
}

interface InputRows extends RowsOf {
  /** Where a dense input goes. */
  address: number;
}

interface OutputRows extends RowsOf {
  /** Where the rows of the current piece are. */
  address: number;
  readonly group: 'outputs' | 'records';
  readonly extents: readonly number[];
  /** 1 for observed values: they have one row more than there are steps. */
  readonly extra: 0 | 1;
  /** What the run gave so far. */
  data: NumericArray | undefined;
}

interface EventOutput {
  readonly name: string;
  /** Which words of the whole memory say where its lists are. */
  readonly words: { readonly units: number; readonly counts: number; readonly ends: number };
  readonly mostPerStep: number;
  pieces: EventPieces;
}

/** The inputs and outputs of the runs of a session that ask for the same records; of one run at a time. */
export class Stage {
  /** How many steps are comfortably staged at a time. */
  readonly comfortableSteps: number;
  private readonly heap: Heap;
  private readonly memory: SessionMemory;
  private readonly bound: Bound;
  private readonly where: string;
  private readonly inputs: readonly InputRows[];
  private readonly outputs: readonly OutputRows[];
  private readonly events: readonly EventOutput[];
  private readonly floatBytes: number;
  /** Lists of events per batch item: threads that do blocks of a step have one each. */
  private readonly lists: number;
  private given: RunInputs = {};
  private total = 0;
  /** How the shared region is divided and what the header says of it; as long as nothing has changed, it stays so. */
  private arranged = { kinds: '', steps: -1, scratch: -1 };

  constructor(
    heap: Heap,
    memory: SessionMemory,
    { program, division }: Layout,
    bound: Bound,
    record: readonly string[],
  ) {
    this.heap = heap;
    this.lists = division.kind === 'blocks' ? division.threads : 1;
    this.memory = memory;
    this.bound = bound;
    this.where = program.name;
    this.floatBytes = bytesOfElement('float', bound.dtype);
    this.inputs = Object.entries(program.inputs).map(([name, declared]) => ({
      ...this.rowsOf(name, declared),
      address: 0,
    }));
    this.outputs = [
      ...Object.entries(program.observe).map(([name, id]) =>
        this.output('outputs', name, program.values[id]!, 1),
      ),
      ...Object.entries(program.outputs).map(([name, id]) =>
        this.output('outputs', name, program.values[id]!, 0),
      ),
      ...[...new Set(record)].map((name) =>
        this.output('records', name, recordDeclaration(program, name), 0),
      ),
    ];
    this.events = eventOutputs(program).map((output) => ({
      name: output.name,
      words: {
        units: memory.wordOf(`eventUnits:${output.name}`),
        counts: memory.wordOf(`eventCounts:${output.name}`),
        ends: memory.wordOf(`eventEnds:${output.name}`),
      },
      mostPerStep: entriesPerStep(bound, output),
      pieces: new EventPieces(0, 0, bound.dtype),
    }));
    const perRow = [...this.inputs, ...this.outputs].reduce((sum, { rowBytes }) => sum + rowBytes, 0);
    const perEvents = this.events.reduce(
      (sum, { mostPerStep }) => sum + usualShare * mostPerStep * (4 + this.floatBytes),
      0,
    );
    this.comfortableSteps = Math.max(1, Math.floor(comfortable / (1 + bound.batch * (perRow + perEvents))));
  }

  /** Begins a run. */
  begin(inputs: RunInputs, steps: number): void {
    const { batch, dtype } = this.bound;
    this.given = inputs;
    this.total = steps;
    for (const output of this.outputs) output.data = undefined;
    for (const event of this.events) event.pieces = new EventPieces(batch, steps, dtype);
  }

  /** How many more steps are sure to fit if each event output may have so many entries per batch item. */
  stepsThatFit(eventCapacity: number): number {
    let steps = Number.POSITIVE_INFINITY;
    for (const { mostPerStep, pieces } of this.events) {
      if (mostPerStep > 0) steps = Math.min(steps, Math.floor((eventCapacity - pieces.fill) / mostPerStep));
    }
    return steps;
  }

  /** Puts the inputs of some steps in place, and makes room for what these give. */
  put(from: number, steps: number): void {
    const kinds = this.kindsOfInputs();
    if (!this.isArranged(kinds, steps)) this.arrange(from, steps);
    this.arranged = { kinds, steps, scratch: this.heap.scratchAddress };
    this.memory.arrangedBy = this;
    for (const input of this.inputs) this.copyRows(input, from, steps);
  }

  private isArranged(kinds: string, steps: number): boolean {
    const { arranged, memory, heap } = this;
    const same =
      arranged.kinds === kinds && arranged.steps === steps && arranged.scratch === heap.scratchAddress;
    // Entries of events take as much room as there are entries.
    return same && memory.arrangedBy === this && !kinds.includes('e');
  }

  /** A letter for each input: dense, events, or not given. */
  private kindsOfInputs(): string {
    let kinds = '';
    for (const { name } of this.inputs) {
      const input = this.given[name];
      kinds += input === undefined ? '-' : isEventList(input) ? 'e' : 'd';
    }
    return kinds;
  }

  private copyRows({ name, type, size, rowBytes, address }: InputRows, from: number, steps: number): void {
    const { heap, total } = this;
    const { batch, dtype } = this.bound;
    const input = this.given[name];
    if (input === undefined || isEventList(input)) return;
    if (steps === total) {
      heap.set(type, dtype, address, input.data);
      return;
    }
    for (let item = 0; item < batch; item++) {
      const first = (item * total + from) * size;
      const rows = input.data.subarray(first, first + steps * size);
      heap.set(type, dtype, address + item * steps * rowBytes, rows);
    }
  }

  private arrange(from: number, steps: number): void {
    const { memory, bound } = this;
    const { batch } = bound;
    const regions = new Regions();
    const places: (() => void)[] = [];
    const place = (bytes: number, use: (address: number) => void) => {
      const offset = regions.add(bytes);
      places.push(() => use(base + offset));
    };
    for (const input of this.inputs) this.putInput(input, from, steps, place);
    for (const output of this.outputs) {
      const { name, rowBytes, extra } = output;
      const perItem = (steps + extra) * rowBytes;
      place(batch * perItem, (address) => {
        output.address = address;
        memory.put(`row:${name}`, address);
        memory.put(`rowItem:${name}`, perItem);
      });
    }
    for (const { name, mostPerStep } of this.events) {
      const room = (key: 'eventUnits' | 'eventCounts' | 'eventEnds', perList: number) =>
        place(batch * this.lists * perList, (address) => {
          memory.put(`${key}:${name}`, address);
          memory.put(`${key}Item:${name}`, perList);
        });
      room('eventUnits', 4 * mostPerStep * steps);
      room('eventCounts', this.floatBytes * mostPerStep * steps);
      room('eventEnds', 4 * steps);
    }
    const base = this.heap.scratchOf(regions.bytes, this.where);
    for (const use of places) use();
  }

  /** Takes what some steps gave, done by so many threads, and with `last` the observed values after them. */
  take(from: number, steps: number, last: boolean, threads: number): void {
    for (const output of this.outputs) this.takeRows(output, from, steps, last);
    const lists = Math.min(threads, this.lists);
    if (steps > 0) for (const event of this.events) this.takeEvents(event, from, steps, lists);
  }

  /** The result of the run, of which so many steps were done. */
  finish(steps: number, state: RunResult['state']): RunResult {
    const { batch } = this.bound;
    const result = { steps, outputs: {}, events: {}, records: {}, state } as {
      steps: number;
      outputs: Record<string, Tensor>;
      events: Record<string, EventList>;
      records: Record<string, Tensor>;
      state: RunResult['state'];
    };
    for (const output of this.outputs) {
      const { name, group, size, extra, extents } = output;
      const all = output.data ?? this.rowArray(output, 0);
      const data =
        steps === this.total
          ? all
          : keepRows(all, batch, (steps + extra) * size, (this.total + extra) * size);
      result[group][name] = { data, shape: [batch, steps + extra, ...extents] };
      output.data = undefined;
    }
    for (const { name, pieces } of this.events) result.events[name] = pieces.finish(steps);
    this.given = {};
    return result;
  }

  private putInput(
    row: InputRows,
    from: number,
    steps: number,
    place: (bytes: number, use: (address: number) => void) => void,
  ): void {
    const { memory } = this;
    const { name, rowBytes } = row;
    const { batch } = this.bound;
    const input = this.given[name];
    if (input !== undefined && !isEventList(input)) {
      place(batch * steps * rowBytes, (address) => {
        row.address = address;
        memory.put(`input:${name}`, address);
        memory.put(`inputItem:${name}`, steps * rowBytes);
        memory.put(`inputStep:${name}`, rowBytes);
        memory.put(`offsets:${name}`, 0);
      });
      return;
    }
    memory.put(`input:${name}`, memory.addressOf(`zeros:${name}`));
    memory.put(`inputItem:${name}`, 0);
    memory.put(`inputStep:${name}`, 0);
    memory.put(`offsets:${name}`, 0);
    memory.put(`offsetsItem:${name}`, 4 * (steps + 1));
    if (input !== undefined) this.putEvents(name, input, from, steps, place);
  }

  private putEvents(
    name: string,
    { offsets, units, counts }: EventList,
    from: number,
    steps: number,
    place: (bytes: number, use: (address: number) => void) => void,
  ): void {
    const { memory, heap, total } = this;
    const { batch, dtype } = this.bound;
    const ends = (item: number) =>
      [offsets[item * total + from]!, offsets[item * total + from + steps]!] as const;
    let entries = 0;
    for (let item = 0; item < batch; item++) entries += ends(item)[1] - ends(item)[0];
    place(4 * batch * (steps + 1), (address) => {
      memory.put(`offsets:${name}`, address);
      const { u32 } = heap.views;
      let base = 0;
      for (let item = 0, at = address >>> 2; item < batch; item++) {
        const [first, end] = ends(item);
        for (let step = 0; step <= steps; step++)
          u32[at++] = base + offsets[item * total + from + step]! - first;
        base += end - first;
      }
    });
    const each = (use: (entry: number, first: number, end: number) => void) => {
      let entry = 0;
      for (let item = 0; item < batch; item++) {
        const [first, end] = ends(item);
        use(entry, first, end);
        entry += end - first;
      }
    };
    place(4 * entries, (address) => {
      memory.put(`units:${name}`, address);
      each((entry, first, end) => heap.views.i32.set(units.subarray(first, end), (address >>> 2) + entry));
    });
    place(this.floatBytes * entries, (address) => {
      memory.put(`counts:${name}`, address);
      each((entry, first, end) =>
        heap.set('float', dtype, address + this.floatBytes * entry, counts.subarray(first, end)),
      );
    });
  }

  private takeRows(output: OutputRows, from: number, steps: number, last: boolean): void {
    const { heap, total } = this;
    const { batch, dtype } = this.bound;
    const { type, size, extra, rowBytes, address } = output;
    // What is done in one go lies as it is wanted.
    if (last && from === 0 && steps === total) {
      output.data = heap.slice(type, dtype, address, batch * (steps + extra) * size);
      return;
    }
    output.data ??= this.rowArray(output, total);
    const rows = steps + (last ? extra : 0);
    const view = heap.viewFor(type, dtype);
    for (let item = 0; item < batch; item++) {
      const first = (address + item * (steps + extra) * rowBytes) / view.BYTES_PER_ELEMENT;
      output.data.set(view.subarray(first, first + rows * size), (item * (total + extra) + from) * size);
    }
  }

  private takeEvents(event: EventOutput, from: number, steps: number, lists: number): void {
    const { heap, bound } = this;
    const { u32, i32 } = heap.views;
    const floats = heap.viewFor('float', bound.dtype) as Float32Array | Float64Array;
    const places = this.placesOf(event, steps);
    for (let item = 0; item < bound.batch; item++) {
      const ofItem = Array.from({ length: lists }, (_, list) => places(item * this.lists + list));
      event.pieces.add(item, from, steps, { i32, u32, floats }, ofItem);
    }
  }

  private placesOf({ words, mostPerStep }: EventOutput, steps: number): (list: number) => EventPlaces {
    const { u32 } = this.heap.views;
    const units = u32[words.units]! / 4;
    const counts = u32[words.counts]! / this.floatBytes;
    const ends = u32[words.ends]! / 4;
    const most = mostPerStep * steps;
    return (list) => ({
      units: units + list * most,
      counts: counts + list * most,
      ends: ends + list * steps,
    });
  }

  private rowArray({ type, extra, size }: OutputRows, steps: number): NumericArray {
    const length = this.bound.batch * (steps + extra) * size;
    if (type === 'bool') return new Uint8Array(length);
    return this.bound.dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
  }

  private rowsOf(name: string, { type, shape }: Declaration): RowsOf {
    const size = this.bound.size(shape);
    return { name, type, size, rowBytes: size * bytesOfElement(type, this.bound.dtype) };
  }

  private output(group: OutputRows['group'], name: string, declared: Declaration, extra: 0 | 1): OutputRows {
    const extents = this.bound.extents(declared.shape);
    return { ...this.rowsOf(name, declared), group, extents, extra, address: 0, data: undefined };
  }
}

/** Lays regions out one after another. */
class Regions {
  bytes = 0;

  add(bytes: number): number {
    const offset = this.bytes;
    this.bytes += Math.ceil(bytes / 64) * 64;
    return offset;
  }
}

function recordDeclaration(program: StepProgram, name: string): Declaration {
  const id = program.records[name];
  return id === undefined ? program.state[name]! : program.values[id]!;
}

/** The first `kept` elements of every batch item's `allocated`. */
function keepRows(all: NumericArray, batch: number, kept: number, allocated: number): NumericArray {
  const data = all.slice(0, batch * kept);
  for (let item = 1; item < batch; item++)
    data.set(all.subarray(item * allocated, item * allocated + kept), item * kept);
  return data;
}
