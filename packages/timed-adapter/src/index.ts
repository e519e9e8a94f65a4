// v1 layers as timed modules.

// Low-level modules as timed modules.
export { TimedModuleWrapper, type WrapperOptions } from '@rp/module-core';
export {
  asTimedModule,
  type LayerClass,
  type TimedDecorator,
  type TimedLayerClass,
} from './as-timed-module.ts';
export type { AdapterOptions, AttributeName, Delegated, Names, NamesIn } from './attribute-names.ts';
export { LayerAdapter } from './layer-adapter.ts';
export { LayerToTimedModule, type LayerToTimedModuleClass } from './layer-to-timed-module.ts';
export {
  layerAttributes,
  TimedFFCLIAF,
  TimedFFExpSyn,
  TimedFFExpSynBrian,
  TimedFFIAFBrian,
  TimedFFIAFRefrTorch,
  TimedFFIAFSpkInBrian,
  TimedFFIAFSpkInRefrTorch,
  TimedFFIAFSpkInTorch,
  TimedFFIAFTorch,
  TimedFFRateEuler,
  TimedFFUpDown,
  TimedPassThrough,
  TimedPassThroughEvents,
  TimedRecCLIAF,
  TimedRecDIAF,
  TimedRecFSSpikeADS,
  TimedRecFSSpikeEulerBT,
  TimedRecIAFBrian,
  TimedRecIAFRefrTorch,
  TimedRecIAFSpkInBrian,
  TimedRecIAFSpkInRefrTorch,
  TimedRecIAFSpkInTorch,
  TimedRecIAFTorch,
  TimedRecRateEuler,
} from './v1-layers.ts';
