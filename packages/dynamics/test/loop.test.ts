import {
  checkProgram,
  defineDynamics,
  Interpreter,
  lowerProgram,
  planOf,
  printEquations,
  printProgram,
  programKey,
  pruned,
  type StepProgram,
  storedIds,
  type Tensor,
} from '@rp/dynamics';
import { describe, expect, it } from 'vitest';

const array = (shape: number[], ...values: number[]): Tensor => ({ data: Float64Array.from(values), shape });
const numbers = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? []);

/** Takes the threshold away as often as it can. */
const counting = (limit = 100) =>
  defineDynamics('counting', {
    dims: ['n'],
    params: { threshold: ['n'] },
    state: { v: ['n'] },
    inputs: { input: ['n'] },
    step: ({ params, state, inputs, op }) => {
      const end = op.loop({
        limit,
        carried: { v: ['n'], count: ['n'] },
        start: { v: op.add(state.v, inputs.input), count: 0 },
        while: ({ v }) => op.any(op.ge(v, params.threshold)),
        body: ({ v, count }) => {
          const fires = op.ge(v, params.threshold);
          return {
            next: {
              v: op.select(fires, op.sub(v, params.threshold), v),
              count: op.add(count, op.toFloat(fires)),
            },
            events: { fired: { when: fires, value: v } },
          };
        },
      });
      return { state: { v: end.v }, outputs: { count: end.count } };
    },
  });

const session = (program: StepProgram, n = 2) =>
  new Interpreter(program, { dims: { n }, dt: 1, params: { threshold: array([n], ...Array(n).fill(2)) } });

describe('a loop', () => {
  it('goes on while its condition holds, and leaves the carried values', () => {
    const { outputs, state, events } = session(counting()).run(
      { input: array([1, 2, 2], 5, 0, 1, 3) },
      { steps: 2 },
    );
    expect(numbers(outputs.count)).toEqual([2, 0, 1, 1]);
    expect(numbers(state.v)).toEqual([0, 1]);
    expect(events.fired).toEqual({
      offsets: Uint32Array.of(0, 2, 4),
      units: Int32Array.of(0, 0, 0, 1),
      counts: Float64Array.of(5, 3, 2, 3),
    });
  });

  it('that reaches its limit ends the run with an error', () => {
    const interpreter = session(counting(2));
    interpreter.run({ input: array([1, 1, 2], 5, 0) }, { steps: 1 });
    expect(() => interpreter.run({ input: array([1, 1, 2], 5, 0) }, { steps: 1 })).toThrow(
      expect.objectContaining({ kind: 'RuntimeError', code: 'loop-limit' }),
    );
  });

  it('needs room for as many entries as its limit allows', () => {
    const run = (eventCapacity: number) => session(counting(10)).run({}, { steps: 1, eventCapacity });
    expect(() => run(19)).toThrow(/at least 20, one step of fired/);
    expect(run(20).steps).toBe(1);
  });

  it('goes to JSON and back, and is part of the canonical text', () => {
    const program = counting();
    const copy: StepProgram = JSON.parse(JSON.stringify(program));
    expect(checkProgram(copy)).toEqual([]);
    expect(programKey(copy)).toBe(programKey(program));
    expect(programKey(counting(101))).not.toBe(programKey(program));
    expect(checkProgram(lowerProgram(program, 'float32'))).toEqual([]);
  });

  it('is printed', () => {
    expect(`\n${printEquations(counting())}\n`).toMatchInlineSnapshot(`
      "
      v7 = v[k] ≥ threshold
      v8 = cast(v7)
      count = count[end]
      v[0] = v + input
      count[0] = 0
      while maxOf(v8) > 0
      fired[k] = v[k]
        where v7
      v[k+1] = v7 ? (v[k] − threshold) : v[k]
      count[k+1] = count[k] + v8
      v' = v[end]
      "
    `);
    expect(`\n${printProgram(counting())}\n`).toMatchInlineSnapshot(`
      "
      program counting(n)
        params  threshold: float[n]
        state   v: float[n]
        inputs  input: float[n]
        carried v: float[n]  count: float[n]
        prelude:
          %0 = param threshold                : float[n]
          %4 = const 0                        : float[]
        observe:
          %1 = state v                        : float[n]
        step:
          %2 = input input                    : float[n]
          %3 = add %1 %2                      : float[n]
        carried ← v = %3, count = %4
        while %10, at most 100 times
        loop:
          %5 = carried v                      : float[n]
          %6 = carried count                  : float[n]
          %7 = ge %5 %0                       : bool[n]
          %8 = cast %7                        : float[n]
          %9 = maxOf %8                       : float[]
          %10 = gt %9 %4                      : bool[]
          %11 = sub %5 %0                     : float[n]
          %12 = select %7 %11 %5              : float[n]
          %13 = add %6 %8                     : float[n]
          events ← fired = %5 where %7
          carried ← v = %12, count = %13
        after:
          %14 = final v                       : float[n]
          %15 = final count                   : float[n]
        outputs ← count = %15
        state ← v = %14
      "
    `);
  });

  it('is planned in two parts, what its condition needs and the rest', () => {
    const program = counting();
    const { loop, step, after } = planOf(program);
    const ops = (groups: typeof step) =>
      groups.groups.flatMap(({ ids }) => ids.map((id) => program.values[id]!.op));
    expect(ops(loop!.test)).toEqual(['ge', 'cast', 'maxOf', 'gt']);
    expect(ops(loop!.body)).toEqual(['sub', 'select', 'add']);
    expect(ops(step)).toEqual(['add']);
    expect(ops(after)).toEqual([]);
    // What the condition has made and the body or an event needs lies in memory.
    const ge = program.values.findIndex(({ op }) => op === 'ge');
    expect(storedIds(program)).toContain(ge);
  });

  it('of which nothing is used is left out', () => {
    const { events: _, ...loop } = counting().loop!;
    const unused = pruned({ ...counting(), loop: { ...loop, events: {} }, outputs: {}, next: { v: 0 } });
    expect(unused.loop).toBeUndefined();
    expect(unused.values.some(({ stage }) => stage === 'loop')).toBe(false);
  });
});

