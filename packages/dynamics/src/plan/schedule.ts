// Orders the values of a program into groups: loops over one shape whose values are computed side by side, single
// scalars, and operations with a loop of their own. A group needs nothing that a later group makes.
import { oncePer } from '../once.ts';
import { operations } from '../operations.ts';
import { type Stage, type StepProgram, shapesEqual, type Value } from '../program.ts';
import { isAssumed, isForAll, type Need, needsOf } from './needs.ts';

export type GroupKind = 'loop' | 'scalar' | 'structural';

export interface Group {
  readonly kind: GroupKind;
  readonly ids: number[];
  readonly shape: Value['shape'];
  /** What must hold for anything of it to be needed: assumptions on conditions that are there before. */
  readonly need: Need;
}

export interface Schedule {
  readonly groups: readonly Group[];
  /** Which group makes a value; undefined for leaves and for values of another schedule. */
  groupOf(id: number): Group | undefined;
  /** What must hold for a value that this schedule makes to be needed. */
  needOf(id: number): Need;
}

/** Whether a value is computed, rather than read from where it lies. */
export function isComputed(value: Value): boolean {
  return operations[value.op].kind !== 'leaf' || value.op === 'uniform' || value.op === 'index';
}

/** The three schedules of a program: each is one function, or one kernel, of generated code. */
export interface Plan {
  /** Once per change of parameters. */
  readonly prelude: Schedule;
  /** Every step, the observed values included; up to the loop, if there is one. */
  readonly step: Schedule;
  /** Undefined if there is none. */
  readonly loop: LoopPlan | undefined;
  /** Every step, after the loop. */
  readonly after: Schedule;
  /** The observed values alone, from the state after the last step. */
  readonly observe: Schedule;
}

/** An iteration: `test`, then the condition is looked at, then `body`. */
export interface LoopPlan {
  /** What the condition needs. */
  readonly test: Schedule;
  /** The rest; it may use what `test` has made. */
  readonly body: Schedule;
}

export const planOf: (program: StepProgram) => Plan = oncePer((program) => ({
  prelude: schedule(program, ['prelude']),
  step: schedule(program, ['observe', 'step']),
  loop: loopPlan(program),
  after: schedule(program, ['after']),
  observe: schedule(program, ['observe'], neededFor(program, Object.values(program.observe))),
}));

function loopPlan(program: StepProgram): LoopPlan | undefined {
  if (program.loop === undefined) return undefined;
  const tested = neededFor(program, [program.loop.while]);
  const rest = program.values.map((_, id) => id).filter((id) => !tested.has(id));
  return {
    test: schedule(program, ['loop'], tested),
    body: schedule(program, ['loop'], new Set(rest)),
  };
}

/** The ids of the vectors that have to lie in memory, because another group or schedule uses them. */
export const storedIds: (program: StepProgram) => readonly number[] = oncePer((program) => {
  const { loop, ...others } = planOf(program);
  const schedules = [...Object.values<Schedule>(others), ...Object.values<Schedule>({ ...loop })];
  return program.values.flatMap((value, id) =>
    isComputed(value) && value.shape.length > 0 && schedules.some((groups) => isStored(program, groups, id))
      ? [id]
      : [],
  );
});

/** Whether a value that this schedule makes is used outside of the group that makes it. */
export function isStored(program: StepProgram, groups: Schedule, id: number): boolean {
  const own = groups.groupOf(id);
  if (own === undefined) return false;
  if (own.kind === 'structural' || program.values[id]!.stage === 'prelude') return true;
  if (givenByLoop(program).includes(id)) return true;
  return program.values.some((user, userId) => user.args.includes(id) && groups.groupOf(userId) !== own);
}

/** What is needed at the end of an iteration: for its events, and to be carried on as it was made before the body. */
function givenByLoop(program: StepProgram): number[] {
  const { loop, values } = program;
  if (loop === undefined) return [];
  const tested = neededFor(program, [loop.while]);
  const before = Object.values(loop.next).filter((id) => tested.has(id) || values[id]!.stage !== 'loop');
  return [...before, ...Object.values(loop.events).flatMap(({ when, value }) => [when, value])];
}

/** The groups of the computed values of some stages; with `only`, of those among these. */
export function schedule(
  program: StepProgram,
  stages: readonly Stage[],
  only: ReadonlySet<number> = new Set(program.values.keys()),
): Schedule {
  const { values } = program;
  const own = values.flatMap((value, id) =>
    isComputed(value) && stages.includes(value.stage) && only.has(id) ? [id] : [],
  );
  const needs = needsOf(program, new Set(own));
  const forAll = new Map(own.map((id) => [id, needs.get(id)!.filter((one) => isForAll(program, one))]));
  const groups: Group[] = [];
  const places = new Map<number, number>();
  for (const id of inOrder(program, own, forAll)) {
    const value = values[id]!;
    const need = forAll.get(id)!;
    const kind = kindOf(value);
    const from = [
      ...value.args.map((arg) => earliest(groups, places, arg, kind, value, need)),
      ...need.map(({ condition }) => (places.get(condition) ?? -1) + 1),
    ];
    const place = placeFor(groups, kind, value, need, Math.max(0, ...from));
    groups[place]!.ids.push(id);
    places.set(id, place);
  }
  moveToUsers(program, groups, places, forAll);
  const filled = groups
    .filter(({ ids }) => ids.length > 0)
    .map(({ kind, ids, shape }) => ({
      ...{ kind, shape },
      ids: ids.sort((a, b) => a - b),
      need: common(ids.map((id) => forAll.get(id)!)),
    }));
  const ordered = sideBySide(program, filled);
  const groupOf = new Map(ordered.flatMap((group) => group.ids.map((id) => [id, group] as const)));
  return {
    groups: ordered,
    groupOf: (id) => groupOf.get(id),
    needOf: (id) => needs.get(id) ?? [],
  };
}

