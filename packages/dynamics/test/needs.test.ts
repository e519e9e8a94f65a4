import {
  carriedInStates,
  defineDynamics,
  type Expr,
  isWorthBranch,
  type Ops,
  planOf,
  type Schedule,
  type StepProgram,
  storedIds,
  type Version,
  versionsOf,
} from '@rp/dynamics';
import { describe, expect, it } from 'vitest';

type Step = (given: { a: Expr; b: Expr; go: Expr; other: Expr; op: Ops }) => Expr;

/** A program that makes one vector of two, with two truth values at hand. */
function of(step: Step): StepProgram {
  return defineDynamics('choice', {
    dims: ['n'],
    params: { go: { shape: [], type: 'bool' }, other: { shape: [], type: 'bool' } },
    inputs: { a: ['n'], b: ['n'] },
    step: ({ params: { go, other }, inputs: { a, b }, op }) => ({
      state: {},
      outputs: { y: step({ a: a!, b: b!, go: go!, other: other!, op }) },
    }),
  });
}

/** What must hold for the values of an operation to be needed: by the names of parameters, or by operations. */
function needs(program: StepProgram, op: string, schedule: Schedule = planOf(program).step): string[] {
  return program.values.flatMap((value, id) => {
    if (value.op !== op || schedule.groupOf(id) === undefined) return [];
    const need = schedule.needOf(id).map(({ condition, holds }) => {
      const { op: made, name = made } = program.values[condition]!;
      return holds ? name : `not ${name}`;
    });
    return [need.sort().join(' and ') || 'always'];
  });
}

describe('a value is needed', () => {
  it('where the condition of the choice holds that it is an arm of', () => {
    const program = of(({ a, b, go, op }) => op.select(go, op.div(a, b), op.sqrt(a)));
    expect(needs(program, 'div')).toEqual(['go']);
    expect(needs(program, 'sqrt')).toEqual(['not go']);
    expect(needs(program, 'select')).toEqual(['always']);
  });

  it('with all that it is made of, where that is used for nothing else', () => {
    const program = of(({ a, b, go, op }) => op.select(go, op.div(op.add(a, b), op.sub(a, b)), op.sub(b, a)));
    expect(needs(program, 'add')).toEqual(['go']);
    expect(needs(program, 'sub')).toEqual(['go', 'not go']);
    const shared = of(({ a, b, go, op }) => {
      const sum = op.add(a, b);
      return op.select(go, op.div(sum, b), sum);
    });
    expect(needs(shared, 'add')).toEqual(['always']);
    expect(needs(shared, 'div')).toEqual(['go']);
  });

  it('where both hold, of a choice within a choice', () => {
    const program = of(({ a, b, go, other, op }) =>
      op.select(go, op.select(other, b, op.div(a, b)), op.sqrt(a)),
    );
    expect(needs(program, 'div')).toEqual(['go and not other']);
    expect(needs(program, 'sqrt')).toEqual(['not go']);
  });

  it('for one element, where a choice is made element by element', () => {
    const program = of(({ a, b, op }) => op.select(op.gt(a, b), op.div(a, b), op.minOf(op.sqrt(a))));
    expect(needs(program, 'div')).toEqual(['gt']);
    // The smallest of all is one number for all elements.
    expect(needs(program, 'minOf')).toEqual(['always']);
    expect(needs(program, 'sqrt')).toEqual(['always']);
  });

  it('always, if a branch would save less than it costs', () => {
    const cheap = of(({ a, b, go, op }) => op.select(go, op.add(a, b), b));
    expect(needs(cheap, 'add')).toEqual(['always']);
    const scalar = of(({ a, go, op }) => {
      const total = op.sum(a);
      return op.add(a, op.select(go, op.div(total, 3), total));
    });
    expect(needs(scalar, 'div')).toEqual(['always']);
  });

  it('always, if it is both arms, a result, or what a condition is made of', () => {
    const both = of(({ a, b, go, op }) => {
      const quotient = op.div(a, b);
      return op.select(go, quotient, quotient);
    });
    expect(needs(both, 'div').join()).not.toContain('go');
    const condition = of(({ a, b, op }) => {
      const quotients = op.div(a, b);
      return op.select(op.any(op.gt(quotients, 1)), quotients, a);
    });
    expect(needs(condition, 'div')).toEqual(['always']);
    const result = defineDynamics('result', {
      dims: ['n'],
      params: { go: { shape: [], type: 'bool' } },
      state: { x: ['n'] },
      step: ({ params, state, op }) => {
        const root = op.sqrt(state.x);
        return { state: { x: op.select(params.go, root, state.x) }, records: { root } };
      },
    });
    expect(needs(result, 'sqrt')).toEqual(['always']);
  });

  it('always, if it goes into a delay line', () => {
    const program = defineDynamics('line', {
      dims: ['n'],
      params: { go: { shape: [], type: 'bool' } },
      state: { x: ['n'] },
      lines: { sent: [2, 'n'] },
      step: ({ params, state, lines, op }) => ({
        state: { x: op.select(params.go, op.sqrt(op.delay(lines.sent, op.div(state.x, 3))), 0) },
      }),
    });
    expect(needs(program, 'div')).toEqual(['always']);
    expect(needs(program, 'delay')).toEqual(['always']);
    expect(needs(program, 'sqrt')).toEqual(['go']);
  });

  it('in an iteration by conditions of that iteration; what iterations share is needed always', () => {
    const program = defineDynamics('iterating', {
      dims: ['n'],
      state: { x: ['n'] },
      inputs: { a: ['n'] },
      step: ({ state, inputs, op }) => {
        const shared = op.div(inputs.a, 3);
        const { x } = op.loop({
          limit: 4,
          carried: { x: ['n'], k: [] },
          start: { x: state.x, k: 0 },
          while: ({ k }) => op.lt(k, 3),
          body: ({ x: now, k }) => ({
            next: { x: op.select(op.eq(k, 1), op.mul(op.sqrt(now), shared), now), k: op.add(k, 1) },
          }),
        });
        return { state: { x } };
      },
    });
    const { step, loop } = planOf(program);
    expect(needs(program, 'div', step)).toEqual(['always']);
    expect(needs(program, 'sqrt', loop!.body)).toEqual(['eq']);
  });
});

