// From a program in basic operations to the three functions of a module:
// `prelude(base)` once per change of parameters, `steps(base, n)` for some steps of all batch items, and
// `observe(base, row)` for the observed values alone. `base` is the address of a session's header.
// Where threads divide the work, each calls `steps(base, n, own, index, count, patience)`, with the address of what it has
// for itself, which of how many threads it is, and how often it looks for the others before it sleeps.
import {
  afterSinks,
  carriedInStates,
  eventOutputs,
  observeSinks,
  planOf,
  type Sink,
  stepSinks,
} from '@rp/dynamics';
import { FunctionBuilder } from '../asm/function.ts';
import { atomic, block, get, i32, type Local, load, type Node, op, select, set, store } from '../asm/node.ts';
import { Blocks } from './blocks.ts';
import { needsBarriers } from './division.ts';
import { Frame, type Shared, type Target } from './frame.ts';
import type { HeaderKey } from './header.ts';
import { emitLoop, prepareLoop } from './loop-code.ts';
import { constant } from './numbers.ts';
import type { Place } from './position.ts';
import { StepCode } from './step-code.ts';

/** How often a thread takes batch items: often enough that all end at about the same time. */
const takesPerThread = 8;

export function generate(target: Target, record: readonly string[]): FunctionBuilder[] {
  return [prelude(target), steps(target, record), observe(target)];
}

function prelude(target: Target): FunctionBuilder {
  const fn = new FunctionBuilder('prelude', ['base']);
  new StepCode(new Frame(target, fn), planOf(target.layout.program).prelude, []).emit();
  return fn;
}

/** One batch item after the other, each for all steps: what an item works on stays close. */
function steps(target: Target, record: readonly string[]): FunctionBuilder {
  const { program } = target.layout;
  const { kind } = target.layout.division;
  const fn = new FunctionBuilder('steps', [
    'base',
    'n',
    ...(kind === 'alone' ? [] : ['own', 'index', 'count', 'patience']),
  ]);
  const frame = new Frame(target, fn, sharedBy(target, fn));
  const plan = planOf(program);
  const sinks = { before: stepSinks(program, record), after: afterSinks(program, record) };
  const item = fn.local('item', 'i32');
  const step = fn.local('step', 'i32');
  const now = fn.local('now', 'i32');
  const moment = { item: get(item), step: get(now) };
  const before = new StepCode(frame, plan.step, sinks.before, moment);
  const after = new StepCode(frame, plan.after, sinks.after, moment);
  const parts = [
    new States(frame, item, target.layout.buffered),
    new Lines(frame, item),
    new Rows(frame, item, [...sinks.before, ...sinks.after]),
    ...Object.keys(program.inputs).map((name) => new Input(frame, item, name)),
    ...eventOutputs(program).map(({ name }) => new Events(frame, item, name)),
  ];
  prepareLoop(frame);
  const end = { name: 'end' };
  const all = fn.captured(() =>
    eachItem(frame, item, () => {
      frame.beginItem(item);
      for (const part of parts) part.beginItem();
      fn.add(set(now, frame.entry('count')), set(step, i32(0)));
      fn.count('steps', step, fn.param(1), 1, () => {
        for (const part of parts) part.beginStep();
        before.emit();
        if (plan.loop !== undefined) emitLoop(frame, plan.loop, moment, end);
        after.emit();
        for (const part of parts) part.endStep();
        // What others read may be written again only when they have.
        if (needsBarriers(program)) frame.shared?.blocks?.barrier();
        fn.increase(now, 1);
      });
      for (const part of parts) part.endItem();
    }),
  );
  fn.add(...(plan.loop === undefined ? all : [block(end, all)]));
  return fn;
}

function sharedBy({ layout, control }: Target, fn: FunctionBuilder): Shared | undefined {
  const { kind } = layout.division;
  if (kind === 'alone') return undefined;
  const [own, index, count, patience] = [2, 3, 4, 5].map((place) => fn.param(place)) as [
    Node,
    Node,
    Node,
    Node,
  ];
  const blocks = kind === 'blocks' ? new Blocks(fn, { index, count, patience, control }) : undefined;
  return { own, blocks };
}

/** One batch item after the other; where threads divide them, each takes the next few until none are left. */
function eachItem(frame: Frame, item: Local, body: () => void): void {
  const { fn, batch } = frame;
  const { kind, threads } = frame.target.layout.division;
  if (kind !== 'items') {
    fn.count('items', item, i32(batch), 1, body);
    return;
  }
  const few = Math.ceil(batch / (threads * takesPerThread));
  const untaken = op('i32.add', fn.param(0), i32(frame.target.layout.header.offset('untaken')));
  const next = set(item, atomic('i32.atomic.rmw.add', untaken, i32(few)));
  const end = fn.local('end', 'i32');
  fn.add(next);
  fn.while('takes', op('i32.lt_u', get(item), i32(batch)), () => {
    const last = fn.keep('last', op('i32.add', get(item), i32(few)));
    fn.add(set(end, select(last, i32(batch), op('i32.lt_u', last, i32(batch)))));
    fn.count('items', item, get(end), 1, body);
    fn.add(next);
  });
}

