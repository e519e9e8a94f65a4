// Which values nobody looks at unless a condition holds: those that are used through one arm of choices only. A compiler
// may leave them out where it doesn't hold. Whether that is worth a branch is told by what they cost.
import { operations } from '../operations.ts';
import { type StepProgram, shapesEqual, type Value } from '../program.ts';

/** A truth value of the program, and which one it is. */
export interface Assumption {
  /** The id of a truth value. A vector speaks of each element by itself. */
  readonly condition: number;
  readonly holds: boolean;
}

/** All that must hold for a value to be needed. */
export type Need = readonly Assumption[];

/** From here on work is worth a branch: one division of vectors. */
export const costOfBranch = 8;

const costs: Partial<Record<Value['op'], number>> = {
  ...{ div: 8, sqrt: 8, pow2: 4, exponent: 4, uniform: 16 },
  ...{ sum: 8, minOf: 8, maxOf: 8, argmin: 8, row: 4, column: 8, stack: 4, matvec: 64 },
};

/** About how long a value takes, where an addition of vectors takes 1; a number by itself takes less. */
export function costOf({ op, shape }: Value): number {
  const cost = costs[op] ?? (operations[op].kind === 'leaf' && op !== 'index' ? 0 : 1);
  return shape.length === 0 && operations[op].kind !== 'structural' ? cost / 4 : cost;
}

/** What each of the values that are computed together needs. Values that others use as well are always needed. */
export function needsOf(program: StepProgram, own: ReadonlySet<number>): ReadonlyMap<number, Need> {
  const { values } = program;
  const needs = new Map<number, Need>();
  const use = (id: number, need: Need) => {
    const former = needs.get(id);
    needs.set(id, former === undefined ? need : former.filter((one) => isAssumed(need, one)));
  };
  for (const id of resultsOf(program)) use(id, []);
  for (let user = values.length - 1; user >= 0; user--) {
    const value = values[user]!;
    if (own.has(user) && (value.op === 'delay' || !needs.has(user))) use(user, []);
    value.args.forEach((arg, place) => {
      use(arg, own.has(user) ? needOfOperand(program, value, place, needs.get(user)!) : []);
    });
  }
  return withoutCheap(program, own, needs);
}

/** Whether an assumption is among those that must hold. */
export function isAssumed(need: Need, { condition, holds }: Assumption): boolean {
  return need.some((one) => one.condition === condition && one.holds === holds);
}

/** Whether a condition is one number, so that it decides for all elements. */
export function isForAll({ values }: StepProgram, { condition }: Assumption): boolean {
  return values[condition]!.shape.length === 0;
}

function needOfOperand({ values }: StepProgram, user: Value, place: number, need: Need): Need {
  const all =
    user.op === 'select' && place > 0 && values[user.args[0]!]!.op !== 'const'
      ? [...need, { condition: user.args[0]!, holds: place === 1 }]
      : need;
  // What holds for an element says nothing of others.
  const { shape } = values[user.args[place]!]!;
  const isElement = operations[user.op].kind === 'elementwise';
  return all.filter(({ condition }) => {
    const own = values[condition]!.shape;
    return own.length === 0 || (isElement && shapesEqual(own, shape));
  });
}

/** Without what wouldn't save enough: then a value is computed wherever that fits. */
function withoutCheap(
  { values }: StepProgram,
  own: ReadonlySet<number>,
  needs: ReadonlyMap<number, Need>,
): ReadonlyMap<number, Need> {
  const saved = new Map<number, number>();
  for (const id of own) {
    for (const { condition } of needs.get(id)!)
      saved.set(condition, (saved.get(condition) ?? 0) + costOf(values[id]!));
  }
  const isWorthIt = ({ condition }: Assumption) => saved.get(condition)! >= costOfBranch;
  return new Map([...own].map((id) => [id, needs.get(id)!.filter(isWorthIt)]));
}

/** The ids of what leaves a step or an iteration. */
function resultsOf({ next, observe, outputs, events, records, loop }: StepProgram): number[] {
  const ofLoop = loop && [
    ...[...Object.values(loop.start), loop.while, ...Object.values(loop.next)],
    ...Object.values(loop.events).flatMap(({ when, value }) => [when, value]),
  ];
  return [
    ...[next, observe, outputs, events, records].flatMap((ids) => Object.values(ids)),
    ...(ofLoop ?? []),
  ];
}