describe('a loop that does not hang together is refused', () => {
  const build = (step: Parameters<typeof defineDynamics>[1]['step']) => () =>
    defineDynamics('loops', { dims: ['n'], state: { x: [] }, lines: { line: [2] }, step } as never);

  it('a second one, or one in another', () => {
    const simple = (op: Parameters<Parameters<typeof build>[0]>[0]['op']) =>
      op.loop({
        limit: 2,
        carried: { k: [] },
        start: { k: 0 },
        while: ({ k }) => op.lt(k, 1),
        body: ({ k }) => ({ next: { k: op.add(k, 1) } }),
      });
    const twice = build(({ op }) => ({ state: { x: op.add(simple(op).k, simple(op).k) } }));
    expect(twice).toThrow(/has one loop, not nested/);
    const nested = build(({ op }) => {
      const { k } = op.loop({
        limit: 2,
        carried: { k: [] },
        start: { k: 0 },
        while: ({ k: now }) => op.lt(now, 1),
        body: () => ({ next: { k: simple(op).k } }),
      });
      return { state: { x: k } };
    });
    expect(nested).toThrow(/cannot hold another/);
  });

  it('values of the loop after it, delays in it, a condition that is no truth value', () => {
    const loopWith = (change: {
      body?: (op: Parameters<Parameters<typeof build>[0]>[0]['op'], k: never, lines: never) => unknown;
      after?: boolean;
      condition?: number;
    }) =>
      build(({ op, lines }) => {
        let inside: unknown;
        const { k } = op.loop({
          limit: 2,
          carried: { k: [] },
          start: { k: 0 },
          while: ({ k: now }) => change.condition ?? op.lt(now, 1),
          body: ({ k: now }) => {
            inside = now;
            change.body?.(op, now as never, lines as never);
            return { next: { k: op.add(now, 1) } };
          },
        });
        return { state: { x: change.after ? op.add(inside as never, k) : k } };
      });
    expect(loopWith({ after: true })).toThrow(/uses a value of the loop after it/);
    expect(loopWith({ body: (op, k, lines: never) => op.delay((lines as { line: never }).line, k) })).toThrow(
      /cannot be within the loop/,
    );
    expect(loopWith({ condition: 1 })).toThrow(/loop\.while must be bool\[\], is float\[\]/);
  });

  it.each<[string, (program: StepProgram) => unknown, RegExp]>([
    ['no limit', (p) => ({ ...p, loop: { ...p.loop, limit: undefined } }), /loop must have a limit/],
    ['half a limit', (p) => ({ ...p, loop: { ...p.loop, limit: 1.5 } }), /limit must be a whole number/],
    ['no start', (p) => ({ ...p, loop: { ...p.loop, start: {} } }), /loop\.start\.v: there is no value/],
    [
      'a stranger',
      (p) => ({ ...p, loop: { ...p.loop, next: { ...p.loop!.next, w: 0 } } }),
      /w is not carried/,
    ],
    [
      'another shape',
      (p) => ({
        ...p,
        loop: { ...p.loop, carried: { ...p.loop!.carried, count: { shape: [3], type: 'float' } } },
      }),
      /next\.count must be float\[3\]/,
    ],
    [
      'an output of the loop',
      (p) => ({ ...p, outputs: { count: p.loop!.next.count } }),
      /outputs\.count is a value of the loop/,
    ],
    [
      'a start from the loop',
      (p) => ({ ...p, loop: { ...p.loop, start: p.loop!.next } }),
      /start\.v is a value of stage loop/,
    ],
    [
      'an event that is no number',
      (p) => ({ ...p, loop: { ...p.loop, events: { e: { when: p.loop!.while, value: p.loop!.while } } } }),
      /events\.e\.value must be float/,
    ],
    ['no loop at all', (p) => ({ ...p, loop: undefined }), /there is no carried "v"/],
  ])('as JSON: %s', (_, change, problem) => {
    expect(checkProgram(change(counting()) as StepProgram).join('; ')).toMatch(problem);
  });
});

