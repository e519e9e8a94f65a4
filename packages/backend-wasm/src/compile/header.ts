// A session's header: a table of addresses, extents and scalars at the beginning of its memory. Generated code is told
// where the header is and finds everything else there; so one module serves any number of sessions of any size.
import { type Dtype, eventOutputs, isComputed, type StepProgram } from '@rp/dynamics';

/** What can be in a header. `dt` and `scalar:…` are eight bytes, the others an unsigned 32-bit number. */
export type HeaderKey =
  | 'batch'
  /** Steps since the beginning: the counter of the random numbers. */
  | 'count'
  | 'seedLow'
  | 'seedHigh'
  | 'dt'
  /** Where the list of active elements of a matvec is. */
  | 'active'
  | `extent:${string}`
  | `param:${string}`
  | `state:${string}`
  | `next:${string}`
  | `line:${string}`
  /** A vector that a loop carries: before an iteration, and after it. */
  | `carried:${string}`
  | `carriedNext:${string}`
  /** Not 0 if a loop has reached its limit. */
  | 'endless'
  /** Which entry of a delay line is the oldest. */
  | `head:${string}`
  /** A vector that one part of the code makes and another uses, by the id of its value. */
  | `vector:${number}`
  /** A scalar of the prelude. */
  | `scalar:${number}`
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

  constructor(program: StepProgram) {
    const wide: HeaderKey[] = ['dt', ...scalarsOfPrelude(program).map((id) => `scalar:${id}` as const)];
    wide.forEach((key, index) => {
      this.offsets.set(key, 8 * index);
    });
    narrowKeys(program).forEach((key, index) => {
      this.offsets.set(key, 8 * wide.length + 4 * index);
    });
    this.bytes = 4 * (2 * wide.length + this.offsets.size - wide.length);
  }

  /** Where an entry is, in bytes from the beginning. */
  offset(key: HeaderKey): number {
    return this.offsets.get(key)!;
  }
}

function narrowKeys(program: StepProgram): HeaderKey[] {
  const each = (names: object, ...prefixes: readonly string[]) =>
    Object.keys(names).flatMap((name) => prefixes.map((prefix) => `${prefix}:${name}` as HeaderKey));
  const { params, state, lines, inputs, observe, outputs, records } = program;
  const events = Object.fromEntries(eventOutputs(program).map(({ name }) => [name, 0]));
  return [
    ...(['batch', 'count', 'seedLow', 'seedHigh', 'active', 'endless'] as const),
    ...program.dims.map((dim) => `extent:${dim}` as const),
    ...each(params, 'param'),
    ...each(state, 'state', 'next'),
    ...each(lines, 'line', 'head'),
    ...each(program.loop?.carried ?? {}, 'carried', 'carriedNext'),
    ...program.values.flatMap((value, id) =>
      isComputed(value) && value.shape.length > 0 ? [`vector:${id}` as const] : [],
    ),
    ...each(inputs, 'input', 'inputStep', 'inputItem', 'offsets', 'offsetsItem', 'units', 'counts'),
    ...each({ ...observe, ...outputs, ...records, ...state }, 'row', 'rowItem'),
    ...each(
      events,
      'eventUnits',
      'eventCounts',
      'eventEnds',
      'eventUnitsItem',
      'eventCountsItem',
      'eventEndsItem',
    ),
  ];
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
