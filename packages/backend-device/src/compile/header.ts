// The header: everything about a session and a chunk of steps that code needs to know, as a uniform buffer of 32-bit
// words. Extents and places are in it, so that one pipeline serves every size.
import { constantOf, eventOutputs, type StepProgram } from '@rp/dynamics';
import { literal, roundedOperations } from './emit.ts';
import { listsOf, type Search } from './search.ts';

/** The fields, in order; all of them `u32` but `dt`. */
export interface HeaderFields {
  readonly names: readonly string[];
  /** Numbers that aren't written as literals, by value id; the field is `c_<id>`. */
  readonly constants: ReadonlyMap<number, number>;
}

export function headerFields(
  program: StepProgram,
  stored: readonly number[],
  searches: readonly Search[],
): HeaderFields {
  const sparse = Object.keys(program.params).filter((name) => program.params[name]!.storage === 'csr');
  const keys = (prefix: string, group: object) => Object.keys(group).map((name) => `${prefix}_${name}`);
  const constants = specialConstants(program);
  const events = eventOutputs(program).map(({ name }) => name);
  const rows = { ...program.observe, ...program.outputs, ...program.records, ...program.state };
  const names = [
    ...['batch', 'steps', 'first_word', 'key0', 'key1', 'parity', 'half', 'zero', 'infinity', 'dt'],
    ...program.dims.map((dim) => `d_${dim}`),
    ...keys('p', program.params),
    ...sparse.flatMap((name) => [`columns_${name}`, `rows_${name}`]),
    ...keys('s', program.state),
    ...keys('l', program.lines),
    ...keys('head', program.lines),
    ...keys('i', program.inputs),
    ...keys('has', program.inputs),
    ...keys('r', rows),
    ...keys('wants', { ...program.records, ...program.state }),
    ...events.flatMap((name) => [`ends_${name}`, `units_${name}`, `counts_${name}`]),
    ...searches.flatMap(({ key }) => [`groups_${key}`, `counted_${key}`]),
    ...listsOf(searches).flatMap(({ key }) => [`active_${key}`, `total_${key}`]),
    ...(program.loop === undefined ? [] : ['too_long', 'carried_half', ...keys('x', program.loop.carried)]),
    ...stored.map((id) => `t_${id}`),
    ...[...constants.keys()].map((id) => `c_${id}`),
  ];
  return { names, constants };
}

/**
 * NaN, infinities, −0 and subnormal numbers, which a compiler may refuse or change; and the zeros of arithmetic, lest it
 * takes 0·x for 0 and x + 0 for x, which isn't so for NaN and −0.
 */
function specialConstants(program: StepProgram): Map<number, number> {
  const special = new Map<number, number>();
  const arithmetic = new Set(
    program.values.filter(({ op }) => roundedOperations.has(op)).flatMap(({ args }) => args),
  );
  program.values.forEach(({ op, value }, id) => {
    if (op !== 'const') return;
    const number = constantOf(value!);
    if (typeof number !== 'number') return;
    if (literal(number) === undefined || (number === 0 && arithmetic.has(id)))
      special.set(id, Math.fround(number));
  });
  return special;
}
