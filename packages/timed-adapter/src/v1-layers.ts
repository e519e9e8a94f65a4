// The v1 layers as timed modules, with the attributes that the reference registers for each, and their states.
import {
  FFCLIAF,
  FFExpSyn,
  FFExpSynBrian,
  FFIAFBrian,
  FFIAFRefrTorch,
  FFIAFSpkInBrian,
  FFIAFSpkInRefrTorch,
  FFIAFSpkInTorch,
  FFIAFTorch,
  FFRateEuler,
  FFUpDown,
  PassThrough,
  PassThroughEvents,
  RecCLIAF,
  RecDIAF,
  RecFSSpikeADS,
  RecFSSpikeEulerBT,
  RecIAFBrian,
  RecIAFRefrTorch,
  RecIAFSpkInBrian,
  RecIAFSpkInRefrTorch,
  RecIAFSpkInTorch,
  RecIAFTorch,
  RecRateEuler,
} from '@rp/layers-v1';
import { asTimedModule } from './as-timed-module.ts';

const membrane = ['bias', 'tauMem', 'vThresh', 'vReset', 'vRest'] as const;

const solver = ['bias', 'tauMem', 'tauSynRFast', 'tauSynRSlow', 'vThresh', 'vReset', 'vRest'] as const;
/**
 * What each v1 layer presents as parameters, states and simulation parameters (`dt` is always there):
 * `new LayerToTimedModule(layer, layerAttributes.RecRateEuler)`.
 */