function observe(target: Target): FunctionBuilder {
  const { program } = target.layout;
  const fn = new FunctionBuilder('observe', ['base', 'row']);
  const frame = new Frame(target, fn);
  const sinks = observeSinks(program);
  const item = fn.local('item', 'i32');
  const parts = [new States(frame, item, target.layout.buffered), new Rows(frame, item, sinks, fn.param(1))];
  fn.count('items', item, i32(frame.batch), 1, () => {
    frame.beginItem(item);
    for (const part of parts) part.beginItem();
    for (const part of parts) part.beginStep();
    new StepCode(frame, planOf(program).observe, sinks).emit();
  });
  return fn;
}

/** Something that has a place per batch item, which may move from step to step. */
abstract class Part {
  protected readonly frame: Frame;
  protected readonly item: Local;

  constructor(frame: Frame, item: Local) {
    this.frame = frame;
    this.item = item;
  }

  abstract beginItem(): void;
  beginStep(): void {}
  endStep(): void {}
  endItem(): void {}

  /** Sets the place of something that isn't fixed to where the current item's begins. */
  protected placeItem(key: HeaderKey, bytesPerItem: Node, item: Node = get(this.item)): Local {
    const { frame } = this;
    const local = frame.placeOf(key);
    const start = op('i32.add', frame.entry(key), op('i32.mul', item, bytesPerItem));
    frame.fn.add(set(local, start));
    return local;
  }
}

class States extends Part {
  private readonly buffered: readonly string[];
  /** Whose buffers change places with every iteration of the loop instead. */
  private readonly carried: readonly string[];

  constructor(frame: Frame, item: Local, buffered: readonly string[]) {
    super(frame, item);
    this.carried = [...carriedInStates(frame.program).values()];
    this.buffered = buffered;
  }

  beginItem(): void {
    for (const name of this.buffered) {
      const { shape, type } = this.frame.program.state[name]!;
      const bytes = i32(this.frame.bytes(type, shape));
      this.placeItem(`state:${name}`, bytes);
      this.placeItem(`next:${name}`, bytes);
    }
  }

  /** Scalars are read once, before anything is changed. */
  override beginStep(): void {
    const { frame } = this;
    frame.program.values.forEach(({ op: name, name: state, type, shape }, id) => {
      if (name !== 'state' || shape.length > 0) return;
      frame.scalars.set(id, frame.fn.keep(`s_${state}`, frame.single(type, frame.pointer(id))));
    });
  }

  override endStep(): void {
    const { fn } = this.frame;
    for (const name of this.buffered.filter((one) => !this.carried.includes(one))) {
      const [state, next] = [this.frame.placeOf(`state:${name}`), this.frame.placeOf(`next:${name}`)];
      const former = fn.keep('former', get(state));
      fn.add(set(state, get(next)), set(next, former));
    }
  }

  /** After an even number of steps a state lies where it lay before, after an odd one in its other buffer. */
  override endItem(): void {
    const { frame } = this;
    const { fn } = frame;
    for (const name of this.carried) {
      const [state, next] = [frame.placeOf(`state:${name}`), frame.placeOf(`next:${name}`)];
      const { shape, type } = frame.program.state[name]!;
      const place = (buffer: 'state' | 'next') =>
        op(
          'i32.add',
          frame.entry(`${buffer}:${name}`),
          op('i32.mul', get(this.item), i32(frame.bytes(type, shape))),
        );
      const isOdd = op('i32.and', fn.param(1), i32(1));
      const right = fn.keep('right', select(place('next'), place('state'), isOdd));
      fn.when(op('i32.ne', get(state), right), () =>
        frame.loop(shape, (position) => {
          const [from, to] = [state, next].map((local) => ({ base: get(local), offset: 0 })) as [
            Place,
            Place,
          ];
          fn.add(position.store(type, to, position.load(type, from)));
        }),
      );
    }
  }
}

class Lines extends Part {
  beginItem(): void {
    const { frame } = this;
    for (const name of Object.keys(frame.program.lines)) {
      const head = frame.places.get(`head:${name}`) ?? frame.fn.local(`head_${name}`, 'i32');
      frame.places.set(`head:${name}`, head);
      frame.fn.add(set(head, frame.entry(`head:${name}`)));
    }
  }

  override endStep(): void {
    const { fn, places, program } = this.frame;
    for (const [name, { shape }] of Object.entries(program.lines)) {
      const head = places.get(`head:${name}`)!;
      const length = this.frame.size([shape[0]!]);
      fn.increase(head, 1);
      fn.when(op('i32.ge_u', get(head), i32(length)), () => fn.add(set(head, i32(0))));
    }
  }
}

class Rows extends Part {
  private readonly sinks: readonly Sink[];
  private readonly first: Node | undefined;

