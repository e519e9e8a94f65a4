// Whether a program is well formed: for programs that come from JSON, and as the last step of defineDynamics.
import { isRpError } from '@rp/errors';
import { formatType, infer } from './infer.ts';
import { operations } from './operations.ts';
import { type Declaration, type Shape, type StepProgram, shapesEqual, type Value } from './program.ts';

/**
 * Every problem of a program, as sentences; empty if it is well formed. Each names the value or the name it is about.
 */
export function checkProgram(program: StepProgram): string[] {
  if (program.format !== 'rp-step/1')
    return [`format must be "rp-step/1", got ${JSON.stringify(program.format)}`];
  return [
    ...nameProblems(program),
    ...dimProblems(program),
    ...program.values.flatMap((value, id) => valueProblems(program, value, id)),
    ...resultProblems(program),
    ...lineProblems(program),
  ];
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
  distinct('results and states', keys(observe, outputs, events, records, state));
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
  for (const group of [program.params, program.state, program.lines, program.inputs]) {
    for (const [name, { shape }] of Object.entries(group)) look(name, shape);
  }
  for (const [id, value] of program.values.entries()) look(`value ${id} (${value.op})`, value.shape);
  return problems;
}

function valueProblems(program: StepProgram, value: Value, id: number): string[] {
  const what = `value ${id} (${value.op})`;
  const info = operations[value.op];
  if (info === undefined)
    return [`${what}: unknown operation; there are ${Object.keys(operations).join(', ')}`];
  const bad = value.args.find((arg) => !(Number.isInteger(arg) && arg >= 0 && arg < id));
  if (bad !== undefined) return [`${what}: operand ${bad} must be a value before it`];
  if (info.kind === 'leaf') return leafProblems(program, value, what);
  try {
    const inferred = infer(
      value.op,
      value.args.map((arg) => program.values[arg]!),
      program.name,
    );
    const same =
      shapesEqual(inferred.shape, value.shape) &&
      inferred.type === value.type &&
      inferred.stage === value.stage;
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

function leafProblems(program: StepProgram, value: Value, what: string): string[] {
  const groups = { param: program.params, state: program.state, input: program.inputs } as const;
  if (value.op === 'param' || value.op === 'state' || value.op === 'input') {
    const declared: Declaration | undefined = groups[value.op][value.name ?? ''];
    if (declared === undefined) return [`${what}: there is no ${value.op} ${JSON.stringify(value.name)}`];
    const same = shapesEqual(declared.shape, value.shape) && declared.type === value.type;
    return same
      ? []
      : [`${what}: ${value.name} is declared as ${formatType(declared)}, used as ${formatType(value)}`];
  }
  if (value.op === 'const') return value.value === undefined ? [`${what}: has no value`] : [];
  if (value.op === 'uniform' || value.op === 'normal')
    return value.stream === undefined ? [`${what}: has no stream`] : [];
  return [];
}

function resultProblems(program: StepProgram): string[] {
  const problems: string[] = [];
  const exists = (id: number) => Number.isInteger(id) && id >= 0 && id < program.values.length;
  for (const group of ['next', 'observe', 'outputs', 'events', 'records'] as const) {
    for (const [name, id] of Object.entries(program[group])) {
      if (!exists(id)) problems.push(`${group}.${name}: there is no value ${id}`);
      else if (group === 'observe' && program.values[id]!.stage === 'step')
        problems.push(`observe.${name} uses more than parameters and state`);
    }
  }
  for (const [name, declared] of Object.entries(program.state)) {
    const id = program.next[name];
    if (id === undefined) problems.push(`state ${name} has no next value`);
    else if (exists(id)) problems.push(...fits(`next.${name}`, declared, program.values[id]!));
  }
  for (const name of Object.keys(program.next)) {
    if (!(name in program.state)) problems.push(`next.${name}: there is no such state`);
  }
  return problems;
}

function fits(what: string, declared: Declaration, value: Value): string[] {
  const scalar = value.shape.length === 0;
  const ok = value.type === declared.type && (scalar || shapesEqual(value.shape, declared.shape));
  return ok ? [] : [`${what} must be ${formatType(declared)}, is ${formatType(value)}`];
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
