// The loop of a step: when it goes on, what it carries, what it gives out, and how it fails.
import { defineDynamics, type Operand, type StepProgram } from '@rp/dynamics';
import { cutInputs, tensor } from '../arrays.ts';
import { check, eachDtype, type Pair, refused } from '../case.ts';
import { countdown, countdownBindings, countdownInputs } from '../programs.ts';
import { splitEverywhere } from './runs.ts';

const group = 'loops';
const record = ['v', 'left', 'rounds'];

export const loopCases = [
  eachDtype(group, 'each batch item does as many iterations as it needs in each step', async (context) => {
    for (const [n, batch] of [
      [6, 1],
      [5, 3],
      [0, 2],
      [1, 1],
    ] as const) {
      const pair = await context.pair(countdown, countdownBindings(n, { batch }));
      await pair.run(countdownInputs(n, 12, batch), { steps: 12, record }, `${n} units, batch ${batch}`);
      await pair.run({}, { steps: 3, record }, 'without input');
      await pair.read('v');
      await pair.read('sent');
    }
  }),

  eachDtype(
    group,
    'a run with loops that is split at any point gives the bits of one run',
    async (context) => {
      const bindings = countdownBindings(4, { batch: 2 });
      await splitEverywhere(context, countdown, bindings, countdownInputs(4, 6, 2), 6, record);
    },
  ),

  eachDtype(group, 'the condition is tested before the first iteration', async (context) => {
    for (const first of [0, 1]) {
      const pair = await context.pair(once, {
        dims: {},
        dt: 1,
        params: { go: tensor([], [first], 'float64', 'bool') },
      });
      await pair.run({}, { steps: 3 }, first ? 'true' : 'false');
    }
  }),

  eachDtype(group, 'all carried values change at once', async (context) => {
    for (const n of [0, 1, 5]) {
      const pair = await context.pair(exchange, {
        dims: { n },
        dt: 1,
        state: { a: tensor([n], (index) => index + 1), b: tensor([n], (index) => -index) },
      });
      await pair.run({ x: tensor([1, 7, n], (index) => index % 3) }, { steps: 7, record: ['a', 'b'] });
    }
  }),

  eachDtype(group, 'operations of every kind may be inside', async (context) => {
    const pair = await context.pair(solver, {
      dims: { n: 5 },
      dt: 1,
      batch: 2,
      params: {
        weights: tensor([5, 5], (index) => ((index * 7) % 9) - 4),
        target: tensor([5], (index) => (index % 2) + 2),
      },
    });
    const inputs = { drive: tensor([2, 8, 5], (index) => ((index * 5) % 11) - 3) };
    await pair.run(inputs, { steps: 8, record: ['x', 'taken'] });
    await pair.run({}, { steps: 2, record: ['taken'] });
  }),

  eachDtype(group, 'as many iterations as the limit are fine, one more is not', async (context) => {
    for (const limit of [0, 1, 8]) {
      const pair = await context.pair(counter(limit), { dims: { n: 2 }, dt: 1, batch: 2 });
      await pair.run(rounds(limit, limit), { steps: 2 }, `${limit} of ${limit}`);
      await tooLong(pair, rounds(limit, limit + 1), `${limit + 1} of ${limit}`);
      await pair.run(rounds(limit, limit), { steps: 2 }, 'the run after it');
    }
  }),

  eachDtype(group, 'events of a loop may be zero, and come again in one step', async (context) => {
    const pair = await context.pair(counter(8), { dims: { n: 3 }, dt: 1 });
    const { events } = await pair.run({ rounds: tensor([1, 3], [3, 0, 2]) }, { steps: 3 });
    check(String(events.all?.units) === '0,1,2,0,1,2,0,1,2,0,1,2,0,1,2', 'the reference has changed');
    check(String(events.some?.counts) === '0,1,2,0,1', 'the reference has changed');
  }),

  eachDtype(group, 'a run stops before the events of a loop may overflow', async (context) => {
    const [n, steps, batch] = [4, 10, 2];
    const most = n * 8;
    for (const eventCapacity of [most, most + 1, 2 * most + 3, steps * most]) {
      const pair = await context.pair(countdown, countdownBindings(n, { batch }));
      const inputs = countdownInputs(n, steps, batch);
      for (let from = 0; from < steps; ) {
        const rest = cutInputs(inputs, batch, steps, from, steps);
        const what = `capacity ${eventCapacity}, from step ${from}`;
        const { steps: done } = await pair.run(rest, { steps: steps - from, eventCapacity }, what);
        check(done > 0, `${what}: did no step`);
        from += done;
      }
    }
  }),
];

