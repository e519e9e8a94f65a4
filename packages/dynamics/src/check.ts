// Whether a program is well formed: for programs that come from JSON, and as the last step of defineDynamics.
import { isRpError } from '@rp/errors';
import { formatType, infer } from './infer.ts';
import { isLoopOp, operations } from './operations.ts';
import {
  type Declaration,
  type Shape,
  type Stage,
  type StepProgram,
  shapesEqual,
  type Value,
} from './program.ts';

/**
 * Every problem of a program, as sentences; empty if it is well formed. Each names the value or the name it is about.
 */
export function checkProgram(program: StepProgram): string[] {
  if (program.format !== 'rp-step/1')
    return [`format must be "rp-step/1", got ${JSON.stringify(program.format)}`];
  const broken = formProblems(program);
  if (broken.length > 0) return broken;
  return [
    ...nameProblems(program),
    ...dimProblems(program),
    ...storageProblems(program),
    ...program.values.flatMap((value, id) => valueProblems(program, value, id)),
    ...resultProblems(program),
    ...loopProblems(program),
    ...lineProblems(program),
  ];
}

/** Whether everything is there and of the right sort, so that the rest can be looked at. */
function formProblems(program: StepProgram): string[] {
  const { name, dims, values } = program;
  const problems: string[] = [];
  const need = (fine: boolean, problem: string) => {
    if (!fine) problems.push(problem);
  };
  need(typeof name === 'string', 'name must be a text');
  need(isListOf(dims, 'string'), 'dims must be a list of names');
  for (const group of ['params', 'state', 'lines', 'inputs'] as const) {
    need(isRecord(program[group]), `${group} must be an object`);
    for (const [key, declared] of Object.entries(program[group] ?? {}))
      need(isDeclaration(declared), `${group}.${key} must have a shape and the type float or bool`);
  }
  for (const group of ['next', 'observe', 'outputs', 'events', 'records'] as const) {
    need(isRecord(program[group]), `${group} must be an object`);
  }
  need(
    program.loop === undefined || isLoop(program.loop),
    'loop must have a limit, a condition `while`, and carried, start, next and events',
  );
  need(Array.isArray(values), 'values must be a list');
  for (const [id, value] of (Array.isArray(values) ? values : []).entries()) {
    const fine = isDeclaration(value) && isListOf(value.args, 'number') && stages.has(value.stage);
    need(fine, `value ${id} must have op, args, shape, type and stage`);
  }
  return problems;
}

const stages = new Set<unknown>(['prelude', 'observe', 'step', 'loop', 'after']);

function isLoop(value: unknown): boolean {
  if (!isRecord(value) || typeof value.limit !== 'number' || typeof value.while !== 'number') return false;
  const { carried, start, next, events } = value;
  return (
    isRecord(start) &&
    isRecord(next) &&
    isRecord(carried) &&
    Object.values(carried).every(isDeclaration) &&
    isRecord(events) &&
    Object.values(events).every(isRecord)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, type: 'string' | 'number'): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}

function isDeclaration(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value.shape) && (value.type === 'float' || value.type === 'bool');
}

function nameProblems({
  dims,
  params,
  state,
  lines,
  inputs,
  observe,
  outputs,
  events,
  records,
  loop,
}: StepProgram): string[] {
  const problems: string[] = [];
  const distinct = (what: string, names: readonly string[]) => {
    const seen = new Set<string>();
    for (const name of names) {
      if (!/^[A-Za-z]\w*$/.test(name))
        problems.push(`${JSON.stringify(name)} is not a name (letters, digits, _)`);
      if (seen.has(name)) problems.push(`${name} is declared twice among the ${what}`);
      seen.add(name);
    }
  };
  const keys = (...records: readonly object[]) => records.flatMap((record) => Object.keys(record));
  distinct('extents', dims);
  distinct('parameters, states, lines and inputs', ['dt', ...keys(params, state, lines, inputs)]);
  distinct('results and states', keys(observe, outputs, events, loop?.events ?? {}, records, state));
  distinct('carried values', keys(loop?.carried ?? {}));
  return problems;
}

function dimProblems(program: StepProgram): string[] {
  const known = new Set(program.dims);
  const problems: string[] = [];
  const look = (what: string, shape: Shape) => {
    for (const dim of shape) {
      const fine = typeof dim === 'string' ? known.has(dim) : Number.isInteger(dim) && dim >= 0;
      if (!fine)
        problems.push(
          `${what} has the unknown extent ${JSON.stringify(dim)} (dims: ${program.dims.join(', ')})`,
        );
    }
  };
  const { params, state, lines, inputs, loop } = program;
  for (const group of [params, state, lines, inputs, loop?.carried ?? {}]) {
    for (const [name, { shape }] of Object.entries(group)) look(name, shape);
  }
  for (const [id, value] of program.values.entries()) look(`value ${id} (${value.op})`, value.shape);
  return problems;
}

