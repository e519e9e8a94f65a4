// Orders the values of a program into groups: loops over one shape whose values are computed side by side, single
// scalars, and operations with a loop of their own. A group needs nothing that a later group makes.
import { operations } from '../operations.ts';
import type { Stage, StepProgram, Value } from '../program.ts';

export type GroupKind = 'loop' | 'scalar' | 'structural';

export interface Group {
  readonly kind: GroupKind;
  readonly ids: number[];
  readonly shape: Value['shape'];
}

export interface Schedule {
  readonly groups: readonly Group[];
  /** Which group makes a value; undefined for leaves and for values of another schedule. */
  groupOf(id: number): Group | undefined;
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

export function planOf(program: StepProgram): Plan {
  return {
    prelude: schedule(program, ['prelude']),
    step: schedule(program, ['observe', 'step']),
    loop: loopPlan(program),
    after: schedule(program, ['after']),
    observe: schedule(program, ['observe'], neededFor(program, Object.values(program.observe))),
  };
}

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
export function storedIds(program: StepProgram): number[] {
  const { loop, ...others } = planOf(program);
  const schedules = [...Object.values<Schedule>(others), ...Object.values<Schedule>({ ...loop })];
  return program.values.flatMap((value, id) =>
    isComputed(value) && value.shape.length > 0 && schedules.some((groups) => isStored(program, groups, id))
      ? [id]
      : [],
  );
}

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
  const groups: Group[] = [];
  const places = new Map<number, number>();
  program.values.forEach((value, id) => {
    if (!isComputed(value) || !stages.includes(value.stage) || !only.has(id)) return;
    const kind = kindOf(value);
    const place = placeFor(
      groups,
      kind,
      value,
      Math.max(0, ...value.args.map((arg) => earliest(groups, places, arg, kind, value))),
    );
    groups[place]!.ids.push(id);
    places.set(id, place);
  });
  moveToUsers(program, groups, places);
  const filled = groups.filter(({ ids }) => ids.length > 0);
  const groupOf = new Map(filled.flatMap((group) => group.ids.map((id) => [id, group] as const)));
  return { groups: filled, groupOf: (id) => groupOf.get(id) };
}

/** A value that only a later loop uses is computed there: otherwise it would be written to memory, and read again. */
function moveToUsers(program: StepProgram, groups: readonly Group[], places: Map<number, number>): void {
  const users = program.values.map((): number[] => []);
  program.values.forEach(({ args }, user) => {
    for (const arg of args) users[arg]!.push(user);
  });
  for (const id of [...places.keys()].reverse()) {
    const own = places.get(id)!;
    if (groups[own]!.kind !== 'loop' || users[id]!.length === 0) continue;
    // Whoever uses it outside of this schedule reads it from memory anyway.
    const first = Math.min(...users[id]!.map((user) => places.get(user) ?? own));
    if (first === own || !fits(groups[first]!, program.values[id]!)) continue;
    groups[own]!.ids.splice(groups[own]!.ids.indexOf(id), 1);
    groups[first]!.ids.push(id);
    groups[first]!.ids.sort((a, b) => a - b);
    places.set(id, first);
  }
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
): number {
  const place = places.get(arg);
  if (place === undefined) return 0;
  return kind === 'loop' && fits(groups[place]!, value) ? place : place + 1;
}

function placeFor(groups: Group[], kind: GroupKind, value: Value, from: number): number {
  if (kind === 'loop') {
    const open = groups.findIndex((group, place) => place >= from && fits(group, value));
    if (open >= 0) return open;
  }
  return groups.push({ kind, ids: [], shape: value.shape }) - 1;
}

function fits(group: Group, value: Value): boolean {
  return (
    group.kind === 'loop' &&
    group.shape.length === value.shape.length &&
    group.shape.every((dim, axis) => dim === value.shape[axis])
  );
}
