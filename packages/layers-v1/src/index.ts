// Version-1 layers: populations of neurons that evolve over time series.

export type { Activation, ActivationFunction, ActivationName } from './activation.ts';
export type { BackStepEvolveOptions, PerNeuron } from './back-step-layer.ts';
export { BrianIAFLayer, type BrianIAFOptions } from './brian-iaf-layer.ts';
export { camelCase, snakeCase } from './dict-names.ts';
export type { QueuedEvent } from './digital-events.ts';
export { FFCLIAF, type FFCLIAFOptions } from './ff-cliaf.ts';
export { FFExpSyn, type FFExpSynOptions } from './ff-exp-syn.ts';
export { FFExpSynBrian, type FFExpSynBrianOptions } from './ff-exp-syn-brian.ts';
export { FFIAFBrian, type FFIAFBrianOptions } from './ff-iaf-brian.ts';
export { FFIAFSpkInBrian, type FFIAFSpkInBrianOptions } from './ff-iaf-spk-in-brian.ts';
export {
  FFIAFSpkInRefrTorch,
  type FFIAFSpkInRefrTorchOptions,
  FFIAFSpkInTorch,
  type FFIAFSpkInTorchOptions,
} from './ff-iaf-spk-in-torch.ts';
export {
  FFIAFRefrTorch,
  type FFIAFRefrTorchOptions,
  FFIAFTorch,
  type FFIAFTorchOptions,
} from './ff-iaf-torch.ts';
export { FFRateEuler, type FFRateEulerOptions } from './ff-rate-euler.ts';
export { type DecayInput, FFUpDown, type FFUpDownOptions } from './ff-up-down.ts';
export { graphName } from './graph-name.ts';
export { IAFLayer, type IAFOptions, type IAFTraits } from './iaf-layer.ts';
export type { IntegratorName } from './integrators.ts';
export {
  Layer,
  type LayerEvolveOptions,
  type LayerOptions,
  type LayerProgress,
  type PreparedInput,
  type RecordedEvolution,
  type SeriesClass,
} from './layer.ts';
export { type JsonValue, type LayerDict, layerToJson } from './layer-dict.ts';
export {
  LayerNetwork,
  type NetworkEvolveOptions,
  type NetworkLayers,
  type NetworkSignals,
} from './layer-network.ts';
export {
  type LayerClass,
  type LayerFile,
  type LoadOptions,
  layerFromDict,
  loadLayer,
  type OptionsOf,
  readLayerFile,
} from './load-layer.ts';
export { NetworkADS, type SpecifyADSOptions, type TrainStepOptions } from './network-ads.ts';
export { NetworkDeneve, type SolveLinearOptions, type SpecifyDeneveOptions } from './network-deneve.ts';
export { ownLayers } from './own-layers.ts';
export { PassThrough, type PassThroughOptions } from './pass-through.ts';
export { PassThroughEvents, type PassThroughEventsOptions } from './pass-through-events.ts';
export {
  clockedSeries,
  type EventSeriesOptions,
  eventSeries,
  type LayerBindings,
  observedSeries,
  type PreparedRun,
  ProgramLayer,
  type ProgramLayerOptions,
  type ProgramOptions,
  resultSeries,
  type Span,
  withoutBatch,
} from './program-layer.ts';
export { RecCLIAF, type RecCLIAFOptions } from './rec-cliaf.ts';
export { RecDIAF, type RecDIAFOptions } from './rec-diaf.ts';
export { RecFSSpikeADS, type RecFSSpikeADSOptions } from './rec-fs-spike-ads.ts';
export {
  RecFSSpikeEulerBT,
  type RecFSSpikeEulerBTOptions,
  type SpikeCallback,
} from './rec-fs-spike-euler-bt.ts';
export { RecIAFBrian, type RecIAFBrianOptions } from './rec-iaf-brian.ts';
export { RecIAFSpkInBrian, type RecIAFSpkInBrianOptions } from './rec-iaf-spk-in-brian.ts';
export {
  RecIAFSpkInRefrTorch,
  type RecIAFSpkInRefrTorchOptions,
  RecIAFSpkInTorch,
  type RecIAFSpkInTorchOptions,
} from './rec-iaf-spk-in-torch.ts';
export {
  RecIAFRefrTorch,
  type RecIAFRefrTorchOptions,
  RecIAFTorch,
  type RecIAFTorchOptions,
} from './rec-iaf-torch.ts';
export { RecRateEuler, type RecRateEulerOptions } from './rec-rate-euler.ts';
export type { TrainBiases, TrainRROptions } from './ridge-training.ts';
export type { StateType } from './state-type.ts';
export type { TimeSpan } from './step-count.ts';
export { type RefractoryOptions, TorchIAFLayer } from './torch-iaf-layer.ts';
