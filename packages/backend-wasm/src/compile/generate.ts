// From a program in basic operations to the three functions of a module:
// `prelude(base)` once per change of parameters, `steps(base, n)` for some steps of all batch items, and
// `observe(base, row)` for the observed values alone. `base` is the address of a session's header.
import { observeSinks, planOf, type Sink, stepSinks } from '@rp/dynamics';
import { FunctionBuilder } from '../asm/function.ts';
import { get, i32, type Local, load, type Node, op, set, store } from '../asm/node.ts';
import type { Target } from './frame.ts';
import type { HeaderKey } from './header.ts';
import { bufferedStates } from './in-place.ts';
import { constant } from './numbers.ts';
import { StepCode } from './step-code.ts';

export function generate(target: Target, record: readonly string[]): FunctionBuilder[] {
  return [prelude(target), steps(target, record), observe(target)];
}

function prelude(target: Target): FunctionBuilder {
  const fn = new FunctionBuilder('prelude', ['base']);
  new StepCode(target, fn, planOf(target.program).prelude, [], []).emit();
  return fn;
}

/** One batch item after the other, each for all steps: what an item works on stays close. */
function steps(target: Target, record: readonly string[]): FunctionBuilder {
  const { program } = target;
  const fn = new FunctionBuilder('steps', ['base', 'n']);
  const buffered = bufferedStates(program);
  const sinks = stepSinks(program, record);
  const item = fn.local('item', 'i32');
  const step = fn.local('step', 'i32');
  const now = fn.local('now', 'i32');
  const moment = { item: get(item), step: get(now) };
  const code = new StepCode(target, fn, planOf(program).step, sinks, buffered, moment);
  const parts = [
    new States(code, item, buffered),
    new Lines(code, item),
    new Rows(code, item, sinks),
    ...Object.keys(program.inputs).map((name) => new Input(code, item, name)),
    ...Object.keys(program.events).map((name) => new Events(code, item, name)),
  ];
  fn.count('items', item, code.entry('batch'), 1, () => {
    for (const part of parts) part.beginItem();
    fn.add(set(now, code.entry('count')), set(step, i32(0)));
    fn.count('steps', step, fn.param(1), 1, () => {
      for (const part of parts) part.beginStep();
      code.emit();
      for (const part of parts) part.endStep();
      fn.increase(now, 1);
    });
  });
  return fn;
}

function observe(target: Target): FunctionBuilder {
  const { program } = target;
  const fn = new FunctionBuilder('observe', ['base', 'row']);
  const sinks = observeSinks(program);
  const item = fn.local('item', 'i32');
  const code = new StepCode(target, fn, planOf(program).observe, sinks, []);
  const parts = [new States(code, item, []), new Rows(code, item, sinks, fn.param(1))];
  fn.count('items', item, code.entry('batch'), 1, () => {
    for (const part of parts) part.beginItem();
    code.emit();
  });
  return fn;
}

/** Something that has a place per batch item, which may move from step to step. */
abstract class Part {
  protected readonly code: StepCode;
  private readonly item: Local;

  constructor(code: StepCode, item: Local) {
    this.code = code;
    this.item = item;
  }

  abstract beginItem(): void;
  beginStep(): void {}
  endStep(): void {}

  /** Sets the place of something to where the current item's begins. */
  protected placeItem(key: HeaderKey, bytesPerItem: Node): Local {
    const { code } = this;
    const local = code.places.get(key) ?? code.fn.local(key.replace(':', '_'), 'i32');
    code.places.set(key, local);
    const start = op('i32.add', code.entry(key), op('i32.mul', get(this.item), bytesPerItem));
    code.fn.add(set(local, start));
    return local;
  }
}

class States extends Part {
  private readonly buffered: readonly string[];

  constructor(code: StepCode, item: Local, buffered: readonly string[]) {
    super(code, item);
    this.buffered = buffered;
  }

  beginItem(): void {
    for (const [name, { shape, type }] of Object.entries(this.code.program.state)) {
      this.placeItem(`state:${name}`, this.code.bytes(type, shape));
      if (this.buffered.includes(name)) this.placeItem(`next:${name}`, this.code.bytes(type, shape));
    }
  }

  override endStep(): void {
    const { fn, places } = this.code;
    for (const name of this.buffered) {
      const [state, next] = [places.get(`state:${name}`)!, places.get(`next:${name}`)!];
      const former = fn.keep('former', get(state));
      fn.add(set(state, get(next)), set(next, former));
    }
  }
}

