import { ProgramRunner, setDefaultBackend } from '@rp/backend';
import type { Bindings, RunResult } from '@rp/dynamics';
import { afterEach, describe, expect, it } from 'vitest';
import { array, choosy, frame, ones, sum, watched } from './kit.ts';

afterEach(() => setDefaultBackend(undefined));

const runnerOn = (fallback = watched('fallback')) => ({
  plugin: fallback,
  runner: new ProgramRunner({ program: sum, fallback }),
});
const totals = ({ state }: RunResult) => Array.from(state.total?.data ?? []);
const noiseOf = ({ outputs }: RunResult) => Array.from(outputs.noise?.data ?? []);
/** The frame of the run after this one. */
const after = (result: RunResult, bindings: Bindings): Bindings => ({
  ...bindings,
  state: { ...result.state },
});

describe('a runner', () => {
  it('opens nothing before the first run, then keeps one session', async () => {
    const { plugin, runner } = runnerOn();
    expect(plugin.opened).toEqual([]);
    const first = await runner.run(frame(), ones(2), { steps: 2 });
    expect(totals(first)).toEqual([2, 20]);
    expect(totals(await runner.run(after(first, frame()), ones(1), { steps: 1 }))).toEqual([3, 30]);
    expect([plugin.opened.length, plugin.sessions()]).toEqual([1, 1]);
    await runner.dispose();
  });

  it('can open the session before the first run', async () => {
    const { plugin, runner } = runnerOn();
    await runner.prepare(frame());
    expect(plugin.sessions()).toBe(1);
    await runner.run(frame(), ones(1), { steps: 1 });
    expect(plugin.sessions()).toBe(1);
    await runner.dispose();
  });

  it('sees parameters, states and dt that were changed in place', async () => {
    const { runner } = runnerOn();
    const [weight, total] = [array(1, 10), array(0, 0)];
    const bindings = frame({ params: { weight }, state: { total } });
    expect(totals(await runner.run(bindings, ones(1), { steps: 1 }))).toEqual([1, 10]);
    weight.data[0] = 5;
    expect(totals(await runner.run(bindings, ones(1), { steps: 1 }))).toEqual([5, 10]);
    total.data[1] = 100;
    expect(totals(await runner.run(bindings, ones(1), { steps: 1 }))).toEqual([5, 110]);
    expect(totals(await runner.run({ ...bindings, dt: 0.5 }, ones(1), { steps: 1 }))).toEqual([2.5, 105]);
    await runner.dispose();
  });

  it('goes on from its own state if none is given', async () => {
    const { runner } = runnerOn();
    await runner.run(frame(), ones(1), { steps: 1 });
    expect(totals(await runner.run(frame({ state: undefined }), ones(1), { steps: 1 }))).toEqual([2, 20]);
    await runner.dispose();
  });

  it('opens another session for another size, batch or seed', async () => {
    const { plugin, runner } = runnerOn();
    const first = noiseOf(await runner.run(frame(), {}, { steps: 1 }));
    const other = noiseOf(await runner.run(frame({ seed: 1 }), {}, { steps: 1 }));
    expect(other).not.toEqual(first);
    const many = await runner.run(frame({ batch: 3 }), {}, { steps: 1 });
    expect(many.state.total?.shape).toEqual([3, 2]);
    expect(plugin.sessions()).toBe(1);
    await runner.dispose();
  });

  it('has the state of before, and the same random numbers again, after a run that failed', async () => {
    const { runner } = runnerOn();
    const first = await runner.run(frame(), ones(1), { steps: 1 });
    const thrown = new Error('stop');
    const onProgress = () => {
      throw thrown;
    };
    const bindings = after(first, frame());
    await expect(runner.run(bindings, ones(3), { steps: 3, onProgress })).rejects.toBe(thrown);
    await expect(runner.run(bindings, ones(3), { steps: 3, signal: AbortSignal.abort(thrown) })).rejects.toBe(
      thrown,
    );
    const next = await runner.run(bindings, ones(1), { steps: 1 });
    expect(totals(next)).toEqual([2, 20]);
    const straight = runnerOn().runner;
    await straight.run(frame(), {}, { steps: 1 });
    expect(noiseOf(next)).toEqual(noiseOf(await straight.run(frame(), {}, { steps: 1 })));
    await runner.dispose();
    await straight.dispose();
  });

  it('opens nothing for a run that was aborted before', async () => {
    const { plugin, runner } = runnerOn();
    const signal = AbortSignal.abort();
    await expect(runner.run(frame(), {}, { steps: 1, signal })).rejects.toBe(signal.reason);
    expect(() => runner.runSync(frame(), {}, { steps: 1, signal })).toThrow();
    expect(plugin.opened).toEqual([]);
  });

  it('closes the backend if the bindings do not fit', async () => {
    const { plugin, runner } = runnerOn();
    await expect(runner.run(frame({ params: {} }), {}, { steps: 1 })).rejects.toThrow(
      'parameter weight is missing',
    );
    expect([plugin.opened.length, plugin.alive()]).toEqual([1, 0]);
  });

  it('closes session and backend when disposed, and opens them again when run', async () => {
    const { plugin, runner } = runnerOn();
    const first = await runner.run(frame(), ones(1), { steps: 1 });
    await runner.dispose();
    await runner.dispose();
    expect([plugin.sessions(), plugin.alive()]).toEqual([0, 0]);
    expect(totals(await runner.run(after(first, frame()), ones(1), { steps: 1 }))).toEqual([2, 20]);
    await runner[Symbol.asyncDispose]();
    expect([plugin.sessions(), plugin.alive()]).toEqual([0, 0]);
  });
});

