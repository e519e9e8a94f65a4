// Backends with one mistake each. The conformance kit must catch every one of them.
import {
  type BackendPlugin,
  type Executable,
  type InterpreterBackendOptions,
  interpreterBackend,
  type Session,
} from '@rp/backend';
import {
  type Bindings,
  Interpreter,
  type InterpreterRun,
  type InterpreterSnapshot,
  type Rows,
  type RunInputs,
  type RunOptions,
  type RunResult,
  type SparseRows,
  type StepProgram,
  type Tensor,
} from '@rp/dynamics';
import { isCsrMatrix } from '@rp/ndarray';

export interface Mutant {
  /** The mistake. */
  readonly name: string;
  /** The group of cases that must catch it. */
  readonly group: string;
  /** A new plugin; mutants may remember things. */
  readonly make: () => BackendPlugin;
}

type Make = InterpreterBackendOptions['interpreter'];

/** A mistake in what is computed: the right backend around a wrong interpreter. */
const computes = (group: string, name: string, make: () => Make): Mutant => ({
  group,
  name,
  make: () => interpreterBackend({ name, interpreter: make() }),
});

/** A mistake in what a session does. */
const behaves = (
  group: string,
  name: string,
  change: (session: Session, program: StepProgram) => Partial<Session>,
): Mutant => ({
  group,
  name,
  make: () => wrapped(name, (program) => program, change),
});

/** A mistake in how a program is understood. */
const reads = (group: string, name: string, change: (program: StepProgram) => StepProgram): Mutant => ({
  group,
  name,
  make: () => wrapped(name, change, () => ({})),
});

/** A mistake in what a run gives back. */
const gives = (
  group: string,
  name: string,
  change: (result: RunResult, program: StepProgram) => RunResult,
): Mutant =>
  behaves(group, name, (session, program) => ({
    run: async (inputs, options) => change(await session.run(inputs, options), program),
    runSync: (inputs, options) => change(session.runSync!(inputs, options), program),
  }));

function wrapped(
  name: string,
  understood: (program: StepProgram) => StepProgram,
  change: (session: Session, program: StepProgram) => Partial<Session>,
): BackendPlugin {
  const right = interpreterBackend({ name });
  const around = (session: Session, program: StepProgram): Session => ({
    run: (inputs, options) => session.run(inputs, options),
    runSync: (inputs, options) => session.runSync!(inputs, options),
    read: (what) => session.read(what),
    write: (what, value) => session.write(what, value),
    writeSync: (what, value) => session.writeSync!(what, value),
    dispose: () => session.dispose(),
    [Symbol.asyncDispose]: () => session.dispose(),
    ...change(session, program),
  });
  return {
    ...right,
    open: async () => {
      const backend = await right.open();
      const compile = async (program: StepProgram): Promise<Executable> => {
        const executable = await backend.compile(understood(program));
        const instantiate = async (bindings: Bindings) =>
          around(await executable.instantiate(bindings), program);
        return {
          instantiate,
          explain: (dtype) => executable.explain(dtype),
          dispose: () => executable.dispose(),
          [Symbol.asyncDispose]: () => executable.dispose(),
        };
      };
      return {
        name,
        capabilities: backend.capabilities,
        check: (program) => backend.check(program),
        compile,
        usage: () => backend.usage(),
        dispose: () => backend.dispose(),
        [Symbol.asyncDispose]: () => backend.dispose(),
      };
    },
    openSync: (program, bindings) => around(right.openSync!(understood(program), bindings), program),
  };
}

const swapped =
  (from: string, to: 'gt' | 'ge' | 'min' | 'max' | 'maxOf' | 'add' | 'shiftLeft') =>
  (program: StepProgram) => ({
    ...program,
    values: program.values.map((value) => (value.op === from ? { ...value, op: to } : value)),
  });

const withLimit = (more: number) => (program: StepProgram) => ({
  ...program,
  ...(program.loop && { loop: { ...program.loop, limit: Math.max(0, program.loop.limit + more) } }),
});

const each = (rows: Readonly<Record<string, Rows>>, change: (name: string, rows: Rows) => Rows) =>
  Object.fromEntries(Object.entries(rows).map(([name, value]) => [name, change(name, value)]));

/** matvec with one thing wrong. */
const matvec =
  (options: { descending?: boolean; zeros?: boolean; sum?: (x: number) => number }): (() => Make) =>
  () => {
    class Wrong extends Interpreter {
      protected override matvec(x: readonly number[], weights: readonly number[], posts: number): number[] {
        const { sum = this.round } = options;
        const sums = new Array<number>(posts).fill(0);
        const order = x.map((_, pre) => pre);
        for (const pre of options.descending ? order.reverse() : order) {
          if (x[pre] === 0 && !options.zeros) continue;
          for (let post = 0; post < posts; post++)
            sums[post] = sum(sums[post]! + this.round(x[pre]! * weights[pre * posts + post]!));
        }
        return sums.map(this.round);
      }
    }
    return (program, bindings) => new Wrong(program, bindings);
  };

