// Native modules and the combinators that make networks of them.

// Neurons and synapses.
export type { Activation, ActivationFunction, ActivationName } from './activation.ts';
export { ExpSyn, type ExpSynOptions } from './exp-syn.ts';
// Combinators.
export { FFwdStack, type FFwdStackOptions } from './ffwd-stack.ts';
// Initial values.
export { kaiming, type Random, randomOf, uniformSqrt, unitEigs, xavier } from './initialisers.ts';
export { type ElementExpression, Instant, type InstantOptions } from './instant.ts';
// For modules of your own.
export { Field, type Layout } from './layout.ts';
export { LIF, type LIFOptions } from './lif.ts';
// Layers without state.
export { Linear, type LinearOptions } from './linear.ts';
export { ModuleStack } from './module-stack.ts';
export {
  type EvolveOptions,
  type InputRows,
  ProgramModule,
  type ProgramOptions,
  type Target,
} from './program-module.ts';
export { Rate, type RateOptions } from './rate.ts';
export { Residual } from './residual.ts';
export { Sequential } from './sequential.ts';
export type { NamedModules, StackArguments, Stackable, StackOptions } from './stack-arguments.ts';
export type { StepModel } from './step-model.ts';