describe('which backend a runner uses', () => {
  it('is the one it was given, else the default, else the fallback', async () => {
    const [given, standard, fallback] = [watched('given'), watched('standard'), watched('fallback')];
    const opened = () => [given, standard, fallback].map((plugin) => plugin.opened.length);
    const plain = new ProgramRunner({ program: sum, fallback });
    await plain.run(frame(), {}, { steps: 1 });
    expect(opened()).toEqual([0, 0, 1]);
    setDefaultBackend(standard);
    await plain.run(frame(), {}, { steps: 1 });
    expect(opened()).toEqual([0, 1, 1]);
    const own = new ProgramRunner({ program: sum, fallback, backend: given });
    await own.run(frame(), {}, { steps: 1 });
    expect(opened()).toEqual([1, 1, 1]);
    await plain.dispose();
    await own.dispose();
  });

  it('can be changed between two runs: state, and random numbers, go on there', async () => {
    const { plugin, runner } = runnerOn();
    const other = watched('other');
    const straight = runnerOn().runner;
    const first = await runner.run(frame(), ones(2), { steps: 2 });
    await runner.to(other);
    const second = await runner.run(after(first, frame()), ones(1), { steps: 1 });
    expect(totals(second)).toEqual([3, 30]);
    const whole = await straight.run(frame(), ones(3), { steps: 3 });
    expect(noiseOf(whole)).toEqual([...noiseOf(first), ...noiseOf(second)]);
    expect([plugin.sessions(), other.sessions()]).toEqual([0, 1]);
    await runner.to(undefined, 'float32');
    const third = await runner.run(after(second, frame()), ones(1), { steps: 1 });
    expect(third.state.total?.data).toEqual(Float32Array.of(4, 40));
    await runner.dispose();
    await straight.dispose();
  });
});

describe('running at once', () => {
  it('gives what an awaited run gives', async () => {
    const { runner } = runnerOn();
    const weight = array(1, 10);
    const bindings = frame({ params: { weight } });
    const first = runner.runSync(bindings, ones(2), { steps: 2 });
    weight.data[1] = 1;
    const second = runner.runSync(after(first, bindings), ones(1), { steps: 1 });
    expect([totals(first), totals(second)]).toEqual([
      [2, 20],
      [3, 21],
    ]);
    expect(totals(await runner.run(after(second, bindings), ones(1), { steps: 1 }))).toEqual([4, 22]);
    await runner.dispose();
  });

  it('is refused where a backend can only be awaited, with what to do', async () => {
    const { openSync: _, ...asynchronous } = watched('far-away');
    const runner = new ProgramRunner({ program: sum, fallback: asynchronous });
    const refusal = expect.objectContaining({
      kind: 'RuntimeError',
      code: 'no-sync',
      message: '[rp:backend] sum: far-away can only be awaited; use evolve',
    });
    expect(() => runner.runSync(frame(), {}, { steps: 1 })).toThrowError(refusal);
  });

  it('is refused in a session that was opened by such a backend', async () => {
    const right = watched('far-away');
    const open = async () => {
      const backend = await right.open();
      const compile = backend.compile.bind(backend);
      backend.compile = async (program) => {
        const executable = await compile(program);
        const instantiate = async (bindings: Bindings) =>
          Object.create(await executable.instantiate(bindings), { runSync: { value: undefined } });
        return { ...executable, instantiate };
      };
      return backend;
    };
    const runner = new ProgramRunner({ program: sum, fallback: { ...right, open } });
    await runner.run(frame(), {}, { steps: 1 });
    expect(() => runner.runSync(frame(), {}, { steps: 1 })).toThrowError(
      expect.objectContaining({
        code: 'no-sync',
        message: expect.stringContaining('far-away answers asynchronously'),
      }),
    );
    await runner.dispose();
  });

  it('takes the first of a list that can', () => {
    const runner = new ProgramRunner({ program: sum, fallback: [choosy(), watched('able')] });
    expect(totals(runner.runSync(frame(), ones(1), { steps: 1 }))).toEqual([1, 10]);
  });
});
