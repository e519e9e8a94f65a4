// Version-1 layers: populations of neurons that evolve over time series.

export { camelCase, snakeCase } from './dict-names.ts';
export { graphName } from './graph-name.ts';
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
  type LayerClass,
  type LayerFile,
  type LoadOptions,
  layerFromDict,
  loadLayer,
  type OptionsOf,
  readLayerFile,
} from './load-layer.ts';
export { ownLayers } from './own-layers.ts';
export { PassThroughEvents, type PassThroughEventsOptions } from './pass-through-events.ts';
export type { TimeSpan } from './step-count.ts';
