// Arrays for the cases, and rows of a run cut out of them or put together again.
import {
  type Dtype,
  type EventList,
  isEventList,
  type Rows,
  type RunInputs,
  type RunResult,
  type Tensor,
  type ValueType,
} from '@rp/dynamics';

/** An array of a dtype from numbers; one number fills it. Truth values are bytes. */
export function tensor(
  shape: readonly number[],
  values: readonly number[] | ((index: number) => number),
  dtype: Dtype = 'float64',
  type: ValueType = 'float',
): Tensor {
  const length = shape.reduce((product, extent) => product * extent, 1);
  const data = emptyOf(type, dtype, length);
  for (let index = 0; index < length; index++) {
    data[index] = typeof values === 'function' ? values(index) : values[values.length === 1 ? 0 : index]!;
  }
  return { data, shape };
}

function emptyOf(type: ValueType, dtype: Dtype, length: number): Uint8Array | Float32Array | Float64Array {
  if (type === 'bool') return new Uint8Array(length);
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/** Dense rows `[batch, steps, ...]` as events. */
export function eventsOf({ data, shape }: Rows): EventList {
  const [batch = 0, steps = 0, ...rest] = shape;
  const size = rest.reduce((product, extent) => product * extent, 1);
  const offsets = [0];
  const units: number[] = [];
  const counts: number[] = [];
  for (let row = 0; row < batch * steps; row++) {
    for (let unit = 0; unit < size; unit++) {
      const count = data[row * size + unit]!;
      if (count === 0) continue;
      units.push(unit);
      counts.push(count);
    }
    offsets.push(units.length);
  }
  return {
    offsets: Uint32Array.from(offsets),
    units: Int32Array.from(units),
    counts: data instanceof Float32Array ? Float32Array.from(counts) : Float64Array.from(counts),
  };
}

/** The rows of steps `from … to − 1` of every input. `steps` is the number of steps of the inputs. */
export function cutInputs(
  inputs: RunInputs,
  batch: number,
  steps: number,
  from: number,
  to: number,
): RunInputs {
  return mapValues(inputs, (input) =>
    isEventList(input) ? cutEvents(input, batch, steps, from, to) : cutRows(input, from, to),
  );
}

/** Rows `from … to − 1` of every batch item. */
export function cutRows({ data, shape }: Rows, from: number, to: number): Rows {
  const [batch = 0, steps = 0, ...rest] = shape;
  const size = rest.reduce((product, extent) => product * extent, 1);
  const cut = data.slice(0, batch * (to - from) * size);
  for (let item = 0; item < batch; item++) {
    const part = data.subarray((item * steps + from) * size, (item * steps + to) * size);
    cut.set(part, item * (to - from) * size);
  }
  return { data: cut, shape: [batch, to - from, ...rest] };
}

function cutEvents(list: EventList, batch: number, steps: number, from: number, to: number): EventList {
  const offsets = [0];
  const entries: number[] = [];
  for (let item = 0; item < batch; item++) {
    for (let row = item * steps + from; row < item * steps + to; row++) {
      for (let entry = list.offsets[row]!; entry < list.offsets[row + 1]!; entry++) entries.push(entry);
      offsets.push(entries.length);
    }
  }
  const counts = entries.map((entry) => list.counts[entry]!);
  return {
    offsets: Uint32Array.from(offsets),
    units: Int32Array.from(entries, (entry) => list.units[entry]!),
    counts: list.counts instanceof Float32Array ? Float32Array.from(counts) : Float64Array.from(counts),
  };
}

/**
 * The part of a whole run's result that a run of steps `from … to − 1` should have given; the state is that of the end.
 * `observed` are the names of the outputs that have one row more than there are steps.
 */
export function cutResult(
  whole: RunResult,
  observed: readonly string[],
  batch: number,
  from: number,
  to: number,
  state: RunResult['state'],
): RunResult {
  return {
    steps: to - from,
    outputs: mapValues(whole.outputs, (rows, name) =>
      cutRows(rows, from, observed.includes(name) ? to + 1 : to),
    ),
    events: mapValues(whole.events, (events) => cutEvents(events, batch, whole.steps, from, to)),
    records: mapValues(whole.records, (rows) => cutRows(rows, from, to)),
    state,
  };
}

export function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
