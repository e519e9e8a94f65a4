// Computational graphs: what modules are made of, for people and for tools that map them to chips.

export { type ConnectOptions, connectModules } from './connect.ts';
export { AliasConnection, Delay, type DelayOptions } from './connections.ts';
export {
  asGraphHolder,
  type GraphClass,
  GraphHolder,
  GraphModule,
  GraphModuleBase,
  type GraphModuleOptions,
} from './graph-module.ts';
export { GraphNode, type GraphNodeOptions, makeNodes } from './graph-node.ts';
export { EventWeights, LinearWeights, type LinearWeightsOptions } from './linear-weights.ts';
export {
  GenericNeurons,
  type LIFNeuronOptions,
  LIFNeuronWithSynsRealValue,
  type RateNeuronOptions,
  RateNeuronWithSynsRealValue,
} from './neurons.ts';
export { replaceModule } from './replace.ts';
export { bagGraph, findModulesOfSubclass, findRecurrentModules, type GraphBag } from './search.ts';
export { SetList } from './set-list.ts';
export {
  ExpSynapses,
  type ExpSynapsesOptions,
  type IAFNeuronOptions,
  IAFNeurons,
  type RateEulerNeuronOptions,
  RateEulerNeurons,
  UpDownEncoder,
  type UpDownEncoderOptions,
} from './v1-neurons.ts';
export type { ParameterValue } from './values.ts';
