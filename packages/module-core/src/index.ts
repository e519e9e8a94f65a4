// Attributes: what a module says about its parameters, states and settings.
export type { AttributeTree } from './attribute-value.ts';
export { copyValue, heldValue, snapshot } from './attribute-value.ts';
// Modules over arrays.
export type { Batch } from './auto-batch.ts';
// Time steps that fit each other.
export { gcd, isMultiple, lcm } from './common-step.ts';
export type { AttributeEntry } from './core.ts';
export { parameter, simulationParameter, state, type ValueOf } from './declare.ts';
export {
  type CastFn,
  Constant,
  type DescriptorOptions,
  type InitFunc,
  Parameter,
  ParameterBase,
  SimulationParameter,
  State,
} from './descriptor.ts';
export {
  type EvolveResult,
  isEvolveResult,
  type ModuleEvolveOptions,
  type ModuleOutput,
  type Progress,
} from './evolve-types.ts';
export type { Family } from './family.ts';
export { Module } from './module.ts';
export { type AttributeRegistry, ModuleBase, type ModuleShape } from './module-base.ts';

// Modules over time series.
export type { PreparedInput } from './prepare-input.ts';
export type {
  CommonSeriesOptions,
  ContinuousSeriesOptions,
  EventSeriesOptions,
  SeriesClass,
  SeriesOptions,
} from './series-options.ts';
export { oneOfShapes, ShapeAlternatives, type ShapeInput } from './shapes.ts';
export type { Span } from './time-steps.ts';
export {
  type TimedEvolveOptions,
  TimedModule,
  type TimedModuleOptions,
  type TimedRun,
} from './timed-module.ts';
export { TimedModuleWrapper, type WrapperOptions } from './timed-module-wrapper.ts';
