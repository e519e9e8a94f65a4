// Computational graphs: what modules are made of, for people and for tools that map them to chips.

export { type ConnectOptions, connectModules } from './connect.ts';
export { AliasConnection, Delay, type DelayOptions } from './connections.ts';
export { graphToDot } from './dot.ts';
export {
  type ConstantLeakNeuronOptions,
  ConstantLeakNeurons,
  type FastSlowNeuronOptions,
  FastSlowNeurons,
} from './event-neurons.ts';
export {
  asGraphHolder,
  type ConcreteGraphClass,
  type GraphClass,
  GraphHolder,
  GraphModule,
  GraphModuleBase,
  type GraphModuleOptions,
} from './graph-module.ts';
export { GraphNode, type GraphNodeOptions, makeNodes } from './graph-node.ts';
export {
  type GraphJSON,
  graphFromJSON,
  graphsFromJSON,
  graphsToJSON,
  graphToJSON,
  type ModuleJSON,
  type NodeJSON,
  type ReadOptions,
} from './json.ts';
export type { ValueJSON } from './json-values.ts';
export { EventWeights, LinearWeights, type LinearWeightsOptions } from './linear-weights.ts';
export { type MembraneNeuronOptions, MembraneNeurons } from './membrane-neurons.ts';
export { graphToMermaid } from './mermaid.ts';
export {
  GenericNeurons,
  type LIFNeuronOptions,
  LIFNeuronWithSynsRealValue,
  type RateNeuronOptions,
  RateNeuronWithSynsRealValue,
} from './neurons.ts';
export { classNameOfOrigin, ModuleReference } from './origin.ts';
export { replaceModule } from './replace.ts';
export {
  bagGraph,
  findModulesOfSubclass,
  findRecurrentModules,
  type GraphBag,
  reachableModules,
} from './search.ts';
export { SetList } from './set-list.ts';
export {
  FilterBank,
  type FilterBankOptions,
  InstantFunction,
  type InstantFunctionOptions,
} from './signal-modules.ts';
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
