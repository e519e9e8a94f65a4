// A workload that is a step program: run on the WebAssembly backend (that is "here"), on the JavaScript backend and, in
// float32, on a device, from the same state every time, in sessions that stay open.
import type { Backend, Session } from '@rp/backend';
import { deviceBackend } from '@rp/backend-device';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import type { Bindings, Dtype, RunInputs, RunResult, Shape, StepProgram, Tensor } from '@rp/dynamics';
import { sizeOf } from '@rp/ndarray';
import type { Arrays, Cost, Prepared, Workload } from '../../harness/workload.ts';

export interface ProgramCase {
  readonly program: StepProgram;
  /** Without the dtype, which is the workload's. */
  readonly bindings: Omit<Bindings, 'dtype'>;
  readonly inputs: RunInputs;
  readonly steps: number;
  /** What is compared. */
  readonly results: (result: RunResult) => Arrays;
  /** The same by hand. */
  readonly plain: () => Arrays;
  /** For peers that run elsewhere. */
  readonly data: Arrays;
  readonly settings?: Readonly<Record<string, number>>;
  /** How many neurons (or channels) one batch item has. */
  readonly neurons: number;
  /** How many elements of matrices a run needs; default: all of them in each step. */
  readonly weightsRead?: ((result: Arrays) => number) | undefined;
}

/** What native code and NumPy are to be compared with: this many times as fast at least. */
export type Goals = Readonly<Record<string, number>>;

export function programWorkload(
  name: string,
  title: string,
  dtype: Dtype,
  goals: Goals,
  make: () => ProgramCase,
): Workload {
  return { name, title, subject: 'step programs', dtype, goals, prepare: () => prepare(make(), dtype) };
}

async function prepare(programCase: ProgramCase, dtype: Dtype): Promise<Prepared> {
  const { plain, data, steps, settings = {} } = programCase;
  const wasm = await wasmBackend().open();
  const js = await jsBackend().open();
  const runJs = inTurn(() => runOn(js, programCase, dtype));
  const device = new OnDevice(programCase);
  return {
    inputs: data,
    settings: { steps, ...settings },
    run: await runOn(wasm, programCase, dtype),
    others: {
      'js backend': runJs,
      'plain JS': plain,
      ...(dtype === 'float32' ? { device: () => device.run() } : {}),
    },
    cost: costOf(programCase, dtype, wasm),
    dispose: async () => {
      await wasm.dispose();
      await js.dispose();
      await device.dispose();
    },
  };
}

/** Runs it from the beginning, in a session that stays open. */
export async function runOn(
  backend: Backend,
  { program, bindings, inputs, steps, results }: ProgramCase,
  dtype: Dtype,
) {
  const session = await (await backend.compile(program)).instantiate({ ...bindings, dtype });
  const start = startOf(program, bindings);
  return () => {
    for (const [state, value] of start) session.writeSync!(state, value);
    return results(session.runSync!(inputs, { steps }));
  };
}

/** The work on a device, which answers later; it is opened with the first, untimed round. */
class OnDevice {
  private readonly programCase: ProgramCase;
  private opened: Promise<{ readonly backend: Backend; readonly session: Session }> | undefined;

  constructor(programCase: ProgramCase) {
    this.programCase = programCase;
  }

  async run(): Promise<Arrays> {
    this.opened ??= this.open();
    const { session } = await this.opened;
    const { program, bindings, inputs, steps, results } = this.programCase;
    for (const [state, value] of startOf(program, bindings)) await session.write(state, value);
    return results(await session.run(inputs, { steps }));
  }

  async dispose(): Promise<void> {
    await (await this.opened)?.backend.dispose();
  }

  private async open() {
    // Results are compared bit for bit.
    const backend = await deviceBackend({ exact: true }).open();
    const { program, bindings } = this.programCase;
    const executable = await backend.compile(program);
    return { backend, session: await executable.instantiate({ ...bindings, dtype: 'float32' }) };
  }
}

/** Work that is made when it is first asked for. */
function inTurn(make: () => Promise<() => Arrays>): () => Promise<Arrays> {
  let made: Promise<() => Arrays> | undefined;
  return async () => {
    made ??= make();
    return (await made)();
  };
}

/** Every state as it is before the first step. */
function startOf(program: StepProgram, bindings: ProgramCase['bindings']): [string, Tensor][] {
  const { batch = 1, state = {} } = bindings;
  return Object.entries(program.state).map(([name, { shape }]) => {
    const extents = [batch, ...extentsOf(shape, bindings)];
    return [name, state[name] ?? { data: new Float64Array(sizeOf(extents)), shape: extents }];
  });
}

function extentsOf(shape: Shape, { dims }: ProgramCase['bindings']): number[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : dims[dim]!));
}

/** State read and written, parameters and weights read in each step; inputs read and results written once. */
function costOf(
  { program, bindings, inputs, steps, neurons, weightsRead }: ProgramCase,
  dtype: Dtype,
  backend: Backend,
): Cost {
  const { batch = 1 } = bindings;
  const rows = batch * steps;
  const elements = (declared: StepProgram['params'], rank: (rank: number) => boolean) =>
    Object.values(declared)
      .filter(({ shape }) => rank(shape.length))
      .reduce((sum, { shape }) => sum + sizeOf(extentsOf(shape, bindings)), 0);
  const perStep = 2 * elements(program.state, () => true) + elements(program.params, (rank) => rank < 2);
  const weights = elements(program.params, (rank) => rank >= 2);
  const given = Object.values(inputs).reduce(
    (sum, input) => sum + ('offsets' in input ? bytesOf({ ...input }) : input.data.byteLength),
    0,
  );
  const width = dtype === 'float32' ? 4 : 8;
  return {
    neuronSteps: rows * neurons,
    bytesMoved: (result) =>
      width * (perStep * rows + (weightsRead?.(result) ?? weights * rows)) + given + bytesOf(result),
    bytesHeld: () => backend.usage().bytes,
  };
}

function bytesOf(arrays: Arrays): number {
  return Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
}