describe('reductions and parts', () => {
  const program = defineDynamics('parts', {
    dims: ['n'],
    params: { w: [2, 'n'] },
    inputs: { x: ['n'], i: [] },
    step: ({ params: { w }, inputs: { x, i }, op }) => ({
      state: {},
      outputs: {
        sum: op.sum(x),
        rows: op.sum(w),
        least: op.minOf(x),
        most: op.maxOf(x),
        place: op.argmin(x),
        any: op.any(op.gt(x, 5)),
        row: op.row(w, i),
        column: op.column(w, i),
        here: op.eq(op.index('n'), i),
      },
    }),
  });
  const run = (x: number[], i: number) => {
    const n = x.length;
    const params = { w: { data: Float64Array.from({ length: 2 * n }, (_, k) => k + 1), shape: [2, n] } };
    const { outputs } = new Interpreter(program, { dims: { n }, dt: 1, params }).run(
      { x: array([1, 1, n], ...x), i: array([1, 1], i) },
      { steps: 1 },
    );
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, numbers(value)]));
  };

  it('look along the last axis, and at an index', () => {
    expect(run([4, -1, 6, -1], 1.5)).toEqual({
      sum: [8],
      rows: [10, 26],
      least: [-1],
      most: [6],
      place: [1],
      any: [1],
      row: [5, 6, 7, 8],
      column: [2, 6],
      here: [0, 0, 0, 0],
    });
  });

  it('pass NaN over, and give zeros where there is nothing', () => {
    const nan = run([Number.NaN, 3, Number.NaN], -1);
    expect([nan.least, nan.most, nan.place, nan.any]).toEqual([[3], [3], [1], [0]]);
    expect([nan.sum, nan.row, nan.column]).toEqual([[Number.NaN], [0, 0, 0], [0, 0]]);
    const none = run([], 0);
    expect([none.sum, none.least, none.most, none.place, none.any]).toEqual([
      [0],
      [Infinity],
      [-Infinity],
      [0],
      [0],
    ]);
    expect(run([Number.NaN, Infinity], Number.NaN)).toMatchObject({ place: [0], row: [0, 0] });
  });
});

describe('floorDiv', () => {
  const program = defineDynamics('quotient', {
    dims: ['n'],
    inputs: { a: ['n'], b: ['n'] },
    step: ({ inputs: { a, b }, op }) => ({ state: {}, outputs: { q: op.floorDiv(a, b) } }),
  });
  const quotients = (pairs: readonly (readonly [number, number])[], dtype: 'float64' | 'float32') => {
    const n = pairs.length;
    const side = (place: 0 | 1) => array([1, 1, n], ...pairs.map((pair) => pair[place]));
    return numbers(
      new Interpreter(program, { dims: { n }, dt: 1, dtype }).run({ a: side(0), b: side(1) }, { steps: 1 })
        .outputs.q,
    );
  };

  it('is exact where the rounded quotient is a whole number too large', () => {
    expect(0.0003 / 0.0001).toBeCloseTo(3);
    expect(
      quotients(
        [
          [0.0003, 0.0001],
          [0.7, 0.1],
          [-0.7, 0.1],
          [1, 0.1],
          [6, 3],
          [-6, 3],
          [5, -3],
          [0, 2],
        ],
        'float64',
      ),
    ).toEqual([2, 6, -7, 9, 2, -2, -2, 0]);
    // Without an exact quotient it is that of IEEE 754, rounded down.
    expect(
      quotients(
        [
          [1, 0],
          [-1, 0],
          [0, 0],
          [Infinity, 2],
        ],
        'float64',
      ),
    ).toEqual([Infinity, -Infinity, Number.NaN, Infinity]);
  });

  it.each(['float64', 'float32'] as const)('agrees with whole-number arithmetic in %s', (dtype) => {
    // Numbers of the dtype are whole multiples of a small unit; BigInt divides them exactly.
    const [round, unit] = dtype === 'float32' ? [Math.fround, 2 ** -70] : [(x: number) => x, 2 ** -80];
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed + 1) / 2 ** 32;
    };
    const pairs = Array.from({ length: 3000 }, () => {
      const b = round(random() * 10 ** -Math.floor(random() * 4));
      const whole = Math.floor(random() * 1000);
      const near = round(b * whole);
      return [random() < 0.7 ? near : round(near * random()), b] as const;
    });
    const exact = pairs.map(([a, b]) => Number(BigInt(a / unit) / BigInt(b / unit)));
    expect(quotients(pairs, dtype)).toEqual(exact);
  });
});
