// Names of the graph modules that layers are made into: readable, and different for different layers.
import type { Layer } from './layer.ts';

const numbers = new WeakMap<Layer, number>();
let next = 0;

/**
 * `{class}_'{name}'_{number}`, with a number that no other layer of this process has; `part` comes behind the
 * class, as in `RecRateEuler_recurrent_'x'_3`.
 */
export function graphName(layer: Layer, part?: string): string {
  const known = numbers.get(layer) ?? next++;
  numbers.set(layer, known);
  return `${layer.className}${part === undefined ? '' : `_${part}`}_'${layer.name}'_${known}`;
}
