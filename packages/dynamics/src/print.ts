// A program as text for people: a listing of its values, and its equations.
import { formatType } from './infer.ts';
import {
  constantOf,
  type Declaration,
  type Loop,
  type Stage,
  type StepProgram,
  type Value,
} from './program.ts';

/** The program as a listing, one value per line, grouped by when it is computed. */
export function printProgram(program: StepProgram): string {
  const lines = [`program ${program.name}(${program.dims.join(', ')})`];
  const declare = (what: string, group: Readonly<Record<string, Declaration>>) => {
    const entries = Object.entries(group).map(([name, declared]) => `${name}: ${formatType(declared)}`);
    if (entries.length > 0) lines.push(`  ${what.padEnd(8)}${entries.join('  ')}`);
  };
  declare('params', program.params);
  declare('state', program.state);
  declare('lines', program.lines);
  declare('inputs', program.inputs);
  declare('carried', program.loop?.carried ?? {});
  for (const stage of ['prelude', 'observe', 'step', 'loop', 'after'] satisfies Stage[]) {
    if (stage === 'loop' && program.loop !== undefined) lines.push(...loopHead(program.loop));
    const ids = program.values.map((_, id) => id).filter((id) => program.values[id]!.stage === stage);
    if (ids.length > 0)
      lines.push(`  ${stage}:`, ...ids.map((id) => `    ${listing(program.values[id]!, id)}`));
    if (stage === 'loop' && program.loop !== undefined) lines.push(...loopTail(program.loop));
  }
  for (const group of ['observe', 'outputs', 'events', 'records', 'next'] as const) {
    const entries = assignments(program[group]);
    if (entries !== '') lines.push(`  ${group === 'next' ? 'state' : group} ← ${entries}`);
  }
  return lines.join('\n');
}

function loopHead({ start, limit, while: condition }: Loop): string[] {
  return [`  carried ← ${assignments(start)}`, `  while %${condition}, at most ${limit} times`];
}

function loopTail({ next, events }: Loop): string[] {
  const given = Object.entries(events).map(([name, { when, value }]) => `${name} = %${value} where %${when}`);
  return [
    ...(given.length > 0 ? [`    events ← ${given.join(', ')}`] : []),
    `    carried ← ${assignments(next)}`,
  ];
}

function assignments(ids: Readonly<Record<string, number>>): string {
  return Object.entries(ids)
    .map(([name, id]) => `${name} = %${id}`)
    .join(', ');
}

function listing(value: Value, id: number): string {
  const details = [
    ...value.args.map((arg) => `%${arg}`),
    ...(value.name === undefined ? [] : [value.name]),
    ...(value.value === undefined ? [] : [String(value.value)]),
    ...(value.stream === undefined ? [] : [`stream ${value.stream}`]),
    ...(value.word === undefined ? [] : [`word ${value.word}`]),
  ];
  const definition = `%${id} = ${[value.op, ...details].join(' ')}`;
  return `${definition.padEnd(36)}: ${formatType(value)}`;
}

/** The program as equations, one per result: `x' = x + …`. Values that are used more than once get a name. */
export function printEquations(program: StepProgram): string {
  const uses = new Map<number, number>();
  for (const value of program.values) for (const arg of value.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  const names = new Map<number, string>();
  const lines: string[] = [];
  const results = [
    ...named(program.observe, ''),
    ...named(program.records, ''),
    ...named(program.outputs, ''),
    ...named(program.events, ''),
    ...loopResults(program.loop),
    ...named(program.next, "'"),
  ];
  for (const [name, id] of results) {
    if (/^\w+$/.test(name) && !names.has(id) && isMade(program.values[id]!)) names.set(id, name);
  }
  program.values.forEach((value, id) => {
    if (isMade(value) && (uses.get(id) ?? 0) > 1 && !names.has(id)) names.set(id, `v${id}`);
    if (names.has(id)) lines.push(`${names.get(id)} = ${definition(program, names, id)}`);
  });
  for (const [name, id] of results) {
    if (names.get(id) === name) continue;
    const text = names.get(id) ?? definition(program, names, id);
    lines.push(name.endsWith(' ') ? `${name}${text}` : `${name} = ${text}`);
  }
  return lines.join('\n');
}

/** `v[0]` is a carried value at the start, `v[k]` before an iteration, `v[end]` after the loop. Names that end in a space stand before a condition. */
function loopResults(loop: Loop | undefined): [string, number][] {
  if (loop === undefined) return [];
  return [
    ...named(loop.start, '[0]'),
    ['while ', loop.while],
    ...Object.entries(loop.events).flatMap(([name, { when, value }]): [string, number][] => [
      [`${name}[k]`, value],
      ['  where ', when],
    ]),
    ...named(loop.next, '[k+1]'),
  ];
}

/** Whether a value is made here, not just read or written down. */
function isMade({ args, stream }: Value): boolean {
  return args.length > 0 || stream !== undefined;
}

function named(ids: Readonly<Record<string, number>>, suffix: string): [string, number][] {
  return Object.entries(ids).map(([name, id]) => [`${name}${suffix}`, id]);
}

const infix: Partial<Record<Value['op'], string>> = {
  add: '+',
  sub: '−',
  mul: '·',
  div: '/',
  floorDiv: '//',
  matvec: '@',
  shiftLeft: '<<',
  shiftRight: '>>',
  andBits: '&',
  gt: '>',
  ge: '≥',
  eq: '=',
};

type Names = ReadonlyMap<number, string>;

/** An operand of an infix operation: its name, or what it is, in parentheses where they are needed. */
function operand(program: StepProgram, names: Names, id: number): string {
  const { op } = program.values[id]!;
  const text = definition(program, names, id);
  return names.get(id) ?? (infix[op] !== undefined || op === 'select' ? `(${text})` : text);
}

/** What a value is, in terms of those that have names. */
function definition(program: StepProgram, names: Names, id: number): string {
  const value = program.values[id]!;
  const operands = value.args.map((arg) => operand(program, names, arg));
  const sign = infix[value.op];
  if (sign !== undefined) return operands.join(` ${sign} `);
  switch (value.op) {
    case 'const':
      return minus(constantOf(value.value!));
    case 'dt':
      return 'dt';
    case 'param':
    case 'state':
    case 'input':
      return value.name!;
    case 'carried':
      return `${value.name}[k]`;
    case 'final':
      return `${value.name}[end]`;
    case 'index':
      return `0…${value.shape[0]}−1`;
    case 'row':
      return `${operands[0]}[${operands[1]}, :]`;
    case 'column':
      return `${operands[0]}[:, ${operands[1]}]`;
    case 'select':
      return `${operands[0]} ? ${operands[1]} : ${operands[2]}`;
  }
  const list = value.args.map((arg) => names.get(arg) ?? definition(program, names, arg)).join(', ');
  if (value.op === 'delay') return `delay[${value.name}](${list})`;
  const stream = [value.stream, value.word].filter((part) => part !== undefined).join(', ');
  return `${value.op}${stream && `[${stream}]`}(${list})`;
}

/** A constant, with the same minus sign as everything else. */
function minus(value: number | boolean): string {
  return Object.is(value, -0) ? '−0' : String(value).replace(/-/g, '−');
}
