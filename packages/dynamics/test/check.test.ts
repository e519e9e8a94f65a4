import { checkProgram, defineDynamics, type StepProgram } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';
import { recRateEuler } from './programs.ts';

/** A program as it comes from JSON: anything may be anything. */
type Raw = Record<string, unknown> & { values: Record<string, unknown>[] };

/** What is wrong with a program after a change of its JSON. */
function problemsOf(change: (program: Raw) => void, program: StepProgram = recRateEuler): string[] {
  const raw: Raw = JSON.parse(JSON.stringify(program));
  change(raw);
  return checkProgram(raw as unknown as StepProgram);
}

/** The place of the first value of an operation. */
const placeOf = (op: string, program = recRateEuler) => program.values.findIndex((value) => value.op === op);
const change = (op: string, fields: object, program = recRateEuler) =>
  problemsOf((raw) => Object.assign(raw.values[placeOf(op, program)]!, fields), program);

const noisy = defineDynamics('noisy', {
  dims: ['n'],
  lines: { line: [3, 'n'] },
  step: ({ lines, op }) => ({ state: {}, outputs: { y: op.delay(lines.line, op.normal(['n'])) } }),
});

it('a program that is well formed has no problems, also as JSON', () => {
  expect(problemsOf(() => {})).toEqual([]);
  expect(problemsOf(() => {}, noisy)).toEqual([]);
});

describe('a program that lacks something is told so, and nothing is thrown', () => {
  const part = [
    'name',
    'dims',
    'params',
    'state',
    'lines',
    'inputs',
    'values',
    'next',
    'observe',
    'outputs',
    'events',
    'records',
  ];
  it.each(part)('%s', (name) => {
    for (const value of [undefined, null, 7, name === 'dims' || name === 'values' ? {} : []]) {
      const problems = problemsOf((raw) => {
        raw[name] = value;
      });
      expect(problems.join('; ')).toContain(`${name} must be`);
    }
  });

  it('the format', () => {
    const problems = problemsOf((raw) => {
      raw.format = 'rp-step/2';
    });
    expect(problems).toEqual(['format must be "rp-step/1", got "rp-step/2"']);
  });

  it.each(['args', 'shape', 'type', 'stage'])('%s of a value', (field) => {
    const id = placeOf('add');
    expect(change('add', { [field]: undefined })).toEqual([
      `value ${id} must have op, args, shape, type and stage`,
    ]);
  });
});

describe('a value that contradicts itself is named', () => {
  const value = (op: string, program = recRateEuler) => `value ${placeOf(op, program)} (${op})`;

  it.each([
    [
      'an unknown operation',
      change('div', { op: 'fma' }),
      /value \d+ \(fma\): unknown operation; there are const, dt, /,
    ],
    [
      'a name that every object has',
      change('div', { op: 'constructor' }),
      /\(constructor\): unknown operation/,
    ],
    [
      'an operand after it',
      change('add', { args: [0, 99] }),
      `${value('add')}: operand 99 must be a value before it`,
    ],
    [
      'an operand that is no id',
      change('add', { args: [0, 0.5] }),
      `${value('add')}: operand 0.5 must be a value before it`,
    ],
    ['too few operands', change('add', { args: [0] }), 'add(float[n, n]) — takes 2 operands'],
    [
      'a wrong shape',
      change('add', { shape: [] }),
      `${value('add')}: is written as float[] at observe, but is float[n] at observe`,
    ],
    [
      'a wrong type',
      change('gt', { type: 'float' }),
      `${value('gt')}: is written as float[n] at observe, but is bool[n] at observe`,
    ],
    [
      'a wrong stage',
      change('add', { stage: 'prelude' }),
      `${value('add')}: is written as float[n] at prelude, but is float[n] at observe`,
    ],
    [
      'an unknown extent',
      change('add', { shape: ['k'] }),
      `${value('add')} has the unknown extent "k" (dims: n)`,
    ],
    ['an undeclared parameter', change('param', { name: 'w' }), `${value('param')}: there is no param "w"`],
    [
      'a parameter that every object has',
      change('param', { name: 'toString' }),
      `${value('param')}: there is no param "toString"`,
    ],
    [
      'another shape than declared',
      change('param', { shape: ['n'] }),
      `${value('param')}: weights is declared as float[n, n], used as float[n]`,
    ],
    ['operands of a leaf', change('state', { args: [0] }), `${value('state')}: takes no operands`],
    [
      'a state in the prelude',
      change('state', { stage: 'prelude' }),
      `${value('state')}: is written at prelude, but is at observe`,
    ],
    ['a constant without a value', change('const', { value: undefined }), `${value('const')}: has no value`],
    ['a constant of the other type', change('const', { value: true }), `${value('const')}: true is no float`],
    ['a constant that is a text', change('const', { value: '1' }), `${value('const')}: "1" is no float`],
    [
      'random numbers without a stream',
      change('normal', { stream: undefined }, noisy),
      `${value('normal', noisy)}: needs a stream`,
    ],
    [
      'random words beyond the fourth',
      change('normal', { op: 'uniform', word: 4 }, noisy),
      '(uniform): needs a word from 0 to 3',
    ],
    [
      'a delay in no line',
      change('delay', { name: 'other' }, noisy),
      '(delay): there is no delay line "other"',
    ],
  ])('%s', (_, problems, expected) => {
    const text = problems.join('\n');
    if (typeof expected === 'string') expect(text).toContain(expected);
    else expect(text).toMatch(expected);
  });
});

describe('a result that cannot be is named', () => {
  it.each<[string, (raw: Raw) => void, string]>([
    [
      'of no value',
      (raw) => {
        raw.observe = { activity: 99 };
      },
      'observe.activity: there is no value 99',
    ],
    [
      'of a step, between two steps',
      (raw) => {
        raw.observe = { activity: (raw.next as { x: number }).x };
      },
      'observe.activity uses more than parameters and state',
    ],
    [
      'a missing next value',
      (raw) => {
        raw.next = {};
      },
      'state x has no next value',
    ],
    [
      'a next value without a state',
      (raw) => {
        raw.next = { ...(raw.next as object), y: 0 };
      },
      'next.y: there is no such state',
    ],
    [
      'a next value of another shape',
      (raw) => {
        raw.next = { x: 0 };
      },
      'next.x must be float[n], is float[n, n]',
    ],
    [
      'under the name of another',
      (raw) => {
        raw.records = { activity: 0 };
      },
      'activity is declared twice among the results and states',
    ],
    [
      'under no name',
      (raw) => {
        raw.outputs = { '__proto__x-': 0 };
      },
      '"__proto__x-" is not a name (letters, digits, _)',
    ],
  ])('%s', (_, make, problem) => {
    expect(problemsOf(make)).toContain(problem);
  });
});

it('every problem is told, not only the first', () => {
  const problems = problemsOf((raw) => {
    raw.next = {};
    raw.outputs = { y: 99 };
    raw.params = {};
  });
  expect(problems.length).toBeGreaterThanOrEqual(5);
});
