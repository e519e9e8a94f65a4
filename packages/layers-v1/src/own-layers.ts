// The layer classes of this package by their names in files. A program that loads files of any class needs this
// list; others don't, and bundlers then leave it out.
import { FFCLIAF } from './ff-cliaf.ts';
import { FFExpSyn } from './ff-exp-syn.ts';
import { FFExpSynBrian } from './ff-exp-syn-brian.ts';
import { FFIAFBrian } from './ff-iaf-brian.ts';
import { FFIAFSpkInBrian } from './ff-iaf-spk-in-brian.ts';
import { FFIAFSpkInRefrTorch, FFIAFSpkInTorch } from './ff-iaf-spk-in-torch.ts';
import { FFIAFRefrTorch, FFIAFTorch } from './ff-iaf-torch.ts';
import { FFRateEuler } from './ff-rate-euler.ts';
import { FFUpDown } from './ff-up-down.ts';
import type { LayerClass } from './load-layer.ts';
import { PassThrough } from './pass-through.ts';
import { PassThroughEvents } from './pass-through-events.ts';
import { RecCLIAF } from './rec-cliaf.ts';
import { RecDIAF } from './rec-diaf.ts';
import { RecFSSpikeADS } from './rec-fs-spike-ads.ts';
import { RecFSSpikeEulerBT } from './rec-fs-spike-euler-bt.ts';
import { RecIAFBrian } from './rec-iaf-brian.ts';
import { RecIAFSpkInBrian } from './rec-iaf-spk-in-brian.ts';
import { RecIAFSpkInRefrTorch, RecIAFSpkInTorch } from './rec-iaf-spk-in-torch.ts';
import { RecIAFRefrTorch, RecIAFTorch } from './rec-iaf-torch.ts';
import { RecRateEuler } from './rec-rate-euler.ts';

/** Every layer class of this package. Add your own: `{ classes: [...ownLayers, MyLayer] }`. */
export const ownLayers: readonly LayerClass[] = [
  RecRateEuler,
  FFRateEuler,
  PassThrough,
  PassThroughEvents,
  FFUpDown,
  FFExpSyn,
  FFExpSynBrian,
  FFIAFBrian,
  FFIAFSpkInBrian,
  RecIAFBrian,
  RecIAFSpkInBrian,
  FFIAFSpkInTorch,
  FFIAFSpkInRefrTorch,
  FFIAFTorch,
  FFIAFRefrTorch,
  RecIAFSpkInTorch,
  RecIAFSpkInRefrTorch,
  RecIAFTorch,
  RecIAFRefrTorch,
  FFCLIAF,
  RecCLIAF,
  RecFSSpikeEulerBT,
  RecFSSpikeADS,
  RecDIAF,
];
