// Code as trees: an instruction with its operands below it. Making one checks the types of the operands, so that what
// can be written is valid; a mistake shows where it is made, not when a browser refuses the module.
import { fail } from '../error.ts';
import {
  type AtomicName,
  type InstructionName,
  instruction,
  type MemoryName,
  type PlainName,
  type ValType,
} from './instructions.ts';

/** A variable of a function. Its place is given when the function is finished. */
export interface Local {
  readonly name: string;
  readonly type: ValType;
  readonly index: number;
}

/** Where a branch leads: the end of a block, the beginning of a loop. */
export interface Label {
  readonly name: string;
}

export type Node =
  | {
      readonly kind: 'instruction';
      readonly name: InstructionName;
      readonly type: ValType | undefined;
      readonly args: readonly Node[];
      readonly offset: number;
      readonly lane: number;
      readonly bytes: readonly number[];
    }
  | { readonly kind: 'select'; readonly type: ValType; readonly args: readonly Node[] }
  | { readonly kind: 'const'; readonly type: ValType; readonly value: number | readonly number[] }
  | { readonly kind: 'get'; readonly type: ValType; readonly local: Local }
  | { readonly kind: 'set'; readonly type: undefined; readonly local: Local; readonly value: Node }
  | {
      readonly kind: 'block' | 'loop';
      readonly type: undefined;
      readonly label: Label;
      readonly body: readonly Node[];
    }
  | {
      readonly kind: 'if';
      readonly type: undefined;
      readonly condition: Node;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'branch'; readonly type: undefined; readonly label: Label; readonly condition: Node };

function typed(what: string, node: Node, type: ValType): Node {
  if (node.type !== type)
    throw fail(
      'TypeError',
      'assembler',
      `${what} needs an operand of type ${type}, got ${node.type ?? 'a statement'}`,
    );
  return node;
}

function make(
  name: InstructionName,
  args: readonly Node[],
  offset = 0,
  lane = 0,
  bytes: readonly number[] = [],
): Node {
  const { operands, result } = instruction(name);
  if (args.length !== operands.length)
    throw fail('TypeError', 'assembler', `${name} takes ${operands.length} operands, got ${args.length}`);
  for (const [place, arg] of args.entries()) typed(name, arg, operands[place]!);
  return { kind: 'instruction', name, type: result, args, offset, lane, bytes };
}

export function op(name: PlainName, ...args: readonly Node[]): Node {
  return make(name, args);
}

/** A load. `offset` is a number of bytes, 0 or more, that is added to the address without wrapping. */
export function load(name: MemoryName, address: Node, offset = 0): Node {
  return make(name, [address], offset);
}

export function store(name: MemoryName, address: Node, value: Node, offset = 0): Node {
  return make(name, [address, value], offset);
}

/** An instruction for memory that threads share. */
export function atomic(name: AtomicName, address: Node, ...args: readonly Node[]): Node {
  return make(name, [address, ...args]);
}

export function storeLane(
  name: 'v128.store16_lane' | 'v128.store32_lane',
  address: Node,
  value: Node,
  offset: number,
): Node {
  return make(name, [address, value], offset, 0);
}

export function extractLane(
  name: 'i32x4.extract_lane' | 'f32x4.extract_lane' | 'f64x2.extract_lane',
  value: Node,
  lane: number,
): Node {
  return make(name, [value], 0, lane);
}

/** The vector with another word in a lane. */
export function replaceLane(vector: Node, lane: number, word: Node): Node {
  return make('i32x4.replace_lane', [vector, word], 0, lane);
}

/** Sixteen bytes, picked from the thirty-two of two vectors. */
export function shuffle(a: Node, b: Node, bytes: readonly number[]): Node {
  return make('i8x16.shuffle', [a, b], 0, 0, bytes);
}

/** `condition ? a : b`, of one type; both are computed. */
export function select(a: Node, b: Node, condition: Node): Node {
  if (a.type === undefined) throw fail('TypeError', 'assembler', 'select needs values');
  typed('select', b, a.type);
  typed('select', condition, 'i32');
  return { kind: 'select', type: a.type, args: [a, b, condition] };
}

export function i32(value: number): Node {
  return { kind: 'const', type: 'i32', value };
}

export function i64(value: number): Node {
  return { kind: 'const', type: 'i64', value };
}

export function float(type: 'f32' | 'f64', value: number): Node {
  return { kind: 'const', type, value };
}

/** A vector of four 32-bit words. */
export function words(a: number, b: number, c: number, d: number): Node {
  return { kind: 'const', type: 'v128', value: [a, b, c, d] };
}

export function get(local: Local): Node {
  return { kind: 'get', type: local.type, local };
}

export function set(local: Local, value: Node): Node {
  return { kind: 'set', type: undefined, local, value: typed(`local ${local.name}`, value, local.type) };
}

export function block(label: Label, body: readonly Node[]): Node {
  return { kind: 'block', type: undefined, label, body: statements(body) };
}

export function loop(label: Label, body: readonly Node[]): Node {
  return { kind: 'loop', type: undefined, label, body: statements(body) };
}

export function branchIf(label: Label, condition: Node): Node {
  return { kind: 'branch', type: undefined, label, condition: typed('br_if', condition, 'i32') };
}

export function when(condition: Node, body: readonly Node[], otherwise: readonly Node[] = []): Node {
  return {
    kind: 'if',
    type: undefined,
    condition: typed('if', condition, 'i32'),
    body: statements(body),
    otherwise: statements(otherwise),
  };
}

/** A statement leaves nothing behind. */
export function statements(body: readonly Node[]): readonly Node[] {
  for (const { type } of body) {
    if (type !== undefined) throw fail('TypeError', 'assembler', `a value of type ${type} is left behind`);
  }
  return body;
}
