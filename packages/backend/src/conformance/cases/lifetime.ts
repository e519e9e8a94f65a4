// Who owns what, and when it goes.
import { Interpreter } from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { check, eachDtype, refused, same } from '../case.ts';
import { heavy, heavyBindings, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 5;
const group = 'lifetime';
const disposed = { kind: 'RuntimeError', code: 'disposed' };

export const lifetimeCases = [
  eachDtype(group, 'two sessions of one program share nothing', async (context) => {
    const one = await context.pair(spiker, spikerBindings(n));
    const two = await context.pair(spiker, spikerBindings(n));
    const inputs = spikerInputs(n, 4);
    await one.run(inputs, { steps: 4 }, 'the first');
    await two.write('weights', tensor([n, n], [0.5]));
    await two.write('dt', tensor([], [0.25]));
    await one.run(inputs, { steps: 4 }, 'the first, after a write to the second');
    await two.run(inputs, { steps: 4 }, 'the second');
    await one.session.dispose();
    await two.run(inputs, { steps: 4, record: ['v'] }, 'the second, after the first was disposed');
  }),

  eachDtype(group, 'sessions of different sizes and programs live side by side', async (context) => {
    const pairs = [
      await context.pair(spiker, spikerBindings(n)),
      await context.pair(spiker, spikerBindings(n + 2, { batch: 3 })),
      await context.pair(heavy, heavyBindings(7)),
    ];
    for (let round = 0; round < 3; round++) for (const pair of pairs) await pair.run({}, { steps: 3 });
  }),

  eachDtype(group, 'two backends of one plugin share nothing', async (context) => {
    const mine = await context.pair(spiker, spikerBindings(n));
    const other = await context.plugin.open();
    const { dtype } = context;
    const executable = await other.compile(spiker);
    const session = await executable.instantiate({ ...spikerBindings(n), dtype });
    const inputs = spikerInputs(n, 4);
    await session.run(inputs, { steps: 4 });
    await mine.run(inputs, { steps: 4 }, 'the first backend');
    const twin = new Interpreter(spiker, { ...spikerBindings(n), dtype });
    twin.run(inputs, { steps: 4 });
    same(await session.run(inputs, { steps: 4 }), twin.run(inputs, { steps: 4 }), 'the second backend');
    await other.dispose();
    await refused(() => session.run(inputs, { steps: 4 }), 'a run after the backend was disposed', disposed);
    await mine.run(inputs, { steps: 4 }, 'the first backend, after the other was disposed');
  }),

  eachDtype(group, 'parameters are not baked into an executable', async (context) => {
    await context.requireDeclared(spiker);
    const executable = await context.backend.compile(spiker);
    for (const dt of [0.125, 0.25]) {
      const bindings = { ...spikerBindings(n, { dt }), dtype: context.dtype };
      const session = context.closing(await executable.instantiate(bindings));
      const expected = new Interpreter(spiker, bindings).run(spikerInputs(n, 6), { steps: 6 });
      same(await session.run(spikerInputs(n, 6), { steps: 6 }), expected, `dt ${dt}`);
    }
    const again = await context.backend.compile(structuredClone(spiker));
    check(
      (await again
        .instantiate({ ...spikerBindings(n), dtype: context.dtype })
        .then((session) => context.closing(session))) !== undefined,
      'a copy of a program must compile',
    );
    check(executable.explain(context.dtype).trim().length > 0, 'explain() must say something');
    await executable.dispose();
    await executable.dispose();
    await refused(
      () => executable.instantiate({ ...spikerBindings(n), dtype: context.dtype }),
      'instantiate on a disposed executable',
      disposed,
    );
  }),

  eachDtype(group, 'usage counts sessions and bytes, and is 0 when all are disposed', async (context) => {
    const { backend } = context;
    const usage = (what: string, sessions: number) => {
      const now = backend.usage();
      const fine = now.sessions === sessions && (sessions > 0 ? now.bytes > 0 : now.bytes === 0);
      check(fine, `${what}: usage() is ${JSON.stringify(now)}, with ${sessions} sessions open`);
    };
    usage('at first', 0);
    const one = await context.session(spiker, spikerBindings(n));
    usage('after instantiate', 1);
    const two = await context.session(heavy, heavyBindings(n));
    usage('after a second instantiate', 2);
    await one.run({}, { steps: 3 });
    await one.dispose();
    await one.dispose();
    usage('after disposing one of two, twice', 1);
    await two[Symbol.asyncDispose]();
    usage('after disposing both', 0);
    await refused(
      async () =>
        context.closing(
          await (await backend.compile(spiker)).instantiate({ dims: { n: -1 }, dt: 1, dtype: context.dtype }),
        ),
      'bindings that do not fit',
      {},
    );
    usage('after a refused instantiate', 0);
  }),

  eachDtype(group, 'a disposed session refuses everything but dispose', async (context) => {
    const session = await context.session(spiker, spikerBindings(n));
    await session.run({}, { steps: 1 });
    await session.dispose();
    await session.dispose();
    await refused(() => session.run({}, { steps: 1 }), 'run', disposed);
    await refused(() => session.read('v'), 'read', disposed);
    await refused(() => session.write('v', tensor([n], [0])), 'write', disposed);
    if (session.runSync !== undefined)
      await refused(() => session.runSync?.({}, { steps: 1 }), 'runSync', disposed);
    if (session.writeSync !== undefined)
      await refused(() => session.writeSync?.('v', tensor([n], [0])), 'writeSync', disposed);
  }),

  eachDtype(
    group,
    'disposing a backend closes its sessions; what it made refuses to be used',
    async (context) => {
      await context.requireDeclared(spiker);
      const backend = await context.plugin.open();
      const executable = await backend.compile(spiker);
      const bindings = { ...spikerBindings(n), dtype: context.dtype };
      const session = await executable.instantiate(bindings);
      await backend.dispose();
      await backend.dispose();
      await refused(() => session.run({}, { steps: 1 }), 'a run', disposed);
      await refused(() => executable.instantiate(bindings), 'instantiate', disposed);
      await refused(() => backend.compile(spiker), 'compile', disposed);
      const { sessions, bytes } = backend.usage();
      check(
        sessions === 0 && bytes === 0,
        `usage() of a disposed backend is ${sessions} sessions, ${bytes} bytes`,
      );
      await session.dispose();
    },
  ),
];
