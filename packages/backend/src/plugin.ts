// The plugin interface: everything that a backend author implements. It knows step programs and nothing else —
// no layers, no time series, no other backend. What a program means is defined by the interpreter of @rp/dynamics.
//
// What the contract doesn't promise: an order between two sessions, that two backends take equally long, or
// anything about a session after its backend was disposed (every use is then refused).
import type {
  BasicOp,
  Bindings,
  Dtype,
  ParameterValue,
  RunOptions as ProgramRunOptions,
  RunInputs,
  RunResult,
  StepProgram,
} from '@rp/dynamics';

/** What `wasmBackend()` and its like return. Importing or making one does nothing yet. */
export interface BackendPlugin {
  /** The version of this interface that the plugin speaks. */
  readonly contract: 1;
  /** For messages and for people's choice; any name. */
  readonly name: string;
  /** Builds and runs something tiny, and says what came of it. Never throws. */
  probe(): Promise<Probe>;
  /** Takes the resources that all of its sessions share. @throws RuntimeError where `probe` says no. */
  open(): Promise<Backend>;
  /**
   * Opens a session at once. Only where nothing has to be waited for; such a session has `runSync` and `writeSync`.
   * What it stands on may be its own or shared, and goes when nobody needs it. @throws as `open`, `compile` and
   * `instantiate` do.
   */
  openSync?(program: StepProgram, bindings: Bindings): Session;
}

/** What a backend can do here, or why it can't. */
export type Probe =
  | { readonly available: true; readonly summary: string; readonly notes?: readonly string[] }
  | { readonly available: false; readonly reason: string; readonly remedy: string };

/** What a backend can do. Declared things must work; everything else must be refused by `check` and `compile`. */
export interface Capabilities {
  readonly dtypes: readonly Dtype[];
  readonly operations: readonly BasicOp[];
  /** Whether programs may have a loop within a step; a backend without refuses them with the code `loop`. */
  readonly boundedLoop: boolean;
  /** Whether parameters may be stored as `csr`; a backend without refuses such programs with the code `storage`. */
  readonly sparseParameters: boolean;
  /** Whether sessions have `runSync` and `writeSync`, and the plugin `openSync`. */
  readonly sync: boolean;
  /** The dtypes in which results equal those of the interpreter bit for bit, over runs of any length. */
  readonly bitExact: readonly Dtype[];
}

/** Why a program can't be compiled, as a sentence for people and a code for programs. */
export interface Diagnostic {
  readonly code: string;
  readonly message: string;
}

/** An opened backend. It owns its caches and resources; two of them live side by side and share nothing. */
export interface Backend extends AsyncDisposable {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Everything that is in the way of compiling this program. Empty means that `compile` succeeds. */
  check(program: StepProgram): readonly Diagnostic[];
  /** Compiles a program; a second call for the same program is cheap. Parameters are not baked in. */
  compile(program: StepProgram): Promise<Executable>;
  /** Frees everything, sessions included. Calling it again does nothing. */
  dispose(): Promise<void>;
  /** What is alive, for leak checks: both are 0 once every session is disposed. */
  usage(): { readonly sessions: number; readonly bytes: number };
}

/** A compiled program. */
export interface Executable extends AsyncDisposable {
  /** Allocates one independent set of parameters and state. @throws ValueError as `bind` of @rp/dynamics does. */
  instantiate(bindings: Bindings): Promise<Session>;
  /** The generated code, or a listing, for people. */
  explain(dtype?: Dtype): string;
  dispose(): Promise<void>;
}

/** How a run may be watched and stopped, beside what the program itself is told. */
export interface RunOptions extends ProgramRunOptions {
  /** Stops the run at the next opportunity; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of steps done, and once at the end. An error thrown here stops the run. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * One set of parameters and state. State stays here between runs: running 3 and then 4 steps gives the bits of running 7.
 * One run at a time; a second one, or a read or write meanwhile, is refused (RuntimeError, code `session-busy`).
 * A run that fails or is aborted leaves the state as it was before it. One fails if the loop of a step reaches its limit
 * (`loopLimitReached` of @rp/dynamics: RuntimeError, code `loop-limit`).
 * A run that loses its device rejects (RuntimeError, code `device-lost`). A session that keeps its state elsewhere goes on
 * with its next run, on a new device; the state of any other is gone, and every use is then refused with the same code.
 */
export interface Session extends AsyncDisposable {
  /**
   * Runs some steps without holding the thread, or a device that others use, for more than some tens of milliseconds at
   * a time. The result is the caller's to keep; the inputs are not to be changed before the run has settled.
   */
  run(inputs: RunInputs, options: RunOptions): Promise<RunResult>;
  /** The same, at once. Only on backends where that costs nothing; never emulated. `onProgress` is called at the end. */
  runSync?(inputs: RunInputs, options: RunOptions): RunResult;
  /**
   * A state or delay line, shape `[batch, ...declared]`; a parameter, in its declared shape, one that is stored as `csr`
   * as a sparse matrix; or `dt`.
   */
  read(name: string): Promise<ParameterValue>;
  /** Replaces one of these, from the next run on. The value is copied. A sparse matrix may have any number of entries. */
  write(name: string, value: ParameterValue): Promise<void>;
  /** The same, at once; goes with `runSync`. */
  writeSync?(name: string, value: ParameterValue): void;
  /** Frees it. Calling it again does nothing; anything else afterwards is refused (RuntimeError, code `disposed`). */
  dispose(): Promise<void>;
}
