// Names of the graph modules that modules are made into.
import type { ModuleBase } from '@rp/module-core';

const numbers = new WeakMap<ModuleBase, number>();
let next = 0;

/** `{class}_{name}_{number}` with a number that no other module of this process has: `LIF_'cells'_3`, `LIF__4`. */
export function graphName(module: ModuleBase, part?: string): string {
  const known = numbers.get(module) ?? next++;
  numbers.set(module, known);
  return `${module.className}${part === undefined ? '' : `_${part}`}_${module.name}_${known}`;
}