describe('a plan', () => {
  /** Whatever the order in which the program says it: the crossing comes before the condition. */
  const crossing = of(({ a, b, op }) => {
    const time = op.minOf(op.div(a, op.sub(b, a)));
    return op.select(op.any(op.gt(a, b)), op.mul(op.div(a, b), time), b);
  });

  it('has conditions before what needs them, and what needs the same side by side', () => {
    const { groups } = planOf(crossing).step;
    const listing = groups.map(({ kind, ids, need }) => {
      const ops = ids.map((id) => crossing.values[id]!.op).join(' ');
      return `${need.length > 0 ? 'if any: ' : ''}${kind} ${ops}`;
    });
    expect(listing).toEqual([
      'loop gt cast',
      'structural maxOf',
      'scalar gt',
      'if any: loop sub div',
      'if any: structural minOf',
      'loop div mul select',
    ]);
    expect(groups.filter(({ need }) => need.length > 0 && isWorthBranch(crossing, groups))).toHaveLength(2);
    const stored = storedIds(crossing).map((id) => crossing.values[id]!.op);
    expect(stored).toEqual(['div', 'cast']);
  });

  it('splits a loop where some of it is needed only if a condition holds', () => {
    const { step } = planOf(crossing);
    const version = versionsOf(crossing, step, step.groups.at(-1)!);
    expect(opsOf(crossing, version)).toEqual({ yes: 'div mul select', no: 'select' });
    const three = of(({ a, b, go, other, op }) =>
      op.select(go, op.select(other, op.div(a, b), op.sqrt(b)), op.add(a, b)),
    );
    const plan = planOf(three).step;
    expect(plan.groups).toHaveLength(1);
    expect(opsOf(three, versionsOf(three, plan, plan.groups[0]!))).toEqual({
      yes: { yes: 'div select select', no: 'sqrt select select' },
      no: 'add select',
    });
  });

  it('leaves a loop whole if there is nothing to save', () => {
    const program = of(({ a, b, go, op }) => op.div(op.select(go, a, b), b));
    const { step } = planOf(program);
    expect(opsOf(program, versionsOf(program, step, step.groups[0]!))).toBe('select div');
  });
});

type Listed = string | { yes: Listed; no: Listed };

function opsOf(program: StepProgram, version: Version): Listed {
  if ('ids' in version) return version.ids.map((id) => program.values[id]!.op).join(' ');
  return { yes: opsOf(program, version.yes), no: opsOf(program, version.no) };
}

describe('a loop carries a vector in the buffers of a state', () => {
  const carrying = (use: 'nothing' | 'inside' | 'after' | 'events', end: 'own' | 'changed' = 'own') =>
    defineDynamics('carrying', {
      dims: ['n'],
      state: { x: ['n'], y: ['n'] },
      step: ({ state, op }) => {
        const { x, y } = op.loop({
          limit: 4,
          carried: { x: ['n'], y: ['n'], k: [] },
          start: { x: state.x, y: 0, k: 0 },
          while: ({ k }) => op.lt(k, 3),
          body: (now) => ({
            next: {
              x: use === 'inside' ? op.add(now.x, state.x) : op.add(now.x, 1),
              y: now.y,
              k: op.add(now.k, 1),
            },
            events: use === 'events' ? { high: { when: true, value: state.x } } : {},
          }),
        });
        const next = end === 'own' ? x : op.add(x, 1);
        return { state: { x: next, y }, outputs: { z: use === 'after' ? op.add(x, state.x) : x } };
      },
    });

  it('that it begins and ends as', () => {
    expect([...carriedInStates(carrying('nothing'))]).toEqual([['x', 'x']]);
    expect([...carriedInStates(carrying('nothing', 'changed'))]).toEqual([]);
  });

  it('unless the state is read later on', () => {
    for (const use of ['inside', 'after', 'events'] as const)
      expect([...carriedInStates(carrying(use))], use).toEqual([]);
  });
});
