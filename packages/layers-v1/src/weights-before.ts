// Graphs of layers: weights in front of what they feed.
import { connectModules, GraphHolder, type GraphModuleBase, LinearWeights } from '@rp/graph';
import type { NdArray } from '@rp/ndarray';
import { graphName } from './graph-name.ts';
import type { Layer } from './layer.ts';

/** The weights, followed by the module. */
export function weightsBefore(
  layer: Layer,
  weights: NdArray<Float64Array>,
  module: GraphModuleBase,
): GraphHolder {
  const input = LinearWeights.factory(layer.sizeIn, layer.size, {
    name: graphName(layer, 'weights'),
    computationalModule: layer,
    weights,
  });
  connectModules(input, module);
  return new GraphHolder({
    inputNodes: input.inputNodes,
    outputNodes: module.outputNodes,
    name: graphName(layer),
    computationalModule: layer,
  });
}
