// A session's header: what changes from run to run, at the beginning of its memory. Generated code is told where the
// header is, and finds everything that stays where it is at a fixed distance from it (see layout.ts).
import { type Dtype, eventOutputs, isComputed, type StepProgram } from '@rp/dynamics';

/** What can be in a header. `dt` and `scalar:…` are eight bytes, the others an unsigned 32-bit number. */
export type HeaderKey =
  /** Steps since the beginning: the counter of the random numbers. */
  | 'count'
  | 'seedLow'
  | 'seedHigh'
  | 'dt'
  /** The buffers of a state that needs two; they change places after every step. */
  | `state:${string}`
  | `next:${string}`
  /** Which entry of a delay line is the oldest. */
  | `head:${string}`
  /** Not 0 if a loop has reached its limit. */
  | 'endless'
  /** The first batch item that no thread has taken. */
  | 'untaken'
  /** A scalar of the prelude. */
  | `scalar:${number}`
  /**
   * Where the numbers of a sparse parameter are: add that to the address of an entry's column, doubled where a number
   * takes eight bytes.
   */
  | `numbers:${string}`
  /** Rows of an input: their address, the bytes from one row to the next, and from one batch item to the next. */
  | `input:${string}`
  | `inputStep:${string}`
  | `inputItem:${string}`
  /** A sparse input: per row where its entries begin, then units and counts. The first is 0 for a dense one. */
  | `offsets:${string}`
  | `units:${string}`
  | `counts:${string}`
  /** Entries of `offsets` per batch item, in bytes. */
  | `offsetsItem:${string}`
  /** Rows that are given out. */
  | `row:${string}`
  | `rowItem:${string}`
  /** Events that are given out: units, counts, and the number of entries after each row; bytes per batch item. */
  | `eventUnits:${string}`
  | `eventCounts:${string}`
  | `eventEnds:${string}`
  | `eventUnitsItem:${string}`
  | `eventCountsItem:${string}`
  | `eventEndsItem:${string}`;

export class Header {
  readonly bytes: number;
  private readonly offsets = new Map<HeaderKey, number>();

  constructor(program: StepProgram, buffered: readonly string[]) {
    const wide: HeaderKey[] = ['dt', ...scalarsOfPrelude(program).map((id) => `scalar:${id}` as const)];
    wide.forEach((key, index) => {
      this.offsets.set(key, 8 * index);
    });
    narrowKeys(program, buffered).forEach((key, index) => {
      this.offsets.set(key, 8 * wide.length + 4 * index);
    });
    this.bytes = 4 * (2 * wide.length + this.offsets.size - wide.length);
  }

  /** Where an entry is, in bytes from the beginning. */
  offset(key: HeaderKey): number {
    return this.offsets.get(key)!;
  }

  has(key: string): key is HeaderKey {
    return this.offsets.has(key as HeaderKey);
  }
}

function narrowKeys(program: StepProgram, buffered: readonly string[]): HeaderKey[] {
  const each = (names: readonly string[], ...prefixes: readonly string[]) =>
    names.flatMap((name) => prefixes.map((prefix) => `${prefix}:${name}` as HeaderKey));
  const { state, lines, inputs, observe, outputs, records } = program;
  const events = eventOutputs(program).map(({ name }) => name);
  return [
    ...(['count', 'seedLow', 'seedHigh', 'endless', 'untaken'] as const),
    ...each(buffered, 'state', 'next'),
    ...each(sparseParameters(program), 'numbers'),
    ...each(Object.keys(lines), 'head'),
    ...each(Object.keys(inputs), 'input', 'inputStep', 'inputItem'),
    ...each(Object.keys(inputs), 'offsets', 'offsetsItem', 'units', 'counts'),
    ...each(Object.keys({ ...observe, ...outputs, ...records, ...state }), 'row', 'rowItem'),
    ...each(events, 'eventUnits', 'eventCounts', 'eventEnds'),
    ...each(events, 'eventUnitsItem', 'eventCountsItem', 'eventEndsItem'),
  ];
}

function sparseParameters({ params }: StepProgram): string[] {
  return Object.keys(params).filter((name) => params[name]!.storage === 'csr');
}

function scalarsOfPrelude(program: StepProgram): number[] {
  return program.values.flatMap((value, id) =>
    isComputed(value) && value.shape.length === 0 && value.stage === 'prelude' ? [id] : [],
  );
}

/** How many bytes an element takes. */
export function bytesOfElement(type: 'float' | 'bool', dtype: Dtype): number {
  if (type === 'bool') return 1;
  return dtype === 'float32' ? 4 : 8;
}
