// Trees as text, in the manner of WebAssembly's own text format: for people who want to see what was generated.
import { mostPages } from './encode.ts';
import type { FunctionBuilder } from './function.ts';
import { instruction } from './instructions.ts';
import type { Node } from './node.ts';

/** A listing of some functions. */
export function printFunctions(functions: readonly FunctionBuilder[], shared = false): string {
  return [
    '(module',
    `  (import "env" "memory" (memory 0${shared ? ` ${mostPages} shared` : ''}))`,
    ...functions.flatMap(printFunction).map(indent),
    ')',
  ].join('\n');
}

function printFunction(builder: FunctionBuilder): string[] {
  const params = builder.params.map(({ name, type }) => ` (param $${name} ${type})`).join('');
  const byType = new Map<string, string[]>();
  for (const { name, type } of builder.locals.slice(builder.params.length)) {
    byType.set(type, [...(byType.get(type) ?? []), name]);
  }
  return [
    `(func (export "${builder.name}")${params}`,
    ...[...byType].map(([type, names]) => `  ;; ${type}: ${names.map((name) => `$${name}`).join(' ')}`),
    ...builder.body.flatMap(statement).map(indent),
    ')',
  ];
}

function statement(node: Node): string[] {
  switch (node.kind) {
    case 'block':
    case 'loop':
      return [`(${node.kind} $${node.label.name}`, ...node.body.flatMap(statement).map(indent), ')'];
    case 'if': {
      const otherwise =
        node.otherwise.length > 0
          ? ['  (else', ...node.otherwise.flatMap(statement).map((line) => `    ${line}`), '  )']
          : [];
      return [
        `(if ${expression(node.condition)}`,
        '  (then',
        ...node.body.flatMap(statement).map((line) => `    ${line}`),
        '  )',
        ...otherwise,
        ')',
      ];
    }
    default:
      return [expression(node)];
  }
}

function expression(node: Node): string {
  switch (node.kind) {
    case 'get':
      return `$${node.local.name}`;
    case 'set':
      return `(local.set $${node.local.name} ${expression(node.value)})`;
    case 'const':
      return typeof node.value === 'number'
        ? `(${node.type}.const ${Object.is(node.value, -0) ? '-0' : node.value})`
        : `(v128.const i32x4 ${node.value.map((word) => `0x${(word >>> 0).toString(16)}`).join(' ')})`;
    case 'branch':
      return `(br_if $${node.label.name} ${expression(node.condition)})`;
    case 'select':
      return `(select ${node.args.map(expression).join(' ')})`;
    case 'instruction': {
      const { immediate } = instruction(node.name);
      const extra = [
        ...(immediate.startsWith('memory') && node.offset > 0 ? [`offset=${node.offset}`] : []),
        ...(immediate.endsWith('lane') ? [String(node.lane)] : []),
        ...(immediate === 'bytes' ? node.bytes.map(String) : []),
      ];
      return `(${[node.name, ...extra, ...node.args.map(expression)].join(' ')})`;
    }
    default:
      return statement(node).join(' ');
  }
}

function indent(line: string): string {
  return `  ${line}`;
}
