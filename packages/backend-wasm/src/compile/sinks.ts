// How a value gets to where it goes: into a row that is given out, the next state, what a loop carries, or as events.
import type { LoopSink, Sink } from '@rp/dynamics';
import { get, i32, type Node, op, set, store } from '../asm/node.ts';
import type { Frame } from './frame.ts';
import { bitmask, constant, laneOf } from './numbers.ts';
import type { Place, Position } from './position.ts';

/** Puts the element of a value at a position into a sink. */
export function putSink(frame: Frame, { kind, name, id }: Sink, position: Position, value: Node): void {
  const { type } = frame.program.values[id]!;
  const into = (place: Place) => frame.fn.add(position.store(type, place, value));
  const scalar = frame.carried.get(name);
  switch (kind) {
    case 'events': {
      const isBool = type === 'bool';
      const condition = isBool ? value : isNotZero(frame, position, value);
      putEvents(frame, name, position, condition, isBool ? undefined : value);
      break;
    }
    case 'next':
      into(frame.ofItem(frame.places.has(`next:${name}`) ? 'next' : 'state', name));
      break;
    case 'start':
    case 'carried': {
      const first = kind === 'start';
      if (scalar === undefined) into(frame.place(first ? `carried:${name}` : `carriedNext:${name}`));
      else frame.fn.add(set(first ? scalar.now : scalar.next, value));
      break;
    }
    default:
      into(frame.place(`row:${name}`));
  }
}

/** The events of an iteration of a loop: an entry for every element of which `when` is true. */
export function putLoopEvents(frame: Frame, { name, when, value, shape }: LoopSink): void {
  frame.loop(shape, (position) => {
    const condition = frame.fn.keep('when', frame.at(position, when));
    putEvents(frame, name, position, condition, frame.fn.keep('value', frame.at(position, value)));
  });
}

function isNotZero({ numbers }: Frame, position: Position, value: Node): Node {
  const zero = constant(numbers, 0);
  return position.isVector
    ? op(`${numbers.vector}.ne`, value, op(`${numbers.vector}.splat`, zero))
    : op(`${numbers.scalar}.ne`, value, zero);
}

/** Writes an entry for every element of which the condition (a truth value or a mask) holds; without a value, of 1. */
function putEvents(
  frame: Frame,
  name: string,
  position: Position,
  condition: Node,
  value: Node | undefined,
): void {
  const { fn, numbers } = frame;
  const one = constant(numbers, 1);
  if (!position.isVector) {
    fn.when(condition, () => entry(frame, name, position.index, value ?? one));
    return;
  }
  const bits = fn.keep('bits', bitmask(numbers, condition));
  fn.when(bits, () => {
    for (let lane = 0; lane < numbers.lanes; lane++) {
      fn.when(op('i32.and', bits, i32(1 << lane)), () => {
        const unit = op('i32.add', position.index, i32(lane));
        entry(frame, name, unit, value === undefined ? one : laneOf(numbers, value, lane));
      });
    }
  });
}

function entry(frame: Frame, name: string, unit: Node, count: Node): void {
  const { fn, numbers } = frame;
  const fill = frame.fills.get(name)!;
  const place = ({ base }: Place, shift: number) => op('i32.add', base, op('i32.shl', get(fill), i32(shift)));
  fn.add(
    store('i32.store', place(frame.place(`eventUnits:${name}`), 2), unit),
    store(`${numbers.scalar}.store`, place(frame.place(`eventCounts:${name}`), numbers.shift), count),
  );
  fn.increase(fill, 1);
}
