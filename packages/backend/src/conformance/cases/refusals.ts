// What doesn't fit is refused, with the error that the interpreter gives; and refusing changes nothing.
import {
  type Bindings,
  basicOps,
  type EventList,
  Interpreter,
  type RunInputs,
  type RunOptions,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import { tensor } from '../arrays.ts';
import { check, eachDtype, notDeclared, refused, refusedAlike, refusedProgram } from '../case.ts';
import { countdown, noise, relay, sparseSpiker, spiker, spikerBindings, spikerInputs } from '../programs.ts';

const n = 3;
const group = 'refusals';

const good = spikerBindings(n);
const without = (name: string) =>
  Object.fromEntries(Object.entries(good.params ?? {}).filter(([key]) => key !== name));
const wrong = <T>(value: unknown) => value as T;

const badBindings: Readonly<Record<string, Bindings>> = {
  'a missing extent': { ...good, dims: {} },
  'a negative extent': { ...good, dims: { n: -1 } },
  'half a neuron': { ...good, dims: { n: 2.5 } },
  'a negative batch': { ...good, batch: -1 },
  'a batch that is no number': { ...good, batch: Number.NaN },
  'a dt that is no number': { ...good, dt: wrong<number>('1e-3') },
  'a seed that is not whole': { ...good, seed: 0.5 },
  'a seed beyond 2^53 - 1': { ...good, seed: 2 ** 53 },
  'a negative firstStep': { ...good, firstStep: -1 },
  'a missing parameter': { ...good, params: without('weights') },
  'an unknown parameter': { ...good, params: { ...good.params, wieghts: tensor([n], [1]) } },
  'a parameter of another shape': { ...good, params: { ...good.params, threshold: tensor([n, 1], [1]) } },
  'a parameter with too few elements': {
    ...good,
    params: { ...good.params, threshold: { data: new Float64Array(n - 1), shape: [n] } },
  },
  'a parameter that is a list': { ...good, params: { ...good.params, threshold: wrong<Tensor>([1, 1, 1]) } },
  'an unknown state': { ...good, state: { w: tensor([n], [1]) } },
  'a state for another batch': { ...good, batch: 2, state: { v: tensor([3, n], [1]) } },
  'a delay line of another length': { ...good, state: { sent: tensor([3, n], [0]) } },
};

const events = (offsets: number[], units: number[], counts = units.map(() => 1)): EventList => ({
  offsets: Uint32Array.from(offsets),
  units: Int32Array.from(units),
  counts: Float64Array.from(counts),
});

/** For {@link relay} with three units, one item and two steps. */
const badRuns: Readonly<Record<string, readonly [RunInputs, RunOptions]>> = {
  'a negative number of steps': [{}, { steps: -1 }],
  'half a step': [{}, { steps: 1.5 }],
  'no number of steps': [{}, wrong<RunOptions>({})],
  'an unknown input': [{ y: tensor([1, 2, n], [0]) }, { steps: 2 }],
  'rows for fewer steps': [{ x: tensor([1, 1, n], [0]) }, { steps: 2 }],
  'rows for more steps': [{ x: tensor([1, 3, n], [0]) }, { steps: 2 }],
  'rows without a batch': [{ x: tensor([2, n], [0]) }, { steps: 2 }],
  'rows of another width': [{ x: tensor([1, 2, n + 1], [0]) }, { steps: 2 }],
  'rows that are a list': [{ x: wrong<Tensor>([[0, 0, 0]]) }, { steps: 2 }],
  'events with too few offsets': [{ x: events([0, 0], []) }, { steps: 2 }],
  'events that do not start at 0': [{ x: events([1, 1, 1], [0]) }, { steps: 2 }],
  'events with decreasing offsets': [{ x: events([0, 2, 1], [0, 1]) }, { steps: 2 }],
  'events with fewer entries than they say': [{ x: events([0, 1, 3], [0, 0]) }, { steps: 2 }],
  'a unit that there is not': [{ x: events([0, 1, 1], [n]) }, { steps: 2 }],
  'a negative unit': [{ x: events([0, 1, 1], [-1]) }, { steps: 2 }],
  'units in descending order': [{ x: events([0, 2, 2], [1, 0]) }, { steps: 2 }],
  'a unit twice': [{ x: events([0, 2, 2], [1, 1]) }, { steps: 2 }],
  'an input with a name that every object has': [{ constructor: tensor([1, 2, n], [0]) }, { steps: 2 }],
  'a record with a name that every object has': [{}, { steps: 2, record: ['constructor'] }],
  'an unknown record': [{}, { steps: 2, record: ['nothing'] }],
  'a capacity below one step': [{}, { steps: 2, eventCapacity: n - 1 }],
  'a capacity that is no number': [{}, { steps: 2, eventCapacity: Number.NaN }],
};

const badWrites: Readonly<Record<string, readonly [string, Tensor]>> = {
  'an unknown name': ['nothing', tensor([n], [0])],
  'the name of an input': ['current', tensor([n], [0])],
  'a parameter of another shape': ['weights', tensor([n], [0])],
  'a state of another shape': ['v', tensor([2, n], [0])],
  'a delay line of another shape': ['sent', tensor([n], [0])],
  'a dt that is no scalar': ['dt', tensor([2], [0.5])],
  'a name that every object has': ['constructor', tensor([], [0])],
  'a scalar as a vector': ['total', tensor([3], [0])],
};

export const refusalCases = [
  ...Object.entries(badBindings).map(([what, bindings]) =>
    eachDtype(group, `bindings with ${what} are refused`, async (context) => {
      const { backend, dtype } = context;
      await context.requireDeclared(spiker);
      const executable = await backend.compile(spiker);
      const given = { ...bindings, dtype };
      await refusedAlike(
        () => executable.instantiate(given),
        () => new Interpreter(spiker, given),
        `bindings with ${what}`,
      );
    }),
  ),

  ...Object.entries(badRuns).map(([what, [inputs, options]]) =>
    eachDtype(group, `a run with ${what} is refused and changes nothing`, async (context) => {
      const pair = await context.pair(relay, { dims: { n }, dt: 1 });
      const fine = { x: tensor([1, 2, n], (index) => index) };
      await pair.run(fine, { steps: 2 });
      const { session, interpreter } = pair;
      await refusedAlike(
        () => session.run(inputs, options),
        () => interpreter.run(inputs, options),
        `a run with ${what}`,
      );
      if (session.runSync !== undefined) {
        await refusedAlike(
          () => session.runSync?.(inputs, options),
          () => interpreter.run(inputs, options),
          `a runSync with ${what}`,
        );
      }
      await pair.read('sum');
      await pair.run(fine, { steps: 2 }, 'the run after it');
    }),
  ),

  eachDtype(
    group,
    'writes and reads of what is not there are refused and change nothing',
    async (context) => {
      const pair = await context.pair(spiker, good);
      const { session, interpreter } = pair;
      for (const [what, [name, value]] of Object.entries(badWrites)) {
        const reference = () => interpreter.write(name, value);
        await refusedAlike(() => session.write(name, value), reference, `a write of ${what}`);
        if (session.writeSync !== undefined)
          await refusedAlike(() => session.writeSync?.(name, value), reference, `a writeSync of ${what}`);
      }
      for (const name of ['nothing', 'current', 'height', 'constructor']) {
        await refusedAlike(
          () => session.read(name),
          () => interpreter.read(name),
          `a read of ${name}`,
        );
      }
      await pair.run(spikerInputs(n, 4), { steps: 4 }, 'the run after it');
    },
  ),

  eachDtype(group, 'malformed programs are refused by check and by compile', async ({ backend }) => {
    for (const [what, program] of Object.entries(malformed)) {
      await refusedProgram(backend, program, `a program ${what}`);
    }
  }),

  eachDtype(
    group,
    'operations that are not declared are refused by check and by compile',
    async ({ backend, dtype }) => {
      check(
        backend.capabilities.operations.every((op) => basicOps.includes(op)),
        'capabilities.operations must list basic operations only',
      );
      for (const program of [spiker, noise, relay, countdown, sparseSpiker]) {
        const lacking = notDeclared(program, backend.capabilities, dtype);
        if (lacking !== undefined) await refusedProgram(backend, program, `a program with ${lacking}`);
        else
          check(
            backend.check(program).length === 0,
            `${program.name} is refused, though all of it is declared`,
          );
      }
    },
  ),

  eachDtype(group, 'a dtype that is not declared is refused', async ({ backend }) => {
    const executable = await backend.compile(relay);
    for (const dtype of ['float64', 'float32', 'float16'] as const) {
      if (backend.capabilities.dtypes.some((known) => known === dtype)) continue;
      const bindings = { dims: { n }, dt: 1, dtype: wrong<'float64'>(dtype) };
      await refused(() => executable.instantiate(bindings), `instantiate in ${dtype}`, {
        kind: 'ValueError',
      });
    }
    const { dtypes, bitExact } = backend.capabilities;
    check(dtypes.length > 0, 'capabilities.dtypes must not be empty');
    check(
      bitExact.every((dtype) => dtypes.includes(dtype)),
      'capabilities.bitExact must be among capabilities.dtypes',
    );
  }),

  eachDtype(group, 'probe says that the backend is available, in words', async ({ plugin, backend }) => {
    const probe = await plugin.probe();
    check(probe.available, `open() works, but probe() says: ${probe.available ? '' : probe.reason}`);
    check(probe.summary.trim().length > 0, 'probe() must give a summary');
    check(plugin.contract === 1, `contract must be 1, is ${String(plugin.contract)}`);
    check(backend.name === plugin.name, `the backend's name is ${backend.name}, its plugin's ${plugin.name}`);
  }),
];

const malformed: Readonly<Record<string, StepProgram>> = {
  'of another format': { ...relay, format: wrong<'rp-step/1'>('rp-step/0') },
  'with an unknown operation': {
    ...relay,
    values: [
      ...relay.values,
      { op: wrong<'add'>('fma'), args: [0, 0, 0], shape: ['n'], type: 'float', stage: 'step' },
    ],
  },
  'with an operand that comes later': {
    ...relay,
    values: relay.values.map((value) => ({ ...value, args: value.args.map(() => 99) })),
  },
  'with a state that has no next value': { ...relay, next: {} },
  'with a result that is not there': { ...relay, outputs: { row: 99 } },
};