  /** `first`: which row is the first that is written; not given, row 0. */
  constructor(frame: Frame, item: Local, sinks: readonly Sink[], first?: Node) {
    super(frame, item);
    this.sinks = sinks.filter(({ kind }) => kind === 'observe' || kind === 'row');
    this.first = first;
  }

  beginItem(): void {
    for (const sink of this.sinks) {
      const place = this.placeItem(`row:${sink.name}`, this.frame.entry(`rowItem:${sink.name}`));
      if (this.first !== undefined)
        this.frame.fn.increase(place, op('i32.mul', this.first, i32(this.bytes(sink))));
    }
  }

  override endStep(): void {
    for (const sink of this.sinks) {
      this.frame.fn.increase(this.frame.places.get(`row:${sink.name}`)!, this.bytes(sink));
    }
  }

  private bytes({ id, shape }: Sink): number {
    return this.frame.bytes(this.frame.program.values[id]!.type, shape);
  }
}

/** An input's row. A sparse one is spread over a row of zeros before the step and taken away after it. */
class Input extends Part {
  private readonly name: string;

  constructor(frame: Frame, item: Local, name: string) {
    super(frame, item);
    this.name = name;
  }

  beginItem(): void {
    const { frame, name } = this;
    const row = this.placeItem(`input:${name}`, frame.entry(`inputItem:${name}`));
    this.placeItem(`offsets:${name}`, frame.entry(`offsetsItem:${name}`));
    if (frame.shared === undefined) return;
    // A sparse one is spread by every thread, over a row of its own.
    const { base, offset } = frame.fixed(`zeros:${name}`);
    frame.fn.when(frame.entry(`offsets:${name}`), () =>
      frame.fn.add(set(row, op('i32.add', base, i32(offset)))),
    );
  }

  override beginStep(): void {
    this.spread((place) => load(`${this.frame.numbers.scalar}.load`, place));
  }

  override endStep(): void {
    const { frame, name } = this;
    this.spread(() => constant(frame.numbers, 0));
    frame.fn.increase(frame.places.get(`input:${name}`)!, frame.entry(`inputStep:${name}`));
    frame.fn.when(frame.entry(`offsets:${name}`), () =>
      frame.fn.increase(frame.places.get(`offsets:${name}`)!, 4),
    );
  }

  /** Writes something to every unit that has an entry in this step. */
  private spread(value: (count: Node) => Node): void {
    const { frame, name } = this;
    const { fn, numbers } = frame;
    const { type } = frame.program.inputs[name]!;
    fn.when(frame.entry(`offsets:${name}`), () => {
      const entry = fn.local('entry', 'i32');
      const offsets = frame.place(`offsets:${name}`).base;
      fn.add(set(entry, load('i32.load', offsets)));
      const end = fn.keep('end', load('i32.load', offsets, 4));
      fn.count('entries', entry, end, 1, () => {
        const at = (key: HeaderKey, shift: number) =>
          op('i32.add', frame.entry(key), op('i32.shl', get(entry), i32(shift)));
        const unit = load('i32.load', at(`units:${name}`, 2));
        const count = value(at(`counts:${name}`, numbers.shift));
        const row = frame.place(`input:${name}`).base;
        fn.add(
          type === 'bool'
            ? store(
                'i32.store8',
                op('i32.add', row, unit),
                op(`${numbers.scalar}.ne`, count, constant(numbers, 0)),
              )
            : store(
                `${numbers.scalar}.store`,
                op('i32.add', row, op('i32.shl', unit, i32(numbers.shift))),
                count,
              ),
        );
      });
    });
  }
}

/** The entries of an event output. Threads that do blocks of a step have a list each, which are joined afterwards. */
class Events extends Part {
  private readonly name: string;

  constructor(frame: Frame, item: Local, name: string) {
    super(frame, item);
    this.name = name;
  }

  beginItem(): void {
    const { frame, name } = this;
    const list = frame.fn.keep('list', this.list());
    this.placeItem(`eventUnits:${name}`, frame.entry(`eventUnitsItem:${name}`), list);
    this.placeItem(`eventCounts:${name}`, frame.entry(`eventCountsItem:${name}`), list);
    this.placeItem(`eventEnds:${name}`, frame.entry(`eventEndsItem:${name}`), list);
    const fill = frame.fills.get(name) ?? frame.fn.local(`fill_${name}`, 'i32');
    frame.fills.set(name, fill);
    frame.fn.add(set(fill, i32(0)));
  }

  /** The lists of a batch item follow each other. */
  private list(): Node {
    const { kind, threads } = this.frame.target.layout.division;
    const item = get(this.item);
    return kind === 'blocks'
      ? op('i32.add', op('i32.mul', item, i32(threads)), this.frame.fn.param(3))
      : item;
  }

  override endStep(): void {
    const { frame, name } = this;
    const ends = frame.places.get(`eventEnds:${name}`)!;
    frame.fn.add(store('i32.store', get(ends), get(frame.fills.get(name)!)));
    frame.fn.increase(ends, 4);
  }
}
