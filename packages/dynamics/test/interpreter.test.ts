import { defineDynamics, Interpreter, type Tensor } from '@rp/dynamics';
import { describe, expect, it } from 'vitest';

const array = (shape: number[], ...values: number[]): Tensor => ({ data: Float64Array.from(values), shape });
const numbers = (tensor: Tensor | undefined) => Array.from(tensor?.data ?? []);

/** Counts, and delays what comes in. */
const counter = defineDynamics('counter', {
  dims: ['n'],
  state: { count: ['n'] },
  inputs: { x: ['n'] },
  lines: { line: [2, 'n'] },
  observe: ({ state }) => ({ before: state.count }),
  step: ({ state, inputs, lines, op }) => ({
    state: { count: op.add(state.count, 1) },
    outputs: { late: op.delay(lines.line, inputs.x), noise: op.normal([]) },
    events: { x: inputs.x },
  }),
});

describe('one step after the other', () => {
  it('observes before each step and once after the last; delays by the length of the line', () => {
    const { outputs, events, state } = new Interpreter(counter, { dims: { n: 1 }, dt: 1 }).run(
      { x: array([1, 4, 1], 5, 0, 7, 8) },
      { steps: 4 },
    );
    expect(numbers(outputs.before)).toEqual([0, 1, 2, 3, 4]);
    expect(numbers(outputs.late)).toEqual([0, 0, 5, 0]);
    expect(numbers(state.line)).toEqual([7, 8]);
    expect(events.x).toEqual({
      offsets: Uint32Array.of(0, 1, 1, 2, 3),
      units: Int32Array.of(0, 0, 0),
      counts: Float64Array.of(5, 7, 8),
    });
  });

  it('can be done one by one, and finished early', () => {
    const interpreter = new Interpreter(counter, { dims: { n: 1 }, dt: 1 });
    const run = interpreter.begin({}, { steps: 3 });
    expect([run.advance(), run.advance()]).toEqual([true, true]);
    expect(run.finish().steps).toBe(2);
    expect(numbers(interpreter.read('count'))).toEqual([2]);
  });

  it('ends by itself when all are done', () => {
    const run = new Interpreter(counter, { dims: { n: 1 }, dt: 1 }).begin({}, { steps: 1 });
    expect([run.advance(), run.advance()]).toEqual([true, false]);
  });
});

describe('a snapshot', () => {
  it('brings back states, delay lines and random numbers, as often as it is restored', () => {
    const interpreter = new Interpreter(counter, { dims: { n: 2 }, dt: 1, batch: 2, seed: 3 });
    const inputs = { x: array([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8) };
    interpreter.run(inputs, { steps: 2 });
    const snapshot = interpreter.snapshot();
    const results = [0, 1, 2].map(() => {
      const result = interpreter.run(inputs, { steps: 2 });
      interpreter.restore(snapshot);
      return result;
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe('float32', () => {
  it('rounds what is given and every result', () => {
    const third = defineDynamics('third', {
      dims: [],
      params: { a: [] },
      step: ({ params, dt, op }) => ({
        state: {},
        outputs: { a: op.mul(params.a, 1), q: op.div(1, 3), dt: op.mul(dt, 1) },
      }),
    });
    const session = new Interpreter(third, {
      dims: {},
      dt: 0.1,
      dtype: 'float32',
      params: { a: array([], 0.1) },
    });
    const { outputs } = session.run({}, { steps: 1 });
    expect(outputs.a?.data).toEqual(Float32Array.of(0.1));
    expect(outputs.q?.data).toEqual(Float32Array.of(1 / 3));
    expect(outputs.dt?.data).toEqual(Float32Array.of(0.1));
  });
});
