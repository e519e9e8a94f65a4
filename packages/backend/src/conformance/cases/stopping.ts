// A run that is stopped, by whatever, leaves no trace: state and random numbers are as before, the session is usable.
import { tensor } from '../arrays.ts';
import { type CaseContext, check, eachDtype, failureOf, type Pair, refused } from '../case.ts';
import { heavy, heavyBindings, noise, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const group = 'stopping';

export const stoppingCases = [
  eachDtype(group, 'a run whose signal is aborted already rejects with its reason', async (context) => {
    const pair = await context.pair(spiker, spikerBindings(4));
    await pair.run(spikerInputs(4, 5), { steps: 5 });
    const reason = new Error('not any more');
    const signal = AbortSignal.abort(reason);
    const error = await failureOf(
      () => pair.session.run({}, { steps: 5, signal }),
      'a run that is aborted before',
    );
    check(error === reason, `an aborted run must reject with the signal's reason, got ${String(error)}`);
    await goesOn(pair, 'after an abort before the run');
  }),

  eachDtype(group, 'a run that is aborted in the middle leaves the state as it was', async (context) => {
    const pair = await context.pair(heavy, heavyBindings(48));
    await pair.run({}, { steps: 3 });
    const controller = new AbortController();
    const reason = new Error('enough');
    const error = await stopInTheMiddle(pair, { signal: controller.signal }, () => controller.abort(reason));
    check(error === reason, `an aborted run must reject with the signal's reason, got ${String(error)}`);
    await pair.read('x');
    await pair.read('count');
    await pair.run({}, { steps: 5 }, 'the run after an abort');
  }),

  eachDtype(
    group,
    'an error thrown by onProgress in the middle of a run rejects it and leaves the state as it was',
    async (context) => {
      const pair = await context.pair(heavy, heavyBindings(48));
      await pair.run({}, { steps: 3 });
      const thrown = new Error('the bar fell over');
      const error = await stopInTheMiddle(pair, {}, () => {
        throw thrown;
      });
      check(error === thrown, `a run must reject with what onProgress has thrown, got ${String(error)}`);
      await pair.read('x');
      await pair.run({}, { steps: 5 }, 'the run after it');
    },
  ),

  eachDtype(
    group,
    'an error thrown by onProgress at the end leaves state and random numbers as they were',
    async (context) => {
      for (const program of [spiker, noise]) {
        const bindings = program === spiker ? spikerBindings(4) : { dims: { n: 4 }, dt: 1, seed: 2 };
        const pair = await context.pair(program, bindings);
        await pair.run({}, { steps: 3 });
        const thrown = new Error('no thanks');
        const onProgress = () => {
          throw thrown;
        };
        const error = await failureOf(
          () => pair.session.run({}, { steps: 3, onProgress }),
          'a throwing onProgress',
        );
        check(error === thrown, `a run must reject with what onProgress has thrown, got ${String(error)}`);
        await pair.run({}, { steps: 3 }, 'the run after it');
      }
    },
  ),

  eachDtype(group, 'onProgress counts up and ends with all steps', async (context) => {
    const pair = await context.pair(heavy, heavyBindings(8));
    for (const steps of [0, 1, 500]) {
      const seen: [number, number][] = [];
      await pair.run({}, { steps, onProgress: (done: number, total: number) => seen.push([done, total]) } as {
        steps: number;
      });
      const fine = seen.every(
        ([done, total], index) => total === steps && done >= (seen[index - 1]?.[0] ?? 0),
      );
      check(
        fine && seen.at(-1)?.[0] === steps,
        `onProgress was called with ${JSON.stringify(seen)} in ${steps} steps`,
      );
    }
  }),

  eachDtype(group, 'while a run goes on, everything else but dispose is refused', async (context) => {
    const pair = await context.pair(heavy, heavyBindings(16));
    const { session } = pair;
    const going = session.run({}, { steps: 40 });
    const attempts = {
      'a second run': () => session.run({}, { steps: 1 }),
      'a read': () => session.read('x'),
      'a write': () => session.write('x', tensor([16], [0])),
      ...(session.runSync === undefined ? {} : { 'a runSync': () => session.runSync?.({}, { steps: 1 }) }),
      ...(session.writeSync === undefined
        ? {}
        : { 'a writeSync': () => session.writeSync?.('x', tensor([16], [0])) }),
    };
    // All are tried at once: waiting for one might let the run end.
    const refusals = Object.entries(attempts).map(([what, action]) =>
      refused(action, `${what} during a run`, { kind: 'RuntimeError', code: 'session-busy' }),
    );
    await Promise.all(refusals);
    await going;
    pair.interpreter.run({}, { steps: 40 });
    await pair.run({}, { steps: 2 }, 'the run after it');
  }),

  eachDtype(group, 'disposing a session during a run ends the run', async (context) => {
    const session = await context.session(heavy, heavyBindings(16));
    const going = session.run({}, { steps: 20_000 }).then(
      () => 'done',
      () => 'refused',
    );
    await session.dispose();
    await going;
    await refused(() => session.run({}, { steps: 1 }), 'a run afterwards', {
      kind: 'RuntimeError',
      code: 'disposed',
    });
  }),

  eachDtype(group, 'two sessions of one backend may run at the same time', async (context: CaseContext) => {
    const pairs = [
      await context.pair(heavy, heavyBindings(12)),
      await context.pair(heavy, heavyBindings(13)),
    ];
    await Promise.all(pairs.map((pair, index) => pair.run({}, { steps: 300 }, `session ${index}`)));
  }),
];

/** The same run, on both, gives the same: nothing is left of the one that failed. */
async function goesOn(pair: Pair, what: string): Promise<void> {
  await pair.read('v');
  await pair.run(spikerInputs(4, 5), { steps: 5, record: ['v'] }, what);
}

/**
 * Makes runs of growing length until one reports progress before its end, and stops that one. Returns what it rejects
 * with. @throws if a run of a second reports nothing: then nobody could stop it.
 */
async function stopInTheMiddle(
  pair: Pair,
  options: { signal?: AbortSignal },
  stop: () => void,
): Promise<unknown> {
  for (let steps = 128; ; steps *= 4) {
    let stopped = false;
    const onProgress = (done: number, total: number) => {
      if (done >= total) return;
      stopped = true;
      stop();
    };
    const since = performance.now();
    try {
      await pair.session.run({}, { ...options, steps, onProgress });
    } catch (error) {
      if (stopped) return error;
      throw error;
    }
    check(!stopped, `a run of ${steps} steps was stopped in the middle, and went on`);
    const took = performance.now() - since;
    check(took < 1000, `a run of ${steps} steps took ${Math.round(took)} ms, and never reported progress`);
    pair.interpreter.write('x', await pair.session.read('x'));
    pair.interpreter.write('count', await pair.session.read('count'));
  }
}
