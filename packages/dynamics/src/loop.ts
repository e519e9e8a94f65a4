// Builds the loop of a step: leaves for the carried values, the condition, the body, and what is left at the end.
import { type Declarations, declarations, mapEntries } from './declare.ts';
import { fail } from './error.ts';
import type { Expr, Operand } from './expression.ts';
import type { ValueList } from './value-list.ts';

type Carried<C> = { readonly [K in keyof C]: Expr };
type Given<C> = { readonly [K in keyof C]: Operand };

/** What an iteration does. */
export interface Iteration<C> {
  /** Every carried value after the iteration. */
  readonly next: Given<C>;
  /** Given out in each iteration: one entry (unit, value) for every element of which `when` is true. */
  readonly events?: Readonly<Record<string, { readonly when: Operand; readonly value: Operand }>>;
}

export interface LoopSpec<C extends Declarations> {
  /** The most iterations of one step; a run in which they don't suffice fails (code `loop-limit`). */
  readonly limit: number;
  /** What goes on from iteration to iteration. */
  readonly carried: C;
  /** The carried values before the first iteration; a scalar fills its shape. */
  readonly start: Given<C>;
  /** Whether to do an iteration: a scalar truth value. Tested before each, also the first. */
  readonly while: (now: Carried<C>) => Operand;
  readonly body: (now: Carried<C>) => Iteration<C>;
}

/** What the builder needs of its author's view. */
interface Handles {
  readonly idOf: (operand: Operand) => number;
  readonly expr: (id: number) => Expr;
}

/** Puts the loop into the program, and returns its final values. */
export function buildLoop<C extends Declarations>(
  list: ValueList,
  spec: LoopSpec<C>,
  { idOf, expr }: Handles,
): Carried<C> {
  if (list.loop !== undefined)
    throw fail('ValueError', 'program-loop', `${list.where}: a step has one loop, not nested; there are two`);
  const carried = declarations(spec.carried);
  const leaves = (op: 'carried' | 'final') =>
    mapEntries(carried, (name, declared) => expr(list.declared(op, name, declared))) as Carried<C>;
  const ids = (operands: Readonly<Record<string, Operand>>) =>
    mapEntries(operands, (_, operand) => idOf(operand));

  const start = ids(spec.start);
  const now = leaves('carried');
  const condition = idOf(spec.while(now));
  const { next, events = {} } = spec.body(now);
  if (list.loop !== undefined)
    throw fail('ValueError', 'program-loop', `${list.where}: the loop of a step cannot hold another`);
  list.loop = {
    limit: spec.limit,
    carried,
    start,
    while: condition,
    next: ids(next),
    events: mapEntries(events, (_, { when, value }) => ({ when: idOf(when), value: idOf(value) })),
  };
  return leaves('final');
}
