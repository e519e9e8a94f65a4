// Makes a trial that fails smaller, as long as it fails: fewer runs, fewer results, fewer values.
import {
  checkProgram,
  latest,
  operations,
  pruned,
  type StepProgram,
  type Value,
  withResults,
} from '@rp/dynamics';
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
  for (const candidate of smallerPrograms(program)) {
    if (checkProgram(candidate).length === 0) yield fitted(trial, candidate);
  }
  for (const run of runs) {
    if (Object.keys(run.writes).length === 0 && Object.keys(run.inputs).length === 0) continue;
    const bare = { ...run, writes: {}, inputs: {} };
    yield { ...trial, runs: runs.map((other) => (other === run ? bare : other)) };
  }
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
