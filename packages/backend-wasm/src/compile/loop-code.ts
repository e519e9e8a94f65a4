// The loop of a step: the condition is tested before each iteration, and what is carried changes all at once after it.
import { carriedInStates, type LoopPlan, loopSinks } from '@rp/dynamics';
import { block, branchIf, get, i32, type Label, loop, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import { putLoopEvents } from './sinks.ts';
import { type Moment, StepCode } from './step-code.ts';

/** Makes the variables for what is carried: a scalar's two values, a vector's two places, which may be those of a state. */
export function prepareLoop(frame: Frame): void {
  const { fn } = frame;
  const inStates = carriedInStates(frame.program);
  for (const [name, { shape, type }] of Object.entries(frame.program.loop?.carried ?? {})) {
    if (shape.length === 0) {
      const local = (which: string) =>
        fn.local(`${which}_${name}`, type === 'bool' ? 'i32' : frame.numbers.scalar);
      frame.carried.set(name, { now: local('now'), next: local('next') });
      continue;
    }
    const state = inStates.get(name);
    if (state !== undefined) {
      frame.places.set(`carried:${name}`, frame.placeOf(`state:${state}`));
      frame.places.set(`carriedNext:${name}`, frame.placeOf(`next:${state}`));
      continue;
    }
    for (const key of [`carried:${name}`, `carriedNext:${name}`] as const) {
      const local = fn.local(key.replace(':', '_'), 'i32');
      const { base, offset } = frame.fixed(key);
      fn.add(set(local, op('i32.add', base, i32(offset))));
      frame.places.set(key, local);
    }
  }
}

/** Reaching the limit marks the header and goes to the end of everything. */
export function emitLoop(frame: Frame, { test, body }: LoopPlan, moment: Moment, endOfAll: Label): void {
  const { fn, program } = frame;
  const { limit, while: condition } = program.loop!;
  const sinks = loopSinks(program);
  const end = { name: 'done' };
  const done = fn.local('iterations', 'i32');
  const iteration = fn.captured(() => {
    new StepCode(frame, test, [], moment).emit();
    fn.add(branchIf(end, op('i32.eqz', frame.scalar(condition))));
    fn.when(op('i32.eq', get(done), i32(limit)), () => {
      fn.add(store('i32.store', fn.param(0), i32(1), frame.target.layout.header.offset('endless')));
      fn.add(branchIf(endOfAll, i32(1)));
    });
    new StepCode(frame, body, sinks.carried, moment).emit();
    for (const sink of sinks.events) putLoopEvents(frame, sink);
    carryOn(frame);
    fn.increase(done, 1);
  });
  const again = { name: 'again' };
  fn.add(set(done, i32(0)));
  fn.add(block(end, [loop(again, [...iteration, branchIf(again, i32(1))])]));
}

function carryOn({ fn, program, carried, places }: Frame): void {
  for (const name of Object.keys(program.loop!.carried)) {
    const scalar = carried.get(name);
    if (scalar !== undefined) {
      fn.add(set(scalar.now, get(scalar.next)));
      continue;
    }
    const [now, next] = [places.get(`carried:${name}`)!, places.get(`carriedNext:${name}`)!];
    const former = fn.keep('former', get(now));
    fn.add(set(now, get(next)), set(next, former));
  }
}
