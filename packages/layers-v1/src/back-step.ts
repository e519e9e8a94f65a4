// A solver that steps back to the exact time of each spike, as a step program: one step of the program is one row of
// input, and its loop does as many solver steps as begin within that row.
//
// A solver step of dt is linear between its two ends. If a neuron is above its threshold afterwards, time and all
// quantities go back along that line to where the first one crossed it; that neuron fires, and the next solver step
// starts there. Time is a running sum, as in the reference, because its rounding decides which row is read.
import type { Declarations, Expr, Operand, Ops, Shape } from '@rp/dynamics';

/** One expression per quantity that is integrated. */
export type Quantities = Readonly<Record<string, Expr>>;

/** What a layer says of its neurons. */
export interface BackStepModel {
  /** The shape of every quantity; `v`, the voltage, is one of them. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** What a spike of a neuron adds to the quantities; nothing for −1, and nothing ever to v. */
  readonly jump: (neuron: Expr) => Quantities;
  /** The quantities a time dt later; `fired`: whether there is a jump. Where there is none, backends leave out its arm. */
  readonly flow: (now: Quantities, jump: Quantities, fired: Expr) => Quantities;
  /** Neurons that are held at their reset voltage; default none but those that are refractory. */
  readonly held?: ((time: Expr, refractory: Expr) => Expr) | undefined;
  /** Given out at the start of each solver step, by name: rows of numbers. */
  readonly rows?:
    | ((
        now: Quantities & { readonly time: Expr },
        later: Quantities,
      ) => Readonly<Record<string, BackStepRow>>)
    | undefined;
}

export interface BackStepRow {
  readonly value: Operand;
  /** Default: always. */
  readonly when?: Expr | undefined;
}

/** What the solver needs of every layer; times in seconds, `rows` is the number of input rows. */
export const backStepParams = {
  vThresh: ['n'],
  vReset: ['n'],
  refractory: ['n'],
  tStart: [],
  tEnd: [],
  minDelta: [],
  rows: [],
} as const;

/** The state: every quantity now and at the end of the solver step before, and where the solver is. */
export function backStepState(shapes: Readonly<Record<string, Shape>>): Declarations {
  return { ...carriedOf(shapes), row: [] };
}

function carriedOf(shapes: Readonly<Record<string, Shape>>): Declarations {
  const last = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [lastOf(name), shape]));
  return { ...shapes, ...last, ...place };
}

const place: Declarations = {
  /** Seconds until the neuron is no longer refractory. */
  waiting: ['n'],
  time: [],
  lastTime: [],
  /** The neuron that fires at `time`, or −1. */
  firing: [],
  /** Whether this evolution has not looked for spikes yet. */
  fresh: { shape: [], type: 'bool' },
};

export function lastOf(name: string): string {
  return `${name}Last`;
}

type Exprs = Readonly<Record<string, Expr>>;

interface Context {
  readonly op: Ops;
  readonly dt: Expr;
  readonly params: { readonly [K in keyof typeof backStepParams]: Expr };
  readonly state: Exprs;
}

/** Everything up to the end of the present row: the next state, and the spikes with their times. */
export function advanceRow(context: Context, model: BackStepModel, limit: number) {
  const { op, dt, params, state } = context;
  const row = state.row!;
  const isLast = op.eq(row, op.sub(params.rows, 1));
  const carried = carriedOf(model.shapes);
  const end = op.loop({
    limit,
    carried,
    start: Object.fromEntries(Object.keys(carried).map((name) => [name, state[name]!])),
    while: (now) => {
      const reads = op.le(op.floorDiv(op.sub(now.time!, params.tStart), dt), row);
      const begins = op.and(op.lt(now.time!, params.tEnd), op.or(reads, isLast));
      return op.or(now.fresh!, begins);
    },
    body: (now) => {
      const integrated = integrate(context, model, now);
      const { next, fires } = backStep(context, model, integrated.next);
      return {
        next,
        events: { spikes: { when: fires, value: next.time }, ...integrated.rows },
      };
    },
  });
  return { ...end, row: op.add(row, 1) };
}

/** One solver step of dt; nothing at the start of an evolution. */
function integrate({ op, dt }: Context, model: BackStepModel, now: Exprs) {
  const names = Object.keys(model.shapes);
  const quantities = Object.fromEntries(names.map((name) => [name, now[name]!]));
  const fired = op.ge(now.firing!, 0);
  const jump = model.jump(now.firing!);
  const later = model.flow(quantities, jump, fired);
  const unlessFresh = (name: string, value: Expr) =>
    [name, op.select(now.fresh!, now[name]!, value)] as const;
  const next = Object.fromEntries([
    ...names.map((name) => unlessFresh(name, later[name]!)),
    ...names.map((name) => {
      const added = jump[name];
      const value =
        added === undefined ? now[name]! : op.select(fired, op.add(now[name]!, added), op.add(now[name]!, 0));
      return unlessFresh(lastOf(name), value);
    }),
    unlessFresh('waiting', op.sub(now.waiting!, dt)),
    unlessFresh('lastTime', now.time!),
    unlessFresh('time', op.add(now.time!, dt)),
  ]);
  const rows = Object.entries(model.rows?.({ ...quantities, time: now.time! }, later) ?? {}).map(
    ([name, { value, when = true }]) => [name, { value, when: op.and(op.not(now.fresh!), when) }],
  );
  return { next, rows: Object.fromEntries(rows) };
}

/** Back to the first crossing of a threshold since the last time, if there is one; not at the end of the evolution. */
function backStep({ op, dt, params }: Context, model: BackStepModel, now: Exprs) {
  const active = op.lt(now.time!, params.tEnd);
  const refractory = op.gt(now.waiting!, 0);
  const isHeld = op.and(active, model.held?.(now.time!, refractory) ?? refractory);
  const v = op.select(isHeld, params.vReset, now.v!);
  const before: Exprs = { ...now, v };

  const above = op.gt(v, params.vThresh);
  const crossing = op.div(op.mul(op.sub(params.vThresh, now.vLast!), dt), op.sub(v, now.vLast!));
  const candidates = op.select(above, crossing, Number.POSITIVE_INFINITY);
  const spikes = op.and(active, op.any(above));
  const firing = op.select(spikes, op.argmin(candidates), -1);
  const fires = op.eq(op.index('n'), firing);

  const earliest = op.add(now.lastTime!, params.minDelta);
  const crossed = op.add(now.lastTime!, op.minOf(candidates));
  const limited = op.select(op.gt(crossed, now.time!), now.time!, crossed);
  const time = op.select(op.lt(crossed, earliest), earliest, limited);
  const passed = op.sub(time, now.lastTime!);
  const back = (name: string) => {
    const [value, last] = [before[name]!, now[lastOf(name)]!];
    return op.add(op.mul(op.div(op.sub(value, last), dt), passed), last);
  };
  const atSpike = Object.keys(model.shapes).map((name) => {
    const value = name === 'v' ? op.select(fires, params.vReset, back(name)) : back(name);
    return [name, op.select(spikes, value, before[name]!)] as const;
  });
  const nextTime = op.select(spikes, time, now.time!);
  const waiting = op.select(fires, params.refractory, op.sub(op.add(now.waiting!, dt), passed));
  const next = {
    ...now,
    ...Object.fromEntries(atSpike),
    waiting: op.select(spikes, waiting, now.waiting!),
    time: nextTime,
    firing,
    fresh: false,
  };
  return { next, fires };
}