async function tooLong(pair: Pair, inputs: Parameters<Pair['run']>[0], what: string): Promise<void> {
  const expected = { kind: 'RuntimeError', code: 'loop-limit' };
  await refused(() => pair.session.run(inputs, { steps: 2 }), `a run with ${what} iterations`, expected);
  const { session } = pair;
  if (session.runSync !== undefined)
    await refused(
      () => session.runSync?.(inputs, { steps: 2 }),
      `a runSync with ${what} iterations`,
      expected,
    );
  await pair.read('done');
}

/** Two steps of two items: the last of them does `most` iterations. */
function rounds(least: number, most: number) {
  return { rounds: tensor([2, 2], [least, least, 0, most]) };
}

const once: StepProgram = defineDynamics('once', {
  dims: [],
  params: { go: { shape: [], type: 'bool' } },
  step: ({ params, op }) => {
    const { going, rounds: count } = op.loop({
      limit: 3,
      carried: { going: { shape: [], type: 'bool' }, rounds: [] },
      start: { going: params.go, rounds: 0 },
      while: ({ going: now }) => now,
      body: (now) => ({ next: { going: false, rounds: op.add(now.rounds, 1) } }),
    });
    return { state: {}, outputs: { going, count } };
  },
});

/** Vectors, scalars and a truth value that change places. */
const exchange: StepProgram = defineDynamics('exchange', {
  dims: ['n'],
  state: { a: ['n'], b: ['n'], even: { shape: ['n'], type: 'bool' } },
  inputs: { x: ['n'] },
  step: ({ state, inputs, op }) => {
    const end = op.loop({
      limit: 5,
      carried: { a: ['n'], b: ['n'], p: [], q: [], even: { shape: ['n'], type: 'bool' }, k: [] },
      start: { a: state.a, b: op.add(state.b, inputs.x), p: 1, q: 2, even: true, k: 0 },
      while: ({ k }) => op.lt(k, 3),
      body: ({ a, b, p, q, even, k }) => ({
        next: { a: b, b: a, p: q, q: op.add(p, q), even: op.not(even), k: op.add(k, 1) },
      }),
    });
    return {
      state: { a: end.a, b: end.b, even: end.even },
      outputs: { p: end.p, q: end.q, both: op.stack(end.p, end.q) },
    };
  },
});

/** Takes from the largest and gives to its neighbours, by the weights, until none is above its target. */
const solver: StepProgram = defineDynamics('solver', {
  dims: ['n'],
  params: { weights: ['n', 'n'], target: ['n'] },
  state: { x: ['n'] },
  inputs: { drive: ['n'] },
  step: ({ params, state, inputs, op }) => {
    const clamp = (x: Operand) => op.min(op.max(x, -16), 16);
    const end = op.loop({
      limit: 12,
      carried: { x: ['n'], taken: ['n'], k: [] },
      start: { x: clamp(op.add(state.x, inputs.drive)), taken: 0, k: 0 },
      while: ({ x, k }) => op.and(op.lt(k, 12), op.any(op.gt(x, params.target))),
      body: ({ x, taken, k }) => {
        const place = op.argmin(op.sub(params.target, x));
        const here = op.eq(op.index('n'), place);
        const given = op.add(op.row(params.weights, place), op.column(params.weights, op.add(k, 0.5)));
        const spread = op.matvec(op.toFloat(here), params.weights);
        const pair = op.sum(op.stack(given, spread));
        return {
          next: {
            x: clamp(op.select(here, op.sub(x, params.target), op.add(x, op.floor(op.mul(pair, 0.25))))),
            taken: op.add(taken, op.toFloat(here)),
            k: op.add(k, 1),
          },
          events: {
            places: { when: here, value: op.row(x, place) },
            extremes: { when: true, value: op.stack(op.minOf(x), op.maxOf(x)) },
          },
        };
      },
    });
    return { state: { x: end.x }, outputs: { rounds: end.k }, records: { taken: end.taken } };
  },
});

/** As many iterations as the input says. */
function counter(limit: number): StepProgram {
  return defineDynamics('counter', {
    dims: ['n'],
    state: { done: [] },
    inputs: { rounds: [] },
    step: ({ state, inputs, op }) => {
      const { k } = op.loop({
        limit,
        carried: { k: [] },
        start: { k: 0 },
        while: ({ k: now }) => op.lt(now, inputs.rounds),
        body: ({ k: now }) => ({
          next: { k: op.add(now, 1) },
          events: {
            all: { when: true, value: op.index('n') },
            some: { when: op.eq(op.index('n'), 1), value: now },
          },
        }),
      });
      return { state: { done: op.add(state.done, k) } };
    },
  });
}