/** A sparse matvec with one thing wrong. */
const sparseMatvec = (
  change: (x: readonly number[], rows: SparseRows) => [number, SparseRows[number]][],
): Make => {
  class Wrong extends Interpreter {
    protected override sparseMatvec(x: readonly number[], rows: SparseRows, posts: number): number[] {
      const sums = new Array<number>(posts).fill(0);
      for (const [xi, entries] of change(x, rows)) {
        for (const { post, weight } of entries)
          sums[post] = this.round(sums[post]! + this.round(xi * weight));
      }
      return sums;
    }
  }
  return (program, bindings) => new Wrong(program, bindings);
};

const activeRows = (x: readonly number[], rows: SparseRows): [number, SparseRows[number]][] =>
  rows.flatMap((entries, pre): [number, SparseRows[number]][] => (x[pre] === 0 ? [] : [[x[pre]!, entries]]));

const lastEntryDropped = () =>
  sparseMatvec((x, rows) => activeRows(x, rows).map(([xi, entries]) => [xi, entries.slice(0, -1)]));

const rowsDescending = () => sparseMatvec((x, rows) => activeRows(x, rows).reverse());

/** State of one item reaches the next. */
class Leaky extends Interpreter {
  override begin(inputs: RunInputs, options: RunOptions): InterpreterRun {
    const run = super.begin(inputs, options);
    const advance = () => {
      const more = run.advance();
      for (const items of Object.values(this.state)) if (items.length > 1) items[1] = items[0]!;
      return more;
    };
    return { ...run, advance };
  }
}

/** Looks at the condition of a loop after the first iteration only. */
class Hasty extends Interpreter {
  protected override goesOn(condition: boolean, done: number): boolean {
    return super.goesOn(condition || done === 0, done);
  }
}

class Forgetful extends Interpreter {
  override restore(_: InterpreterSnapshot): void {}
}

class Repeating extends Interpreter {
  override begin(inputs: RunInputs, options: RunOptions): InterpreterRun {
    this.stepCount = this.bound.firstStep;
    return super.begin(inputs, options);
  }
}

class Unbounded extends Interpreter {
  override begin(inputs: RunInputs, options: RunOptions): InterpreterRun {
    super.begin(inputs, options);
    return super.begin(inputs, { ...options, eventCapacity: undefined });
  }
}

/** A missing input is what it was in the run before. */
class Sticky extends Interpreter {
  private former: RunInputs = {};

  override begin(inputs: RunInputs, options: RunOptions): InterpreterRun {
    const run = super.begin(
      { ...(Object.keys(inputs).length === 0 ? this.fitting(options) : {}), ...inputs },
      options,
    );
    if (Object.keys(inputs).length > 0) this.former = inputs;
    return run;
  }

  private fitting({ steps }: RunOptions): RunInputs {
    return Object.fromEntries(
      Object.entries(this.former).filter(([, rows]) => 'shape' in rows && rows.shape[1] === steps),
    );
  }
}

