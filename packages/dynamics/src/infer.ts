// The typing rules of the language: from an operation and its operands to the shape, type and stage of the result.
// The builder and the checker both stand on this.
import { fail } from './error.ts';
import { type OpName, operations } from './operations.ts';
import { type Declaration, type Shape, type Stage, shapesEqual } from './program.ts';

export interface Typed extends Declaration {
  readonly stage: Stage;
}

/** An operand; one that was declared has a name. */
type Operand = Typed & { readonly name?: string | undefined };

export function formatType(value: Declaration): string {
  const stored = value.storage === undefined ? '' : ` ${value.storage}`;
  return `${value.type}[${value.shape.join(', ')}]${stored}`;
}

/** The result type of an operation that has operands. `where` names the program, for the messages. */
export function infer(op: OpName, args: readonly Operand[], where: string): Typed {
  const info = operations[op];
  const wrong = (problem: string) =>
    fail('TypeError', 'program-type', `${where}: ${op}(${args.map(formatType).join(', ')}) — ${problem}`);

  if (info.kind === 'leaf') throw wrong('takes no operands');
  if (info.arity !== null && args.length !== info.arity) throw wrong(`takes ${info.arity} operands`);
  const sparse = args.findIndex(
    (arg, place) => arg.storage !== undefined && !(op === 'matvec' && place === 1),
  );
  if (sparse >= 0) {
    const { name, storage } = args[sparse]!;
    throw wrong(
      `the parameter ${name} is stored as ${storage}: only matvec can use it, as its matrix; ${remedy}`,
    );
  }
  if (info.operands === 'float' || info.operands === 'bool') {
    const odd = args.findIndex((arg) => arg.type !== info.operands);
    if (odd >= 0) throw wrong(`operand ${odd + 1} must be ${info.operands}; use cast`);
  }
  const stages = args.map((arg) => arg.stage);
  const stage = latest(stages);
  if (stages.includes('loop') && stage !== 'loop')
    throw wrong('uses a value of the loop after it; only final values of carried ones can be had there');
  if (op === 'matvec') return { shape: matvecShape(args, wrong), type: 'float', stage };
  if (op === 'stack') return { ...stackType(args, wrong), stage };
  if (op === 'delay') {
    if (stage === 'loop') throw wrong('cannot be within the loop');
    return { shape: args[0]!.shape, type: 'float', stage: latest([stage, 'step']) };
  }
  if (op === 'row' || op === 'column') return { shape: partShape(op, args, wrong), type: 'float', stage };
  if (info.kind === 'structural') return { shape: reducedShape(args, wrong), type: 'float', stage };
  if (op === 'select') return { ...selectType(args, wrong), stage };
  if (op === 'cast')
    return { shape: args[0]!.shape, type: args[0]!.type === 'bool' ? 'float' : 'bool', stage };
  return { shape: commonShape(args, wrong), type: info.result === 'bool' ? 'bool' : 'float', stage };
}

const remedy = 'declare it without storage, or another one beside it';

type Wrong = (problem: string) => Error;

function commonShape(args: readonly Declaration[], wrong: Wrong): Shape {
  const shaped = args.filter((arg) => arg.shape.length > 0);
  const shape = shaped[0]?.shape ?? [];
  if (!shaped.every((arg) => shapesEqual(arg.shape, shape))) {
    throw wrong('shapes must be equal; only scalars broadcast');
  }
  return shape;
}

function matvecShape([x, weights]: readonly Declaration[], wrong: Wrong): Shape {
  if (x!.shape.length !== 1 || weights!.shape.length !== 2)
    throw wrong('needs a vector and a matrix [pre, post]');
  if (x!.shape[0] !== weights!.shape[0])
    throw wrong(`the vector has ${x!.shape[0]} entries, the matrix ${weights!.shape[0]} rows`);
  return [weights!.shape[1]!];
}

function partShape(op: 'row' | 'column', [array, index]: readonly Declaration[], wrong: Wrong): Shape {
  if (array!.shape.length === 0) throw wrong('the first operand needs at least one axis');
  if (index!.shape.length > 0) throw wrong('the index must be a scalar');
  return op === 'row' ? array!.shape.slice(1) : array!.shape.slice(0, -1);
}

function reducedShape([x]: readonly Declaration[], wrong: Wrong): Shape {
  if (x!.shape.length === 0) throw wrong('needs at least one axis');
  return x!.shape.slice(0, -1);
}

function stackType(args: readonly Declaration[], wrong: Wrong): Declaration {
  const first = args[0];
  if (first === undefined) throw wrong('needs at least one operand');
  if (!args.every((arg) => shapesEqual(arg.shape, first.shape) && arg.type === first.type)) {
    throw wrong('operands must have one shape and one type');
  }
  return { shape: [...first.shape, args.length], type: first.type };
}

function selectType(args: readonly Declaration[], wrong: Wrong): Declaration {
  const [condition, a, b] = args as [Declaration, Declaration, Declaration];
  if (condition.type !== 'bool') throw wrong('the condition must be bool');
  if (a.type !== b.type) throw wrong('both alternatives must have one type');
  return { shape: commonShape(args, wrong), type: a.type };
}

const order: readonly Stage[] = ['prelude', 'observe', 'step', 'loop', 'after'];

/** The latest of some stages: a value can be computed when all of its operands can. */
export function latest(stages: readonly Stage[]): Stage {
  return order[Math.max(0, ...stages.map((stage) => order.indexOf(stage)))]!;
}
