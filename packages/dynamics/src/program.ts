// The step program: what a population of neurons does in one time step, as plain JSON.
// It knows nothing of layers, of backends, of time series; it is a flat list of values with integer ids.
import type { OpName } from './operations.ts';

/** An extent: a name that is bound when a program is instantiated, or a fixed number. */
export type Dim = string | number;

/** The extents of a value; `[]` is a scalar, and only scalars broadcast. */
export type Shape = readonly Dim[];

/** `float` is float64 or float32, as the run asks; `bool` is a truth value. */
export type ValueType = 'float' | 'bool';

/** `csr`: a parameter of two axes of which only the entries that are there are kept, row after row. */
export type Storage = 'csr';

export interface Declaration {
  readonly shape: Shape;
  readonly type: ValueType;
  /** Of parameters (and the values that read them): how they are kept, if not densely. */
  readonly storage?: Storage | undefined;
}

/**
 * When a value can be computed:
 * `prelude` once per change of parameters, `observe` from the state between two steps, `step` only within a step;
 * `loop` again in every iteration of the step's loop, `after` when the loop has ended.
 */
export type Stage = 'prelude' | 'observe' | 'step' | 'loop' | 'after';

/** Numbers that JSON can't write are written as text. */
export type ConstantValue = number | boolean | 'NaN' | 'Infinity' | '-Infinity' | '-0';

export interface Value extends Declaration {
  readonly op: OpName;
  /** Ids of the operands; always smaller than the value's own id. */
  readonly args: readonly number[];
  readonly stage: Stage;
  /** Of `param`, `state`, `input`, `carried`, `final`: which one. Of `delay`: the delay line. */
  readonly name?: string;
  /** Of `const`. */
  readonly value?: ConstantValue;
  /** Of `normal` and `uniform`: which of the program's independent random streams. */
  readonly stream?: number;
  /** Of `uniform`: which of the four random words of a counter (0…3). */
  readonly word?: number;
}

/** Entries that a loop gives out in each iteration: one (unit, value) for every element of which `when` is true. */
export interface LoopEvents {
  /** The id of a truth value. */
  readonly when: number;
  /** The id of a number. If one of the two is a scalar, it holds for all elements of the other. */
  readonly value: number;
}

/**
 * The loop of a step: one, not nested, bounded. Before each iteration the condition is tested; if it holds, the values
 * of stage `loop` are computed from the carried ones, `events` are given out, and all carried values become `next`.
 */
export interface Loop {
  /** The most iterations of one step. If the condition still holds then, the run fails (code `loop-limit`). */
  readonly limit: number;
  /** What goes on from iteration to iteration. */
  readonly carried: Readonly<Record<string, Declaration>>;
  /** Ids of the values before the first iteration; a scalar fills its shape. */
  readonly start: Readonly<Record<string, number>>;
  /** The id of a scalar truth value: whether to do (another) iteration. */
  readonly while: number;
  /** Ids of the values after an iteration; a scalar fills its shape. */
  readonly next: Readonly<Record<string, number>>;
  /** Event outputs. Within a step their entries are in the order of the iterations, so units may come again. */
  readonly events: Readonly<Record<string, LoopEvents>>;
}

/**
 * One time step of a population.
 *
 * In each step: the `observe` values are computed from the state and given out as a row; the step is computed from
 * state, parameters and this step's input rows; `outputs`, `events` and requested `records` are given out; the state
 * becomes `next`. After the last step the `observe` values are given out once more, so `n` steps give `n + 1`
 * observed rows and `n` of everything else.
 */
export interface StepProgram {
  readonly format: 'rp-step/1';
  readonly name: string;
  /** Names of the extents, in the order in which they are declared. */
  readonly dims: readonly string[];
  /** Constant during a run. One that is stored as `csr` can only be the matrix of a `matvec`. */
  readonly params: Readonly<Record<string, Declaration>>;
  /** Carried from step to step, and from run to run; one copy per batch item. Zero unless given. */
  readonly state: Readonly<Record<string, Declaration>>;
  /**
   * Delay lines: state whose first extent is the delay in steps, oldest entry first.
   * Each is used by exactly one `delay` value. With a delay of zero the value passes straight through.
   */
  readonly lines: Readonly<Record<string, Declaration>>;
  /** One row per step. */
  readonly inputs: Readonly<Record<string, Declaration>>;
  /** Every value once, operands before their users. */
  readonly values: readonly Value[];
  /** Absent in most programs. */
  readonly loop?: Loop | undefined;
  readonly next: Readonly<Record<string, number>>;
  readonly observe: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
  /** Given out as events: one entry (unit, count) for every element that is not zero, in ascending order of unit. */
  readonly events: Readonly<Record<string, number>>;
  /** Given out only when a run asks for them, as are the states (after each step). */
  readonly records: Readonly<Record<string, number>>;
}

/** Reads the number (or truth value) of a `const`. */
export function constantOf(value: ConstantValue): number | boolean {
  switch (value) {
    case 'NaN':
      return Number.NaN;
    case 'Infinity':
      return Number.POSITIVE_INFINITY;
    case '-Infinity':
      return Number.NEGATIVE_INFINITY;
    case '-0':
      return -0;
    default:
      return value;
  }
}

/** Writes a number so that JSON keeps it. */
export function toConstant(value: number | boolean): ConstantValue {
  if (typeof value === 'boolean') return value;
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return Object.is(value, -0) ? '-0' : value;
}

const keys = new WeakMap<StepProgram, string>();

/**
 * The canonical text of a program: two programs are the same exactly if their texts are. Backends use it as the key
 * of their caches (compare it whole; don't hash it).
 */
export function programKey(program: StepProgram): string {
  let key = keys.get(program);
  if (key === undefined) {
    key = JSON.stringify(sorted(program));
    keys.set(program, key);
  }
  return key;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  // Order of declaration is part of a program (it fixes the order of results), so only a value's own fields are sorted.
  const entries = Object.entries(value).map(([name, item]) => [name, sorted(item)] as const);
  const isValue = 'op' in value && 'args' in value;
  return Object.fromEntries(isValue ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries);
}

/** The ids that the results of a program stand for, each put through `change`; the loop's too. */
export function withResults(program: StepProgram, change: (id: number) => number): StepProgram {
  const { loop } = program;
  const moved = (ids: Readonly<Record<string, number>>) => mapped(ids, change);
  return {
    ...program,
    ...(loop && {
      loop: {
        ...loop,
        start: moved(loop.start),
        while: change(loop.while),
        next: moved(loop.next),
        events: mapped(loop.events, ({ when, value }) => ({ when: change(when), value: change(value) })),
      },
    }),
    next: moved(program.next),
    observe: moved(program.observe),
    outputs: moved(program.outputs),
    events: moved(program.events),
    records: moved(program.records),
  };
}

function mapped<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

export interface EventOutput {
  readonly name: string;
  readonly shape: Shape;
  /** How many entries one element may have in one step: 1, or the limit of the loop. */
  readonly rounds: number;
}

/** Every event output of a program, those of its loop last. */
export function eventOutputs({ events, loop, values }: StepProgram): EventOutput[] {
  const inLoop = Object.entries(loop?.events ?? {}).map(([name, { when, value }]) => {
    const { shape } = values[value]!;
    return { name, shape: shape.length > 0 ? shape : values[when]!.shape, rounds: loop!.limit };
  });
  return [
    ...Object.entries(events).map(([name, id]) => ({ name, shape: values[id]!.shape, rounds: 1 })),
    ...inLoop,
  ];
}

/** Whether two shapes are the same text for text. */
export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
