// Doing things at once: all of it is there, or none; and it gives the same bits.
import { type Bindings, Interpreter, type StepProgram } from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { type CaseContext, check, eachDtype, failureOf, refused, same } from '../case.ts';
import { noise, relay, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 5;
const group = 'sync';

export const syncCases = [
  eachDtype(
    group,
    'openSync, runSync and writeSync are there exactly if sync is declared',
    async (context) => {
      const { sync } = context.backend.capabilities;
      const session = await context.session(spiker, spikerBindings(n));
      for (const [name, member] of Object.entries({
        openSync: context.plugin.openSync,
        runSync: session.runSync,
        writeSync: session.writeSync,
      })) {
        check(
          (member !== undefined) === sync,
          `sync is ${sync}, but ${name} is ${member === undefined ? 'not ' : ''}there`,
        );
      }
    },
  ),

  eachDtype(group, 'what is done at once gives the same bits', async (context) => {
    for (const program of [spiker, noise]) {
      const bindings =
        program === spiker ? spikerBindings(n, { batch: 2 }) : { dims: { n }, dt: 1, batch: 2, seed: 4 };
      const inputs = program === spiker ? spikerInputs(n, 6, 2) : {};
      const [session, twin] = await openSync(context, program, bindings);
      if (session?.runSync === undefined) return;
      const record = Object.keys(program.state);
      same(session.runSync(inputs, { steps: 6, record }), twin.run(inputs, { steps: 6, record }), 'runSync');
      if (program === spiker) {
        for (const [name, value] of [
          ['weights', tensor([n, n], [0.25])],
          ['dt', tensor([], [0.25])],
          ['v', tensor([n], [1])],
        ] as const) {
          session.writeSync?.(name, value);
          twin.write(name, value);
        }
      }
      same(session.runSync(inputs, { steps: 6 }), twin.run(inputs, { steps: 6 }), 'runSync again');
      // Both ways on one session.
      same(await session.run(inputs, { steps: 6 }), twin.run(inputs, { steps: 6 }), 'run after runSync');
      same(session.runSync({}, { steps: 2 }), twin.run({}, { steps: 2 }), 'runSync after run');
    }
  }),

  eachDtype(group, 'a runSync that fails leaves the state as it was', async (context) => {
    const [session, twin] = await openSync(context, noise, { dims: { n }, dt: 1 });
    if (session?.runSync === undefined) return;
    const thrown = new Error('stop');
    let calls = 0;
    const onProgress = () => {
      calls++;
      throw thrown;
    };
    const error = await failureOf(
      () => session.runSync?.({}, { steps: 3, onProgress }),
      'a throwing onProgress',
    );
    check(
      error === thrown && calls === 1,
      'runSync must call onProgress once, at the end, and throw what it throws',
    );
    const signal = AbortSignal.abort(thrown);
    const aborted = await failureOf(() => session.runSync?.({}, { steps: 3, signal }), 'an aborted signal');
    check(aborted === thrown, 'runSync must throw the reason of an aborted signal');
    same(session.runSync({}, { steps: 3 }), twin.run({}, { steps: 3 }), 'the run after it');
  }),

  eachDtype(group, 'runSync stops before an event output may overflow', async (context) => {
    const [session, twin] = await openSync(context, relay, { dims: { n }, dt: 1 });
    if (session?.runSync === undefined) return;
    const inputs = { x: tensor([1, 9, n], (index) => index % 2) };
    const options = { steps: 9, eventCapacity: 2 * n };
    same(session.runSync(inputs, options), twin.run(inputs, options), 'runSync');
  }),

  eachDtype(group, 'openSync refuses what open, compile and instantiate refuse', async (context) => {
    const { plugin, dtype } = context;
    if (plugin.openSync === undefined) return;
    const unknown = { ...relay, next: {} };
    await refused(() => plugin.openSync?.(unknown, { dims: { n }, dt: 1, dtype }), 'a malformed program', {
      kind: 'NotImplementedError',
      code: 'program-refused',
    });
    await refused(() => plugin.openSync?.(relay, { dims: {}, dt: 1, dtype }), 'a missing extent', {
      kind: 'ValueError',
      code: 'run-count',
    });
  }),
];

async function openSync(context: CaseContext, program: StepProgram, bindings: Bindings) {
  await context.requireDeclared(program);
  const own = { ...bindings, dtype: context.dtype };
  const session = context.plugin.openSync?.(program, own);
  return [session && context.closing(session), new Interpreter(program, own)] as const;
}
