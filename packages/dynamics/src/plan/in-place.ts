// Which states may be overwritten while a step is computed: those that nothing reads any more when the first element
// is written. The others have a second buffer, and the two change places after every step.
import { type StepProgram, shapesEqual } from '../program.ts';
import { planOf } from './schedule.ts';

/** The states that need a second buffer. */
export function bufferedStates(program: StepProgram): string[] {
  return Object.keys(program.state).filter((name) => !isKept(program, name) && !isInPlace(program, name));
}

/** Whether a state is never changed. */
export function isKept(program: StepProgram, name: string): boolean {
  return program.next[name] === leafOf(program, name);
}

/**
 * The vectors that a loop carries in the two buffers of a state, by their names: they begin as the state, the state becomes
 * what they end as, and nothing else reads the state once the loop has begun. So nothing is copied around the loop.
 */
export function carriedInStates(program: StepProgram): ReadonlyMap<string, string> {
  const { loop, values, state, next } = program;
  const found = Object.entries(loop?.carried ?? {}).flatMap(([carried, declared]) => {
    const start = loop!.start[carried]!;
    const { op, name } = values[start]!;
    if (op !== 'state' || declared.shape.length === 0 || isReadFromLoopOn(program, start)) return [];
    const { type, shape } = state[name!]!;
    const end = values[next[name!]!]!;
    const comesBack = end.op === 'final' && end.name === carried;
    return comesBack && type === declared.type && shapesEqual(shape, declared.shape)
      ? [[carried, name!] as const]
      : [];
  });
  return new Map(found);
}

function isReadFromLoopOn({ values, loop }: StepProgram, leaf: number): boolean {
  const given = Object.values(loop!.events).flatMap(({ when, value }) => [when, value]);
  return (
    [...Object.values(loop!.next), ...given].includes(leaf) ||
    values.some(({ stage, args }) => (stage === 'loop' || stage === 'after') && args.includes(leaf))
  );
}

function isInPlace(program: StepProgram, name: string): boolean {
  const { shape } = program.state[name]!;
  // A scalar is read once, at the beginning of the step.
  if (shape.length === 0) return true;
  const leaf = leafOf(program, name);
  if (leaf === undefined) return true;
  // What a loop reads, and when, isn't looked at.
  if (program.loop !== undefined) return false;
  const given = Object.entries(program.next).some(([other, id]) => other !== name && id === leaf);
  if (given) return false;

  const { groups, groupOf } = planOf(program).step;
  const place = (id: number) => {
    const group = groupOf(id);
    return group === undefined ? -1 : groups.indexOf(group);
  };
  const lastRead = program.values.reduce(
    (last, { args }, id) => (args.includes(leaf) ? Math.max(last, place(id)) : last),
    -1,
  );
  // Within one loop, elements are read before they are written.
  const writer = groupOf(program.next[name]!);
  const inLoop = writer?.kind === 'loop' && shapesEqual(writer.shape, shape);
  return lastRead <= (inLoop ? groups.indexOf(writer) : Number.POSITIVE_INFINITY);
}

function leafOf(program: StepProgram, name: string): number | undefined {
  const id = program.values.findIndex((value) => value.op === 'state' && value.name === name);
  return id < 0 ? undefined : id;
}
