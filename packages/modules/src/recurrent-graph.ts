// The graph of neurons that may be connected among each other.
import { asGraphHolder, type GraphModule, type GraphModuleBase, LinearWeights } from '@rp/graph';
import type { ModuleBase } from '@rp/module-core';
import { graphName } from './graph-name.ts';
import { denseWeights, type Weights } from './weights.ts';

/** The neurons and, if there are any, the weights that lead from their outputs to their inputs. */
export function recurrentGraph(
  computationalModule: ModuleBase,
  neurons: GraphModule,
  weights: Weights | null,
): GraphModuleBase {
  if (weights !== null) {
    new LinearWeights({
      inputNodes: neurons.outputNodes,
      outputNodes: neurons.inputNodes,
      name: graphName(computationalModule, 'recurrent'),
      computationalModule,
      weights: denseWeights(weights),
    });
  }
  return asGraphHolder(neurons);
}