/**
 * Some values in an order in which operands and the conditions of a need come before; else as in the program. What isn't
 * an element of a loop comes as early as it can: loops that it would have parted become one.
 */
function inOrder(
  { values }: StepProgram,
  own: readonly number[],
  needs: ReadonlyMap<number, Need>,
): number[] {
  const turns = new Map<number, number>();
  const ordered: number[] = [];
  // Loops have odd turns, the others even ones.
  const turnOf = (id: number): number => {
    const known = turns.get(id);
    if (known !== undefined) return known;
    const isLoop = kindOf(values[id]!) === 'loop';
    let turn = isLoop ? 1 : 0;
    for (const before of [...needs.get(id)!.map(({ condition }) => condition), ...values[id]!.args]) {
      if (!needs.has(before)) continue;
      const isSameKind = (kindOf(values[before]!) === 'loop') === isLoop;
      turn = Math.max(turn, turnOf(before) + (isSameKind ? 0 : 1));
    }
    turns.set(id, turn);
    ordered.push(id);
    return turn;
  };
  for (const id of own) turnOf(id);
  return ordered.sort((a, b) => turns.get(a)! - turns.get(b)!);
}

/** The same groups with those of one need next to each other, as far as they can be: then one branch does for all. */
function sideBySide({ values }: StepProgram, groups: readonly Group[]): Group[] {
  if (groups.every(({ need }) => need.length === 0)) return [...groups];
  const left = new Set(groups);
  const groupOf = new Map(groups.flatMap((group) => group.ids.map((id) => [id, group] as const)));
  const isReady = (group: Group) =>
    [...group.ids.flatMap((id) => values[id]!.args), ...group.need.map(({ condition }) => condition)].every(
      (id) => {
        const before = groupOf.get(id);
        return before === undefined || before === group || !left.has(before);
      },
    );
  const ordered: Group[] = [];
  while (left.size > 0) {
    const ready = [...left].filter(isReady);
    const last = ordered.at(-1)?.need ?? [];
    const next = ready.find(({ need }) => last.length > 0 && isSame(need, last)) ?? ready[0]!;
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}

function common(needs: readonly Need[]): Need {
  return needs[0]!.filter((one) => needs.every((need) => isAssumed(need, one)));
}

function isSame(a: Need, b: Need): boolean {
  return a.length === b.length && a.every((one) => isAssumed(b, one));
}

/** A value that only a later loop uses is computed there: otherwise it would be written to memory, and read again. */
function moveToUsers(
  program: StepProgram,
  groups: readonly Group[],
  places: Map<number, number>,
  needs: ReadonlyMap<number, Need>,
): void {
  const users = program.values.map((): number[] => []);
  program.values.forEach(({ args }, user) => {
    for (const arg of args) users[arg]!.push(user);
  });
  for (const id of [...places.keys()].reverse()) {
    const own = places.get(id)!;
    if (groups[own]!.kind !== 'loop' || users[id]!.length === 0) continue;
    // Whoever uses it outside of this schedule reads it from memory anyway.
    const first = Math.min(...users[id]!.map((user) => places.get(user) ?? own));
    const to = lastFitting(groups, program.values[id]!, needs.get(id)!, own, first);
    if (to === own) continue;
    groups[own]!.ids.splice(groups[own]!.ids.indexOf(id), 1);
    groups[to]!.ids.push(id);
    places.set(id, to);
  }
}

/** The loop of the first user; if that isn't always done where the value is needed, one before it. */
function lastFitting(groups: readonly Group[], value: Value, need: Need, own: number, first: number): number {
  const user = groups[first]!;
  if (user.kind !== 'loop' || !shapesEqual(user.shape, value.shape)) return own;
  for (let place = first; place > own; place--) {
    if (groups[place]!.ids.length > 0 && fits(groups[place]!, value, need)) return place;
  }
  return own;
}

function neededFor(program: StepProgram, results: readonly number[]): Set<number> {
  const needed = new Set(results);
  for (let id = program.values.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const arg of program.values[id]!.args) needed.add(arg);
  }
  return needed;
}

function kindOf(value: Value): GroupKind {
  if (operations[value.op].kind === 'structural') return 'structural';
  return value.shape.length === 0 ? 'scalar' : 'loop';
}

/** The first group that may use an operand: its own, if both are elements of one loop, else the one after it. */
function earliest(
  groups: readonly Group[],
  places: ReadonlyMap<number, number>,
  arg: number,
  kind: GroupKind,
  value: Value,
  need: Need,
): number {
  const place = places.get(arg);
  if (place === undefined) return 0;
  return kind === 'loop' && fits(groups[place]!, value, need) ? place : place + 1;
}

function placeFor(groups: Group[], kind: GroupKind, value: Value, need: Need, from: number): number {
  if (kind === 'loop') {
    const open = groups.findIndex((group, place) => place >= from && fits(group, value, need));
    if (open >= 0) return open;
  }
  return groups.push({ kind, ids: [], shape: value.shape, need }) - 1;
}

/** Whether a value may be computed in a loop, which is done at least where it is needed. */
function fits(group: Group, value: Value, need: Need): boolean {
  return (
    group.kind === 'loop' &&
    shapesEqual(group.shape, value.shape) &&
    group.need.every((one) => isAssumed(need, one))
  );
}
