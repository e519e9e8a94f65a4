// Where a compiler branches around values that aren't needed: around whole groups, and between versions of one loop.
import type { StepProgram, Value } from '../program.ts';
import { type Assumption, costOf, costOfBranch, isAssumed, isForAll, type Need } from './needs.ts';
import type { Group, Schedule } from './schedule.ts';

/** A loop as it is, or one of two, by a condition that is one number. */
export type Version =
  | {
      /** What is left to compute, in ascending order. */
      readonly ids: readonly number[];
      /** What holds here: a choice by such a condition is the one arm, and the other isn't there. */
      readonly assumed: Need;
    }
  | { readonly condition: number; readonly yes: Version; readonly no: Version };

/** So many conditions are looked at one after another, at most: each may double the code. */
const mostBranches = 3;

/** The versions of a loop in which expensive values that aren't needed are left out. */
export function versionsOf(program: StepProgram, schedule: Schedule, group: Group): Version {
  return split(program, schedule, group.ids, group.need, mostBranches);
}

/** Whether some groups are expensive enough for a branch around them. */
export function isWorthBranch({ values }: StepProgram, groups: readonly Group[]): boolean {
  const ids = groups.flatMap((group) => group.ids);
  return ids.reduce((sum, id) => sum + costOf(values[id]!), 0) >= costOfBranch;
}

/** The arm that a choice takes if its condition is assumed. */
export function armOf({ op, args }: Value, assumed: Need): number | undefined {
  if (op !== 'select') return undefined;
  const known = assumed.find(({ condition }) => condition === args[0]);
  return known && args[known.holds ? 1 : 2];
}

function split(
  program: StepProgram,
  schedule: Schedule,
  ids: readonly number[],
  assumed: Need,
  branches: number,
): Version {
  const condition = branches === 0 ? undefined : mostSaving(program, schedule, ids, assumed);
  if (condition === undefined) return { ids, assumed };
  const version = (holds: boolean) => {
    const contrary: Assumption = { condition, holds: !holds };
    const left = ids.filter((id) => !isAssumed(schedule.needOf(id), contrary));
    return split(program, schedule, left, [...assumed, { condition, holds }], branches - 1);
  };
  return { condition, yes: version(true), no: version(false) };
}

/** The condition that saves most, if one saves enough. */
function mostSaving(
  program: StepProgram,
  schedule: Schedule,
  ids: readonly number[],
  assumed: Need,
): number | undefined {
  const saved = new Map<number, number>();
  for (const id of ids) {
    for (const one of schedule.needOf(id)) {
      if (!isForAll(program, one) || assumed.some(({ condition }) => condition === one.condition)) continue;
      saved.set(one.condition, (saved.get(one.condition) ?? 0) + costOf(program.values[id]!));
    }
  }
  const [best] = [...saved].sort(([, a], [, b]) => b - a);
  return best !== undefined && best[1] >= costOfBranch ? best[0] : undefined;
}
