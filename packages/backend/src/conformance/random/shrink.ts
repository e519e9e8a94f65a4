// Makes a trial that fails smaller, as long as it fails: fewer runs, fewer results, fewer values.
import {
  checkProgram,
  type Declaration,
  latest,
  operations,
  type ParameterValue,
  pruned,
  type StepProgram,
  type Value,
  withResults,
} from '@rp/dynamics';
import { type CsrMatrix, csrFromTriples, csrToDense, isCsrMatrix } from '@rp/ndarray';
import { mapValues } from '../arrays.ts';
import type { Trial } from './trial.ts';

/** A smaller trial that still fails, found in at most `attempts` tries. */
export async function shrunk(
  trial: Trial,
  fails: (trial: Trial) => Promise<boolean>,
  attempts = 400,
): Promise<Trial> {
  let smallest = trial;
  let left = attempts;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const candidate of smaller(smallest)) {
      if (left-- <= 0) break;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

function* smaller(trial: Trial): Generator<Trial> {
  const { program, runs } = trial;
  for (let drop = runs.length - 1; drop >= 0 && runs.length > 1; drop--) {
    yield { ...trial, runs: runs.filter((_, index) => index !== drop) };
  }
  for (const [name, { storage }] of Object.entries(program.params)) {
    if (storage === 'csr') yield* smallerMatrices(trial, name);
  }
  for (const candidate of smallerPrograms(program)) {
    if (checkProgram(candidate).length === 0) yield fitted(trial, candidate);
  }
  for (const run of runs) {
    if (Object.keys(run.writes).length === 0 && Object.keys(run.inputs).length === 0) continue;
    const bare = { ...run, writes: {}, inputs: {} };
    yield { ...trial, runs: runs.map((other) => (other === run ? bare : other)) };
  }
}

/** The parameter as a dense one; the sparse one without its first and without its second half. */
function* smallerMatrices(trial: Trial, name: string): Generator<Trial> {
  const declared = ({ shape, type }: Declaration) => ({ shape, type });
  const { program } = trial;
  const dense = {
    ...program,
    params: { ...program.params, [name]: declared(program.params[name]!) },
    values: program.values.map(({ storage, ...value }) =>
      storage === undefined || value.name === name ? value : { ...value, storage },
    ),
  };
  yield {
    ...withParameter(trial, name, (value) => (isCsrMatrix(value) ? csrToDense(value) : value)),
    program: dense,
  };
  const given = trial.bindings.params?.[name];
  if (given === undefined || !isCsrMatrix(given) || given.data.length === 0) return;
  const half = given.data.length >> 1;
  for (const keeps of [(entry: number) => entry < half, (entry: number) => entry >= half]) {
    const params = { ...trial.bindings.params, [name]: someOf(given, keeps) };
    yield { ...trial, bindings: { ...trial.bindings, params } };
  }
}

function withParameter(
  { bindings, runs, program }: Trial,
  name: string,
  change: (value: ParameterValue) => ParameterValue,
): Trial {
  const changed = (group: Readonly<Record<string, ParameterValue>>) =>
    mapValues(group, (value, key) => (key === name ? change(value) : value));
  return {
    program,
    bindings: { ...bindings, params: changed(bindings.params ?? {}) },
    runs: runs.map((run) => ({ ...run, writes: changed(run.writes) })),
  };
}

function someOf({ shape, indptr, indices, data }: CsrMatrix, keeps: (entry: number) => boolean): CsrMatrix {
  const kept = [...data.keys()].filter(keeps);
  const rows = kept.map((entry) => indptr.findIndex((_, row) => indptr[row + 1]! > entry));
  return csrFromTriples(shape, {
    rows,
    columns: kept.map((entry) => indices[entry]!),
    values: kept.map((entry) => data[entry]!),
  });
}

function* smallerPrograms(program: StepProgram): Generator<StepProgram> {
  for (const group of ['outputs', 'events', 'records', 'observe'] as const) {
    for (const name of Object.keys(program[group])) {
      yield declared(pruned({ ...program, [group]: omit(program[group], name) }));
    }
  }
  if (program.loop !== undefined) {
    yield declared(withoutLoop(program));
    for (const name of Object.keys(program.loop.events)) {
      const loop = { ...program.loop, events: omit(program.loop.events, name) };
      yield declared(pruned({ ...program, loop }));
    }
  }
  for (let id = program.values.length - 1; id >= 0; id--) {
    for (const arg of new Set(program.values[id]!.args)) {
      if (sameType(program.values[id]!, program.values[arg]!)) yield declared(replaced(program, id, arg));
    }
  }
  for (const name of Object.keys(program.state)) {
    const own = program.values.findIndex((value) => value.op === 'state' && value.name === name);
    if (own >= 0 && program.next[name] !== own) {
      yield declared(pruned({ ...program, next: { ...program.next, [name]: own } }));
    }
  }
}

/** The program with one value put in another's place. A delay that goes takes its line along. */
function replaced(program: StepProgram, id: number, by: number): StepProgram {
  const other = (value: number) => (value === id ? by : value);
  const gone = program.values[id]!;
  const values: Value[] = [];
  for (const value of program.values) {
    values.push(withArgs(value, value.args.map(other), values));
  }
  // Nothing uses it any more; a constant keeps the places of the others, and is pruned.
  if (gone.op === 'delay')
    values[id] = { op: 'const', args: [], shape: [], type: 'float', stage: 'prelude', value: 0 };
  const lines = gone.op === 'delay' ? omit(program.lines, gone.name ?? '') : program.lines;
  return pruned(withResults({ ...program, lines, values }, other));
}

/** The program without its loop: what it carries stays as it starts. */
function withoutLoop({ loop, ...program }: StepProgram): StepProgram {
  const other = (id: number) => {
    const { op, name } = program.values[id]!;
    return op === 'carried' || op === 'final' ? loop!.start[name!]! : id;
  };
  const values: Value[] = [];
  for (const value of program.values) values.push(withArgs(value, value.args.map(other), values));
  return pruned(withResults({ ...program, values }, other));
}

/** A value with other operands, at the stage that they make it. */
function withArgs(value: Value, args: readonly number[], before: readonly Value[]): Value {
  if (operations[value.op].kind === 'leaf') return value;
  const stages = args.map((arg) => before[arg]!.stage);
  return { ...value, args, stage: latest(value.op === 'delay' ? ['step', ...stages] : stages) };
}

/** Without the declarations that nothing uses. */
function declared(program: StepProgram): StepProgram {
  const used = (op: Value['op']) =>
    new Set(program.values.filter((value) => value.op === op).map(({ name }) => name));
  const keep = <T>(group: Readonly<Record<string, T>>, names: ReadonlySet<string | undefined>) =>
    Object.fromEntries(Object.entries(group).filter(([name]) => names.has(name)));
  const states = used('state');
  const state = keep(program.state, states);
  return pruned({
    ...program,
    params: keep(program.params, used('param')),
    inputs: keep(program.inputs, used('input')),
    state,
    next: keep(program.next, new Set(Object.keys(state))),
  });
}

/** The trial of another program, without what that doesn't declare. */
function fitted({ bindings, runs }: Trial, program: StepProgram): Trial {
  const only = <T>(given: Readonly<Record<string, T>> | undefined, ...groups: object[]) =>
    Object.fromEntries(Object.entries(given ?? {}).filter(([name]) => groups.some((group) => name in group)));
  const { params, state, lines, inputs, records } = program;
  return {
    program,
    bindings: {
      ...bindings,
      params: only(bindings.params, params),
      state: only(bindings.state, state, lines),
    },
    runs: runs.map((run) => ({
      writes: only(run.writes, params, state, lines, { dt: 0 }),
      inputs: only(run.inputs, inputs),
      options: {
        ...run.options,
        record: (run.options.record ?? []).filter((name) => name in records || name in state),
      },
    })),
  };
}

function sameType(a: Value, b: Value): boolean {
  return a.type === b.type && String(a.shape) === String(b.shape);
}

function omit<T>(group: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(group).filter(([key]) => key !== name));
}