/** Only matrices can be sparse, and of these only parameters; they can't be given out. */
function storageProblems({ params, state, lines, inputs, loop, ...program }: StepProgram): string[] {
  const problems: string[] = [];
  for (const group of [state, lines, inputs, loop?.carried ?? {}]) {
    for (const [name, { storage }] of Object.entries(group)) {
      if (storage !== undefined) problems.push(`${name} has a storage; only parameters can`);
    }
  }
  for (const [name, { storage, shape, type }] of Object.entries(params)) {
    if (storage === undefined) continue;
    if (storage !== 'csr')
      problems.push(`${name} has the unknown storage ${JSON.stringify(storage)}; there is csr`);
    else if (shape.length !== 2 || type !== 'float')
      problems.push(
        `${name} is stored as csr, so it must be float with two axes; it is ${formatType({ shape, type })}`,
      );
  }
  const looks: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    next: program.next,
    observe: program.observe,
    outputs: program.outputs,
    events: program.events,
    records: program.records,
    'loop.start': loop?.start ?? {},
    'loop.next': loop?.next ?? {},
  };
  for (const [group, ids] of Object.entries(looks)) {
    for (const [result, id] of Object.entries(ids)) {
      const value = program.values[id];
      if (value?.storage === undefined) continue;
      problems.push(
        `${group}.${result} is the parameter ${value.name}, which is stored as ${value.storage}: only matvec can use it`,
      );
    }
  }
  return problems;
}

function valueProblems(program: StepProgram, value: Value, id: number): string[] {
  const what = `value ${id} (${value.op})`;
  if (!Object.hasOwn(operations, value.op))
    return [`${what}: unknown operation; there are ${Object.keys(operations).join(', ')}`];
  const info = operations[value.op];
  const bad = value.args.find((arg) => !(Number.isInteger(arg) && arg >= 0 && arg < id));
  if (bad !== undefined) return [`${what}: operand ${bad} must be a value before it`];
  if (info.kind === 'leaf') return leafProblems(program, value, what);
  if (value.op === 'delay' && !Object.hasOwn(program.lines, value.name ?? ''))
    return [`${what}: there is no delay line ${JSON.stringify(value.name)}`];
  try {
    const inferred = infer(
      value.op,
      value.args.map((arg) => program.values[arg]!),
      program.name,
    );
    const same =
      shapesEqual(inferred.shape, value.shape) &&
      inferred.type === value.type &&
      inferred.stage === value.stage &&
      value.storage === undefined;
    return same
      ? []
      : [
          `${what}: is written as ${formatType(value)} at ${value.stage}, but is ${formatType(inferred)} at ${inferred.stage}`,
        ];
  } catch (error) {
    if (isRpError(error)) return [error.message];
    throw error;
  }
}

const leafStages: Partial<Record<Value['op'], Stage>> = {
  const: 'prelude',
  dt: 'prelude',
  param: 'prelude',
  state: 'observe',
  index: 'prelude',
  carried: 'loop',
  final: 'after',
};

function leafProblems(program: StepProgram, value: Value, what: string): string[] {
  if (value.args.length > 0) return [`${what}: takes no operands`];
  const stage = leafStages[value.op] ?? 'step';
  if (value.stage !== stage) return [`${what}: is written at ${value.stage}, but is at ${stage}`];
  const groups = { param: program.params, state: program.state, input: program.inputs } as const;
  if (value.op === 'param' || value.op === 'state' || value.op === 'input' || isLoopOp(value.op)) {
    const group: Readonly<Record<string, Declaration>> = isLoopOp(value.op)
      ? (program.loop?.carried ?? {})
      : groups[value.op];
    const declared = Object.hasOwn(group, value.name ?? '') ? group[value.name ?? ''] : undefined;
    if (declared === undefined) return [`${what}: there is no ${value.op} ${JSON.stringify(value.name)}`];
    const same =
      shapesEqual(declared.shape, value.shape) &&
      declared.type === value.type &&
      declared.storage === value.storage;
    return same
      ? []
      : [`${what}: ${value.name} is declared as ${formatType(declared)}, used as ${formatType(value)}`];
  }
  if (value.storage !== undefined) return [`${what}: has a storage; only parameters can`];
  if (value.op === 'const') return constantProblems(value, what);
  if (value.type !== 'float') return [`${what}: must be float`];
  if (value.op === 'dt') return value.shape.length === 0 ? [] : [`${what}: is a scalar`];
  if (value.op === 'index') return value.shape.length === 1 ? [] : [`${what}: has one axis`];
  if (!isWord(value.stream, 2 ** 32)) return [`${what}: needs a stream, a whole number from 0 to 2^32 − 1`];
  return value.op === 'uniform' && !isWord(value.word, 4) ? [`${what}: needs a word from 0 to 3`] : [];
}

