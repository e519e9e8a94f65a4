// The step program: the language of this project, with its builder, checker, printer and reference interpreter.

// For backends.
export {
  type Bound,
  bind,
  checkInputs,
  checkOptions,
  checkParameter,
  checkState,
  checkTimeStep,
  entriesPerStep,
  sparseParameter,
  spreadState,
  stateDeclaration,
} from './bind.ts';
export { checkProgram } from './check.ts';
export type { DeclarationInput, Declarations } from './declare.ts';
export { type DynamicsSpec, defineDynamics, type StepResult } from './define.ts';
export { Expr, Line, type Operand, Ops } from './expression.ts';
export { latest } from './infer.ts';
export {
  Interpreter,
  type InterpreterRun,
  type InterpreterSnapshot,
  type SparseRows,
} from './interpreter.ts';
export type { Iteration, LoopSpec } from './loop.ts';
export { loopLimitReached } from './loop-limit.ts';
export { lowerProgram } from './lower/lower.ts';
export { Network, type NetworkResults, type Placed } from './network.ts';
export { oncePer } from './once.ts';
export {
  type BasicOp,
  basicOps,
  type CompositeOp,
  type ElementwiseOp,
  isLoopOp,
  type LoopOp,
  type OperationInfo,
  type OpName,
  operations,
} from './operations.ts';
export { keyOf, philox4x32, uniformOf } from './philox.ts';
export { bufferedStates, carriedInStates, isKept } from './plan/in-place.ts';
export { type Assumption, isAssumed, type Need } from './plan/needs.ts';
export {
  type Group,
  type GroupKind,
  isComputed,
  isStored,
  type LoopPlan,
  type Plan,
  planOf,
  type Schedule,
  storedIds,
} from './plan/schedule.ts';
export { afterSinks, type LoopSink, loopSinks, observeSinks, type Sink, stepSinks } from './plan/sinks.ts';
export { armOf, isWorthBranch, type Version, versionsOf } from './plan/versions.ts';
export { printEquations, printProgram } from './print.ts';
export {
  type ConstantValue,
  constantOf,
  type Declaration,
  type Dim,
  type EventOutput,
  eventOutputs,
  type Loop,
  type LoopEvents,
  programKey,
  type Shape,
  type Stage,
  type StepProgram,
  type Storage,
  shapesEqual,
  type Value,
  type ValueType,
  withResults,
} from './program.ts';
export { pruned } from './prune.ts';
export { int32Of, reference, rounding } from './reference.ts';
export {
  type Bindings,
  type Dtype,
  type EventList,
  isEventList,
  type ParameterValue,
  type Rows,
  type RunInputs,
  type RunOptions,
  type RunResult,
  type Tensor,
} from './run.ts';
