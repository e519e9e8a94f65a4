// Leaves out the values that nothing needs, and renumbers the rest.
import type { StepProgram, Value } from './program.ts';

/** The same program with only the values that its results need (delay lines always count as needed). */
export function pruned(program: StepProgram): StepProgram {
  const needed = new Set<number>();
  const results = [program.next, program.observe, program.outputs, program.events, program.records];
  for (const result of results) for (const id of Object.values(result)) needed.add(id);
  program.values.forEach((value, id) => {
    if (value.op === 'delay') needed.add(id);
  });
  for (let id = program.values.length - 1; id >= 0; id--) {
    if (needed.has(id)) for (const arg of program.values[id]!.args) needed.add(arg);
  }

  const renumbered = new Map<number, number>();
  const values: Value[] = [];
  program.values.forEach((value, id) => {
    if (!needed.has(id)) return;
    renumbered.set(id, values.length);
    values.push({ ...value, args: value.args.map((arg) => renumbered.get(arg)!) });
  });
  const renumber = (ids: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, renumbered.get(id)!]));
  return {
    ...program,
    values,
    next: renumber(program.next),
    observe: renumber(program.observe),
    outputs: renumber(program.outputs),
    events: renumber(program.events),
    records: renumber(program.records),
  };
}