function constantProblems({ value, type, shape }: Value, what: string): string[] {
  if (shape.length > 0) return [`${what}: is a scalar`];
  const texts: readonly unknown[] = ['NaN', 'Infinity', '-Infinity', '-0'];
  const fits =
    type === 'bool' ? typeof value === 'boolean' : typeof value === 'number' || texts.includes(value);
  const got = value === undefined ? 'has no value' : `${JSON.stringify(value)} is no ${type}`;
  return fits ? [] : [`${what}: ${got}`];
}

function isWord(value: number | undefined, limit: number): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < limit;
}

function resultProblems(program: StepProgram): string[] {
  const problems: string[] = [];
  const exists = (id: number) => Number.isInteger(id) && id >= 0 && id < program.values.length;
  for (const group of ['next', 'observe', 'outputs', 'events', 'records'] as const) {
    for (const [name, id] of Object.entries(program[group])) {
      const stage = program.values[id]?.stage;
      if (!exists(id)) problems.push(`${group}.${name}: there is no value ${id}`);
      else if (group === 'observe' && stage !== 'prelude' && stage !== 'observe')
        problems.push(`observe.${name} uses more than parameters and state`);
      else if (stage === 'loop')
        problems.push(
          `${group}.${name} is a value of the loop; give out a final one, or an event of the loop`,
        );
    }
  }
  for (const [name, declared] of Object.entries(program.state)) {
    const id = Object.hasOwn(program.next, name) ? program.next[name] : undefined;
    if (id === undefined) problems.push(`state ${name} has no next value`);
    else if (exists(id)) problems.push(...fits(`next.${name}`, declared, program.values[id]!));
  }
  for (const name of Object.keys(program.next)) {
    if (!Object.hasOwn(program.state, name)) problems.push(`next.${name}: there is no such state`);
  }
  return problems;
}

function fits(what: string, declared: Declaration, value: Value): string[] {
  const scalar = value.shape.length === 0;
  const ok = value.type === declared.type && (scalar || shapesEqual(value.shape, declared.shape));
  return ok ? [] : [`${what} must be ${formatType(declared)}, is ${formatType(value)}`];
}

function loopProblems(program: StepProgram): string[] {
  const { loop, values } = program;
  if (loop === undefined) return [];
  const problems: string[] = [];
  const look = (what: string, id: number, declared: Declaration | undefined, stages: readonly Stage[]) => {
    const value = values[id];
    if (value === undefined) problems.push(`loop.${what}: there is no value ${id}`);
    else if (stages.includes(value.stage)) problems.push(`loop.${what} is a value of stage ${value.stage}`);
    else if (declared !== undefined) problems.push(...fits(`loop.${what}`, declared, value));
  };
  if (!isWord(loop.limit, 2 ** 31)) problems.push('loop.limit must be a whole number from 0 to 2^31 − 1');
  look('while', loop.while, { shape: [], type: 'bool' }, ['after']);
  for (const [name, declared] of Object.entries(loop.carried)) {
    look(`start.${name}`, loop.start[name] ?? -1, declared, ['loop', 'after']);
    look(`next.${name}`, loop.next[name] ?? -1, declared, ['after']);
  }
  for (const name of Object.keys({ ...loop.start, ...loop.next })) {
    if (!Object.hasOwn(loop.carried, name)) problems.push(`loop: ${name} is not carried`);
  }
  for (const [name, { when, value }] of Object.entries(loop.events)) {
    const shape = values[value]?.shape ?? [];
    const common = shape.length > 0 ? shape : (values[when]?.shape ?? []);
    look(`events.${name}.when`, when, { shape: common, type: 'bool' }, ['after']);
    look(`events.${name}.value`, value, { shape: common, type: 'float' }, ['after']);
  }
  return problems;
}

function lineProblems(program: StepProgram): string[] {
  return Object.entries(program.lines).flatMap(([name, declared]) => {
    const uses = program.values.filter((value) => value.op === 'delay' && value.name === name);
    if (uses.length !== 1)
      return [`delay line ${name} must be used exactly once, is used ${uses.length} times`];
    return shapesEqual(uses[0]!.shape, declared.shape.slice(1)) && declared.type === 'float'
      ? []
      : [`delay line ${name} is ${formatType(declared)}, but holds ${formatType(uses[0]!)}`];
  });
}
