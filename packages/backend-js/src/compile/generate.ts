// From a program in basic operations to the source of three functions over a session's memory:
// `prelude` (once per change of parameters), `steps` (a range of steps, all batch items) and `observe` (one row).
import {
  afterSinks,
  type Dtype,
  eventOutputs,
  observeSinks,
  type Plan,
  planOf,
  type StepProgram,
  stepSinks,
} from '@rp/dynamics';
import { Frame } from './frame.ts';
import { header } from './header.ts';
import { carriedVariables, loopCode } from './loop-code.ts';
import { stepCode } from './step-code.ts';
import { block } from './text.ts';

/** The source of the body of a function that returns `{ prelude, steps, observe }`; its argument is the memory `m`. */
export function generate(program: StepProgram, dtype: Dtype, record: readonly string[]): string {
  const frame = new Frame(program, dtype);
  const plan = planOf(program);
  return [
    '"use strict";',
    'const f = Math.fround, { pow2, exponent, int32, uniform } = m;',
    'return {',
    ...block('prelude() {', prelude(frame, plan), '},'),
    ...block('steps(from, to) {', steps(frame, plan, record), '},'),
    ...block('observe(t) {', observe(frame, plan), '},'),
    '};',
  ].join('\n');
}

function prelude(frame: Frame, plan: Plan): string[] {
  return [...header(frame, plan.prelude, []), ...stepCode(frame, plan.prelude, [])];
}

function observe(frame: Frame, plan: Plan): string[] {
  const sinks = observeSinks(frame.program);
  return [
    ...header(frame, plan.observe, sinks),
    'const T = m.steps;',
    ...block(
      'for (let b = 0; b < B; b++) {',
      [...places(frame), ...stepCode(frame, plan.observe, sinks)],
      '}',
    ),
  ];
}

function steps(frame: Frame, plan: Plan, record: readonly string[]): string[] {
  const { program, buffered } = frame;
  const sinks = { step: stepSinks(program, record), after: afterSinks(program, record) };
  const lines = Object.keys(program.lines);
  return [
    ...header(frame, plan.step, [...sinks.step, ...sinks.after]),
    'const T = m.steps;',
    ...eventNames(frame).map((name) => `const e_${name} = m.events.${name};`),
    ...frame.fired.map((name) => `const f_${name} = m.fired.${name};`),
    ...carriedVariables(frame),
    ...lines.map((name) => `let h_${name} = m.heads.${name};`),
    ...Object.keys(program.inputs).map(
      (name) => `const { data: i_${name}, stride: is_${name}, events: ie_${name} } = m.inputs.${name};`,
    ),
    ...block('for (let t = from; t < to; t++) {', oneStep(frame, plan, sinks), '}'),
    ...buffered.flatMap((name) => [`m.state.${name} = s_${name};`, `m.next.${name} = q_${name};`]),
    ...lines.map((name) => `m.heads.${name} = h_${name};`),
    'm.count += to - from;',
  ];
}

interface StepSinks {
  readonly step: ReturnType<typeof stepSinks>;
  readonly after: ReturnType<typeof afterSinks>;
}

/** One step: for every batch item what comes before the loop, the loop, and what comes after. */
function oneStep(frame: Frame, plan: Plan, sinks: StepSinks): string[] {
  const { program, buffered } = frame;
  const perItem = [
    ...places(frame),
    ...Object.keys(program.inputs).flatMap(inputRow),
    ...stepCode(frame, plan.step, sinks.step),
    ...(plan.loop === undefined ? [] : loopCode(frame, plan.loop)),
    ...stepCode(frame, plan.after, sinks.after),
    ...eventNames(frame).map((name) => `e_${name}.endRow(b, t);`),
  ];
  return [
    ...block('for (let b = 0; b < B; b++) {', perItem, '}'),
    ...buffered.map((name) => `[s_${name}, q_${name}] = [q_${name}, s_${name}];`),
    ...Object.entries(program.lines).map(([name, { shape }]) => {
      const length = frame.size([shape[0]!]);
      return `if (${length} > 0) h_${name} = (h_${name} + 1) % ${length};`;
    }),
  ];
}

function eventNames({ program }: Frame): string[] {
  return eventOutputs(program).map(({ name }) => name);
}

/** Where this batch item's part of each state begins; a scalar is read, since it may be overwritten. */
function places(frame: Frame): string[] {
  return Object.entries(frame.program.state).map(([name, { shape }]) =>
    shape.length === 0 ? `const sv_${name} = s_${name}[b];` : `const sb_${name} = b * ${frame.size(shape)};`,
  );
}

/** Where this step's row of an input begins; events are spread over one row of their own. */
function inputRow(name: string): string[] {
  const events = [
    `i_${name}.fill(0);`,
    `for (let e = ie_${name}.offsets[b * T + t], stop = ie_${name}.offsets[b * T + t + 1]; e < stop; e++) i_${name}[ie_${name}.units[e]] = ie_${name}.counts[e];`,
  ];
  return [
    `const ib_${name} = (b * T + t) * is_${name};`,
    ...block(`if (ie_${name} !== undefined) {`, events, '}'),
  ];
}
