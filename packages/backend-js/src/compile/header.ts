// The beginning of a function: names for everything in memory that it uses.
import { isComputed, type Schedule, type Sink, storedIds } from '@rp/dynamics';
import type { Frame } from './frame.ts';

/** `schedule` is what the function makes, `sinks` are all that it fills. */
export function header(frame: Frame, schedule: Schedule, sinks: readonly Sink[]): string[] {
  const { program } = frame;
  const named = (prefix: string, from: string, names: readonly string[]) =>
    names.map((name) => `${prefix}_${name} = ${from}.${name}`);
  const constants = [
    'B = m.batch',
    'dt = m.dt',
    'active = m.active',
    ...named('d', 'm.extents', program.dims),
    ...parameters(frame),
    ...named('l', 'm.lines', Object.keys(program.lines)),
    ...named('r', 'm.rows', rowsOf(sinks)),
    ...computed(frame, schedule),
  ];
  const lists = program.values.some((value) => value.op === 'matvec');
  return [`const ${constants.join(', ')};`, ...(lists ? ['let count = 0;'] : []), ...states(frame)];
}

function parameters({ program }: Frame): string[] {
  return Object.entries(program.params).map(([name, { shape, storage }]) => {
    if (storage === 'csr')
      return `{ indptr: pr_${name}, indices: pi_${name}, data: p_${name} } = m.sparse.${name}`;
    return `p_${name} = m.params.${name}${shape.length === 0 ? '[0]' : ''}`;
  });
}

function rowsOf(sinks: readonly Sink[]): string[] {
  const filled = sinks.filter(({ kind }) => kind === 'observe' || kind === 'row');
  return [...new Set(filled.map(({ name }) => name))];
}

/** Vectors between the parts of the code, and the scalars of the prelude. */
function computed(frame: Frame, schedule: Schedule): string[] {
  const { values } = frame.program;
  const isMadeBefore = (id: number) => frame.isPrelude(id) && schedule.groupOf(id) === undefined;
  return [
    ...storedIds(frame.program).map((id) => `t${id} = m.temps[${id}]`),
    ...values.flatMap((value, id) =>
      isComputed(value) && value.shape.length === 0 && isMadeBefore(id) ? [`v${id} = m.scalars[${id}]`] : [],
    ),
  ];
}

function states({ program, buffered }: Frame): string[] {
  return Object.keys(program.state).map((name) =>
    buffered.includes(name)
      ? `let s_${name} = m.state.${name}, q_${name} = m.next.${name};`
      : `const s_${name} = m.state.${name};`,
  );
}
