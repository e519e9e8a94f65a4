// The loop of a step: the condition is tested before each iteration, and what is carried changes all at once after it.
import { type LoopPlan, loopSinks, type Value } from '@rp/dynamics';
import type { Frame } from './frame.ts';
import { putLoopEvents } from './sinks.ts';
import { stepCode } from './step-code.ts';
import { block } from './text.ts';

/** The variables for what is carried: a scalar's two values, a vector's two arrays. */
export function carriedVariables({ program, carriedIn }: Frame): string[] {
  return Object.entries(program.loop?.carried ?? {}).map(([name, { shape, type }]) => {
    const state = carriedIn.get(name);
    if (shape.length === 0) return `let c_${name} = ${zeroOf(type)}, cn_${name} = ${zeroOf(type)};`;
    return state === undefined
      ? `let { now: c_${name}, next: cn_${name} } = m.carried.${name};`
      : `let c_${name} = s_${state}, cn_${name} = q_${state};`;
  });
}

/** What begins as a state lies there already. */
function startInStates({ carriedIn }: Frame): string[] {
  return [...carriedIn].map(([name, state]) => `c_${name} = s_${state}; cn_${name} = q_${state};`);
}

/** After an even number of iterations a state lies in its first array, and must go to the second, as those of all items. */
function endInStates(frame: Frame): string[] {
  return [...frame.carriedIn].flatMap(([name, state]) => {
    const copy = `q_${state}[sb_${state} + i] = s_${state}[sb_${state} + i];`;
    const { shape } = frame.program.state[state]!;
    return block(`if (c_${name} === s_${state}) {`, frame.loop(shape, [copy]), '}');
  });
}

export function loopCode(frame: Frame, { test, body }: LoopPlan): string[] {
  const sinks = loopSinks(frame.program);
  const { limit, carried, while: condition } = frame.program.loop!;
  const swaps = Object.entries(carried).map(([name, { shape }]) =>
    shape.length === 0 ? `c_${name} = cn_${name};` : `[c_${name}, cn_${name}] = [cn_${name}, c_${name}];`,
  );
  const iteration = [
    ...stepCode(frame, test, []),
    `if (!${frame.scalar(condition)}) break;`,
    `if (done === ${limit}) m.loopLimit();`,
    ...stepCode(frame, body, sinks.carried),
    ...sinks.events.flatMap((sink) => putLoopEvents(frame, sink)),
    ...swaps,
  ];
  return [
    ...startInStates(frame),
    ...block('for (let done = 0; ; done++) {', iteration, '}'),
    ...endInStates(frame),
  ];
}

function zeroOf(type: Value['type']): string {
  return type === 'bool' ? 'false' : '0';
}
