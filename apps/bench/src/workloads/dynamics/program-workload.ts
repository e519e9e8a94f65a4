// A workload that is a step program: run on the WebAssembly backend (that is "here") and on the JavaScript backend, from
// the same state every time, in sessions that stay open.
import type { BackendPlugin } from '@rp/backend';
import { jsBackend } from '@rp/backend-js';
import { wasmBackend } from '@rp/backend-wasm';
import type { Bindings, RunInputs, RunResult, StepProgram, Tensor } from '@rp/dynamics';
import type { Arrays, Prepared, Workload } from '../../harness/workload.ts';

export interface ProgramCase {
  readonly program: StepProgram;
  readonly bindings: Bindings;
  readonly inputs: RunInputs;
  readonly steps: number;
  /** What is compared. */
  readonly results: (result: RunResult) => Arrays;
  /** The same by hand. */
  readonly plain: () => Arrays;
  /** For peers that run elsewhere. */
  readonly data: Arrays;
  readonly settings?: Readonly<Record<string, number>>;
}

/** What native code and NumPy are to be compared with: this many times as fast at least. */
export type Goals = Readonly<Record<string, number>>;

export function programWorkload(
  name: string,
  title: string,
  goals: Goals,
  make: () => ProgramCase,
): Workload {
  return { name, title, goals, prepare: () => prepare(make()) };
}

function prepare({
  program,
  bindings,
  inputs,
  steps,
  results,
  plain,
  data,
  settings = {},
}: ProgramCase): Prepared {
  const start = startOf(program, bindings);
  const on = (plugin: BackendPlugin) => {
    const session = plugin.openSync!(program, bindings);
    return () => {
      for (const [state, value] of start) session.writeSync!(state, value);
      return results(session.runSync!(inputs, { steps }));
    };
  };
  return {
    inputs: data,
    settings: { steps, ...settings },
    run: on(wasmBackend()),
    others: { 'js backend': on(jsBackend()), 'plain JS': plain },
  };
}

/** Every state as it is before the first step. */
function startOf(program: StepProgram, { dims, batch = 1, state = {} }: Bindings): [string, Tensor][] {
  return Object.entries(program.state).map(([name, { shape }]) => {
    const extents = [batch, ...shape.map((dim) => (typeof dim === 'number' ? dim : dims[dim]!))];
    const size = extents.reduce((product, extent) => product * extent, 1);
    return [name, state[name] ?? { data: new Float64Array(size), shape: extents }];
  });
}