export const layerAttributes = {
  RecRateEuler: {
    parameters: ['weights', 'bias', 'tau'],
    states: ['state'],
    simulationParameters: ['noiseStd'],
  },
  FFRateEuler: {
    parameters: ['weights', 'bias', 'gain', 'tau'],
    states: ['state'],
    simulationParameters: ['noiseStd'],
  },
  PassThrough: {
    parameters: ['weights', 'bias', 'delay'],
    states: ['buffer'],
    simulationParameters: ['noiseStd'],
  },
  PassThroughEvents: { parameters: ['weights'], simulationParameters: ['noiseStd'] },
  FFUpDown: {
    states: ['analogValue'],
    simulationParameters: [
      'weights',
      'repeatOutput',
      'tauDecay',
      'noiseStd',
      'thrUp',
      'thrDown',
      'name',
      'maxNumTimesteps',
      'multiplexSpikes',
    ],
  },
  FFExpSyn: {
    parameters: ['weights', 'bias', 'tauSyn'],
    simulationParameters: ['noiseStd', 'addEvents'],
  },
  FFExpSynBrian: {
    parameters: ['weights', 'tauSyn'],
    states: ['state'],
    simulationParameters: ['noiseStd'],
  },
  FFIAFBrian: {
    parameters: ['weights', ...membrane],
    states: ['v'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  FFIAFSpkInBrian: {
    parameters: ['weights', 'tauSyn', ...membrane],
    states: ['v', 'iSyn'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  RecIAFBrian: {
    parameters: ['weights', 'tauSynR', ...membrane],
    states: ['v', 'iSyn'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  // `weights` are the recurrent ones, as in the reference; under their own name they would be there twice.
  RecIAFSpkInBrian: {
    parameters: ['weightsIn', 'weights', 'tauSynInp', 'tauSynRec', ...membrane],
    states: ['v', 'iSynInp', 'iSynRec'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  FFIAFSpkInTorch: {
    parameters: ['weights', 'tauSyn', ...membrane],
    states: ['v', 'synapseState'],
    simulationParameters: ['noiseStd'],
  },
  FFIAFSpkInRefrTorch: {
    parameters: ['weights', 'tauSyn', ...membrane],
    states: ['v', 'synapseState'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  FFIAFTorch: {
    parameters: ['weights', ...membrane],
    states: ['v'],
    simulationParameters: ['noiseStd'],
  },
  FFIAFRefrTorch: {
    parameters: ['weights', ...membrane],
    states: ['v'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  RecIAFSpkInTorch: {
    parameters: ['weightsIn', 'weights', 'tauSynInp', 'tauSynRec', ...membrane],
    states: ['v', 'synapseStateInp', 'synapseState'],
    simulationParameters: ['noiseStd', 'addEvents'],
  },
  RecIAFSpkInRefrTorch: {
    parameters: ['weightsIn', 'weights', 'tauSynInp', 'tauSynRec', ...membrane],
    states: ['v', 'synapseStateInp', 'synapseState'],
    simulationParameters: ['noiseStd', 'refractory', 'addEvents'],
  },
  RecIAFTorch: {
    parameters: ['weights', 'tauSynR', ...membrane],
    states: ['v', 'synapseState'],
    simulationParameters: ['noiseStd'],
  },
  RecIAFRefrTorch: {
    parameters: ['weights', 'tauSynR', ...membrane],
    states: ['v', 'synapseState'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  FFCLIAF: {
    parameters: ['weights', 'bias'],
    states: ['state', 'timestep'],
    simulationParameters: ['name', 'vThresh', 'vReset', 'vSubtract'],
  },
  RecCLIAF: {
    parameters: ['weightsIn', 'weightsRec', 'bias'],
    states: ['state', 'numRecSpikesQ', 'tsUntilRefrEnds', 'timestep'],
    simulationParameters: ['name', 'vThresh', 'vReset', 'vSubtract', 'refractory'],
  },
  RecFSSpikeEulerBT: {
    parameters: ['weightsFast', 'weightsSlow', ...solver],
    states: ['state', 'iSynSlow', 'iSynFast', 'refractoryTime'],
    simulationParameters: ['noiseStd', 'refractory'],
  },
  RecFSSpikeADS: {
    parameters: ['weightsFast', 'weightsSlow', 'weightsIn', 'weightsOut', 'tauSynROut', ...solver],
    states: ['state', 'iSynSlow', 'iSynFast', 'iSynOut', 'rate', 'refractoryTime'],
    simulationParameters: ['noiseStd', 'refractory', 'eta', 'k', 'isTraining', 'discretize'],
  },
  RecDIAF: {
    parameters: ['weightsIn', 'weightsRec', 'tauLeak', 'refractory', 'vThresh', 'leak'],
    states: ['neurState'],
    simulationParameters: ['delay', 'stateType', 'monitorId'],
  },
} as const;

/** `RecRateEuler` as a timed module. Takes the layer's options. */
export const TimedRecRateEuler = /* @__PURE__ */ asTimedModule(RecRateEuler, layerAttributes.RecRateEuler);
/** `FFRateEuler` as a timed module. Takes the layer's options. */
export const TimedFFRateEuler = /* @__PURE__ */ asTimedModule(FFRateEuler, layerAttributes.FFRateEuler);
/** `PassThrough` as a timed module. Takes the layer's options. */
export const TimedPassThrough = /* @__PURE__ */ asTimedModule(PassThrough, layerAttributes.PassThrough);
/** `PassThroughEvents` as a timed module. Takes the layer's options. */
export const TimedPassThroughEvents = /* @__PURE__ */ asTimedModule(
  PassThroughEvents,
  layerAttributes.PassThroughEvents,
);
/** `FFUpDown` as a timed module. Takes the layer's options. */
export const TimedFFUpDown = /* @__PURE__ */ asTimedModule(FFUpDown, layerAttributes.FFUpDown);
/** `FFExpSyn` as a timed module. Takes the layer's options. */
export const TimedFFExpSyn = /* @__PURE__ */ asTimedModule(FFExpSyn, layerAttributes.FFExpSyn);
/** `FFExpSynBrian` as a timed module. Takes the layer's options. */
export const TimedFFExpSynBrian = /* @__PURE__ */ asTimedModule(FFExpSynBrian, layerAttributes.FFExpSynBrian);
/** `FFIAFBrian` as a timed module. Takes the layer's options. */
export const TimedFFIAFBrian = /* @__PURE__ */ asTimedModule(FFIAFBrian, layerAttributes.FFIAFBrian);
/** `FFIAFSpkInBrian` as a timed module. Takes the layer's options. */
export const TimedFFIAFSpkInBrian = /* @__PURE__ */ asTimedModule(
  FFIAFSpkInBrian,
  layerAttributes.FFIAFSpkInBrian,
);
/** `RecIAFBrian` as a timed module. Takes the layer's options. */
export const TimedRecIAFBrian = /* @__PURE__ */ asTimedModule(RecIAFBrian, layerAttributes.RecIAFBrian);
/** `RecIAFSpkInBrian` as a timed module. Takes the layer's options. */
export const TimedRecIAFSpkInBrian = /* @__PURE__ */ asTimedModule(
  RecIAFSpkInBrian,
  layerAttributes.RecIAFSpkInBrian,
);
/** `FFIAFSpkInTorch` as a timed module. Takes the layer's options. */
export const TimedFFIAFSpkInTorch = /* @__PURE__ */ asTimedModule(
  FFIAFSpkInTorch,
  layerAttributes.FFIAFSpkInTorch,
);
/** `FFIAFSpkInRefrTorch` as a timed module. Takes the layer's options. */
export const TimedFFIAFSpkInRefrTorch = /* @__PURE__ */ asTimedModule(
  FFIAFSpkInRefrTorch,
  layerAttributes.FFIAFSpkInRefrTorch,
);
/** `FFIAFTorch` as a timed module. Takes the layer's options. */
export const TimedFFIAFTorch = /* @__PURE__ */ asTimedModule(FFIAFTorch, layerAttributes.FFIAFTorch);
/** `FFIAFRefrTorch` as a timed module. Takes the layer's options. */
export const TimedFFIAFRefrTorch = /* @__PURE__ */ asTimedModule(
  FFIAFRefrTorch,
  layerAttributes.FFIAFRefrTorch,
);
/** `RecIAFSpkInTorch` as a timed module. Takes the layer's options. */
export const TimedRecIAFSpkInTorch = /* @__PURE__ */ asTimedModule(
  RecIAFSpkInTorch,
  layerAttributes.RecIAFSpkInTorch,
);
/** `RecIAFSpkInRefrTorch` as a timed module. Takes the layer's options. */
export const TimedRecIAFSpkInRefrTorch = /* @__PURE__ */ asTimedModule(
  RecIAFSpkInRefrTorch,
  layerAttributes.RecIAFSpkInRefrTorch,
);
/** `RecIAFTorch` as a timed module. Takes the layer's options. */
export const TimedRecIAFTorch = /* @__PURE__ */ asTimedModule(RecIAFTorch, layerAttributes.RecIAFTorch);
/** `RecIAFRefrTorch` as a timed module. Takes the layer's options. */
export const TimedRecIAFRefrTorch = /* @__PURE__ */ asTimedModule(
  RecIAFRefrTorch,
  layerAttributes.RecIAFRefrTorch,
);
/** `FFCLIAF` as a timed module. Takes the layer's options. */
export const TimedFFCLIAF = /* @__PURE__ */ asTimedModule(FFCLIAF, layerAttributes.FFCLIAF);
/** `RecCLIAF` as a timed module. Takes the layer's options. */
export const TimedRecCLIAF = /* @__PURE__ */ asTimedModule(RecCLIAF, layerAttributes.RecCLIAF);
/** `RecFSSpikeEulerBT` as a timed module. Takes the layer's options. */
export const TimedRecFSSpikeEulerBT = /* @__PURE__ */ asTimedModule(
  RecFSSpikeEulerBT,
  layerAttributes.RecFSSpikeEulerBT,
);
/** `RecFSSpikeADS` as a timed module. Takes the layer's options. */
export const TimedRecFSSpikeADS = /* @__PURE__ */ asTimedModule(RecFSSpikeADS, layerAttributes.RecFSSpikeADS);
/** `RecDIAF` as a timed module. Takes the layer's options. */
export const TimedRecDIAF = /* @__PURE__ */ asTimedModule(RecDIAF, layerAttributes.RecDIAF);
