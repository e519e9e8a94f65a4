// Where results go: states for the next step, rows that are given out, events, and what a loop carries on.
import type { LoopSink, Sink } from '@rp/dynamics';
import type { Frame } from './frame.ts';

/** Puts a value in its place; in a vector that is place `i`. */
export function putSink(frame: Frame, { kind, name, shape }: Sink, value: string): string {
  switch (kind) {
    case 'next':
      return putState(frame, name, value);
    case 'start':
      return shape.length === 0
        ? `c_${name} = ${variable(frame, name, value)};`
        : `${frame.carried('c', name, 'i')} = ${value};`;
    case 'carried':
      return shape.length === 0
        ? `cn_${name} = ${variable(frame, name, value)};`
        : `${frame.carried('cn', name, 'i')} = ${value};`;
    case 'events':
      return pushEvent(frame, name, value);
    default: {
      const rows = kind === 'observe' ? '(T + 1)' : 'T';
      return `r_${name}[(b * ${rows} + t) * ${frame.size(shape)} + i] = ${value};`;
    }
  }
}

/** A loop that fills some sinks, with what these need before and after it. */
export function fillingLoop(frame: Frame, sinks: readonly Sink[], loop: readonly string[]): string[] {
  const fired = sinks.filter(({ kind, name }) => kind === 'events' && frame.fired.includes(name));
  return [
    ...fired.map(({ name }) => `let n_${name} = 0;`),
    ...loop,
    ...fired.map(({ name }) => `e_${name}.pushAll(b, f_${name}, n_${name});`),
  ];
}

/** Events that a loop gives out after an iteration. */
export function putLoopEvents(frame: Frame, { name, when, value, shape }: LoopSink): string[] {
  return frame.loop(shape, [`if (${frame.at(when, 'i')}) e_${name}.push(b, i, ${frame.at(value, 'i')});`]);
}

function putState({ program, buffered }: Frame, name: string, value: string): string {
  const to = buffered.includes(name) ? 'q' : 's';
  const place = program.state[name]!.shape.length === 0 ? 'b' : `sb_${name} + i`;
  return `${to}_${name}[${place}] = ${value};`;
}

/** Of truth values the places are listed: a call within the loop would slow all of its passes down. */
function pushEvent({ fired }: Frame, name: string, value: string): string {
  return fired.includes(name)
    ? `if (${value}) f_${name}[n_${name}++] = i;`
    : `if (${value} !== 0) e_${name}.push(b, i, ${value});`;
}

/** A carried scalar; a truth value from memory is a number. */
function variable({ program }: Frame, name: string, value: string): string {
  return program.loop!.carried[name]!.type === 'bool' ? `(${value} ? true : false)` : value;
}
