// The plugin interface of backends, and how one is chosen and used.
// The conformance kit is in the subpath @rp/backend/conformance.
export {
  type BackendChoice,
  chooseBackend,
  getDefaultBackend,
  openSyncFirst,
  pluginsOf,
  refusal,
  type SyncChoice,
  setDefaultBackend,
} from './choose.ts';
export { executableOf } from './executable.ts';
export { type InterpreterBackendOptions, interpreterBackend } from './interpreter-backend.ts';
export type {
  Backend,
  BackendPlugin,
  Capabilities,
  Diagnostic,
  Executable,
  Probe,
  RunOptions,
  Session,
} from './plugin.ts';
export { ProgramRunner, type ProgramRunnerOptions } from './program-runner.ts';
export { SessionUse } from './session-use.ts';
export type { Lease } from './shared.ts';
export { requireDtype, standardDiagnostics } from './standard-checks.ts';
export { nextTurn } from './turn.ts';
