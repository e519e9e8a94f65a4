// Leaves out the values that nothing needs, and renumbers the rest.
import { type Loop, type StepProgram, type Value, withResults } from './program.ts';

/**
 * The same program with only the values that its results need (delay lines always count as needed), and without a loop
 * of which nothing is used.
 */
export function pruned(program: StepProgram): StepProgram {
  const { loop, ...rest } = program;
  const without = neededBy(rest);
  const loops =
    loop && (hasEvents(loop) || rest.values.some(({ op }, id) => op === 'final' && without.has(id)));
  if (!loops) return renumbered(rest, without);
  return renumbered(program, neededBy(program));
}

function hasEvents({ events }: Loop): boolean {
  return Object.keys(events).length > 0;
}

function neededBy(program: StepProgram): Set<number> {
  const needed = new Set<number>();
  withResults(program, (id) => {
    needed.add(id);
    return id;
  });
  program.values.forEach((value, id) => {
    if (value.op === 'delay') needed.add(id);
  });
  for (let id = program.values.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const arg of program.values[id]!.args) needed.add(arg);
  }
  return needed;
}

function renumbered(program: StepProgram, needed: ReadonlySet<number>): StepProgram {
  const places = new Map<number, number>();
  const values: Value[] = [];
  program.values.forEach((value, id) => {
    if (!needed.has(id)) return;
    places.set(id, values.length);
    values.push({ ...value, args: value.args.map((arg) => places.get(arg)!) });
  });
  return withResults({ ...program, values }, (id) => places.get(id)!);
}
