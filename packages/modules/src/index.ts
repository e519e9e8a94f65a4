// Native modules and the combinators that make networks of them.

// Neurons and synapses.
export type { Activation, ActivationFunction, ActivationName } from './activation.ts';
// The same and others, as the reference's torch backend has them.
export { type ALIFTorchOptions, aLIFTorch } from './alif-torch.ts';
// Latches and dropout.
export { BooleanState, type BooleanStateOptions } from './boolean-state.ts';
// Filters.
export { ButterFilter, type ButterFilterOptions } from './butter-filter.ts';
export { ButterMelFilter, type ButterMelFilterOptions } from './butter-mel-filter.ts';
export { butterBandPass, butterLowPass, type Section } from './butterworth.ts';
export { DelayLine, type DelayLineOptions } from './delay-line.ts';
export { type DropoutOptions, TimeStepDropout, UnitDropout } from './dropout.ts';
export { EventLinear, type EventLinearOptions } from './event-linear.ts';
export { ExpSyn, type ExpSynOptions } from './exp-syn.ts';
export { ExpSynTorch } from './exp-syn-torch.ts';
// Combinators.
export { FFwdStack, type FFwdStackOptions } from './ffwd-stack.ts';
export { type FilterOptions, SectionBank, type SectionBankOptions } from './filter-bank.ts';
// From graphs.
export { GraphNetwork, type GraphNetworkOptions } from './graph-network.ts';
// Initial values.
export { kaiming, type Random, randomOf, uniformSqrt, unitEigs, xavier } from './initialisers.ts';
export { type ElementExpression, Instant, type InstantOptions } from './instant.ts';
// For modules of your own.
export { Field, type Layout } from './layout.ts';
export { LIF, type LIFOptions } from './lif.ts';
export { LIFBitshiftTorch, type LIFBitshiftTorchOptions } from './lif-bitshift-torch.ts';
export { LIFNeuronTorch, type LIFNeuronTorchOptions } from './lif-neuron-torch.ts';
export { type LeakMode, LIFTorch, type LIFTorchOptions } from './lif-torch.ts';
// Layers without state.
export { Linear, type LinearOptions } from './linear.ts';
export { LinearTorch } from './linear-torch.ts';
export { LowPass, type LowPassOptions } from './low-pass.ts';
export { type FromGraphOptions, moduleFromGraph } from './module-from-graph.ts';
export { ModuleStack } from './module-stack.ts';
export {
  type EvolveOptions,
  type InputRows,
  ProgramModule,
  type ProgramOptions,
  type Target,
} from './program-module.ts';
export { Rate, type RateOptions } from './rate.ts';
export { type EulerActivation, RateEuler, type RateEulerOptions } from './rate-euler.ts';
export { RateTorch } from './rate-torch.ts';
export { Residual } from './residual.ts';
export { Sequential } from './sequential.ts';
export type { NamedModules, StackArguments, Stackable, StackOptions } from './stack-arguments.ts';
export type { StepModel } from './step-model.ts';
// Networks.
export { SynNet, type SynNetOptions } from './syn-net.ts';
export { UpDownTorch, type UpDownTorchOptions } from './up-down-torch.ts';
export {
  type NeuronModel,
  WaveSenseBlock,
  type WaveSenseBlockOptions,
  WaveSenseNet,
  type WaveSenseNetOptions,
} from './wave-sense.ts';
export type { Weights } from './weights.ts';
export { INPUT, type WiredModule, type Wiring, type WiringStep } from './wiring.ts';
