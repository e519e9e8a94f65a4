import { describe, expect, test } from 'vitest';
import { defineDynamics, Interpreter, Network, type StepProgram } from '../src/index.ts';

const leaky = (name: string): StepProgram =>
  defineDynamics(name, {
    dims: ['n'],
    params: { gain: [] },
    state: { v: ['n'] },
    inputs: { x: ['n'] },
    step: ({ params, state, inputs, dt, op }) => {
      const v = op.add(op.mul(state.v, params.gain), op.mul(inputs.x, dt));
      return { state: { v }, outputs: { y: v }, records: { twice: op.mul(v, 2) } };
    },
  });

const scalar = (number: number) => ({ data: Float64Array.of(number), shape: [] });

describe('a network of programs', () => {
  function twoInARow(): StepProgram {
    const network = new Network('two');
    const first = network.place('a', leaky('first'), { n: 2 }, { x: network.input('input', [2]) });
    const second = network.place('b', leaky('second'), { n: 2 }, { x: first.outputs.y! });
    return network.finish({ outputs: { out: network.op.add(second.outputs.y!, first.outputs.y!) } });
  }

  test('has the names of its programs under their prefixes, and a time step for each', () => {
    const program = twoInARow();
    expect(Object.keys(program.params).sort()).toEqual(['a_dt', 'a_gain', 'b_dt', 'b_gain']);
    expect(Object.keys(program.state)).toEqual(['a_v', 'b_v']);
    expect(Object.keys(program.records)).toEqual(['a_twice', 'b_twice']);
  });

  test('computes what its programs compute one after the other', () => {
    const input = { data: Float64Array.of(1, 2, 0.1, 0, 3, -1), shape: [1, 3, 2] };
    const alone = (gain: number, dt: number, x: typeof input) =>
      new Interpreter(leaky('alone'), { dims: { n: 2 }, dt, params: { gain: scalar(gain) } }).run(
        { x },
        { steps: 3 },
      );
    const first = alone(0.9, 0.3, input).outputs.y as typeof input;
    const second = alone(0.7, 0.1, first).outputs.y as typeof input;
    const params = { a_gain: scalar(0.9), a_dt: scalar(0.3), b_gain: scalar(0.7), b_dt: scalar(0.1) };
    const together = new Interpreter(twoInARow(), { dims: {}, dt: 1, params }).run({ input }, { steps: 3 });
    expect(together.outputs.out!.data).toEqual(second.data.map((value, index) => value + first.data[index]!));
    expect(together.state.b_v!.data).toEqual(second.data.slice(4));
  });

  test('keeps random streams, so that noise is the noise of the program alone', () => {
    const noisy = defineDynamics('noisy', {
      dims: ['n'],
      step: ({ op }) => ({ state: {}, outputs: { y: op.add(op.normal(['n']), op.uniform(['n'])) } }),
    });
    const network = new Network('one');
    const { outputs } = network.place('a', noisy, { n: 3 }, {});
    const alone = new Interpreter(noisy, { dims: { n: 3 }, dt: 1, seed: 5 }).run({}, { steps: 2 });
    const placed = new Interpreter(network.finish({ outputs: { y: outputs.y! } }), {
      dims: {},
      dt: 1,
      seed: 5,
    });
    expect(placed.run({}, { steps: 2 }).outputs.y!.data).toEqual(alone.outputs.y!.data);
  });

  /** `v` is halved as often as it takes to get below 1; gives out how often. */
  const halving = defineDynamics('halving', {
    dims: ['n'],
    params: { least: [] },
    state: { v: ['n'] },
    inputs: { x: ['n'] },
    step: ({ params, state, inputs, op }) => {
      const start = op.add(state.v, inputs.x);
      const { v, rounds } = op.loop({
        limit: 40,
        carried: { v: ['n'], rounds: ['n'] },
        start: { v: start, rounds: 0 },
        while: (now) => op.ge(op.maxOf(now.v), params.least),
        body: (now) => {
          const large = op.ge(now.v, params.least);
          return {
            next: {
              v: op.select(large, op.mul(now.v, 0.5), now.v),
              rounds: op.add(now.rounds, op.toFloat(large)),
            },
          };
        },
      });
      return { state: { v }, outputs: { rounds }, records: { start } };
    },
  });

  test('holds one program with a loop, between others', () => {
    const network = new Network('around');
    const first = network.place('a', leaky('first'), { n: 2 }, { x: network.input('input', [2]) });
    const middle = network.place('b', halving, { n: 2 }, { x: first.outputs.y! });
    const last = network.place('c', leaky('last'), { n: 2 }, { x: middle.outputs.rounds! });
    const program = network.finish({ outputs: { y: last.outputs.y! } });
    const input = { data: Float64Array.of(9, 1, 0, 700, 3, 2), shape: [1, 3, 2] };
    const options = { steps: 3, record: ['start'] };
    const run = (alone: StepProgram, params: Record<string, number>, inputs: Record<string, typeof input>) =>
      new Interpreter(alone, {
        dims: { n: 2 },
        dt: 0.5,
        params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, scalar(value)])),
      }).run(inputs, { steps: 3 });
    const y = run(leaky('a'), { gain: 0.5 }, { x: input }).outputs.y as typeof input;
    const halved = run(halving, { least: 1 }, { x: y });
    const z = run(leaky('c'), { gain: 0.25 }, { x: halved.outputs.rounds as typeof input });
    const numbers = { a_gain: 0.5, a_dt: 0.5, b_least: 1, c_gain: 0.25, c_dt: 0.5 };
    const params = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, scalar(value)]));
    const together = new Interpreter(program, { dims: {}, dt: 1, params }).run(
      { input },
      { ...options, record: ['b_start'] },
    );
    expect(together.outputs.y).toEqual(z.outputs.y);
    expect(together.state.b_v).toEqual(halved.state.v);
    expect(together.records.b_start!.shape).toEqual([1, 3, 2]);
    expect(() => network.place('d', halving, { n: 2 }, { x: last.outputs.y! })).toThrow(/a step has one/);
  });

  test('leaves out a loop of which nothing is used', () => {
    const idle = defineDynamics('idle', {
      dims: ['n'],
      inputs: { x: ['n'] },
      step: ({ inputs, op }) => {
        op.loop({
          limit: 3,
          carried: { left: [] },
          start: { left: 2 },
          while: (now) => op.gt(now.left, 0),
          body: (now) => ({
            next: { left: op.sub(now.left, 1) },
            events: { e: { when: op.gt(inputs.x, 0), value: inputs.x } },
          }),
        });
        return { state: {}, outputs: { y: inputs.x } };
      },
    });
    const network = new Network('one');
    const { outputs } = network.place('a', idle, { n: 1 }, { x: network.input('input', [1]) });
    expect(network.finish({ outputs: { y: outputs.y! } }).loop).toBeUndefined();
  });

  test('refuses an input of another shape, a missing one, and a missing extent', () => {
    const network = new Network('wrong');
    const input = network.input('input', [3]);
    expect(() => network.place('a', leaky('p'), { n: 2 }, { x: input })).toThrow(
      /needs shape \[2\], got \[3\]/,
    );
    expect(() => network.place('a', leaky('p'), { n: 2 }, {})).toThrow(/got nothing/);
    expect(() => network.place('a', leaky('p'), {}, { x: input })).toThrow(/extent n of p is missing/);
  });
});
