// A run in single steps, for what must be done on the host between them. It gives the bits of one run in one call, but
// is slower. For programs whose results are events and state; rows of numbers that come out are not gathered.
import { type Bindings, type EventList, isEventList, type RunInputs, type RunResult } from '@rp/dynamics';

export interface SteppedRun {
  readonly bindings: Bindings;
  readonly inputs: RunInputs;
  /** At least one. */
  readonly numTimesteps: number;
  /** Called after each step with its results; gives the parameters of the next one. */
  readonly onStep: (result: RunResult) => Bindings['params'];
}

/** One step to run. */
export interface SingleStep {
  readonly bindings: Bindings;
  readonly inputs: RunInputs;
  /** How many have been done. */
  readonly done: number;
}

/** Yields each step, takes its results, and returns those of all together. */
export function* stepByStep(run: SteppedRun): Generator<SingleStep, RunResult, RunResult> {
  let { bindings } = run;
  const results: RunResult[] = [];
  for (let done = 0; done < run.numTimesteps; done++) {
    const inputs = Object.entries(run.inputs).map(([name, rows]) => [name, rowOf(rows, done)] as const);
    const result = yield { bindings, inputs: Object.fromEntries(inputs), done };
    results.push(result);
    bindings = { ...bindings, params: run.onStep(result), state: result.state };
  }
  return joined(results);
}

function rowOf(rows: RunInputs[string], step: number): RunInputs[string] {
  if (isEventList(rows)) {
    const [start, end] = [rows.offsets[step]!, rows.offsets[step + 1]!];
    return {
      offsets: Uint32Array.of(0, end - start),
      units: rows.units.slice(start, end),
      counts: rows.counts.slice(start, end),
    };
  }
  const width = rows.shape[2]!;
  return { data: rows.data.slice(step * width, (step + 1) * width), shape: [1, 1, width] };
}

function joined(results: readonly RunResult[]): RunResult {
  const last = results.at(-1)!;
  const names = Object.keys(last.events);
  const events = names.map((name) => [name, joinedEvents(results.map((result) => result.events[name]!))]);
  return { ...last, steps: results.length, outputs: {}, records: {}, events: Object.fromEntries(events) };
}

function joinedEvents(parts: readonly EventList[]): EventList {
  const offsets = new Uint32Array(parts.length + 1);
  parts.forEach(({ counts }, step) => {
    offsets[step + 1] = offsets[step]! + counts.length;
  });
  const total = offsets.at(-1)!;
  const [units, counts] = [new Int32Array(total), new Float64Array(total)];
  parts.forEach((part, step) => {
    units.set(part.units, offsets[step]!);
    counts.set(part.counts, offsets[step]!);
  });
  return { offsets, units, counts };
}