export const mutants: readonly Mutant[] = [
  behaves('writes', 'stale weights', (session) => {
    let used = false;
    const write = (name: string, value: Tensor) => {
      if (!used || name !== 'weights') session.writeSync!(name, value);
    };
    return {
      run: (inputs, options) => {
        used = true;
        return session.run(inputs, options);
      },
      write: async (name, value) => write(name, value),
      writeSync: write,
    };
  }),
  behaves('writes', 'dt is never written', (session) => ({
    write: async (name, value) => (name === 'dt' ? undefined : session.write(name, value)),
    writeSync: (name, value) => (name === 'dt' ? undefined : session.writeSync!(name, value)),
  })),
  behaves('writes', 'a written value is kept, not copied', (session) => {
    const later: [string, Tensor][] = [];
    const write = (name: string, value: Tensor) => {
      session.writeSync!(name, value);
      later.push([name, value]);
    };
    const settle = () => {
      for (const [name, value] of later.splice(0)) session.writeSync!(name, value);
    };
    return {
      write: async (name, value) => write(name, value),
      writeSync: write,
      read: (name) => {
        settle();
        return session.read(name);
      },
    };
  }),
  reads('operations', '> for >=', swapped('ge', 'gt')),
  reads('random programs', '> for >= (by random programs)', swapped('ge', 'gt')),
  reads('operations', 'max for min', swapped('min', 'max')),
  reads('operations', 'min and max with their operands exchanged', (program) => ({
    ...program,
    values: program.values.map((value) =>
      value.op === 'min' || value.op === 'max' ? { ...value, args: [...value.args].reverse() } : value,
    ),
  })),
  reads('operations', 'a sum of integers that does not wrap around', swapped('addInt32', 'add')),
  reads('operations', 'shifts the other way', swapped('shiftRight', 'shiftLeft')),
  gives('events', 'the last event is dropped', (result) => ({
    ...result,
    events: Object.fromEntries(
      Object.entries(result.events).map(([name, { offsets, units, counts }]) => {
        const kept = Math.max(0, units.length - 1);
        return [
          name,
          {
            offsets: offsets.map((x) => Math.min(x, kept)),
            units: units.slice(0, kept),
            counts: counts.slice(0, kept),
          },
        ];
      }),
    ),
  })),
  gives('operations', '-0 becomes 0', (result) => ({
    ...result,
    outputs: each(result.outputs, (_, { data, shape }) => ({ data: data.map((x) => x + 0), shape })),
  })),
  gives('runs', 'observed rows come one step late', (result, program) => ({
    ...result,
    outputs: each(result.outputs, (name, { data, shape }) => {
      if (!(name in program.observe)) return { data, shape };
      const [batch = 0, rows = 0] = shape;
      const size = data.length / (batch * rows) || 0;
      const late = data.slice();
      for (let item = 0; item < batch; item++)
        late.set(data.subarray((item * rows + 1) * size, (item + 1) * rows * size), item * rows * size);
      return { data: late, shape };
    }),
  })),
  gives('runs', 'the state is recorded even if nobody asks', (result) => ({
    ...result,
    records: { ...result.state, ...result.records },
  })),
  computes('operations', 'float32 sums in float64', matvec({ sum: Math.fround })),
  computes('operations', 'matvec in descending order', matvec({ descending: true })),
  computes(
    'random programs',
    'matvec in descending order (by random programs)',
    matvec({ descending: true }),
  ),
  computes('operations', 'zeros are not left out of a matvec', matvec({ zeros: true })),
  computes('sparse', 'the last entry of a row is left out', lastEntryDropped),
  computes('sparse', 'rows of a sparse matrix in descending order', rowsDescending),
  computes('random programs', 'the last entry of a row is left out (by random programs)', lastEntryDropped),
  computes(
    'random programs',
    'rows of a sparse matrix in descending order (by random programs)',
    rowsDescending,
  ),
  computes('sparse', 'zeros of a sparse matrix are filled in', () =>
    sparseMatvec((x, rows) => {
      const posts = Math.max(0, ...rows.flat().map(({ post }) => post + 1));
      const all = Array.from({ length: posts }, (_, post) => post);
      return activeRows(x, rows).map(([xi, entries]) => [
        xi,
        all.map((post) => entries.find((entry) => entry.post === post) ?? { post, weight: 0 }),
      ]);
    }),
  ),
  behaves('sparse', 'a written matrix keeps its former entries', (session) => ({
    write: async (name, value) => {
      const former = await session.read(name);
      if (!isCsrMatrix(former) || !isCsrMatrix(value)) return session.write(name, value);
      const data = former.data.map((x, entry) => value.data[entry] ?? x);
      return session.write(name, { ...former, data });
    },
  })),
  computes(
    'batches',
    'state leaks between batch items',
    () => (program, bindings) => new Leaky(program, bindings),
  ),
  computes('lifetime', 'sessions share their state', () => {
    const shared = new Map<string, Interpreter>();
    return (program, bindings) => {
      const key = JSON.stringify([program.name, bindings.dims, bindings.batch, bindings.dtype, bindings.dt]);
      const interpreter = shared.get(key) ?? new Interpreter(program, bindings);
      shared.set(key, interpreter);
      return interpreter;
    };
  }),
  computes(
    'stopping',
    'an abort loses the state',
    () => (program, bindings) => new Forgetful(program, bindings),
  ),
  computes(
    'runs',
    'random numbers start again in every run',
    () => (program, bindings) => new Repeating(program, bindings),
  ),
  computes(
    'events',
    'eventCapacity is ignored',
    () => (program, bindings) => new Unbounded(program, bindings),
  ),
  computes(
    'loops',
    'a loop does one iteration at least',
    () => (program, bindings) => new Hasty(program, bindings),
  ),
  reads('loops', 'a loop may do one iteration more than its limit', withLimit(1)),
  reads('loops', 'a loop may do one iteration less than its limit', withLimit(-1)),
  reads('operations', 'the largest for the smallest along an axis', swapped('minOf', 'maxOf')),
  computes(
    'runs',
    'a missing input is what it was before',
    () => (program, bindings) => new Sticky(program, bindings),
  ),
  behaves('stopping', 'a busy session is read', (session) => {
    let held: Promise<unknown> = Promise.resolve();
    return {
      run: (inputs, options) => {
        const result = session.run(inputs, options);
        // A run that is refused must not hide the one that goes on.
        held = Promise.allSettled([held, result]);
        return result;
      },
      read: async (name) => {
        await held;
        return session.read(name);
      },
    };
  }),
  behaves('stopping', 'progress is never reported, and nothing stops a run', (session) => ({
    run: (inputs, { signal: _, onProgress: __, ...options }) => session.run(inputs, options),
  })),
  behaves('lifetime', 'dispose does nothing', () => ({ dispose: async () => {} })),
  {
    group: 'sync',
    name: 'sync is declared, but openSync is missing',
    make: () => {
      const { contract, name, probe, open } = interpreterBackend();
      return { contract, name, probe, open };
    },
  },
  {
    group: 'refusals',
    name: 'check accepts everything',
    make: () => {
      const right = interpreterBackend();
      const open = async () => {
        const backend = await right.open();
        return Object.create(backend, { check: { value: () => [] } }) as typeof backend;
      };
      return { ...right, open };
    },
  },
];