class Lines extends Part {
  beginItem(): void {
    const { code } = this;
    for (const [name, { shape }] of Object.entries(code.program.lines)) {
      this.placeItem(`line:${name}`, code.bytes('float', shape));
      const head = code.places.get(`head:${name}`) ?? code.fn.local(`head_${name}`, 'i32');
      code.places.set(`head:${name}`, head);
      code.fn.add(set(head, code.entry(`head:${name}`)));
    }
  }

  override endStep(): void {
    const { fn, places, program } = this.code;
    for (const [name, { shape }] of Object.entries(program.lines)) {
      const head = places.get(`head:${name}`)!;
      const length = this.code.size([shape[0]!]);
      fn.increase(head, 1);
      fn.when(op('i32.ge_u', get(head), length), () => fn.add(set(head, i32(0))));
    }
  }
}

class Rows extends Part {
  private readonly sinks: readonly Sink[];
  private readonly first: Node | undefined;

  /** `first`: which row is the first that is written; not given, row 0. */
  constructor(code: StepCode, item: Local, sinks: readonly Sink[], first?: Node) {
    super(code, item);
    this.sinks = sinks.filter(({ kind }) => kind === 'observe' || kind === 'row');
    this.first = first;
  }

  beginItem(): void {
    for (const sink of this.sinks) {
      const place = this.placeItem(`row:${sink.name}`, this.code.entry(`rowItem:${sink.name}`));
      if (this.first !== undefined) this.code.fn.increase(place, op('i32.mul', this.first, this.bytes(sink)));
    }
  }

  override endStep(): void {
    for (const sink of this.sinks) {
      this.code.fn.increase(this.code.places.get(`row:${sink.name}`)!, this.bytes(sink));
    }
  }

  private bytes({ id, shape }: Sink): Node {
    return this.code.bytes(this.code.program.values[id]!.type, shape);
  }
}

/** An input's row. A sparse one is spread over a row of zeros before the step and taken away after it. */
class Input extends Part {
  private readonly name: string;

  constructor(code: StepCode, item: Local, name: string) {
    super(code, item);
    this.name = name;
  }

  beginItem(): void {
    const { code, name } = this;
    this.placeItem(`input:${name}`, code.entry(`inputItem:${name}`));
    this.placeItem(`offsets:${name}`, code.entry(`offsetsItem:${name}`));
  }

  override beginStep(): void {
    this.spread((place) => load(`${this.code.numbers.scalar}.load`, place));
  }

  override endStep(): void {
    const { code, name } = this;
    this.spread(() => constant(code.numbers, 0));
    code.fn.increase(code.places.get(`input:${name}`)!, code.entry(`inputStep:${name}`));
    code.fn.when(code.entry(`offsets:${name}`), () =>
      code.fn.increase(code.places.get(`offsets:${name}`)!, 4),
    );
  }

  /** Writes something to every unit that has an entry in this step. */
  private spread(value: (count: Node) => Node): void {
    const { code, name } = this;
    const { fn, numbers } = code;
    const { type } = code.program.inputs[name]!;
    fn.when(code.entry(`offsets:${name}`), () => {
      const entry = fn.local('entry', 'i32');
      fn.add(set(entry, load('i32.load', code.place(`offsets:${name}`))));
      const end = fn.keep('end', load('i32.load', code.place(`offsets:${name}`), 4));
      fn.count('entries', entry, end, 1, () => {
        const at = (key: HeaderKey, shift: number) =>
          op('i32.add', code.entry(key), op('i32.shl', get(entry), i32(shift)));
        const unit = load('i32.load', at(`units:${name}`, 2));
        const count = value(at(`counts:${name}`, numbers.shift));
        const row = code.place(`input:${name}`);
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

/** The entries of an event output. */
class Events extends Part {
  private readonly name: string;

  constructor(code: StepCode, item: Local, name: string) {
    super(code, item);
    this.name = name;
  }

  beginItem(): void {
    const { code, name } = this;
    this.placeItem(`eventUnits:${name}`, code.entry(`eventUnitsItem:${name}`));
    this.placeItem(`eventCounts:${name}`, code.entry(`eventCountsItem:${name}`));
    this.placeItem(`eventEnds:${name}`, code.entry(`eventEndsItem:${name}`));
    const fill = code.fills.get(name) ?? code.fn.local(`fill_${name}`, 'i32');
    code.fills.set(name, fill);
    code.fn.add(set(fill, i32(0)));
  }

  override endStep(): void {
    const { code, name } = this;
    const ends = code.places.get(`eventEnds:${name}`)!;
    code.fn.add(store('i32.store', get(ends), get(code.fills.get(name)!)));
    code.fn.increase(ends, 4);
  }
}
